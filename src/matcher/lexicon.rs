//! Words → numbers: which slots of terms a word of a ticket can stand in.
//!
//! A form is worked out once (mended if it is misspelt, stemmed, looked up) and remembered in the [`Memo`] that goes with the caller's scratch, so that the
//! stemmer and the mending see only forms that are new. The lexicon itself never changes and is shared.

use super::memo::{Flags, Found, Memo, Resolved};
use super::mend::{self, Mended};
use super::scanner::Scanner;
use super::starts::Starts;
use super::table::{Table, Words};
use crate::limits::WORD_CHARS;
use crate::text::zone::Zone;
use crate::text::{Text, fold_in_place, translit};
use crate::token::stem::{is_cyrillic, stem};
use crate::token::{Cut, Key, Token};

/// A slot of a term: any of its atoms may stand there.
pub(crate) type AtomId = u32;

#[derive(Default)]
pub(crate) struct Lexicon {
    /// Forms spelled out when the policy was compiled, and exact forms.
    pub(super) forms: Table,
    pub(super) by_stem: Table,
    pub(super) prefixes: Table,
    /// How the words of those three begin.
    pub(super) starts: Starts,
    /// Common words of the language, and their stems.
    pub(super) common: Words,
    /// By slot, the state that it leads to as the first of a term; 0 for none.
    pub(super) roots: Vec<u32>,
    pub(super) mender: mend::Index,
    /// Whether damage is undone at all.
    pub(super) mends: bool,
}

impl Lexicon {
    /// Whether a folded word is one of the policy or of the language.
    pub(crate) fn known(&self, word: &str) -> bool {
        self.listed(word) || self.prefix_ends(word).any(|(end, _)| word[end..].chars().count() <= ENDING)
    }

    /// The same, by what is remembered if it is.
    pub(crate) fn known_as_typed(&self, word: &str, memo: &Memo) -> bool {
        match memo.find(word, Key::of(word)) {
            Some(found) => found.flags.has(Flags::TYPED_RIGHT),
            None => self.known(word),
        }
    }

    /// The same without words that are known by their beginning only.
    fn listed(&self, word: &str) -> bool {
        if self.forms.contains(word) || self.common.contains(word) {
            return true;
        }
        is_cyrillic(word) && {
            let stem = stem(word);
            self.common.contains(stem) || self.by_stem.contains(stem)
        }
    }

