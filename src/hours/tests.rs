//! Rows: instants with the next opening, days, files with their mistakes, and wording.

use jiff::civil::date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::{Calendar, DayKind, plural, working_time};
use crate::verdict::Lang;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// Every row has an instant and the first open one from it on; the same text twice means that support is open then. Times are Moscow's
/// unless the row says otherwise.
fn check(calendar: &Calendar, rows: &[(&str, &str)]) {
    for &(instant, opening) in rows {
        let full = |text: &str| at(&if text.len() == 16 { format!("{}:00+03:00", text.replace(' ', "T")) } else { text.replace(' ', "T") });
        let (instant_at, opening_at) = (full(instant), full(opening));
        assert_eq!(calendar.is_open(instant_at), instant_at == opening_at, "is it open at {instant}?");
        assert_eq!(calendar.next_opening(instant_at), Some(opening_at), "next opening from {instant}");
    }
}

#[test]
fn edges_of_the_day_and_the_week() {
    check(
        &Calendar::builtin(),
        &[
            ("2026-11-24 00:00", "2026-11-24 10:00"),
            ("2026-11-24 09:59", "2026-11-24 10:00"),
            ("2026-11-24T09:59:59.999999999+03:00", "2026-11-24 10:00"),
            ("2026-11-24 10:00", "2026-11-24 10:00"),
            ("2026-11-24T18:59:59.999999999+03:00", "2026-11-24T18:59:59.999999999+03:00"),
            ("2026-11-24 19:00", "2026-11-25 10:00"),
            ("2026-11-24 23:59", "2026-11-25 10:00"),
            ("2026-11-27 18:59", "2026-11-27 18:59"),
            ("2026-11-27 19:00", "2026-11-30 10:00"),
            ("2026-11-28 12:00", "2026-11-30 10:00"),
            ("2026-11-29 12:00", "2026-11-30 10:00"),
            ("2026-11-30 09:59", "2026-11-30 10:00"),
        ],
    );
}

#[test]
fn edges_of_the_holidays_of_2025() {
    check(
        &Calendar::builtin(),
        &[
            ("2025-01-01 00:00", "2025-01-09 10:00"),
            ("2025-01-08 18:00", "2025-01-09 10:00"),
            ("2025-01-09 10:00", "2025-01-09 10:00"),
            ("2025-02-21 19:00", "2025-02-24 10:00"),
            ("2025-02-24 12:00", "2025-02-24 12:00"),
            ("2025-03-07 18:59", "2025-03-07 18:59"),
            ("2025-03-07 19:00", "2025-03-10 10:00"),
            ("2025-03-10 10:00", "2025-03-10 10:00"),
            ("2025-04-30 18:59", "2025-04-30 18:59"),
            ("2025-04-30 19:00", "2025-05-05 10:00"),
            ("2025-05-02 12:00", "2025-05-05 10:00"),
            ("2025-05-07 18:59", "2025-05-07 18:59"),
            ("2025-05-07 19:00", "2025-05-12 10:00"),
            ("2025-05-08 10:00", "2025-05-12 10:00"),
            ("2025-06-11 19:00", "2025-06-16 10:00"),
            ("2025-06-13 12:00", "2025-06-16 10:00"),
            ("2025-10-31 18:59", "2025-10-31 18:59"),
            ("2025-10-31 19:00", "2025-11-05 10:00"),
            ("2025-11-01 12:00", "2025-11-05 10:00"),
            ("2025-11-03 12:00", "2025-11-05 10:00"),
            ("2025-12-30 18:59", "2025-12-30 18:59"),
            ("2025-12-30 19:00", "2026-01-12 10:00"),
            ("2025-12-31 12:00", "2026-01-12 10:00"),
        ],
    );
}

#[test]
fn edges_of_the_holidays_of_2026() {
    check(
        &Calendar::builtin(),
        &[
            ("2026-01-09 12:00", "2026-01-12 10:00"),
            ("2026-01-12 09:59", "2026-01-12 10:00"),
            ("2026-02-20 18:59", "2026-02-20 18:59"),
            ("2026-02-20 19:00", "2026-02-24 10:00"),
            ("2026-02-23 12:00", "2026-02-24 10:00"),
            ("2026-03-06 19:00", "2026-03-10 10:00"),
            ("2026-03-09 12:00", "2026-03-10 10:00"),
            ("2026-04-30 18:59", "2026-04-30 18:59"),
            ("2026-04-30 19:00", "2026-05-04 10:00"),
            ("2026-05-08 18:30", "2026-05-08 18:30"),
            ("2026-05-08 19:00", "2026-05-12 10:00"),
            ("2026-05-11 12:00", "2026-05-12 10:00"),
            ("2026-06-11 19:00", "2026-06-15 10:00"),
            ("2026-06-12 12:00", "2026-06-15 10:00"),
            ("2026-11-03 18:59", "2026-11-03 18:59"),
            ("2026-11-03 19:00", "2026-11-05 10:00"),
            ("2026-11-04 12:00", "2026-11-05 10:00"),
            ("2026-12-30 18:59", "2026-12-30 18:59"),
            ("2026-12-30 19:00", "2027-01-11 10:00"),
            ("2026-12-31 23:59", "2027-01-11 10:00"),
        ],
    );
}

