//! How words begin that matter: most words of a text are settled by their first four letters, without being looked up, remembered or stemmed.

use crate::token::Key;

/// Beginnings of four letters, and whole words that are shorter.
#[derive(Default)]
pub(super) struct Starts {
    /// A bit for each hash; `None` if any word may matter.
    bits: Option<Vec<u64>>,
    shift: u32,
}

/// Letters of a beginning.
const LETTERS: usize = 4;
/// Russian letters have the numbers 1 to this one, and all letters 1 to the next.
const RUSSIAN: u32 = 32;
const ALL: u32 = 69;

/// Collects beginnings.
#[derive(Default)]
pub(super) struct Builder {
    starts: Vec<u32>,
    any: bool,
}

impl Builder {
    /// A word that matters as a whole.
    pub(super) fn word(&mut self, word: &str) {
        let end = word.char_indices().nth(LETTERS).map_or(word.len(), |(at, _)| at);
        // A word that has no key is never asked about.
        if let Some(start) = start(&word[..end]) {
            self.starts.push(start);
        }
    }

    /// All words that begin so; `russian` says whether only with Russian letters.
    pub(super) fn prefix(&mut self, prefix: &str, russian: bool) {
        self.word(prefix);
        let letters = prefix.chars().count();
        match start(prefix) {
            Some(start) if letters == LETTERS - 1 => {
                let last = if russian { RUSSIAN } else { ALL };
                self.starts.extend((1..=last).map(|letter| start | letter << (Key::BITS as usize * letters)));
            }
            // Too many words begin with two letters.
            Some(_) if letters < LETTERS => self.any = true,
            _ => {}
        }
    }

    pub(super) fn build(mut self) -> Starts {
        self.starts.sort_unstable();
        self.starts.dedup();
        // Eight bits for each: one beginning in nine that is not there passes.
        let size = (self.starts.len() * 8).next_power_of_two().max(64);
        let mut starts = Starts { bits: None, shift: 32 - size.trailing_zeros() };
        let mut bits = vec![0u64; size / 64];
        for start in self.starts {
            let at = starts.place(start);
            bits[at / 64] |= 1 << (at % 64);
        }
        starts.bits = (!self.any).then_some(bits);
        starts
    }
}

fn start(letters: &str) -> Option<u32> {
    Some(Key::of(letters)).filter(|key| *key != Key::NONE).map(Key::start)
}

impl Starts {
    #[inline]
    fn place(&self, start: u32) -> usize {
        (start.wrapping_mul(0x9e37_79b1) >> self.shift) as usize
    }

    /// Whether a word with this key, which is none of [`Key::NONE`], may matter.
    #[inline]
    pub(super) fn may(&self, key: Key) -> bool {
        let Some(bits) = &self.bits else { return true };
        let at = self.place(key.start());
        bits[at / 64] & 1 << (at % 64) != 0
    }

    pub(super) fn memory_usage(&self) -> usize {
        self.bits.as_ref().map_or(0, |bits| bits.capacity() * 8)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_that_matters_is_missed() {
        let mut builder = Builder::default();
        ["да", "я", "порталы", "php8"].iter().for_each(|word| builder.word(word));
        ["код", "серв"].iter().for_each(|stem| builder.prefix(stem, true));
        builder.prefix("ext", false);
        let starts = builder.build();
        for word in ["да", "я", "порталы", "порт", "php8", "код", "коды", "кодировка", "сервер", "extранет", "ext_1"]
        {
            assert!(starts.may(Key::of(word)), "{word}");
        }
        let others = ["нет", "дата", "пор", "почта", "ко", "ext", "принтер", "буренка", "десны", "снайпер"];
        assert!(others.iter().filter(|word| !starts.may(Key::of(word))).count() >= others.len() / 2);
    }

    #[test]
    fn a_beginning_of_two_letters_lets_all_pass() {
        let mut builder = Builder::default();
        builder.prefix("об", false);
        assert!(builder.build().may(Key::of("портал")));
    }
}
