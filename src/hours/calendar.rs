//! The working calendar and the questions it answers.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use jiff::civil::{Date, DateTime};
use jiff::{SignedDuration, Timestamp};

use super::file::{self, Parts, is_weekday, weekdays_before};
use crate::error::Error;
use crate::verdict::Lang;

const BUILTIN: &str = include_str!("../../rules/calendar/ru.yaml");

/// Working hours of support, with public holidays. Cheap to clone.
///
/// Support is open on working days from the opening time up to, but without, the closing time. Instants are absolute, so they may come from any
/// time zone.
///
/// # Examples
///
/// ```
/// use support_triage::hours::Calendar;
///
/// let calendar = Calendar::builtin();
/// let new_year = "2026-12-31T12:00:00+03:00".parse()?;
/// assert!(!calendar.is_open(new_year));
/// assert_eq!(calendar.next_opening(new_year), Some("2027-01-11T10:00:00+03:00".parse()?));
/// # Ok::<(), jiff::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Calendar {
    parts: Arc<Parts>,
    saturdays: bool,
}

/// What a day is in the calendar, whatever the time.
///
/// # Examples
///
/// ```
/// use jiff::civil::date;
/// use support_triage::hours::{Calendar, DayKind};
///
/// let calendar = Calendar::builtin();
/// assert_eq!(calendar.day(date(2027, 2, 20)), DayKind::WorkingSaturday);
/// assert_eq!(calendar.day(date(2027, 2, 22)).as_str(), "holiday");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DayKind {
    /// Monday to Friday, not a holiday.
    Working,
    /// A Saturday or Sunday that is not a public holiday.
    Weekend,
    /// A public holiday, or a weekday off in place of another day.
    Holiday,
    /// A Saturday that a decree made a working day. Closed unless [`Calendar::open_on_working_saturdays`] says otherwise.
    WorkingSaturday,
}

impl DayKind {
    /// The name used in all machine-readable output.
    pub fn as_str(self) -> &'static str {
        match self {
            DayKind::Working => "working",
            DayKind::Weekend => "weekend",
            DayKind::Holiday => "holiday",
            DayKind::WorkingSaturday => "working_saturday",
        }
    }
}

impl std::fmt::Display for DayKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Calendar {
    /// The built-in calendar: weekdays 10:00–19:00 Moscow time, with Russian public holidays as decreed for 2025 to 2027.
    ///
    /// # Examples
    ///
    /// ```
    /// use support_triage::hours::Calendar;
    ///
    /// assert!(Calendar::builtin().is_open("2027-01-11T09:30:00+02:00".parse()?));
    /// # Ok::<(), jiff::Error>(())
    /// ```
    pub fn builtin() -> Calendar {
        static CALENDAR: OnceLock<Calendar> = OnceLock::new();
        // The tests load it, so a broken one is never released.
        CALENDAR.get_or_init(|| Calendar::from_yaml("rules/calendar/ru.yaml", BUILTIN).unwrap_or_else(|error| panic!("{error}"))).clone()
    }

    /// A calendar from the text of a file like `rules/calendar/ru.yaml`. `name` is what errors call it.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Data`](crate::ErrorKind::Data) with `name:line: what` if the text is over 64 KiB, is not such YAML, or has dates that cannot be meant:
    /// a day off on a weekend, a working Saturday on another day, a date of another year, a wrong number of working days.
    ///
    /// # Examples
    ///
    /// ```
    /// use support_triage::hours::Calendar;
    ///
    /// let text = r#"
    /// zone: { utc_offset_hours: 5, ru: по Екатеринбургу, en: Yekaterinburg time }
    /// opens: "09:00"
    /// closes: "18:00"
    /// by_law: { stays: [01-01], moves: [05-09] }
    /// "#;
    /// let calendar = Calendar::from_yaml("ours.yaml", text)?;
    /// assert!(!calendar.is_decreed(2026));
    /// # Ok::<(), support_triage::Error>(())
    /// ```
    pub fn from_yaml(name: &str, text: &str) -> Result<Calendar, Error> {
        Ok(Calendar { parts: Arc::new(file::read(name, text)?), saturdays: false })
    }

