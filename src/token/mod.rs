//! Words, sentences, stems and the forms of a word. Knows nothing of rules.

pub(crate) mod inflect;
pub(crate) mod stem;
mod words;

pub(crate) use words::{Cut, Key, Token, letter};
