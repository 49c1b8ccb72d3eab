//! Words → numbers: which slots of terms a word of a ticket can stand in.
//!
//! A form is worked out once (mended if it is misspelt, stemmed, looked up) and remembered in the [`Memo`] that goes with the caller's scratch, so that the
//! stemmer and the mending see only forms that are new. The lexicon itself never changes and is shared.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

use super::mend::{self, Mended};
use crate::limits::WORD_CHARS;
use crate::policy::term::Atom;
use crate::text::zone::Zone;
use crate::text::{Text, translit};
use crate::token::stem::{Stems, is_cyrillic};
use crate::token::{Token, inflect};

/// A slot of a term: any of its atoms may stand there.
pub(crate) type AtomId = u32;

/// A small, fast hasher for keys that an attacker does not choose (slot numbers) or whose collisions are bounded by the size of the memo.
#[derive(Default, Clone, Copy)]
pub(crate) struct FxHasher(u64);

pub(crate) type Fast = BuildHasherDefault<FxHasher>;

impl Hasher for FxHasher {
    fn write(&mut self, bytes: &[u8]) {
        let mut chunks = bytes.chunks_exact(8);
        for chunk in &mut chunks {
            self.write_u64(u64::from_le_bytes(chunk.try_into().unwrap_or_default()));
        }
        for &byte in chunks.remainder() {
            self.write_u64(u64::from(byte));
        }
    }
    fn write_u8(&mut self, value: u8) {
        self.write_u64(u64::from(value));
    }
    fn write_u32(&mut self, value: u32) {
        self.write_u64(u64::from(value));
    }
    fn write_u64(&mut self, value: u64) {
        self.0 = (self.0.rotate_left(5) ^ value).wrapping_mul(0x517c_c1b7_2722_0a95);
    }
    fn finish(&self) -> u64 {
        self.0
    }
}

/// What a form of a ticket turned out to be.
#[derive(Clone, Debug, Default)]
pub(crate) struct Resolved {
    /// The slots it can stand in, ascending.
    pub(crate) atoms: Vec<AtomId>,
    /// The word as meant: misprints, look-alike letters and stretched letters mended.
    pub(crate) word: Box<str>,
    /// The stem of `word`.
    pub(crate) stem: Box<str>,
    /// Whether it is a word of the policy or of the language.
    pub(crate) known: bool,
    /// Whether it was known as typed, without any mending.
    typed_right: bool,
    /// Two words glued together: the byte where the second begins.
    split: Option<u16>,
    /// For a word in Latin letters: what it is if it is Russian in transliteration.
    reading: Option<u32>,
}

/// Forms worked out so far. Belongs to one scratch; bounded.
#[derive(Default)]
pub(crate) struct Memo {
    ids: HashMap<Box<str>, u32, Fast>,
    entries: Vec<Resolved>,
    generation: u32,
}

/// Most forms remembered; a service that runs for weeks meets every misprint there is.
const MEMO_FORMS: usize = 60_000;

impl Memo {
    pub(crate) fn get(&self, id: u32) -> &Resolved {
        &self.entries[id as usize]
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Grows when everything is forgotten: numbers of different generations mean different words.
    pub(crate) fn generation(&self) -> u32 {
        self.generation
    }
}

pub(crate) struct Lexicon {
    stems: Stems,
    /// Forms spelled out when the policy was compiled, and exact forms.
    forms: HashMap<Box<str>, Vec<AtomId>, Fast>,
    by_stem: HashMap<Box<str>, Vec<AtomId>, Fast>,
    prefixes: HashMap<Box<str>, Vec<AtomId>, Fast>,
    /// Common words of the language, and their stems.
    common: HashSet<Box<str>, Fast>,
    mender: mend::Index,
}

/// Collects words while a policy is compiled.
pub(crate) struct Builder {
    lexicon: Lexicon,
    slots: HashMap<Vec<Atom>, AtomId>,
    /// Stems in the order of their frequency, for the mender.
    ranked: Vec<Box<str>>,
}

impl Lexicon {
    pub(crate) fn builder() -> Builder {
        let lexicon = Lexicon {
            stems: Stems::new(),
            forms: HashMap::default(),
            by_stem: HashMap::default(),
            prefixes: HashMap::default(),
            common: HashSet::default(),
            mender: mend::Index::default(),
        };
        Builder { lexicon, slots: HashMap::new(), ranked: Vec::new() }
    }

