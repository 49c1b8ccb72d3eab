//! Damage to single words, undone towards known words only: mixed alphabets, stretched letters, glued words, the other keyboard layout, misprints.

use crate::limits::WORD_CHARS;
use crate::text::{layout, lookalike, translit};
use crate::token::stem::{is_cyrillic, stem};
use crate::words::Words;

/// What a word nobody knows turned out to be.
#[derive(Debug, PartialEq)]
pub(crate) enum Mended {
    /// A known word.
    Word(String),
    /// Surely meant so, but not a known word either (`вoзвpaт` in Cyrillic letters).
    Guess(String),
    /// Two known words; the second begins at this byte.
    Split(usize),
}

/// Shortest stem that misprints are mended in, in characters: «лог» is one letter from too many words.
const STEM_CHARS: usize = 5;

/// Whether a stem is long enough, and of the language, to be indexed.
pub(crate) fn is_long(stem: &str) -> bool {
    stem.chars().count() >= STEM_CHARS - 1 && is_cyrillic(stem)
}

/// Stems by what is left of them when one letter is dropped: two stems one edit apart share such a rest (Garbe's symmetric delete).
#[derive(Default)]
pub(crate) struct Index {
    stems: Words,
    /// By the upper bits of a rest's hash, where its bucket begins in `rests`.
    starts: Vec<u32>,
    /// The other half of a rest's hash, and the number of the stem.
    rests: Vec<(u32, u32)>,
}

impl Index {
    /// Indexes stems, the most frequent first.
    pub(crate) fn new(stems: Words) -> Index {
        let mut hashes: Vec<(u64, u32)> = Vec::with_capacity(stems.len() * 10);
        for (id, stem) in (0..).zip(stems.iter()) {
            each_rest(stem, &mut |hash| hashes.push((hash, id)));
        }
        // A few rests a bucket; sorting them takes as long as all the rest.
        let mut index = Index { stems, starts: vec![0; (hashes.len() / 4).next_power_of_two() + 1], rests: vec![(0, 0); hashes.len()] };
        for (hash, _) in &hashes {
            let bucket = index.bucket(*hash);
            index.starts[bucket] += 1;
        }
        let mut sum = 0;
        for start in &mut index.starts {
            sum += *start;
            *start = sum;
        }
        for (hash, id) in hashes {
            let bucket = index.bucket(hash);
            index.starts[bucket] -= 1;
            index.rests[index.starts[bucket] as usize] = (hash as u32, id);
        }
        index
    }

    fn bucket(&self, hash: u64) -> usize {
        (hash >> 32) as usize & (self.starts.len() - 2)
    }

    /// The most frequent stem one edit away.
    fn nearest(&self, stem: &str) -> Option<&str> {
        if self.stems.len() == 0 {
            return None;
        }
        let mut best: Option<u32> = None;
        each_rest(stem, &mut |hash| {
            let bucket = self.bucket(hash);
            for &(rest, id) in &self.rests[self.starts[bucket] as usize..self.starts[bucket + 1] as usize] {
                if rest == hash as u32 && best.is_none_or(|best| id < best) && one_edit(stem, self.stems.get(id)) {
                    best = Some(id);
                }
            }
        });
        best.map(|id| self.stems.get(id))
    }

    pub(crate) fn memory_usage(&self) -> usize {
        self.stems.memory_usage() + self.starts.capacity() * 4 + self.rests.capacity() * 8
    }
}

/// Hashes of the stem itself and of the stem without each of its letters.
///
/// The stem is a number whose digits are its letters, so that dropping one takes a product and a sum.
fn each_rest(stem: &str, out: &mut dyn FnMut(u64)) {
    const BASE: u64 = 0x9e37_79b9_7f4a_7c15;
    // The upper bits of a product depend on all bits of its factors, and the buckets are told apart by the lower ones.
    let spread = |number: u64| number.wrapping_mul(BASE).rotate_right(29).wrapping_mul(BASE);
    let mut heads = [0u64; WORD_CHARS + 1];
    let mut letters = 0;
    for c in stem.chars().take(WORD_CHARS) {
        heads[letters + 1] = heads[letters].wrapping_mul(BASE).wrapping_add(u64::from(c));
        letters += 1;
    }
    let whole = heads[letters];
    out(spread(whole));
    let mut place = 1u64;
    for at in (0..letters).rev() {
        out(spread(whole.wrapping_add(heads[at].wrapping_sub(heads[at + 1]).wrapping_mul(place))));
        place = place.wrapping_mul(BASE);
    }
}

