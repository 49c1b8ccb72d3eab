//! A few examples out of any number of tickets, in memory that does not grow.

use support_triage::Lang;

use crate::redact::redact;
use crate::style::safe;

/// A ticket as it may be shown: private data masked, cut to a few lines.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Example {
    pub(crate) id: String,
    pub(crate) text: String,
}

/// Keeps the tickets whose text has the smallest hashes: a fair draw that does not depend on the order of the rows, so the same export always
/// shows the same examples. Tickets that say the same are one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Sample {
    kept: Vec<(u64, Example)>,
}

/// Bytes of a ticket that are masked for an example. Far more than is shown, far less than a log pasted into a ticket.
const READ: usize = 4 << 10;
/// Characters shown.
const SHOWN: usize = 280;

impl Sample {
    /// Offers a ticket. Only one that is kept costs more than its hash, given as `key`.
    pub(crate) fn offer(&mut self, size: usize, key: u64, id: &str, text: &str, lang: Lang) {
        let at = match self.kept.binary_search_by_key(&key, |(key, _)| *key) {
            Err(at) if at < size => at,
            _ => return,
        };
        self.kept.insert(at, (key, Example { id: id.chars().take(40).collect(), text: shown(text, SHOWN, lang) }));
        self.kept.truncate(size);
    }

    pub(crate) fn examples(&self) -> impl Iterator<Item = &Example> {
        self.kept.iter().map(|(_, example)| example)
    }
}

/// A hash of what a ticket says, whatever its spaces and capitals (FNV-1a with a last mix, since the smallest values are taken). Reads the first 4 KiB.
pub(crate) fn key(text: &str) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for c in head(text).chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase) {
        hash = (hash ^ u64::from(c)).wrapping_mul(0x0100_0000_01b3);
    }
    hash = (hash ^ (hash >> 32)).wrapping_mul(0xd6e8_feb8_6659_fd93);
    hash ^ (hash >> 32)
}

/// A text with private data masked, on one line, cut at a word after at most `most` characters.
pub(crate) fn shown(text: &str, most: usize, lang: Lang) -> String {
    let start = head(text);
    cut(&redact(start, lang), start.len() == text.len(), most)
}

/// The same with nothing masked.
pub(crate) fn line(text: &str, most: usize) -> String {
    let start = head(text);
    cut(start, start.len() == text.len(), most)
}

/// `whole`: the text is not only the start of a longer one.
fn cut(text: &str, whole: bool, most: usize) -> String {
    // The subject and the body are lines of their own; run together they could not be told apart.
    let lines = text.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" ")).filter(|line| !line.is_empty());
    let line = lines.collect::<Vec<_>>().join(" / ");
    let line = safe(&line);
    let mut rest = line.chars();
    let mut out: String = rest.by_ref().take(most).collect();
    let next = rest.next();
    if next.is_none() && whole {
        return out;
    }
    if next.is_some_and(|next| next != ' ') {
        out.truncate(out.rfind(' ').unwrap_or(out.len()));
    }
    out.truncate(out.trim_end().len());
    out + "…"
}

/// The start of a text that ends with a whole word: half a password would not be known as one.
fn head(text: &str) -> &str {
    if text.len() <= READ {
        return text;
    }
    let mut end = READ;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text[..end].rfind(char::is_whitespace).map_or("", |space| &text[..space])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draw(texts: &[&str]) -> Vec<String> {
        let mut sample = Sample::default();
        for (at, text) in texts.iter().enumerate() {
            sample.offer(3, key(text), &at.to_string(), text, Lang::Ru);
        }
        sample.examples().map(|example| example.text.clone()).collect()
    }

    #[test]
    fn the_draw_does_not_depend_on_the_order_and_has_no_doubles() {
        let texts = ["один", "два", "три", "четыре", "пять", "Пять", "п я т ь", "шесть"];
        let mut turned = texts;
        turned.reverse();
        let (first, second) = (draw(&texts), draw(&turned));
        let plain = |texts: &[String]| texts.iter().map(|text| text.to_lowercase().replace(' ', "")).collect::<Vec<_>>();
        assert_eq!(plain(&first), plain(&second));
        assert_eq!(first.len(), 3);
        assert_eq!(draw(&["пять", "Пять", "п я т ь"]), ["пять"]);
    }

    #[test]
    fn long_texts_are_cut_at_a_word() {
        assert_eq!(shown("раз  два\nтри", 280, Lang::Ru), "раз два / три");
        assert_eq!(shown("раз два три", 8, Lang::Ru), "раз два…");
        assert_eq!(shown("раздватри", 5, Lang::Ru), "раздв…");
        assert_eq!(shown("раз\u{202E}два", 280, Lang::Ru), "раз·два");
        let long = "слово ".repeat(100_000);
        let cut = shown(&long, 280, Lang::Ru);
        assert!(cut.chars().count() <= 281 && cut.ends_with("слово…"), "{cut}");
        assert_eq!(shown(&"я".repeat(100_000), 280, Lang::Ru), "…");
    }

    #[test]
    fn what_is_shown_is_masked() {
        let text = shown("Пишите на ivan.petrov@example.com, пароль: Qwerty123!", 280, Lang::Ru);
        assert!(!text.contains("ivan.petrov") && !text.contains("Qwerty123"), "{text}");
    }
}
