//! Terms: the little language of patterns in rule files (see `rules/README.md`).

use crate::limits::{Limits, WORD_CHARS};
use crate::text::Text;
use crate::token::Cut;

/// What one word of a term matches.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Atom {
    /// The word in any of its forms.
    Any(String),
    /// This form only.
    Exact(String),
    /// Words that begin so.
    Prefix(String),
}

/// One place of a term.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Slot {
    /// Whether other words may stand before this one.
    pub(crate) gap: bool,
    /// Any of these; sorted, never empty.
    pub(crate) atoms: Vec<Atom>,
}

/// A parsed term: one or more sequences of slots, any of which is a match. Each has at least one slot, the first without a gap.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Term {
    pub(crate) variants: Vec<Vec<Slot>>,
}

impl Term {
    /// Slots of the longest variant.
    pub(crate) fn words(&self) -> usize {
        self.variants.iter().map(Vec::len).max().unwrap_or(0)
    }
}

/// Why a term is refused: code, message, help.
pub(crate) type Refusal = (&'static str, String, String);

fn refuse<T>(code: &'static str, message: impl Into<String>, help: impl Into<String>) -> Result<T, Refusal> {
    Err((code, message.into(), help.into()))
}

/// Shortest prefix, in characters.
const PREFIX_CHARS: usize = 2;

/// Most sequences that alternatives of several words («кто-то|ктото») may make of one term.
const VARIANTS: usize = 32;

/// Parses a term as written.
pub(crate) fn parse(written: &str, limits: &Limits) -> Result<Term, Refusal> {
    if written.chars().count() > limits.term_chars {
        return refuse(
            "E053",
            format!("the term has {} characters, the limit is {}", written.chars().count(), limits.term_chars),
            "split it into several terms",
        );
    }
    let mut variants: Vec<Vec<Slot>> = vec![Vec::new()];
    let mut gap = false;
    for item in written.split_whitespace() {
        if item == "…" || item == "..." {
            if gap || variants[0].is_empty() {
                return refuse("E052", "a gap must stand between two words", "write `слово … слово`");
            }
            gap = true;
            continue;
        }
        let choices = choices(item)?;
        if choices.is_empty() {
            continue;
        }
        let gap = std::mem::take(&mut gap);
        if let [choice] = &choices[..] {
            for variant in &mut variants {
                variant.extend(choice.iter().enumerate().map(|(at, atoms)| Slot { gap: gap && at == 0, atoms: atoms.clone() }));
            }
            continue;
        }
        let extended = variants.iter().flat_map(|variant| {
            choices.iter().map(move |choice| {
                let slots = choice.iter().enumerate().map(|(at, atoms)| Slot { gap: gap && at == 0, atoms: atoms.clone() });
                variant.iter().cloned().chain(slots).collect()
            })
        });
        variants = extended.collect();
        if variants.len() > VARIANTS {
            return refuse(
                "E053",
                format!("the alternatives of several words make more than {VARIANTS} combinations"),
                "write some of them as terms of their own",
            );
        }
    }
    if gap {
        return refuse("E052", "a gap must stand between two words", "write `слово … слово`");
    }
    let term = Term { variants };
    if term.words() == 0 {
        return refuse(
            "E051",
            format!("nothing is left of the term \"{written}\" after folding"),
            "a term needs at least one letter or digit",
        );
    }
    if term.words() > limits.term_words {
        return refuse(
            "E053",
            format!("the term has {} words, the limit is {}", term.words(), limits.term_words),
            "keep its telling words",
        );
    }
    Ok(term)
}

/// The ways to fill the place of one item: all alternatives of one word together, and each of several words on its own.
fn choices(item: &str) -> Result<Vec<Vec<Vec<Atom>>>, Refusal> {
    let (mut single, mut out) = (Vec::new(), Vec::new());
    let alternatives: Vec<&str> = item.split('|').collect();
    for alternative in &alternatives {
        let mut words = atoms(alternative)?;
        match words.len() {
            0 if alternatives.len() > 1 => {
                return refuse("E051", format!("an empty alternative in `{item}`"), "delete the `|`, or put a word there");
            }
            0 => {}
            1 => single.append(&mut words),
            _ => out.push(words.into_iter().map(|atom| vec![atom]).collect()),
        }
    }
    single.sort();
    single.dedup();
    if !single.is_empty() {
        out.push(vec![single]);
    }
    Ok(out)
}

/// The words of one item: `php-fpm` has two.
fn atoms(item: &str) -> Result<Vec<Atom>, Refusal> {
    let (exact, body) = match item.strip_prefix('=') {
        Some(body) => (true, body),
        None => (false, item),
    };
    let (prefix, body) = match body.strip_suffix('*') {
        Some(body) => (true, body),
        None => (false, body),
    };
    // Small letters and digits are one word as they stand.
    let letters = |c| matches!(c, 'а'..='я' | 'a'..='z' | '0'..='9' | '_');
    let words = if (1..=WORD_CHARS).contains(&body.chars().count()) && body.chars().all(letters) {
        vec![body.to_string()]
    } else if body.chars().filter(|c| c.is_alphanumeric()).count() > WORD_CHARS {
        return refuse("E052", format!("no word has more than {WORD_CHARS} letters"), "shorten it, or use a prefix");
    } else {
        let (mut text, mut cut) = (Text::default(), Cut::default());
        text.read(body);
        cut.read(&text.folded, text.zones(), &[false; 128]);
        if cut.tokens.last().is_some_and(|last| last.sentence > 0) {
            return refuse("E052", format!("`{item}` reaches over the end of a sentence, which no term does"), "leave the mark out");
        }
        cut.tokens.iter().map(|token| token.word(&text).to_string()).collect()
    };
    let last = words.len().saturating_sub(1);
    let mut out = Vec::new();
    for (at, word) in words.into_iter().enumerate() {
        out.push(if prefix && at == last {
            if word.chars().count() < PREFIX_CHARS {
                return refuse(
                    "E052",
                    format!("`{item}` begins too many words"),
                    format!("give at least {PREFIX_CHARS} letters before `*`"),
                );
            }
            Atom::Prefix(word)
        } else if exact || !crate::token::stem::is_cyrillic(&word) {
            Atom::Exact(word)
        } else {
            Atom::Any(word)
        });
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(written: &str) -> String {
        match parse(written, &Limits::default()) {
            Err((code, ..)) => code.to_string(),
            Ok(term) => {
                let sequence = |slots: &Vec<Slot>| {
                    let slots = slots.iter().map(|slot| {
                        let atoms = slot.atoms.iter().map(|atom| match atom {
                            Atom::Any(word) => word.clone(),
                            Atom::Exact(word) => format!("={word}"),
                            Atom::Prefix(word) => format!("{word}*"),
                        });
                        format!("{}{}", if slot.gap { "… " } else { "" }, atoms.collect::<Vec<_>>().join("|"))
                    });
                    slots.collect::<Vec<_>>().join(" ")
                };
                term.variants.iter().map(sequence).collect::<Vec<_>>().join(" / ")
            }
        }
    }

    #[test]
    fn terms() {
        let rows = [
            ("сервер", "сервер"),
            ("Сбросить  Кэш", "сбросить кэш"),
            ("сбросить … кеш", "сбросить … кеш"),
            ("php-fpm", "=php =fpm"),
            ("=логи", "=логи"),
            ("обнов*", "обнов*"),
            ("поставить|установить nginx", "поставить|установить =nginx"),
            ("ещё", "еще"),
            ("ERROR_WRONG_CODE", "=error_wrong_code"),
            ("", "E051"),
            ("—", "E051"),
            ("\u{301}", "E051"),
            ("а|", "E051"),
            ("… кеш", "E052"),
            ("кеш …", "E052"),
            ("о*", "E052"),
            ("поднять php-fpm|nginx", "поднять =php =fpm / поднять =nginx"),
            ("да!нет", "E052"),
        ];
        for (written, want) in rows {
            assert_eq!(shown(written), want, "{written:?}");
        }
    }

    #[test]
    fn limits_on_both_sides() {
        let limits = Limits { term_words: 3, term_chars: 20, ..Limits::default() };
        assert!(parse("а б в", &limits).is_ok());
        assert_eq!(parse("а б в г", &limits).unwrap_err().0, "E053");
        assert!(parse(&"ж".repeat(20), &limits).is_ok());
        assert_eq!(parse(&"ж".repeat(21), &limits).unwrap_err().0, "E053");
        assert!(parse(&"ж".repeat(64), &Limits::default()).is_ok());
        assert_eq!(parse(&"ж".repeat(65), &Limits::default()).unwrap_err().0, "E052");
    }
}
