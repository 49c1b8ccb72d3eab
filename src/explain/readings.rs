//! Words that were read otherwise than typed.

use crate::matcher::Scan;
use crate::span::Span;

/// A word of the ticket that was understood as another: a misprint, the wrong keyboard layout, transliteration, look-alike or stretched letters.
///
/// # Examples
///
/// ```
/// use support_triage::Classifier;
///
/// let ticket = "ghbdtn, portal ne otkryvaetsya posle, резрвная копия";
/// let explanation = Classifier::builtin().explain(ticket);
/// let read: Vec<(&str, &str)> = explanation.readings().iter().map(|reading| (reading.span().slice(ticket), reading.word())).collect();
/// assert!(read.contains(&("ghbdtn", "привет")));
/// assert!(read.contains(&("otkryvaetsya", "открывается")));
/// assert!(read.contains(&("резрвная", "резервная")));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    span: Span,
    word: String,
}

impl Reading {
    /// Where the word stands in the ticket, in bytes.
    pub fn span(&self) -> Span {
        self.span
    }

    /// The word it was read as, in lower case and with «е» for «ё».
    pub fn word(&self) -> &str {
        &self.word
    }
}

/// Most readings that are kept: a whole ticket in the wrong layout is told by its first words.
const MOST: usize = 200;

pub(super) fn of(ticket: &str, scan: &Scan) -> Vec<Reading> {
    let mut out = Vec::new();
    for (at, token) in scan.cut.tokens.iter().enumerate() {
        let word = &*scan.resolved(at).word;
        let span = scan.text.span(token.start as usize, token.end as usize);
        if !word.is_empty() && !same(span.slice(ticket), word) {
            out.push(Reading { span, word: word.to_string() });
            if out.len() == MOST {
                break;
            }
        }
    }
    out
}

/// Whether a word differs from what was typed in no more than case and «ё».
fn same(typed: &str, word: &str) -> bool {
    let plain = |c: char| if c == 'ё' { 'е' } else { c };
    typed.chars().flat_map(char::to_lowercase).map(plain).eq(word.chars())
}