    /// Prefixes of rules that a word begins with, and where they end in it.
    fn prefix_ends<'a>(&'a self, word: &'a str) -> impl Iterator<Item = (usize, &'a [AtomId])> {
        let ends = word.char_indices().map(|(at, c)| at + c.len_utf8()).skip(1).take(if self.prefixes.is_empty() { 0 } else { 20 });
        ends.filter_map(|end| self.prefixes.get(&word[..end]).map(|atoms| (end, atoms)))
    }

    /// Turns the words of a folded text into numbers of the memo, and undoes damage: glued words become two tokens. `lettered` gets the places of words, as typed, that
    /// literals may be anchored in.
    pub(crate) fn resolve(
        &self,
        text: &Text,
        cut: &mut Cut,
        scanner: &Scanner,
        words: &mut Vec<u32>,
        lettered: &mut Vec<(u32, u32)>,
        memo: &mut Memo,
    ) {
        memo.bound();
        words.clear();
        let Cut { tokens, keys, .. } = cut;
        let (mut all, mut latin, mut readable) = (Flags::default(), 0, 0);
        for (token, &key) in tokens.iter().zip(keys.iter()) {
            let word = token.word(text);
            let Found { id, flags, .. } = memo.find(word, key).unwrap_or_else(|| self.learn(word, key, scanner, memo));
            all.join(flags);
            if token.zone != Zone::Code && flags.has(Flags::STRANGE) {
                latin += 1;
                readable += usize::from(flags.has(Flags::READABLE));
            }
            if flags.has(Flags::LITERAL) {
                lettered.push((token.start, token.end));
            }
            words.push(id);
        }
        if all.has(Flags::BROKEN) {
            self.join(text, tokens, words, scanner, memo);
        }
        if all.has(Flags::SPLIT) {
            self.split(text, tokens, words, scanner, memo);
        }
        if readable > 0 {
            self.transliterate(text, tokens, words, scanner, memo, latin, readable, all.has(Flags::RUSSIAN));
        }
    }

    /// What a word of a text is to terms, where nothing is mended; it may be one whose folding was put off.
    #[inline]
    pub(super) fn plain(&self, source: &str, token: &Token, key: Key, scanner: &Scanner, memo: &mut Memo) -> Found {
        if key != Key::NONE {
            if !self.starts.may(key) {
                let mut flags = Flags::default();
                flags.set(Flags::LITERAL, scanner.in_key(key));
                return Found::nothing(flags);
            }
            if let Some(found) = memo.find_key(key) {
                return found;
            }
        }
        self.learn_plain(&source[token.start as usize..token.end as usize], key, scanner, memo)
    }

    /// Reads words in Latin letters as Russian where that is what they are.
    #[allow(clippy::too_many_arguments)]
    fn transliterate(
        &self,
        text: &Text,
        tokens: &[Token],
        words: &mut [u32],
        scanner: &Scanner,
        memo: &mut Memo,
        latin: usize,
        readable: usize,
        cyrillic: bool,
    ) {
        let most = readable >= 2 && readable * if cyrillic { 2 } else { 3 } >= latin;
        for (token, word) in tokens.iter().zip(words.iter_mut()) {
            let entry = memo.get(*word);
            if token.zone == Zone::Code {
                continue;
            }
            match entry.reading {
                // A word of the policy in Latin letters («server») stays what it is unless the whole ticket is transliterated.
                Some(reading) if most || !entry.known && memo.get(reading).word.chars().count() >= TRANSLIT_ALONE => *word = reading,
                // There, words that nobody knows are read as they sound.
                None if most && !entry.known => {
                    if let Some(plain) = translit::plain(token.word(text)) {
                        *word = self.remember(&plain, scanner, memo);
                    }
                }
                _ => {}
            }
        }
    }

    /// Puts words together that are known only as one: «обнов ление».
    fn join(&self, text: &Text, tokens: &mut Vec<Token>, words: &mut Vec<u32>, scanner: &Scanner, memo: &mut Memo) {
        let mut at = 0;
        while at + 1 < tokens.len() {
            let (first, second) = (tokens[at], tokens[at + 1]);
            let is = |id: u32, what: Flags| memo.found(id).flags.has(what);
            let apart = text.folded.get(first.end as usize..second.start as usize) == Some(" ");
            let both = |what| is(words[at], what) && is(words[at + 1], what);
            if apart && !both(Flags::TYPED_RIGHT) && both(Flags::RUSSIAN) {
                let whole = format!("{}{}", first.word(text), second.word(text));
                if whole.chars().count() <= WORD_CHARS && self.listed(&whole) {
                    tokens[at].end = second.end;
                    words[at] = self.remember(&whole, scanner, memo);
                    tokens.remove(at + 1);
                    words.remove(at + 1);
                }
            }
            at += 1;
        }
    }

    fn split(&self, text: &Text, tokens: &mut Vec<Token>, words: &mut Vec<u32>, scanner: &Scanner, memo: &mut Memo) {
        // Parts may be glued themselves: the rest of a word goes back onto the heap.
        let mut heap: Vec<(Token, u32)> = tokens.drain(..).zip(words.drain(..)).collect();
        heap.reverse();
        while let Some((token, id)) = heap.pop() {
            match memo.get(id).split {
                Some(at) => {
                    let middle = token.start + u32::from(at);
                    for part in [Token { start: middle, ..token }, Token { end: middle, ..token }] {
                        let id = self.remember(part.word(text), scanner, memo);
                        heap.push((part, id));
                    }
                }
                None => {
                    words.push(id);
                    tokens.push(token);
                }
            }
        }
    }

    fn remember(&self, form: &str, scanner: &Scanner, memo: &mut Memo) -> u32 {
        let key = Key::of(form);
        memo.find(form, key).unwrap_or_else(|| self.learn(form, key, scanner, memo)).id
    }

    /// Works out a form that is not remembered.
    #[cold]
    #[inline(never)]
    fn learn(&self, form: &str, key: Key, scanner: &Scanner, memo: &mut Memo) -> Found {
        let known = self.known(form);
        let mended = if known { None } else { self.mend(form) };
        let (word, split, known_now) = match mended {
            Some(Mended::Word(word)) => (word, None, true),
            Some(Mended::Guess(word)) => (word, None, false),
            Some(Mended::Split(at)) => (form.to_string(), Some(at as u16), false),
            None => (form.to_string(), None, known),
        };
        let russian = is_cyrillic(&word);
        let mut atoms = Vec::new();
        let stem = self.slots(&word, russian, &mut atoms);
        let reading = self.reading(form).map(|word| self.remember(&word, scanner, memo));
        let mut flags = Flags::default();
        flags.set(Flags::RUSSIAN, russian);
        flags.set(Flags::TYPED_RIGHT, known);
        flags.set(Flags::BROKEN, russian && !known);
        flags.set(Flags::SPLIT, split.is_some());
        flags.set(Flags::STRANGE, !known_now && word.len() >= 2 && word.bytes().all(|b| b.is_ascii_alphabetic()));
        flags.set(Flags::READABLE, reading.is_some());
        flags.set(Flags::LITERAL, key == Key::NONE || scanner.in_key(key));
        let entry = Resolved { stem, word: word.into(), known: known_now, split, reading };
        memo.insert(form, key, Some(entry), flags, &atoms, &self.roots)
    }

    /// The slots a word can stand in, ascending; the length of its stem.
    fn slots(&self, word: &str, russian: bool, out: &mut Vec<AtomId>) -> usize {
        let stem = if russian { stem(word) } else { word };
        out.clear();
        out.extend(self.forms.get(word).into_iter().flatten());
        if russian {
            out.extend(self.by_stem.get(stem).into_iter().flatten());
        }
        self.prefix_ends(word).for_each(|(_, found)| out.extend(found));
        out.sort_unstable();
        out.dedup();
        stem.len()
    }

    /// Works out a form that is not remembered, where nothing is mended: only what it is to terms.
    #[cold]
    #[inline(never)]
    fn learn_plain(&self, word: &str, key: Key, scanner: &Scanner, memo: &mut Memo) -> Found {
        let mut form = std::mem::take(&mut memo.spare_word);
        fold_in_place(word, &mut form);
        let found = memo.find(&form, key).unwrap_or_else(|| {
            let mut slots = std::mem::take(&mut memo.spare);
            self.slots(&form, is_cyrillic(&form), &mut slots);
            let mut flags = Flags::default();
            flags.set(Flags::LITERAL, key == Key::NONE || scanner.in_key(key));
            let found = memo.insert(&form, key, None, flags, &slots, &self.roots);
            memo.spare = slots;
            found
        });
        memo.spare_word = form;
        found
    }

    /// What a word in Latin letters is if it is Russian in transliteration.
    fn reading(&self, form: &str) -> Option<String> {
        // A form that is listed letter by letter is a better reading («делать») than one that only shares its stem («делат»).
        mend::transliterated(form, &mut |word| self.forms.contains(word) || self.common.contains(word))
            .or_else(|| mend::transliterated(form, &mut |word| self.known(word)))
            .filter(|reading| reading.chars().count() >= 2)
    }

    fn mend(&self, form: &str) -> Option<Mended> {
        if form.chars().count() > WORD_CHARS {
            return None;
        }
        mend::mend(form, &mut |word| self.known(word), &self.mender)
    }

    pub(crate) fn memory_usage(&self) -> usize {
        let tables = [&self.forms, &self.by_stem, &self.prefixes];
        tables.map(Table::memory_usage).iter().sum::<usize>()
            + self.common.memory_usage()
            + self.mender.memory_usage()
            + self.starts.memory_usage()
    }
}

/// Most letters behind a prefix of a rule that still make one word: «портал*» knows «портальный», not «порталтормозит».
const ENDING: usize = 6;
/// Shortest reading of a lone transliterated word, in characters.
const TRANSLIT_ALONE: usize = 6;
