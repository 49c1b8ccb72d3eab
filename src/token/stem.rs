//! Stems of Russian words, by Snowball's algorithm.
//!
//! Every step of the algorithm takes letters off the end, so a stem is a part of its word and costs no memory. The general Snowball runtime took
//! 22 % of the instructions between start and first answer, so the steps are spelled out here, over letter numbers
//! with the endings as masks. A test holds it to the reference implementation.

use std::sync::LazyLock;

use crate::limits::WORD_CHARS;

/// The stem of a folded word (lower case, no ё); a word that is not Russian, and one longer than [`WORD_CHARS`], is its own stem.
pub(crate) fn stem(word: &str) -> &str {
    let mut letters = [0u8; WORD_CHARS + MARGIN];
    match read(word, &mut letters[MARGIN..]) {
        Some(len) => &word[..2 * (reduced(&letters[..MARGIN + len]) - MARGIN)],
        None => word,
    }
}

/// Whether a word has only Russian letters.
pub(crate) fn is_cyrillic(word: &str) -> bool {
    word.len() % 2 == 0 && word.as_bytes().chunks_exact(2).all(|pair| number(pair[0], pair[1]).is_some())
}

/// 1 to 32 for а to я.
#[inline]
fn number(first: u8, second: u8) -> Option<u8> {
    match (first, second) {
        (0xd0, 0xb0..=0xbf) => Some(second - 0xaf),
        (0xd1, 0x80..=0x8f) => Some(second - 0x6f),
        _ => None,
    }
}

fn read(word: &str, letters: &mut [u8]) -> Option<usize> {
    if word.len() > WORD_CHARS * 2 || word.len() % 2 != 0 {
        return None;
    }
    for (letter, pair) in letters.iter_mut().zip(word.as_bytes().chunks_exact(2)) {
        *letter = number(pair[0], pair[1])?;
    }
    Some(word.len() / 2)
}

const VOWELS: u64 = bits("аеиоуыэюя");
const A: u8 = 1;
const YA: u8 = 32;
const N: u8 = 14;
const I: u8 = 9;
const SOFT: u8 = 29;

const fn bits(letters: &str) -> u64 {
    let bytes = letters.as_bytes();
    let (mut at, mut bits) = (0, 0);
    while at < bytes.len() {
        let letter = if bytes[at] == 0xd0 { bytes[at + 1] - 0xaf } else { bytes[at + 1] - 0x6f };
        bits |= 1 << letter;
        at += 2;
    }
    bits
}

/// An ending, its last letter in the lowest byte.
struct Ending {
    mask: u64,
    value: u64,
    len: usize,
    /// Counts only behind а or я.
    after_a: bool,
}

/// Endings by their last letter, the longest first.
struct Endings([Vec<Ending>; 33]);

impl Endings {
    fn new(after_a: &str, alone: &str) -> Endings {
        let mut endings = Endings([const { Vec::new() }; 33]);
        for (list, after_a) in [(after_a, true), (alone, false)] {
            for ending in list.split_whitespace() {
                let mut letters = [0; WORD_CHARS + MARGIN];
                let len = read(ending, &mut letters[MARGIN..]).unwrap_or(0);
                let value = tail(&letters, MARGIN, MARGIN + len);
                let mask = u64::MAX >> (64 - 8 * len);
                endings.0[(value & 0xff) as usize].push(Ending { mask, value, len, after_a });
            }
        }
        endings.0.iter_mut().for_each(|list| list.sort_by_key(|ending| std::cmp::Reverse(ending.len)));
        endings
    }

    /// Takes the longest ending off that lies behind `from`; whether there was one. One that wants а or я before it and has not is none.
    #[inline]
    fn cut(&self, letters: &[u8], end: &mut usize, from: usize) -> bool {
        let Some(&last) = letters[from..*end].last() else { return false };
        let endings = &self.0[last as usize];
        if endings.is_empty() {
            return false;
        }
        let tail = tail(letters, from, *end);
        let Some(ending) = endings.iter().find(|ending| tail & ending.mask == ending.value) else { return false };
        let start = *end - ending.len;
        if ending.after_a && (start <= from || !matches!(letters[start - 1], A | YA)) {
            return false;
        }
        *end = start;
        true
    }
}

/// Zeros before the letters of a word, so that the last eight can always be read at once.
const MARGIN: usize = 8;

/// The last eight letters behind `from` as one number, the last in the lowest byte.
#[inline]
fn tail(letters: &[u8], from: usize, end: usize) -> u64 {
    let last = letters[..end].last_chunk::<8>().map_or(0, |last| u64::from_be_bytes(*last));
    last & u64::MAX.checked_shr(64 - 8 * (end - from).min(8) as u32).unwrap_or(0)
}

