//! Numbers, shares and dates as the reader's language writes them.

use jiff::civil::Date;
use support_triage::Lang;

/// Writes for a reader of one language.
#[derive(Clone, Copy)]
pub(crate) struct Words(pub(crate) Lang);

impl Words {
    pub(crate) fn say(self, ru: &'static str, en: &'static str) -> &'static str {
        match self.0 {
            Lang::Ru => ru,
            Lang::En => en,
        }
    }

    /// With thin spaces between thousands.
    pub(crate) fn number(self, number: u64) -> String {
        let digits = number.to_string();
        let groups = digits.as_bytes().rchunks(3).rev().map(String::from_utf8_lossy);
        groups.collect::<Vec<_>>().join("\u{202F}")
    }

    /// A share with one decimal, `–` of nothing.
    pub(crate) fn percent(self, part: u64, whole: u64) -> String {
        if whole == 0 {
            return "–".to_string();
        }
        let text = format!("{:.1}\u{A0}%", part as f64 * 100.0 / whole as f64);
        self.decimal(text)
    }

    pub(crate) fn decimal(self, text: String) -> String {
        if self.0 == Lang::Ru { text.replace('.', ",") } else { text }
    }

    pub(crate) fn date(self, date: Date) -> String {
        match self.0 {
            Lang::Ru => format!("{:02}.{:02}.{}", date.day(), date.month(), date.year()),
            Lang::En => date.to_string(),
        }
    }

    /// The name of an ISO week, such as `2026-W32`.
    pub(crate) fn week(self, monday: Date) -> String {
        let week = monday.iso_week_date();
        match self.0 {
            Lang::Ru => format!("{} нед. {}", week.year(), week.week()),
            Lang::En => format!("{}-W{:02}", week.year(), week.week()),
        }
    }

    pub(crate) fn verdict(self, verdict: usize) -> &'static str {
        match verdict {
            0 => self.say("поддержка берёт", "support takes"),
            1 => self.say("поддержка не берёт", "support refuses"),
            _ => self.say("решает человек", "left to a person"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_the_reader_is_used_to() {
        let (ru, en) = (Words(Lang::Ru), Words(Lang::En));
        for (number, text) in [(0, "0"), (999, "999"), (1000, "1\u{202F}000"), (1234567, "1\u{202F}234\u{202F}567")] {
            assert_eq!(ru.number(number), text);
        }
        assert_eq!(ru.percent(1, 3), "33,3\u{A0}%");
        assert_eq!(en.percent(1, 3), "33.3\u{A0}%");
        assert_eq!(en.percent(0, 0), "–");
        // The first days of January may belong to the last week of the year before.
        assert_eq!(en.week(jiff::civil::date(2020, 12, 28)), "2020-W53");
    }
}