    /// The same calendar with working Saturdays open or closed; they are closed if this is not called, as support works Monday to Friday.
    ///
    /// # Examples
    ///
    /// ```
    /// use support_triage::hours::Calendar;
    ///
    /// let saturday = "2027-02-20T12:00:00+03:00".parse()?;
    /// assert!(!Calendar::builtin().is_open(saturday));
    /// assert!(Calendar::builtin().open_on_working_saturdays(true).is_open(saturday));
    /// # Ok::<(), jiff::Error>(())
    /// ```
    pub fn open_on_working_saturdays(mut self, open: bool) -> Calendar {
        self.saturdays = open;
        self
    }

    /// Whether the days off of `year` come from a decree. Those of other years are computed from the law and may turn out otherwise.
    ///
    /// # Examples
    ///
    /// ```
    /// use support_triage::hours::Calendar;
    ///
    /// let calendar = Calendar::builtin();
    /// assert!(calendar.is_decreed(2027) && !calendar.is_decreed(2028));
    /// ```
    pub fn is_decreed(&self, year: i16) -> bool {
        self.parts.years.contains_key(&year)
    }

    /// The decree behind `year`; none if it was computed.
    ///
    /// # Examples
    ///
    /// ```
    /// use support_triage::hours::Calendar;
    ///
    /// assert!(Calendar::builtin().source(2027).unwrap().contains("№ 1187"));
    /// ```
    pub fn source(&self, year: i16) -> Option<&str> {
        self.parts.years.get(&year).map(|year| year.source.as_str())
    }

    /// The kind of a day of the calendar's own time zone.
    ///
    /// # Examples
    ///
    /// ```
    /// use jiff::civil::date;
    /// use support_triage::hours::{Calendar, DayKind};
    ///
    /// assert_eq!(Calendar::builtin().day(date(2026, 3, 9)), DayKind::Holiday);
    /// ```
    pub fn day(&self, date: Date) -> DayKind {
        if is_weekday(date) {
            let off = self.days_off(date.year()).binary_search(&date).is_ok();
            return if off { DayKind::Holiday } else { DayKind::Working };
        }
        if self.working_saturdays(date.year()).binary_search(&date).is_ok() {
            DayKind::WorkingSaturday
        } else if self.parts.holidays.contains(date) {
            DayKind::Holiday
        } else {
            DayKind::Weekend
        }
    }

    /// Whether support is open at an instant. The opening instant is open, the closing one is not.
    ///
    /// # Examples
    ///
    /// ```
    /// use support_triage::hours::Calendar;
    ///
    /// let calendar = Calendar::builtin();
    /// assert!(calendar.is_open("2026-11-24T10:00:00+03:00".parse()?));
    /// assert!(!calendar.is_open("2026-11-24T19:00:00+03:00".parse()?));
    /// # Ok::<(), jiff::Error>(())
    /// ```
    pub fn is_open(&self, at: Timestamp) -> bool {
        let local = self.local(at);
        (self.parts.opens..self.parts.closes).contains(&local.time()) && self.is_open_on(local.date())
    }

    /// The first open instant from `at` on: `at` itself if support is open then. None only where the calendar of time itself ends, in the year 9999.
    ///
    /// # Examples
    ///
    /// ```
    /// use support_triage::hours::Calendar;
    ///
    /// let friday_evening = "2026-11-27T19:00:00+03:00".parse()?;
    /// let monday = "2026-11-30T10:00:00+03:00".parse()?;
    /// assert_eq!(Calendar::builtin().next_opening(friday_evening), Some(monday));
    /// # Ok::<(), jiff::Error>(())
    /// ```
    pub fn next_opening(&self, at: Timestamp) -> Option<Timestamp> {
        if self.is_open(at) {
            return Some(at);
        }
        let local = self.local(at);
        let mut date = if local.time() < self.parts.opens { local.date() } else { local.date().tomorrow().ok()? };
        while !self.is_open_on(date) {
            date = date.tomorrow().ok()?;
        }
        self.parts.offset.to_timestamp(date.to_datetime(self.parts.opens)).ok()
    }

