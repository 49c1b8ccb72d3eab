//! Terms: the little language of patterns in rule files (see `rules/README.md`).

use std::collections::HashMap;

use crate::limits::{Limits, WORD_CHARS};
use crate::text::Text;
use crate::token::Cut;
use crate::token::stem::is_cyrillic;
use crate::words::Words;

/// What one word of a term matches; the number is that of a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Atom {
    /// The word in any of its forms.
    Any(u32),
    /// This form only.
    Exact(u32),
    /// Words that begin so.
    Prefix(u32),
}

impl Atom {
    /// The number of its kind, and that of its word.
    fn parts(self) -> (usize, u32) {
        match self {
            Atom::Any(word) => (0, word),
            Atom::Exact(word) => (1, word),
            Atom::Prefix(word) => (2, word),
        }
    }
}

/// One place of a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Place(u32);

impl Place {
    const GAP: u32 = 1;
    const FIRST: u32 = 2;

    /// The number of what may stand here.
    pub(crate) fn slot(self) -> u32 {
        self.0 >> 2
    }

    /// Whether other words may stand before it.
    pub(crate) fn gap(self) -> bool {
        self.0 & Place::GAP != 0
    }
}

/// A parsed term: one or more sequences of places, any of which is a match. The first place of each has no gap.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct Term {
    places: Box<[Place]>,
}

impl Term {
    /// The sequences, none of them empty.
    pub(crate) fn variants(&self) -> impl Iterator<Item = &[Place]> {
        self.places.chunk_by(|_, next| next.0 & Place::FIRST == 0)
    }

    /// Places of the longest variant.
    pub(crate) fn words(&self) -> usize {
        self.variants().map(<[Place]>::len).max().unwrap_or(0)
    }
}

/// What may stand at places of terms. A policy has twice as many places as terms, so equal ones have one number, and so have equal words.
#[derive(Clone, Debug, Default)]
pub(crate) struct Slots {
    pub(crate) words: Words,
    atoms: Vec<Atom>,
    /// Where each slot ends in `atoms`.
    ends: Vec<u32>,
}