#[test]
fn edges_of_the_holidays_of_2027_and_of_a_leap_year() {
    check(
        &Calendar::builtin(),
        &[
            ("2027-01-01 00:00", "2027-01-11 10:00"),
            ("2027-01-08 12:00", "2027-01-11 10:00"),
            ("2027-02-19 19:00", "2027-02-24 10:00"),
            ("2027-02-20 12:00", "2027-02-24 10:00"),
            ("2027-02-22 12:00", "2027-02-24 10:00"),
            ("2027-02-24 10:00", "2027-02-24 10:00"),
            ("2027-03-05 19:00", "2027-03-09 10:00"),
            ("2027-04-30 19:00", "2027-05-04 10:00"),
            ("2027-05-03 12:00", "2027-05-04 10:00"),
            ("2027-05-07 19:00", "2027-05-11 10:00"),
            ("2027-05-10 12:00", "2027-05-11 10:00"),
            ("2027-06-11 18:59", "2027-06-11 18:59"),
            ("2027-06-11 19:00", "2027-06-15 10:00"),
            ("2027-06-14 12:00", "2027-06-15 10:00"),
            ("2027-11-03 19:00", "2027-11-08 10:00"),
            ("2027-11-05 12:00", "2027-11-08 10:00"),
            ("2027-12-30 19:00", "2028-01-10 10:00"),
            ("2028-02-22 19:00", "2028-02-24 10:00"),
            ("2028-02-28 19:00", "2028-02-29 10:00"),
            ("2028-02-29 12:00", "2028-02-29 12:00"),
            ("2028-02-29 19:00", "2028-03-01 10:00"),
            ("2028-11-06 12:00", "2028-11-07 10:00"),
        ],
    );
}

#[test]
fn offsets_of_the_caller_do_not_matter() {
    check(
        &Calendar::builtin(),
        &[
            ("2026-11-24T07:00:00Z", "2026-11-24T10:00:00+03:00"),
            ("2026-11-24T16:00:00Z", "2026-11-25T07:00:00Z"),
            ("2026-11-24T02:00:00-05:00", "2026-11-24T02:00:00-05:00"),
            ("2026-11-24T01:59:59-05:00", "2026-11-24T02:00:00-05:00"),
            ("2026-11-24T12:45:00+05:45", "2026-11-24T12:45:00+05:45"),
            ("2026-11-28T01:00:00+14:00", "2026-11-28T01:00:00+14:00"),
            ("2026-11-28T06:00:00+14:00", "2026-11-30T21:00:00+14:00"),
            ("2026-12-31T23:00:00-12:00", "2027-01-10T19:00:00-12:00"),
        ],
    );
    // Central Europe and New York change to summer time and back; the hours seen from there shift with them.
    let central = TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap();
    let new_york = TimeZone::posix("EST5EDT,M3.2.0,M11.1.0").unwrap();
    for (zone, day, hour, open) in [
        (&central, date(2026, 3, 27), 7, false),
        (&central, date(2026, 3, 27), 8, true),
        (&central, date(2026, 3, 30), 8, false),
        (&central, date(2026, 3, 30), 9, true),
        (&central, date(2026, 10, 23), 18, false),
        (&central, date(2026, 10, 26), 16, true),
        (&central, date(2026, 10, 26), 17, false),
        (&new_york, date(2026, 3, 6), 2, true),
        (&new_york, date(2026, 3, 9), 3, false), // a holiday in Moscow
        (&new_york, date(2026, 3, 10), 2, false),
        (&new_york, date(2026, 3, 10), 3, true),
        (&new_york, date(2026, 10, 30), 12, false),
        (&new_york, date(2026, 11, 2), 10, true),
        (&new_york, date(2026, 11, 2), 11, false),
    ] {
        let instant = zone.to_timestamp(day.at(hour, 0, 0, 0)).unwrap();
        assert_eq!(Calendar::builtin().is_open(instant), open, "{day} {hour}:00 in {zone:?}");
    }
}

