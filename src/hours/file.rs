//! A calendar file as written, and its checks.

use std::collections::BTreeMap;

use jiff::civil::{Date, Time, Weekday};
use jiff::tz::Offset;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::law::Holidays;
use crate::error::{Error, ErrorKind};

/// Largest calendar, requirements or facts file, in bytes. The built-in ones have a tenth of it; the YAML reader needs a second for a
/// megabyte of brackets.
pub(crate) const FILE_BYTES: usize = 64 << 10;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CalendarFile {
    zone: ZoneFile,
    opens: Time,
    closes: Time,
    #[serde(default)]
    years: Vec<YearFile>,
    by_law: LawFile,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ZoneFile {
    utc_offset_hours: i8,
    ru: String,
    en: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct YearFile {
    year: i16,
    source: String,
    working_days: Option<usize>,
    days_off: Vec<Date>,
    #[serde(default)]
    working_saturdays: Vec<Date>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LawFile {
    stays: Vec<String>,
    moves: Vec<String>,
}

/// A checked calendar.
#[derive(Debug)]
pub(super) struct Parts {
    pub(super) offset: Offset,
    pub(super) zone_ru: String,
    pub(super) zone_en: String,
    pub(super) opens: Time,
    pub(super) closes: Time,
    pub(super) years: BTreeMap<i16, Year>,
    pub(super) holidays: Holidays,
}

/// A year with a decree; both lists are sorted.
#[derive(Debug)]
pub(super) struct Year {
    pub(super) source: String,
    pub(super) days_off: Vec<Date>,
    pub(super) working_saturdays: Vec<Date>,
}

/// Reads YAML into a type; the error says `file:line:column: what`.
pub(crate) fn read_yaml<T: DeserializeOwned>(name: &str, text: &str) -> Result<T, Error> {
    if text.len() > FILE_BYTES {
        return Err(data(format!("{name}:1:1: the file has {} bytes, the limit is {FILE_BYTES}", text.len())));
    }
    serde_yaml::from_str(text).map_err(|error| {
        let (line, column) = error.location().map_or((1, 1), |location| (location.line(), location.column()));
        let told = error.to_string();
        let what = told.split(" at line ").next().unwrap_or(&told);
        data(format!("{name}:{line}:{column}: {what}"))
    })
}

/// A mistake in a file that its reader does not see, placed at the first line with `needle`.
pub(crate) fn mistake(name: &str, text: &str, needle: &str, what: &str) -> Error {
    let line = text.lines().position(|line| line.contains(needle)).map_or(1, |at| at + 1);
    data(format!("{name}:{line}: {what}"))
}

fn data(message: String) -> Error {
    Error::new(ErrorKind::Data(message))
}

/// Reads and checks a calendar.
pub(super) fn read(name: &str, text: &str) -> Result<Parts, Error> {
    let file: CalendarFile = read_yaml(name, text)?;
    let wrong = |needle: &str, what: String| Err(mistake(name, text, needle, &what));
    let hours = file.zone.utc_offset_hours;
    if !(-12..=14).contains(&hours) {
        return wrong("utc_offset_hours", format!("the offset from UTC must be from -12 to 14 hours, found {hours}"));
    }
    if file.opens >= file.closes {
        return wrong("closes", format!("support must close after it opens, found {} to {}", file.opens, file.closes));
    }
    let month_days = |key: &str, days: &[String], moving: bool| {
        let read: Result<Vec<(i8, i8)>, String> = days.iter().map(|day| month_day(day, moving)).collect();
        read.map_err(|what| mistake(name, text, key, &what))
    };
    let holidays =
        Holidays { stays: month_days("stays", &file.by_law.stays, false)?, moves: month_days("moves", &file.by_law.moves, true)? };
    let mut years = BTreeMap::new();
    for mut year in file.years {
        let place = format!("year: {}", year.year);
        let end = Date::new(year.year, 12, 31).ok().filter(|end| end.year() > 0);
        let Some(end) = end else {
            return wrong(&place, format!("a year must be from 1 to 9999, found {}", year.year));
        };
        if years.contains_key(&year.year) {
            return wrong(&place, format!("the year {} stands here twice", year.year));
        }
        if year.source.trim().is_empty() {
            return wrong(&place, format!("the year {} has no source", year.year));
        }
        for (list, saturdays) in [(&mut year.days_off, false), (&mut year.working_saturdays, true)] {
            list.sort_unstable();
            if let Some(twice) = list.windows(2).find(|pair| pair[0] == pair[1]) {
                return wrong(&twice[0].to_string(), format!("{} stands here twice", twice[0]));
            }
            if let Some(date) = list.iter().find(|date| date.year() != year.year) {
                return wrong(&date.to_string(), format!("{date} is not in {}", year.year));
            }
            let fits = |date: &&Date| if saturdays { date.weekday() == Weekday::Saturday } else { is_weekday(**date) };
            if let Some(date) = list.iter().find(|date| !fits(date)) {
                let wanted = if saturdays { "a Saturday" } else { "a weekday: weekends need not be listed" };
                return wrong(&date.to_string(), format!("{date} is not {wanted}"));
            }
        }
        let weekdays = weekdays_before(end) - weekdays_before(end.first_of_year()) + i64::from(is_weekday(end));
        let working = usize::try_from(weekdays).unwrap_or(0) - year.days_off.len() + year.working_saturdays.len();
        if let Some(wanted) = year.working_days.filter(|&wanted| wanted != working) {
            return wrong(&place, format!("{} comes out with {working} working days, not {wanted}", year.year));
        }
        years.insert(year.year, Year { source: year.source, days_off: year.days_off, working_saturdays: year.working_saturdays });
    }
    let ZoneFile { ru: zone_ru, en: zone_en, .. } = file.zone;
    Ok(Parts { offset: Offset::constant(hours), zone_ru, zone_en, opens: file.opens, closes: file.closes, years, holidays })
}

/// Reads `02-23`. 29 February is refused: a law cannot give a day off that most years do not have.
fn month_day(text: &str, moving: bool) -> Result<(i8, i8), String> {
    // 2001 stands for any year that is not a leap year.
    let parsed = text.split_once('-').and_then(|(month, day)| Date::new(2001, month.parse().ok()?, day.parse().ok()?).ok());
    let Some(date) = parsed else {
        return Err(format!("\"{text}\" is not a day of every year; write month-day, such as 02-23"));
    };
    // Days are moved inside one year only, so that a year can be computed alone.
    if moving && !(2..=11).contains(&date.month()) {
        return Err(format!("a holiday that moves must be from February to November, found {text}"));
    }
    Ok((date.month(), date.day()))
}

/// Monday to Friday.
pub(super) fn is_weekday(date: Date) -> bool {
    !matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday)
}

/// Weekdays from a fixed Monday up to `date`, that day excluded; negative before it. Only differences mean anything.
pub(super) fn weekdays_before(date: Date) -> i64 {
    let monday = Date::constant(2001, 1, 1);
    let days = date.duration_since(monday).as_hours() / 24;
    days.div_euclid(7) * 5 + days.rem_euclid(7).min(5)
}