/// Whether two words differ by one letter added, dropped, replaced, or by two neighbours swapped.
fn one_edit(a: &str, b: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > 1 {
        return false;
    }
    let head = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[head..], &b[head..]);
    match (a, b) {
        ([x, y, a @ ..], [u, v, b @ ..]) if x == v && y == u && a == b => true,
        ([_, a @ ..], [_, b @ ..]) if a == b => true,
        ([_, a @ ..], b) if a == b => true,
        (a, [_, b @ ..]) if a == b => true,
        _ => false,
    }
}

/// Works out what `form` is meant to be. `known` never becomes true for it before: a real word is never turned into another.
pub(crate) fn mend(form: &str, known: &mut dyn FnMut(&str) -> bool, index: &Index) -> Option<Mended> {
    let cyrillic = form.chars().any(|c| matches!(c, 'а'..='я'));
    if !cyrillic {
        return None;
    }
    let mut word = form.to_string();
    let mut guess = false;
    if !is_cyrillic(form) {
        let mostly = form.chars().filter(|c| c.is_ascii_alphanumeric()).count() * 2 <= form.chars().count() + 1;
        match lookalike::cyrillic(form) {
            Some(turned) if known(&turned) => return Some(Mended::Word(turned)),
            turned => match lookalike::latin(form) {
                Some(latin) if known(&latin) => return Some(Mended::Word(latin)),
                _ => {
                    if let Some(turned) = turned.filter(|turned| mostly && is_cyrillic(turned)) {
                        guess = true;
                        word = turned;
                    }
                }
            },
        }
    }
    if let Some(short) = unstretched(&word) {
        if known(&short) {
            return Some(Mended::Word(short));
        }
        guess = true;
        word = short;
    }
    if !is_cyrillic(&word) {
        return border(form, known).map(Mended::Split);
    }
    let letters = word.chars().count();
    if letters >= 4 {
        let typed: Option<String> = word.chars().map(layout::latin).collect();
        if let Some(latin) = typed.filter(|latin| known(latin)) {
            return Some(Mended::Word(latin));
        }
    }
    if let Some(rest) = word.strip_prefix("не").filter(|rest| rest.chars().count() >= 4) {
        if !guess && known(rest) {
            return Some(Mended::Split("не".len()));
        }
    }
    if let Some(fixed) = misprint(&word, index) {
        return Some(Mended::Word(fixed));
    }
    if !guess && letters >= 7 {
        if let Some(at) = glued(&word, known) {
            return Some(Mended::Split(at));
        }
    }
    guess.then_some(Mended::Guess(word))
}

/// Letters that stand three times or more, once.
fn unstretched(word: &str) -> Option<String> {
    let chars: Vec<char> = word.chars().collect();
    let mut short = String::with_capacity(word.len());
    for run in chars.chunk_by(|a, b| a == b) {
        short.extend(if run.len() >= 3 { &run[..1] } else { run });
    }
    (short.len() < word.len()).then_some(short)
}

/// Where a word of two known words parts: both of them of some length, or the first a preposition.
fn glued(word: &str, known: &mut dyn FnMut(&str) -> bool) -> Option<usize> {
    const SMALL: &[&str] = &[
        "не", "на", "по", "за", "из", "от", "до", "во", "со", "ко", "об", "под", "при", "для", "без", "как", "что", "это", "и", "в", "с",
        "у", "к",
    ];
    let bounds: Vec<usize> = word.char_indices().map(|(at, _)| at).skip(1).collect();
    let left = |at: usize| word[..at].chars().count();
    for &at in &bounds {
        let (first, second) = word.split_at(at);
        if SMALL.contains(&first) && second.chars().count() >= if left(at) >= 2 { 4 } else { 5 } && known(second) {
            return Some(at);
        }
    }
    for &at in &bounds {
        let (first, second) = word.split_at(at);
        if left(at) >= 3 && second.chars().count() >= 3 && left(at) + second.chars().count() >= 8 && known(first) && known(second) {
            return Some(at);
        }
    }
    // Three words: the longest known beginning whose rest is again two known words.
    for &at in bounds.iter().rev() {
        let (first, second) = word.split_at(at);
        if left(at) >= 4 && second.chars().count() >= 7 && known(first) && two(second, known) {
            return Some(at);
        }
    }
    None
}

