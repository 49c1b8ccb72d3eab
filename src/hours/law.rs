//! Days off of a year by the Labour Code alone, for years whose decree is not known.

use jiff::civil::Date;

use super::file::is_weekday;

/// Public holidays, as month and day.
#[derive(Debug)]
pub(super) struct Holidays {
    /// A weekend under these moves only by decree.
    pub(super) stays: Vec<(i8, i8)>,
    /// A weekend under these moves to the next working day. February to November.
    pub(super) moves: Vec<(i8, i8)>,
}

impl Holidays {
    /// Whether a date is a public holiday itself, not a day off for one.
    pub(super) fn contains(&self, date: Date) -> bool {
        let day = (date.month(), date.day());
        self.stays.contains(&day) || self.moves.contains(&day)
    }

    /// The weekdays off in `year`, sorted.
    pub(super) fn days_off(&self, year: i16) -> Vec<Date> {
        let on_year =
            |days: &[(i8, i8)]| -> Vec<Date> { days.iter().filter_map(|&(month, day)| Date::new(year, month, day).ok()).collect() };
        let moving = on_year(&self.moves);
        let mut off: Vec<Date> = on_year(&self.stays).into_iter().chain(moving.iter().copied()).filter(|&date| is_weekday(date)).collect();
        for holiday in moving.into_iter().filter(|&date| !is_weekday(date)) {
            let mut date = holiday;
            while let Ok(next) = date.tomorrow() {
                date = next;
                if is_weekday(date) && !off.contains(&date) {
                    off.push(date);
                    break;
                }
            }
        }
        off.sort_unstable();
        off.dedup();
        off
    }
}
