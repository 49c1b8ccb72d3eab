//! Working hours in words: when a person will answer, and how much working time that is.

use jiff::civil::{Date, Weekday};
use jiff::{SignedDuration, Timestamp};

use super::calendar::Calendar;
use crate::verdict::Lang;

impl Calendar {
    /// When a person will answer a ticket of the instant `now`, as the end of a sentence: `в понедельник, 11 января, с 10:00 по Москве`.
    ///
    /// Today and tomorrow are those of the calendar's own time zone, which the text names. A working Saturday counts as the calendar has it set.
    ///
    /// # Examples
    ///
    /// ```
    /// use support_triage::{Lang, hours::Calendar};
    ///
    /// let calendar = Calendar::builtin();
    /// let new_year = "2026-12-31T12:00:00+03:00".parse()?;
    /// assert_eq!(calendar.answer_time(new_year, Lang::Ru), "в понедельник, 11 января, с 10:00 по Москве");
    /// assert_eq!(calendar.answer_time(new_year, Lang::En), "on Monday, 11 January, from 10:00 Moscow time");
    /// # Ok::<(), jiff::Error>(())
    /// ```
    pub fn answer_time(&self, now: Timestamp, lang: Lang) -> String {
        let zone = self.zone(lang);
        let today = self.local(now).date();
        let opening = self.next_opening(now).map(|at| self.local(at));
        // Without a next opening the days are over; what is said then hardly matters, but must not be a panic.
        let Some(opening) = opening else {
            return match lang {
                Lang::Ru => format!("в рабочее время {zone}"),
                Lang::En => format!("in working hours, {zone}"),
            };
        };
        let closing = self.next_closing(now).map(|at| self.local(at));
        if let Some(closing) = closing.filter(|_| self.is_open(now)) {
            let time = closing.time().strftime("%H:%M");
            return match lang {
                Lang::Ru => format!("сегодня до {time} {zone}"),
                Lang::En => format!("today until {time} {zone}"),
            };
        }
        let (date, time) = (opening.date(), opening.time().strftime("%H:%M"));
        match (lang, date == today, today.tomorrow().is_ok_and(|tomorrow| tomorrow == date)) {
            (Lang::Ru, true, _) => format!("сегодня с {time} {zone}"),
            (Lang::En, true, _) => format!("today from {time} {zone}"),
            (Lang::Ru, _, true) => format!("завтра, {}, с {time} {zone}", day_month(date, lang)),
            (Lang::En, _, true) => format!("tomorrow, {}, from {time} {zone}", day_month(date, lang)),
            (Lang::Ru, ..) => format!("{}, {}, с {time} {zone}", on_weekday(date, lang), day_month(date, lang)),
            (Lang::En, ..) => format!("{}, {}, from {time} {zone}", on_weekday(date, lang), day_month(date, lang)),
        }
    }
}

/// The form of a Russian word that goes with a number: `one` with 1, 21, 31; `few` with 2–4, 22–24; `many` with 0, 5–20, 25.
///
/// # Examples
///
/// ```
/// use support_triage::hours::plural;
///
/// let days = |count| plural(count, "день", "дня", "дней");
/// assert_eq!([days(1), days(3), days(11), days(21)], ["день", "дня", "дней", "день"]);
/// ```
pub fn plural<'a>(count: u64, one: &'a str, few: &'a str, many: &'a str) -> &'a str {
    match (count % 10, count % 100) {
        (_, 11..=14) => many,
        (1, _) => one,
        (2..=4, _) => few,
        _ => many,
    }
}

/// An amount of working time in words, rounded to whole minutes: `2 рабочих часа`, `45 рабочих минут`, `1 рабочий час 30 минут`.
///
/// A negative amount is said without its sign: it is the same time the other way round.
///
/// # Examples
///
/// ```
/// use jiff::SignedDuration;
/// use support_triage::{Lang, hours::working_time};
///
/// assert_eq!(working_time(SignedDuration::from_hours(5), Lang::Ru), "5 рабочих часов");
/// assert_eq!(working_time(SignedDuration::from_mins(90), Lang::En), "1 working hour 30 minutes");
/// ```
pub fn working_time(amount: SignedDuration, lang: Lang) -> String {
    // Half a minute rounds up; seconds of a 64-bit duration leave room for that.
    let minutes = amount.unsigned_abs().as_secs().saturating_add(30) / 60;
    let (hours, minutes) = (minutes / 60, minutes % 60);
    let working = |count: u64, unit: &str| if count == 1 { format!("1 working {unit}") } else { format!("{count} working {unit}s") };
    let minutes_ru = plural(minutes, "минута", "минуты", "минут");
    match (lang, hours, minutes) {
        (Lang::Ru, 0, _) => format!("{minutes} {} {minutes_ru}", plural(minutes, "рабочая", "рабочие", "рабочих")),
        (Lang::Ru, _, 0) => hours_ru(hours),
        (Lang::Ru, ..) => format!("{} {minutes} {minutes_ru}", hours_ru(hours)),
        (Lang::En, 0, _) => working(minutes, "minute"),
        (Lang::En, _, 0) => working(hours, "hour"),
        (Lang::En, ..) => format!("{} {minutes} {}", working(hours, "hour"), if minutes == 1 { "minute" } else { "minutes" }),
    }
}

fn hours_ru(hours: u64) -> String {
    format!("{hours} {}", plural(hours, "рабочий час", "рабочих часа", "рабочих часов"))
}

/// A date as people say it in a sentence: `11 января`, `11 January`.
pub(crate) fn day_month(date: Date, lang: Lang) -> String {
    const RU: [&str; 12] =
        ["января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря"];
    const EN: [&str; 12] =
        ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
    let names = if lang == Lang::Ru { RU } else { EN };
    let month = usize::try_from(date.month() - 1).unwrap_or(0).min(11);
    format!("{} {}", date.day(), names[month])
}

/// A weekday with its preposition: Russian has «во вторник» beside «в среду».
fn on_weekday(date: Date, lang: Lang) -> &'static str {
    let (ru, en) = match date.weekday() {
        Weekday::Monday => ("в понедельник", "on Monday"),
        Weekday::Tuesday => ("во вторник", "on Tuesday"),
        Weekday::Wednesday => ("в среду", "on Wednesday"),
        Weekday::Thursday => ("в четверг", "on Thursday"),
        Weekday::Friday => ("в пятницу", "on Friday"),
        Weekday::Saturday => ("в субботу", "on Saturday"),
        Weekday::Sunday => ("в воскресенье", "on Sunday"),
    };
    if lang == Lang::Ru { ru } else { en }
}
