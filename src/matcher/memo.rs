//! Words of tickets worked out so far.

use std::collections::HashMap;

use super::lexicon::AtomId;
use super::phrases::Word;
use crate::hash::Seed;
use crate::token::Key;

/// What a form of a ticket turned out to be.
#[derive(Clone, Debug, Default)]
pub(crate) struct Resolved {
    /// The word as meant: misprints, look-alike letters and stretched letters mended.
    pub(crate) word: Box<str>,
    /// Bytes of `word` that are its stem.
    pub(super) stem: usize,
    /// Whether it is a word of the policy or of the language.
    pub(crate) known: bool,
    /// Two words glued together: the byte where the second begins.
    pub(super) split: Option<u16>,
    /// For a word in Latin letters: what it is if it is Russian in transliteration.
    pub(super) reading: Option<u32>,
}

impl Resolved {
    pub(crate) fn stem(&self) -> &str {
        &self.word[..self.stem]
    }
}

/// Properties of a form that decide, for most tickets at once, which steps have nothing to do.
#[derive(Clone, Copy, Default)]
pub(super) struct Flags(u8);

impl Flags {
    pub(super) const RUSSIAN: Flags = Flags(1);
    /// Known as typed, without any mending.
    pub(super) const TYPED_RIGHT: Flags = Flags(2);
    pub(super) const SPLIT: Flags = Flags(4);
    /// In Latin letters, and nobody knows it.
    pub(super) const STRANGE: Flags = Flags(8);
    /// Russian in transliteration.
    pub(super) const READABLE: Flags = Flags(16);
    /// Russian, but not as typed.
    pub(super) const BROKEN: Flags = Flags(32);

    #[inline]
    pub(super) fn has(self, other: Flags) -> bool {
        self.0 & other.0 != 0
    }

    #[inline]
    pub(super) fn set(&mut self, other: Flags, holds: bool) {
        if holds {
            self.0 |= other.0;
        }
    }

    #[inline]
    pub(super) fn join(&mut self, other: Flags) {
        self.0 |= other.0;
    }
}

/// What matching reads of a form, kept apart from the rest so that it stays in the cache.
#[derive(Clone, Copy, Default)]
pub(super) struct Head {
    /// Where its slots begin, its roots, and where they end.
    atoms: u32,
    roots: u32,
    end: u32,
    /// A bit for each of the slots, many to one: tells for most words at once that no term goes on with it.
    pub(super) mask: u64,
    pub(super) flags: Flags,
}

/// Forms worked out so far. Belongs to one scratch; bounded.
pub(crate) struct Memo {
    /// Open addressing by key: (the key's halves, number plus one).
    slots: Vec<(u64, u64, u32)>,
    used: usize,
    /// Forms whose letters make no key.
    odd: HashMap<Box<str>, u32>,
    heads: Vec<Head>,
    /// Slots and roots of one form after another.
    atoms: Vec<AtomId>,
    entries: Vec<Resolved>,
    generation: u32,
    seed: Seed,
    pub(super) spare: Vec<AtomId>,
}

impl Default for Memo {
    fn default() -> Memo {
        Memo {
            slots: vec![(0, 0, 0); 1 << 10],
            used: 0,
            odd: HashMap::new(),
            heads: Vec::new(),
            atoms: Vec::new(),
            entries: Vec::new(),
            generation: 0,
            seed: Seed::new(),
            spare: Vec::new(),
        }
    }
}

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

    /// Forgets everything, and keeps the memory.
    pub(super) fn forget(&mut self) {
        self.slots.fill((0, 0, 0));
        self.used = 0;
        self.odd.clear();
        self.heads.clear();
        self.atoms.clear();
        self.entries.clear();
        self.generation = self.generation.wrapping_add(1);
    }

    #[inline]
    pub(super) fn head(&self, id: u32) -> Head {
        self.heads[id as usize]
    }

    /// What a form is to terms.
    #[inline]
    pub(super) fn word(&self, id: u32) -> Word<'_> {
        let head = self.heads[id as usize];
        let atoms = &self.atoms[head.atoms as usize..head.roots as usize];
        Word { atoms, roots: &self.atoms[head.roots as usize..head.end as usize], mask: head.mask }
    }

    #[inline]
    pub(super) fn find(&self, form: &str, key: Key) -> Option<u32> {
        if key == Key::NONE {
            return self.odd.get(form).copied();
        }
        let Key { low, high } = key;
        let mask = self.slots.len() - 1;
        let mut at = self.seed.of_pair(low, high) as usize & mask;
        loop {
            let slot = &self.slots[at];
            if slot.0 == low && slot.1 == high {
                return Some(slot.2 - 1);
            }
            if slot.2 == 0 {
                return None;
            }
            at = (at + 1) & mask;
        }
    }

    /// Remembers a form that is not there yet; `roots` are the states that all slots lead to.
    pub(super) fn insert(&mut self, form: &str, key: Key, entry: Resolved, flags: Flags, atoms: &[AtomId], roots: &[u32]) -> u32 {
        let id = self.entries.len() as u32;
        let mask = atoms.iter().fold(0, |mask, atom| mask | bit(*atom));
        let from = self.atoms.len() as u32;
        self.atoms.extend_from_slice(atoms);
        self.atoms.extend(atoms.iter().filter_map(|atom| roots.get(*atom as usize).copied().filter(|root| *root != 0)));
        self.heads.push(Head { atoms: from, roots: from + atoms.len() as u32, end: self.atoms.len() as u32, mask, flags });
        self.entries.push(entry);
        if key == Key::NONE {
            self.odd.insert(form.into(), id);
        } else {
            self.used += 1;
            if self.used * 2 > self.slots.len() {
                let slots = vec![(0, 0, 0); self.slots.len() * 2];
                for (low, high, id) in std::mem::replace(&mut self.slots, slots) {
                    if id != 0 {
                        self.put(low, high, id);
                    }
                }
            }
            self.put(key.low, key.high, id + 1);
        }
        id
    }

    fn put(&mut self, low: u64, high: u64, id: u32) {
        let mask = self.slots.len() - 1;
        let mut at = self.seed.of_pair(low, high) as usize & mask;
        while self.slots[at].2 != 0 {
            at = (at + 1) & mask;
        }
        self.slots[at] = (low, high, id);
    }
}

/// The bit of a slot in a mask.
#[inline]
pub(super) fn bit(atom: AtomId) -> u64 {
    1 << (atom & 63)
}
