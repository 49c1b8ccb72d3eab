//! Stems of Russian words, by Snowball's algorithm.

use std::borrow::Cow;

use rust_stemmers::{Algorithm, Stemmer};

use crate::limits::WORD_CHARS;

/// Stems words that are already folded (lower case, no ё: the algorithm at hand wants both).
pub(crate) struct Stems {
    russian: Stemmer,
}

impl Stems {
    pub(crate) fn new() -> Stems {
        Stems { russian: Stemmer::create(Algorithm::Russian) }
    }

    /// The stem of a Russian word; any other word, and one longer than [`WORD_CHARS`], is its own stem.
    pub(crate) fn stem<'a>(&self, word: &'a str) -> Cow<'a, str> {
        if word.len() > WORD_CHARS * 2 || !is_cyrillic(word) {
            return Cow::Borrowed(word);
        }
        self.russian.stem(word)
    }
}

/// Whether a word has only Russian letters.
pub(crate) fn is_cyrillic(word: &str) -> bool {
    word.chars().all(|c| matches!(c, 'а'..='я'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stems() {
        let stems = Stems::new();
        let rows = [("сервера", "сервер"), ("обновлений", "обновлен"), ("nginx", "nginx"), ("", ""), ("тормозит", "тормоз")];
        for (word, want) in rows {
            assert_eq!(stems.stem(word), want);
        }
    }
}