struct Tables {
    gerund: Endings,
    reflexive: Endings,
    adjective: Endings,
    participle: Endings,
    verb: Endings,
    noun: Endings,
    derivational: Endings,
    superlative: Endings,
}

static TABLES: LazyLock<Tables> = LazyLock::new(|| Tables {
    gerund: Endings::new("в вши вшись", "ив ивши ившись ыв ывши ывшись"),
    reflexive: Endings::new("", "ся сь"),
    adjective: Endings::new("", "ее ие ые ое ими ыми ей ий ый ой ем им ым ом его ого ему ому их ых ую юю ая яя ою ею"),
    participle: Endings::new("ем нн вш ющ щ", "ивш ывш ующ"),
    verb: Endings::new(
        "ла на ете йте ли й л ем н ло но ет ют ны ть ешь нно",
        "ила ыла ена ейте уйте ите или ыли ей уй ил ыл им ым ен ило ыло ено ят ует уют ит ыт ены ить ыть ишь ую ю",
    ),
    noun: Endings::new("", "а ев ов ие ье е иями ями ами еи ии и ией ей ой ий й иям ям ием ем ам ом о у ах иях ях ы ь ию ью ю ия ья я"),
    derivational: Endings::new("", "ост ость"),
    superlative: Endings::new("", "ейш ейше ь"),
});

/// Where the stem of a word ends; its letters begin at [`MARGIN`].
fn reduced(letters: &[u8]) -> usize {
    let vowel = |letter: u8| VOWELS & 1 << letter != 0;
    let mut end = letters.len();
    let Some(first) = letters[MARGIN..].iter().position(|&letter| vowel(letter)) else { return end };
    let from = MARGIN + first + 1;
    // Where the second region begins: behind vowel, other letter, vowel, other letter.
    let past = |from: usize, wanted: bool| letters[from..].iter().position(|&letter| vowel(letter) == wanted).map(|at| from + at + 1);
    let second = || past(from, false).and_then(|at| past(at, true)).and_then(|at| past(at, false)).unwrap_or(letters.len());

    let tables = &*TABLES;
    if !tables.gerund.cut(letters, &mut end, from) {
        tables.reflexive.cut(letters, &mut end, from);
        if tables.adjective.cut(letters, &mut end, from) {
            tables.participle.cut(letters, &mut end, from);
        } else if !tables.verb.cut(letters, &mut end, from) {
            tables.noun.cut(letters, &mut end, from);
        }
    }
    let last = |end: usize| letters[from..end].last().copied();
    if last(end) == Some(I) {
        end -= 1;
    }
    let mut shorter = end;
    if tables.derivational.cut(letters, &mut shorter, from) && shorter >= second() {
        end = shorter;
    }
    let soft = last(end) == Some(SOFT);
    let bare = last(end) == Some(N) || tables.superlative.cut(letters, &mut end, from) && !soft;
    if bare && end >= from + 2 && letters[end - 1] == N && letters[end - 2] == N {
        end -= 1;
    }
    end
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rust_stemmers::{Algorithm, Stemmer};

    use super::*;

    #[test]
    fn stems() {
        let rows = [
            ("сервера", "сервер"),
            ("обновлений", "обновлен"),
            ("nginx", "nginx"),
            ("", ""),
            ("тормозит", "тормоз"),
            ("ёлка", "ёлка"),
            ("сервер1", "сервер1"),
        ];
        for (word, want) in rows {
            assert_eq!(stem(word), want);
        }
    }

    fn same_as_the_reference(reference: &Stemmer, word: &str) {
        assert_eq!(stem(word), reference.stem(word), "{word}");
    }

    #[test]
    fn common_words_and_their_forms_stem_as_in_the_reference() {
        let reference = Stemmer::create(Algorithm::Russian);
        let words = include_str!("../../rules/words.txt").split_whitespace();
        let mut forms = crate::token::inflect::Forms::default();
        words.filter(|word| is_cyrillic(word)).for_each(|word| crate::token::inflect::forms(word, 4, &mut forms));
        forms.iter().for_each(|form| same_as_the_reference(&reference, form));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(20_000))]

        /// Random letters, and random letters with endings of the tables, which meet each other there.
        #[test]
        fn any_letters_stem_as_in_the_reference(
            head in "[а-я]{0,6}",
            middle in "(ейш|ейше|ост|ость|нн|ивш|ующ|вши|ыв|ен|н|а|я){0,3}",
            end in "(ся|сь|ами|ее|ого|ла|ете|вшись|ь|и|ью|ить|нно){0,2}",
        ) {
            same_as_the_reference(&Stemmer::create(Algorithm::Russian), &format!("{head}{middle}{end}"));
        }
    }
}