    /// The first instant after `at` at which support closes. None only where the calendar of time itself ends, in the year 9999.
    ///
    /// # Examples
    ///
    /// ```
    /// use support_triage::hours::Calendar;
    ///
    /// let tuesday = "2026-11-24T12:00:00+03:00".parse()?;
    /// assert_eq!(Calendar::builtin().next_closing(tuesday), Some("2026-11-24T19:00:00+03:00".parse()?));
    /// # Ok::<(), jiff::Error>(())
    /// ```
    pub fn next_closing(&self, at: Timestamp) -> Option<Timestamp> {
        let opening = self.local(self.next_opening(at)?);
        self.parts.offset.to_timestamp(opening.date().to_datetime(self.parts.closes)).ok()
    }

    /// The working time from `from` to `to`, exact to the nanosecond; negative if `to` is the earlier one.
    ///
    /// # Examples
    ///
    /// ```
    /// use jiff::SignedDuration;
    /// use support_triage::hours::Calendar;
    ///
    /// let friday = "2026-11-27T18:00:00+03:00".parse()?;
    /// let monday = "2026-11-30T10:30:00+03:00".parse()?;
    /// assert_eq!(Calendar::builtin().working_time_between(friday, monday), SignedDuration::from_mins(90));
    /// # Ok::<(), jiff::Error>(())
    /// ```
    pub fn working_time_between(&self, from: Timestamp, to: Timestamp) -> SignedDuration {
        if to < from {
            return -self.working_time_between(to, from);
        }
        let (from, to) = (self.local(from), self.local(to));
        let day = self.parts.closes.duration_since(self.parts.opens);
        // At most 20,000 years of 366 days of 24 hours, in nanoseconds, fits by far.
        let days = i32::try_from(self.open_days(from.date(), to.date())).unwrap_or(i32::MAX);
        day * days + self.elapsed(to) - self.elapsed(from)
    }

    /// Working time that has passed on the day of `local` so far.
    fn elapsed(&self, local: DateTime) -> SignedDuration {
        if !self.is_open_on(local.date()) {
            return SignedDuration::ZERO;
        }
        local.time().clamp(self.parts.opens, self.parts.closes).duration_since(self.parts.opens)
    }

    /// Open days from `from` up to, but without, `to`. Takes a step a year, not a day.
    fn open_days(&self, from: Date, to: Date) -> i64 {
        let mut days = weekdays_before(to) - weekdays_before(from);
        let within = |dates: &[Date]| dates.iter().filter(|&&date| from <= date && date < to).count() as i64;
        for year in from.year()..=to.year() {
            days -= within(&self.days_off(year));
            if self.saturdays {
                days += within(self.working_saturdays(year));
            }
        }
        days
    }

    pub(super) fn is_open_on(&self, date: Date) -> bool {
        match self.day(date) {
            DayKind::Working => true,
            DayKind::WorkingSaturday => self.saturdays,
            DayKind::Weekend | DayKind::Holiday => false,
        }
    }

    /// Weekdays off, sorted.
    fn days_off(&self, year: i16) -> Cow<'_, [Date]> {
        match self.parts.years.get(&year) {
            Some(year) => Cow::Borrowed(&year.days_off),
            None => Cow::Owned(self.parts.holidays.days_off(year)),
        }
    }

    fn working_saturdays(&self, year: i16) -> &[Date] {
        self.parts.years.get(&year).map_or(&[], |year| &year.working_saturdays)
    }

    /// The wall clock of the calendar's time zone.
    pub(crate) fn local(&self, at: Timestamp) -> DateTime {
        self.parts.offset.to_datetime(at)
    }

    /// The offset of the calendar's time zone from UTC, to show instants in it.
    ///
    /// # Examples
    ///
    /// ```
    /// use support_triage::hours::Calendar;
    ///
    /// let at: jiff::Timestamp = "2026-11-25T07:00:00Z".parse()?;
    /// assert_eq!(at.display_with_offset(Calendar::builtin().offset()).to_string(), "2026-11-25T10:00:00+03:00");
    /// # Ok::<(), jiff::Error>(())
    /// ```
    pub fn offset(&self) -> jiff::tz::Offset {
        self.parts.offset
    }

    pub(super) fn zone(&self, lang: Lang) -> &str {
        match lang {
            Lang::Ru => &self.parts.zone_ru,
            Lang::En => &self.parts.zone_en,
        }
    }
}