impl Slots {
    /// Any of these may stand at a place: the atoms of one slot after the other, by their numbers. None is empty.
    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = &[Atom]> {
        (0..self.ends.len()).map(|at| &self.atoms[if at == 0 { 0 } else { self.ends[at - 1] as usize }..self.ends[at] as usize])
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

/// Reads terms.
pub(crate) struct Reader<'a> {
    limits: &'a Limits,
    slots: Slots,
    /// The slots of one atom, by its word and kind: nearly all are such.
    single: Vec<[Option<u32>; 3]>,
    several: HashMap<Box<[Atom]>, Option<u32>>,
    /// The term at hand: its variants, and the words of an item.
    variants: Vec<Vec<Place>>,
    atoms: Vec<Atom>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(limits: &'a Limits) -> Reader<'a> {
        Reader { limits, slots: Slots::default(), single: Vec::new(), several: HashMap::new(), variants: Vec::new(), atoms: Vec::new() }
    }

    /// What stands at the places of all terms that were read.
    pub(crate) fn slots(self) -> Slots {
        self.slots
    }

    /// Parses a term as written.
    pub(crate) fn parse(&mut self, written: &str) -> Result<Term, Refusal> {
        if written.chars().count() > self.limits.term_chars {
            return refuse(
                "E053",
                format!("the term has {} characters, the limit is {}", written.chars().count(), self.limits.term_chars),
                "split it into several terms",
            );
        }
        self.variants.truncate(1);
        match self.variants.first_mut() {
            Some(first) => first.clear(),
            None => self.variants.push(Vec::new()),
        }
        let mut gap = false;
        for item in written.split_whitespace() {
            if item == "…" || item == "..." {
                if gap || self.variants[0].is_empty() {
                    return refuse("E052", "a gap must stand between two words", "write `слово … слово`");
                }
                gap = true;
                continue;
            }
            let any = if item.contains('|') { self.choice(item, gap)? } else { self.item(item, gap)? };
            gap &= !any;
        }
        if gap {
            return refuse("E052", "a gap must stand between two words", "write `слово … слово`");
        }
        let words = self.variants.iter().map(Vec::len).max().unwrap_or(0);
        if words == 0 {
            return refuse(
                "E051",
                format!("nothing is left of the term \"{written}\" after folding"),
                "a term needs at least one letter or digit",
            );
        }
        if words > self.limits.term_words {
            return refuse(
                "E053",
                format!("the term has {words} words, the limit is {}", self.limits.term_words),
                "keep its telling words",
            );
        }
        self.variants.iter_mut().filter_map(|variant| variant.first_mut()).for_each(|first| first.0 |= Place::FIRST);
        let places = match &self.variants[..] {
            [only] => only.as_slice().into(),
            several => several.concat().into(),
        };
        Ok(Term { places })
    }

    /// Appends an item without alternatives; whether there is any word in it.
    fn item(&mut self, item: &str, gap: bool) -> Result<bool, Refusal> {
        self.atoms.clear();
        self.read(item)?;
        for at in 0..self.atoms.len() {
            let place = self.place(at..at + 1, gap && at == 0);
            self.variants.iter_mut().for_each(|variant| variant.push(place));
        }
        Ok(!self.atoms.is_empty())
    }

    /// Appends an item with alternatives: all of one word stand at one place, each of several words makes variants of its own.
    fn choice(&mut self, item: &str, gap: bool) -> Result<bool, Refusal> {
        let (mut single, mut choices): (Vec<Atom>, Vec<Vec<Place>>) = (Vec::new(), Vec::new());
        for alternative in item.split('|') {
            self.atoms.clear();
            self.read(alternative)?;
            match self.atoms.len() {
                0 => return refuse("E051", format!("an empty alternative in `{item}`"), "delete the `|`, or put a word there"),
                1 => single.append(&mut self.atoms),
                words => choices.push((0..words).map(|at| self.place(at..at + 1, gap && at == 0)).collect()),
            }
        }
        if !single.is_empty() {
            self.atoms = single;
            let words = &self.slots.words;
            self.atoms.sort_by_key(|atom| (atom.parts().0, words.get(atom.parts().1)));
            self.atoms.dedup();
            choices.push(vec![self.place(0..self.atoms.len(), gap)]);
        }
        if let [choice] = &choices[..] {
            self.variants.iter_mut().for_each(|variant| variant.extend(choice));
            return Ok(true);
        }
        let extended = self.variants.iter().flat_map(|variant| choices.iter().map(|choice| [&variant[..], choice].concat()));
        self.variants = extended.collect();
        if self.variants.len() > VARIANTS {
            return refuse(
                "E053",
                format!("the alternatives of several words make more than {VARIANTS} combinations"),
                "write some of them as terms of their own",
            );
        }
        Ok(true)
    }

    /// The place of some of the atoms at hand.
    fn place(&mut self, atoms: std::ops::Range<usize>, gap: bool) -> Place {
        let Slots { words, atoms: all, ends } = &mut self.slots;
        let atoms = &self.atoms[atoms];
        let known = match *atoms {
            [atom] => {
                self.single.resize(words.len(), [None; 3]);
                let (kind, word) = atom.parts();
                &mut self.single[word as usize][kind]
            }
            _ => self.several.entry(atoms.into()).or_insert(None),
        };
        let slot = *known.get_or_insert_with(|| {
            all.extend_from_slice(atoms);
            ends.push(all.len() as u32);
            ends.len() as u32 - 1
        });
        Place((slot << 2) | (u32::from(gap) * Place::GAP))
    }

    /// Appends the words of one item or alternative to the atoms at hand: `php-fpm` has two.
    fn read(&mut self, item: &str) -> Result<(), Refusal> {
        let (exact, body) = match item.strip_prefix('=') {
            Some(body) => (true, body),
            None => (false, item),
        };
        let (prefix, body) = match body.strip_suffix('*') {
            Some(body) => (true, body),
            None => (false, body),
        };
        let mut add = |word: &str, prefix: bool| {
            if prefix && word.chars().count() < PREFIX_CHARS {
                let help = format!("give at least {PREFIX_CHARS} letters before `*`");
                return refuse("E052", format!("`{item}` begins too many words"), help);
            }
            let number = self.slots.words.insert(word);
            self.atoms.push(match (prefix, exact || !is_cyrillic(word)) {
                (true, _) => Atom::Prefix(number),
                (false, true) => Atom::Exact(number),
                (false, false) => Atom::Any(number),
            });
            Ok(())
        };
        // Small letters and digits are one word as they stand.
        let letter = |c| matches!(c, 'а'..='я' | 'a'..='z' | '0'..='9' | '_');
        if (1..=WORD_CHARS).contains(&body.chars().count()) && body.chars().all(letter) {
            return add(body, prefix);
        }
        if body.chars().filter(|c| c.is_alphanumeric()).count() > WORD_CHARS {
            return refuse("E052", format!("no word has more than {WORD_CHARS} letters"), "shorten it, or use a prefix");
        }
        let (mut text, mut cut) = (Text::default(), Cut::default());
        text.read(body);
        cut.read(&text.folded, text.zones(), &[false; 128]);
        if cut.tokens.last().is_some_and(|last| last.sentence > 0) {
            return refuse("E052", format!("`{item}` reaches over the end of a sentence, which no term does"), "leave the mark out");
        }
        let last = cut.tokens.len().saturating_sub(1);
        cut.tokens.iter().enumerate().try_for_each(|(at, token)| add(token.word(&text), prefix && at == last))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(written: &str) -> String {
        let limits = Limits::default();
        let mut reader = Reader::new(&limits);
        let term = match reader.parse(written) {
            Err((code, ..)) => return code.to_string(),
            Ok(term) => term,
        };
        let slots = reader.slots();
        let atom = |atom: &Atom| match *atom {
            Atom::Any(word) => slots.words.get(word).to_string(),
            Atom::Exact(word) => format!("={}", slots.words.get(word)),
            Atom::Prefix(word) => format!("{}*", slots.words.get(word)),
        };
        let place = |place: &Place| {
            let atoms: Vec<String> = slots.iter().nth(place.slot() as usize).unwrap().iter().map(atom).collect();
            format!("{}{}", if place.gap() { "… " } else { "" }, atoms.join("|"))
        };
        let variants: Vec<String> = term.variants().map(|variant| variant.iter().map(place).collect::<Vec<_>>().join(" ")).collect();
        variants.join(" / ")
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
        let mut strict = Reader::new(&limits);
        assert!(strict.parse("а б в").is_ok());
        assert_eq!(strict.parse("а б в г").unwrap_err().0, "E053");
        assert!(strict.parse(&"ж".repeat(20)).is_ok());
        assert_eq!(strict.parse(&"ж".repeat(21)).unwrap_err().0, "E053");
        let usual = Limits::default();
        let mut usual = Reader::new(&usual);
        assert!(usual.parse(&"ж".repeat(64)).is_ok());
        assert_eq!(usual.parse(&"ж".repeat(65)).unwrap_err().0, "E052");
    }
}