#[test]
fn working_saturdays_open_on_demand() {
    let open = Calendar::builtin().open_on_working_saturdays(true);
    check(
        &open,
        &[
            ("2025-10-31 19:00", "2025-11-01 10:00"),
            ("2025-11-01 12:00", "2025-11-01 12:00"),
            ("2025-11-01 19:00", "2025-11-05 10:00"),
            ("2027-02-19 19:00", "2027-02-20 10:00"),
            ("2027-02-20 18:59", "2027-02-20 18:59"),
            ("2027-02-20 19:00", "2027-02-24 10:00"),
            ("2026-11-28 12:00", "2026-11-30 10:00"),
        ],
    );
    check(&open.open_on_working_saturdays(false), &[("2025-11-01 12:00", "2025-11-05 10:00")]);
}

#[test]
fn kinds_of_days() {
    let calendar = Calendar::builtin();
    for (day, kind) in [
        (date(2025, 11, 1), DayKind::WorkingSaturday),
        (date(2025, 11, 8), DayKind::Weekend),
        (date(2025, 3, 8), DayKind::Holiday),
        (date(2026, 5, 9), DayKind::Holiday),
        (date(2026, 1, 9), DayKind::Holiday),
        (date(2026, 11, 24), DayKind::Working),
        (date(2024, 2, 29), DayKind::Working),
        (date(2021, 6, 14), DayKind::Holiday),
        (date(2033, 1, 10), DayKind::Working),
        (date(2033, 5, 10), DayKind::Working),
        (date(2033, 5, 2), DayKind::Holiday),
        (date(9999, 12, 31), DayKind::Working),
        (date(-9999, 1, 1), DayKind::Holiday),
    ] {
        assert_eq!(calendar.day(day), kind, "{day}");
    }
    assert_eq!([2024, 2025, 2026, 2027, 2028].map(|year| calendar.is_decreed(year)), [false, true, true, true, false]);
    assert!(calendar.source(2026).is_some_and(|source| source.contains("1466")) && calendar.source(2030).is_none());
}

#[test]
fn working_time_adds_up() {
    let calendar = Calendar::builtin();
    for (from, to, seconds) in [
        ("2026-11-24T10:00:00+03:00", "2026-11-24T19:00:00+03:00", 9 * 3600),
        ("2026-11-24T00:00:00+03:00", "2026-11-25T00:00:00+03:00", 9 * 3600),
        ("2026-11-24T18:59:59+03:00", "2026-11-25T10:00:01+03:00", 2),
        ("2026-11-25T10:00:01+03:00", "2026-11-24T18:59:59+03:00", -2),
        ("2026-12-30T19:00:00+03:00", "2027-01-11T10:00:00+03:00", 0),
        ("2025-01-01T00:00:00+03:00", "2026-01-01T00:00:00+03:00", (247 - 1) * 9 * 3600),
        ("2026-01-01T00:00:00+03:00", "2027-01-01T00:00:00+03:00", 247 * 9 * 3600),
        ("2027-01-01T00:00:00+03:00", "2028-01-01T00:00:00+03:00", (247 - 1) * 9 * 3600),
    ] {
        assert_eq!(calendar.working_time_between(at(from), at(to)), SignedDuration::from_secs(seconds), "{from} to {to}");
    }
    let all = calendar.working_time_between(Timestamp::MIN, Timestamp::MAX);
    assert_eq!(all, -calendar.working_time_between(Timestamp::MAX, Timestamp::MIN));
}

#[test]
fn the_end_of_time_is_no_panic() {
    let calendar = Calendar::builtin();
    assert!(calendar.next_opening(Timestamp::MIN).is_some());
    assert_eq!(calendar.next_opening(Timestamp::MAX), None);
    assert_eq!(calendar.next_closing(Timestamp::MAX), None);
    assert_eq!(calendar.answer_time(Timestamp::MAX, Lang::Ru), "в рабочее время по Москве");
}