    /// Whether a folded word is one of the policy or of the language.
    pub(crate) fn known(&self, word: &str) -> bool {
        self.listed(word) || self.prefix_ends(word).any(|(end, _)| word[end..].chars().count() <= ENDING)
    }

    /// The same without words that are known by their beginning only.
    fn listed(&self, word: &str) -> bool {
        if self.forms.contains_key(word) || self.common.contains(word) {
            return true;
        }
        is_cyrillic(word) && {
            let stem = self.stems.stem(word);
            self.common.contains(&*stem) || self.by_stem.contains_key(&*stem)
        }
    }

    /// Prefixes of rules that a word begins with, and where they end in it.
    fn prefix_ends<'a>(&'a self, word: &'a str) -> impl Iterator<Item = (usize, &'a Vec<AtomId>)> {
        let ends = word.char_indices().map(|(at, c)| at + c.len_utf8()).skip(1).take(if self.prefixes.is_empty() { 0 } else { 20 });
        ends.filter_map(|end| self.prefixes.get(&word[..end]).map(|atoms| (end, atoms)))
    }

    /// Turns tokens into numbers of the memo; glued words become two tokens.
    pub(crate) fn resolve(&self, text: &Text, tokens: &mut Vec<Token>, words: &mut Vec<u32>, memo: &mut Memo) {
        if memo.len() > MEMO_FORMS {
            *memo = Memo { generation: memo.generation.wrapping_add(1), ..Memo::default() };
        }
        words.clear();
        let (mut splits, mut broken, mut cyrillic, mut latin, mut readable) = (false, false, false, 0, 0);
        for token in tokens.iter() {
            let id = self.remember(token.word(text), memo);
            let entry = memo.get(id);
            splits |= entry.split.is_some();
            let russian = is_cyrillic(&entry.word);
            cyrillic |= russian;
            broken |= russian && !entry.typed_right;
            if token.zone != Zone::Code && !entry.known && entry.word.len() >= 2 && entry.word.bytes().all(|b| b.is_ascii_alphabetic()) {
                latin += 1;
                readable += usize::from(entry.reading.is_some());
            }
            words.push(id);
        }
        if broken {
            self.join(text, tokens, words, memo);
        }
        if splits {
            self.split(text, tokens, words, memo);
        }
        if readable > 0 {
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
                            *word = self.remember(&plain, memo);
                        }
                    }
                    _ => {}
                }
            }
        }
    }

    /// Puts words together that are known only as one: «обнов ление».
    fn join(&self, text: &Text, tokens: &mut Vec<Token>, words: &mut Vec<u32>, memo: &mut Memo) {
        let mut at = 0;
        while at + 1 < tokens.len() {
            let (first, second) = (tokens[at], tokens[at + 1]);
            let russian = |id: u32| is_cyrillic(&memo.get(id).word);
            let apart = text.folded.get(first.end as usize..second.start as usize) == Some(" ");
            let right = memo.get(words[at]).typed_right && memo.get(words[at + 1]).typed_right;
            if apart && !right && russian(words[at]) && russian(words[at + 1]) {
                let whole = format!("{}{}", first.word(text), second.word(text));
                if whole.chars().count() <= WORD_CHARS && self.listed(&whole) {
                    tokens[at].end = second.end;
                    words[at] = self.remember(&whole, memo);
                    tokens.remove(at + 1);
                    words.remove(at + 1);
                }
            }
            at += 1;
        }
    }

    fn split(&self, text: &Text, tokens: &mut Vec<Token>, words: &mut Vec<u32>, memo: &mut Memo) {
        // Parts may be glued themselves: the rest of a word goes back onto the heap.
        let mut heap: Vec<(Token, u32)> = tokens.drain(..).zip(words.drain(..)).collect();
        heap.reverse();
        while let Some((token, id)) = heap.pop() {
            match memo.get(id).split {
                Some(at) => {
                    let middle = token.start + u32::from(at);
                    for part in [Token { start: middle, ..token }, Token { end: middle, ..token }] {
                        let id = self.remember(part.word(text), memo);
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

    fn remember(&self, form: &str, memo: &mut Memo) -> u32 {
        if let Some(&id) = memo.ids.get(form) {
            return id;
        }
        let (entry, reading) = self.work_out(form);
        let reading = reading.map(|word| self.remember(&word, memo));
        let id = memo.entries.len() as u32;
        memo.entries.push(Resolved { reading, ..entry });
        memo.ids.insert(form.into(), id);
        id
    }

    fn work_out(&self, form: &str) -> (Resolved, Option<String>) {
        let known = self.known(form);
        let typed_right = known;
        let mended = if known { None } else { self.mend(form) };
        let (word, split, known) = match mended {
            Some(Mended::Word(word)) => (word, None, true),
            Some(Mended::Guess(word)) => (word, None, false),
            Some(Mended::Split(at)) => (form.to_string(), Some(at as u16), false),
            None => (form.to_string(), None, known),
        };
        let stem = self.stems.stem(&word);
        let mut atoms: Vec<AtomId> = Vec::new();
        atoms.extend(self.forms.get(&*word).into_iter().flatten());
        if is_cyrillic(&word) {
            atoms.extend(self.by_stem.get(&*stem).into_iter().flatten());
        }
        self.prefix_ends(&word).for_each(|(_, found)| atoms.extend(found));
        atoms.sort_unstable();
        atoms.dedup();
        // A form that is listed letter by letter is a better reading («делать») than one that only shares its stem («делат»).
        let reading = mend::transliterated(form, &mut |word| self.forms.contains_key(word) || self.common.contains(word))
            .or_else(|| mend::transliterated(form, &mut |word| self.known(word)))
            .filter(|reading| reading.chars().count() >= 2);
        let entry = Resolved { atoms, stem: stem.into(), word: word.into(), known, typed_right, split, reading: None };
        (entry, reading)
    }

    fn mend(&self, form: &str) -> Option<Mended> {
        if form.chars().count() > WORD_CHARS {
            return None;
        }
        mend::mend(form, &mut |word| self.known(word), &|word| self.stems.stem(word).into_owned(), &self.mender)
    }

    pub(crate) fn memory_usage(&self) -> usize {
        let table = |entries: usize| entries * 48;
        table(self.forms.len() + self.by_stem.len() + self.prefixes.len()) + self.common.len() * 32 + self.mender.memory_usage()
    }
}

/// Most letters behind a prefix of a rule that still make one word: «портал*» knows «портальный», not «порталтормозит».
const ENDING: usize = 6;
/// Shortest reading of a lone transliterated word, in characters.
const TRANSLIT_ALONE: usize = 6;

impl Builder {
    /// The number of a slot.
    pub(crate) fn slot(&mut self, atoms: &[Atom]) -> AtomId {
        if let Some(&id) = self.slots.get(atoms) {
            return id;
        }
        let id = self.slots.len() as AtomId;
        self.slots.insert(atoms.to_vec(), id);
        for atom in atoms {
            self.atom(atom, id);
        }
        id
    }

    fn atom(&mut self, atom: &Atom, id: AtomId) {
        let lexicon = &mut self.lexicon;
        let push = |list: &mut Vec<AtomId>| {
            if list.last() != Some(&id) {
                list.push(id);
            }
        };
        match atom {
            Atom::Exact(word) => push(lexicon.forms.entry(word.as_str().into()).or_default()),
            Atom::Prefix(prefix) => push(lexicon.prefixes.entry(prefix.as_str().into()).or_default()),
            Atom::Any(word) => {
                let own = lexicon.stems.stem(word).into_owned();
                for form in inflect::forms(word) {
                    let stem = lexicon.stems.stem(&form);
                    // A stem of three letters is a stem of many words; the forms themselves are listed anyway.
                    if word.chars().count() >= 4 && (*stem == *own && own.chars().count() >= 3 || stem.chars().count() >= 5) {
                        push(lexicon.by_stem.entry(stem.as_ref().into()).or_default());
                    }
                    push(lexicon.forms.entry(form.as_str().into()).or_default());
                }
                self.ranked.push(own.into());
            }
        }
    }

    /// Adds a common word of the language, the most frequent first.
    pub(crate) fn common(&mut self, word: &str) {
        let stem = self.lexicon.stems.stem(word);
        self.lexicon.common.insert(stem.as_ref().into());
        self.lexicon.common.insert(word.into());
        self.ranked.push(stem.as_ref().into());
    }

    pub(crate) fn build(mut self) -> Lexicon {
        self.lexicon.mender = mend::Index::new(&self.ranked);
        self.lexicon
    }
}
