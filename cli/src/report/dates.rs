//! The dates of exports, as help desks write them.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::fmt::{rfc2822, strtime};
use jiff::tz::Offset;

/// When a ticket came.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum When {
    /// The export has no hour.
    Day(Date),
    /// An instant; the wall clock it shows is that of the time zone asked for.
    Instant(Timestamp),
}

/// Reads dates. Remembers the form that fitted last, since a column mostly has one.
#[derive(Debug)]
pub(crate) struct Dates {
    /// Of times without an offset.
    offset: Offset,
    last: usize,
}

/// Day before month throughout, as in Russia: `03/08/2026` is 3 August.
const FORMS: &[&str] = &[
    "%d.%m.%Y %H:%M:%S",
    "%d.%m.%Y %H:%M",
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M",
    "%d.%m.%Y",
    "%Y-%m-%d",
    "%d.%m.%Y, %H:%M:%S",
    "%d.%m.%Y, %H:%M",
    "%d/%m/%Y %H:%M:%S",
    "%d/%m/%Y %H:%M",
    "%d/%m/%Y",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d",
    "%d/%b/%y %I:%M %p",
    "%d/%b/%Y %H:%M",
    "%d.%m.%y %H:%M",
    "%d.%m.%y",
];

/// Years in which a ticket can have come; anything else is a slip or a column of another kind.
const YEARS: std::ops::RangeInclusive<i16> = 2000..=2100;

impl Dates {
    pub(crate) fn new(offset: Offset) -> Dates {
        Dates { offset, last: 0 }
    }

    /// None if the text is no date of a form known here.
    pub(crate) fn read(&mut self, text: &str) -> Option<When> {
        let text = text.trim();
        if text.is_empty() || text.len() > 64 {
            return None;
        }
        self.read_any(text).filter(|when| YEARS.contains(&self.day(*when).year()))
    }

    fn read_any(&mut self, text: &str) -> Option<When> {
        if let Some(found) = self.read_form(FORMS[self.last], text) {
            return Some(found);
        }
        for (at, form) in FORMS.iter().enumerate() {
            if let Some(found) = self.read_form(form, text) {
                self.last = at;
                return Some(found);
            }
        }
        if let Ok(instant) = text.parse::<Timestamp>() {
            return Some(When::Instant(instant));
        }
        // The library wants a `T`; exports have a space as well.
        if let Ok(instant) = text.replacen(' ', "T", 1).replace(' ', "").parse::<Timestamp>() {
            return Some(When::Instant(instant));
        }
        if let Ok(zoned) = rfc2822::parse(text) {
            return Some(When::Instant(zoned.timestamp()));
        }
        let number: i64 = text.parse().ok()?;
        let instant = match text.len() {
            10 => Timestamp::from_second(number),
            13 => Timestamp::from_millisecond(number),
            _ => return None,
        };
        instant.ok().map(When::Instant)
    }

    fn read_form(&self, form: &str, text: &str) -> Option<When> {
        let parts = strtime::parse(form, text).ok()?;
        let date = parts.to_date().ok()?;
        if !form.contains('H') && !form.contains('I') {
            return Some(When::Day(date));
        }
        let time: Time = parts.to_time().ok()?;
        self.offset.to_timestamp(DateTime::from_parts(date, time)).ok().map(When::Instant)
    }

    /// The day on the wall of support.
    pub(crate) fn day(&self, when: When) -> Date {
        match when {
            When::Day(date) => date,
            When::Instant(at) => local(at).date(),
        }
    }
}

/// The wall clock of support: Moscow, the zone of the built-in calendar.
pub(crate) fn local(at: Timestamp) -> DateTime {
    Offset::constant(3).to_datetime(at)
}

/// Noon of a day in Moscow.
pub(crate) fn noon(day: Date) -> Option<Timestamp> {
    Offset::constant(3).to_timestamp(day.at(12, 0, 0, 0)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_help_desks() {
        let moscow = |text: &str| Some(When::Instant(text.parse().unwrap()));
        let day = |text: &str| Some(When::Day(text.parse().unwrap()));
        let rows: &[(&str, Option<When>)] = &[
            ("03.08.2026 08:30:55", moscow("2026-08-03T08:30:55+03")),
            ("03.08.2026 8:30", moscow("2026-08-03T08:30:00+03")),
            (" 03.08.2026 ", day("2026-08-03")),
            ("3.8.2026", day("2026-08-03")),
            ("2026-08-03", day("2026-08-03")),
            ("2026-08-03 08:30:55", moscow("2026-08-03T08:30:55+03")),
            ("2026-08-03 08:30:55.123", moscow("2026-08-03T08:30:55.123+03")),
            ("2026-08-03T08:30:55", moscow("2026-08-03T08:30:55+03")),
            ("2026-08-03T08:30:55Z", moscow("2026-08-03T08:30:55Z")),
            ("2026-08-03T08:30:55+05:00", moscow("2026-08-03T08:30:55+05")),
            ("2026-08-03 08:30:55 +0500", moscow("2026-08-03T08:30:55+05")),
            ("Mon, 03 Aug 2026 00:15:17 +0300", moscow("2026-08-03T00:15:17+03")),
            ("03/Aug/26 8:30 PM", moscow("2026-08-03T20:30:00+03")),
            ("03/08/2026 08:30", moscow("2026-08-03T08:30:00+03")),
            ("1785735055", moscow("2026-08-03T05:30:55Z")),
            ("1785735055000", moscow("2026-08-03T05:30:55Z")),
            ("", None),
            ("вчера", None),
            ("31.02.2026", None),
            ("01.01.1900", None),
            ("2026-08-03T25:00:00", None),
            ("08/23/2026", None),
        ];
        let mut dates = Dates::new(Offset::constant(3));
        for (text, expected) in rows {
            assert_eq!(dates.read(text), *expected, "{text}");
        }
    }

    #[test]
    fn times_without_an_offset_are_of_the_zone_given_and_days_of_moscow() {
        let mut dates = Dates::new(Offset::constant(10));
        let when = dates.read("03.08.2026 03:00").unwrap();
        assert_eq!(when, When::Instant("2026-08-02T17:00:00Z".parse().unwrap()));
        assert_eq!(dates.day(when), jiff::civil::date(2026, 8, 2));
    }
}