/// Whether a word is two known ones of some length.
fn two(word: &str, known: &mut dyn FnMut(&str) -> bool) -> bool {
    word.char_indices().skip(2).any(|(at, _)| {
        let (first, second) = word.split_at(at);
        first.chars().count() >= 2 && second.chars().count() >= 4 && known(first) && known(second)
    })
}

/// Where Russian and Latin letters meet in a word of two known ones: `обновитьphp`.
fn border(word: &str, known: &mut dyn FnMut(&str) -> bool) -> Option<usize> {
    let is_russian = |c: char| matches!(c, 'а'..='я');
    let first = word.chars().next().is_some_and(is_russian);
    let at = word.char_indices().find(|(_, c)| is_russian(*c) != first)?.0;
    let (left, right) = word.split_at(at);
    (right.chars().count() >= 2 && known(left) && known(right)).then_some(at)
}

fn misprint(word: &str, index: &Index) -> Option<String> {
    let stemmed = stem(word);
    if stemmed.chars().count() < STEM_CHARS {
        return None;
    }
    let nearest = index.nearest(stemmed)?;
    Some(format!("{nearest}{}", &word[stemmed.len()..]))
}

/// A word in Latin letters as Russian, if that is a known word.
pub(crate) fn transliterated(form: &str, known: &mut dyn FnMut(&str) -> bool) -> Option<String> {
    const LETTERS: std::ops::RangeInclusive<usize> = 2..=24;
    if !LETTERS.contains(&form.len()) || !form.bytes().all(|b| b.is_ascii_alphanumeric()) || !form.bytes().any(|b| b.is_ascii_alphabetic())
    {
        return None;
    }
    translit::read(form, &mut |word| is_cyrillic(word) && known(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORDS: &[&str] =
        &["обновление", "сервер", "создалось", "портал", "тормозит", "из", "за", "лицензия", "помогите", "кеш", "nginx", "ошибка", "cron"];

    fn mended(form: &str) -> Option<Mended> {
        let ranked: Vec<Box<str>> = WORDS.iter().map(|word| stem(word).into()).collect();
        let known = |word: &str| ranked.iter().any(|known| **known == *stem(word));
        let mut stems = Words::default();
        for stem in ranked.iter().filter(|stem| is_long(stem)) {
            stems.insert(stem);
        }
        mend(form, &mut |word| known(word), &Index::new(stems))
    }

    #[test]
    fn damage() {
        let word = |word: &str| Some(Mended::Word(word.to_string()));
        let rows = [
            ("oшибкa", word("ошибка")),
            ("0шибка", word("ошибка")),
            ("помогииите", word("помогите")),
            ("обнвление", word("обновление")),
            ("обноваление", word("обновление")),
            ("обонвление", word("обновление")),
            ("лецензия", word("лицензия")),
            ("тпштч", word("nginx")),
            ("сrоn", word("cron")),
            ("несоздалось", Some(Mended::Split(4))),
            ("порталтормозит", Some(Mended::Split(12))),
            ("абракадабра", None),
            ("hello", None),
            ("php8", None),
        ];
        for (form, want) in rows {
            assert_eq!(mended(form), want, "{form}");
        }
    }

    #[test]
    fn one_edit_is_one_edit() {
        for (a, b, want) in [
            ("порт", "порт", false),
            ("порт", "порты", true),
            ("порт", "пост", true),
            ("порт", "потр", true),
            ("порт", "пор", true),
            ("порт", "порядок", false),
        ] {
            assert_eq!(one_edit(a, b), want, "{a} {b}");
        }
    }
}
