//! Instants that may be given as dates, as people copy them from a certificate.

use jiff::Timestamp;
use jiff::civil::{Date, time};
use jiff::tz::Offset;
use serde::{Deserialize, Deserializer, de};

/// An instant, or the first second of a date in UTC.
pub(super) fn start(text: &str) -> Option<Timestamp> {
    read(text, false)
}

/// An instant, or the last second of a date in UTC: a certificate "until 1 March" is good on that day.
pub(super) fn end(text: &str) -> Option<Timestamp> {
    read(text, true)
}

fn read(text: &str, end: bool) -> Option<Timestamp> {
    if let Ok(instant) = text.parse() {
        return Some(instant);
    }
    // Anything longer has a time that lacks its offset: to guess one would be wrong by hours.
    let date: Date = Some(text).filter(|text| text.len() == 10)?.parse().ok()?;
    let of_day = if end { time(23, 59, 59, 0) } else { time(0, 0, 0, 0) };
    Offset::UTC.to_timestamp(date.to_datetime(of_day)).ok()
}

pub(super) const EXPECTED: &str = "a date such as 2027-03-01, or an instant with its offset such as 2027-03-01T12:00:00+03:00";

pub(super) fn deserialize_start<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    deserialize(deserializer, start)
}

pub(super) fn deserialize_end<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
    deserialize(deserializer, end)
}

fn deserialize<'de, D: Deserializer<'de>>(deserializer: D, read: fn(&str) -> Option<Timestamp>) -> Result<Option<Timestamp>, D::Error> {
    let Some(text) = Option::<String>::deserialize(deserializer)? else {
        return Ok(None);
    };
    read(&text).map(Some).ok_or_else(|| de::Error::custom(format!("\"{text}\" is not {EXPECTED}")))
}