#[test]
fn broken_files_are_refused_with_their_line() {
    let good = "zone: { utc_offset_hours: 3, ru: р, en: e }\nopens: '10:00'\ncloses: '19:00'\nyears:\n  - year: 2026\n    source: s\n    days_off: [2026-01-01]\nby_law:\n  stays: [01-01]\n  moves: [05-09]\n";
    assert!(Calendar::from_yaml("c.yaml", good).is_ok());
    for (old, new, message) in [
        ("opens: '10:00'", "opens: '20:00'", "c.yaml:3: support must close after it opens"),
        ("opens:", "open:", "c.yaml:2:1: unknown field `open`"),
        ("hours: 3", "hours: 33", "c.yaml:1: the offset"),
        ("[2026-01-01]", "[2026-01-03]", "c.yaml:7: 2026-01-03 is not a weekday"),
        ("[2026-01-01]", "[2027-01-01]", "c.yaml:7: 2027-01-01 is not in 2026"),
        ("[2026-01-01]", "[2026-01-01, 2026-01-01]", "c.yaml:7: 2026-01-01 stands here twice"),
        ("[2026-01-01]", "[2026-02-30]", "c.yaml:7:"),
        ("days_off:", "working_saturdays: [2026-01-04]\n    days_off:", "c.yaml:7: 2026-01-04 is not a Saturday"),
        ("days_off:", "working_days: 247\n    days_off:", "c.yaml:5: 2026 comes out with 260 working days, not 247"),
        ("source: s", "source: ''", "c.yaml:5: the year 2026 has no source"),
        ("year: 2026", "year: 0", "c.yaml:5: a year must be from 1 to 9999, found 0"),
        ("by_law:", "  - { year: 2026, source: s, days_off: [] }\nby_law:", "c.yaml:8: the year 2026 stands here twice"),
        ("[01-01]", "[02-29]", "c.yaml:9: \"02-29\" is not a day of every year"),
        ("[05-09]", "[12-31]", "c.yaml:10: a holiday that moves must be from February to November"),
    ] {
        let text = good.replacen(old, new, 1);
        let error = Calendar::from_yaml("c.yaml", &text).unwrap_err().to_string();
        // The second 2026 is told at the first line that names it as `year: 2026`.
        let message = if message.contains("the year 2026 stands") { "the year 2026 stands here twice" } else { message };
        assert!(error.contains(message), "{new}: {error}");
    }
    let long = format!("{good}#{}", "x".repeat(70_000));
    assert!(Calendar::from_yaml("c.yaml", &long).unwrap_err().to_string().contains("the limit is 65536"));
}

#[test]
fn when_a_person_answers() {
    let calendar = Calendar::builtin();
    for (now, ru, en) in [
        ("2026-11-24T12:00:00+03:00", "сегодня до 19:00 по Москве", "today until 19:00 Moscow time"),
        ("2026-11-24T08:00:00+03:00", "сегодня с 10:00 по Москве", "today from 10:00 Moscow time"),
        ("2026-11-23T22:00:00Z", "сегодня с 10:00 по Москве", "today from 10:00 Moscow time"),
        ("2026-11-24T19:00:00+03:00", "завтра, 25 ноября, с 10:00 по Москве", "tomorrow, 25 November, from 10:00 Moscow time"),
        ("2026-11-27T19:00:00+03:00", "в понедельник, 30 ноября, с 10:00 по Москве", "on Monday, 30 November, from 10:00 Moscow time"),
        ("2026-12-31T10:00:00+03:00", "в понедельник, 11 января, с 10:00 по Москве", "on Monday, 11 January, from 10:00 Moscow time"),
        ("2026-05-08T20:00:00+03:00", "во вторник, 12 мая, с 10:00 по Москве", "on Tuesday, 12 May, from 10:00 Moscow time"),
        ("2027-02-19T20:00:00+03:00", "в среду, 24 февраля, с 10:00 по Москве", "on Wednesday, 24 February, from 10:00 Moscow time"),
    ] {
        assert_eq!(calendar.answer_time(at(now), Lang::Ru), ru);
        assert_eq!(calendar.answer_time(at(now), Lang::En), en);
    }
}

#[test]
fn plural_forms() {
    for (minutes, ru, en) in [
        (0, "0 рабочих минут", "0 working minutes"),
        (1, "1 рабочая минута", "1 working minute"),
        (22, "22 рабочие минуты", "22 working minutes"),
        (45, "45 рабочих минут", "45 working minutes"),
        (60, "1 рабочий час", "1 working hour"),
        (61, "1 рабочий час 1 минута", "1 working hour 1 minute"),
        (120, "2 рабочих часа", "2 working hours"),
        (270, "4 рабочих часа 30 минут", "4 working hours 30 minutes"),
        (300, "5 рабочих часов", "5 working hours"),
        (660, "11 рабочих часов", "11 working hours"),
        (1260, "21 рабочий час", "21 working hours"),
        (-120, "2 рабочих часа", "2 working hours"),
    ] {
        assert_eq!(working_time(SignedDuration::from_mins(minutes), Lang::Ru), ru);
        assert_eq!(working_time(SignedDuration::from_mins(minutes), Lang::En), en);
    }
    assert_eq!([0, 1, 4, 5, 14, 111, 112, 121].map(|n| plural(n, "1", "2", "5")), ["5", "1", "2", "5", "5", "5", "5", "1"]);
    assert!(working_time(SignedDuration::MIN, Lang::Ru).contains("рабоч"));
}

#[test]
fn deep_files_are_refused_quickly() {
    let started = std::time::Instant::now();
    for text in ["[".repeat(65_000), "{a: ".repeat(16_000), format!("a: &a [x]\nb: [{}]", "*a, ".repeat(15_000))] {
        assert!(Calendar::from_yaml("c.yaml", &text).is_err());
    }
    assert!(started.elapsed().as_secs() < 10, "{:?}", started.elapsed());
}
