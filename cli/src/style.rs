//! Colours.

use anstyle::{AnsiColor, Style};
use support_triage::Verdict;

pub(crate) const ERROR: Style = AnsiColor::Red.on_default().bold();
pub(crate) const GOOD: Style = AnsiColor::Green.on_default();
pub(crate) const WARN: Style = AnsiColor::Yellow.on_default();
pub(crate) const BAD: Style = AnsiColor::Red.on_default();
pub(crate) const DIM: Style = Style::new().dimmed();
pub(crate) const BOLD: Style = Style::new().bold();
pub(crate) const MARK: Style = AnsiColor::Cyan.on_default().underline();

pub(crate) fn of(verdict: Verdict) -> Style {
    match verdict {
        Verdict::InScope => GOOD,
        Verdict::OutOfScope => BAD,
        Verdict::Undetermined => WARN,
    }
}

/// Text that a terminal can be shown: control characters and direction marks as `·`.
pub(crate) fn safe(text: &str) -> String {
    text.chars()
        .map(|c| {
            if c.is_control() || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}') {
                '·'
            } else {
                c
            }
        })
        .collect()
}
