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
    /// Has letters that a literal is anchored in.
    pub(super) const LITERAL: Flags = Flags(64);

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

/// What every form is asked for.
#[derive(Clone, Copy, Default)]
pub(super) struct Found {
    pub(super) id: u32,
    pub(super) flags: Flags,
    /// Where the slots that it can stand in begin in [`Memo::atoms`].
    atoms: u32,
    /// A bit for each of the slots, many to one: tells for most words at once that no term goes on with it. None if it is nothing to any term.
    pub(super) mask: u64,
}

impl Found {
    /// A form that is nothing to any term and is not remembered.
    pub(super) fn nothing(flags: Flags) -> Found {
        Found { flags, ..Found::default() }
    }
}

/// Most forms remembered; a service that runs for weeks meets every misprint there is.
const FORMS: usize = 60_000;

/// A form in the table. All that is asked of it first lies in half a line of the cache: what a look-up costs is waiting for memory.
#[derive(Clone, Copy, Default)]
struct Slot {
    key: (u64, u64),
    mask: u64,
    /// Number of the form plus one, and its flags in the upper byte; 0 for a free slot.
    next: u32,
    atoms: u32,
}

impl Slot {
    /// Bits of the number.
    const NUMBER: u32 = 24;

    fn new(key: Key, Found { id, flags, atoms, mask }: Found) -> Slot {
        debug_assert!(id < 1 << Slot::NUMBER);
        Slot { key: (key.low, key.high), mask, next: (id + 1) | (u32::from(flags.0) << Slot::NUMBER), atoms }
    }

    #[inline]
    fn found(self) -> Found {
        let id = (self.next & ((1 << Slot::NUMBER) - 1)).wrapping_sub(1);
        Found { id, flags: Flags((self.next >> Slot::NUMBER) as u8), atoms: self.atoms, mask: self.mask }
    }
}

/// Forms worked out so far. Belongs to one scratch; bounded.
pub(crate) struct Memo {
    /// Open addressing by key.
    slots: Vec<Slot>,
    used: usize,
    /// Forms whose letters make no key.
    odd: HashMap<Box<str>, u32>,
    /// By number.
    forms: Vec<Found>,
    /// Slots and roots of one form after another: how many slots, how many roots, the slots, the roots.
    atoms: Vec<AtomId>,
    /// What forms are beside that; empty where nothing is mended.
    entries: Vec<Resolved>,
    generation: u32,
    seed: Seed,
    pub(super) spare: Vec<AtomId>,
    pub(super) spare_word: String,
}

impl Default for Memo {
    fn default() -> Memo {
        Memo {
            slots: vec![Slot::default(); 1 << 10],
            used: 0,
            odd: HashMap::new(),
            forms: Vec::new(),
            atoms: Vec::new(),
            entries: Vec::new(),
            generation: 0,
            seed: Seed::new(),
            spare: Vec::new(),
            spare_word: String::new(),
        }
    }
}

impl Memo {
    pub(crate) fn get(&self, id: u32) -> &Resolved {
        &self.entries[id as usize]
    }

    pub(crate) fn len(&self) -> usize {
        self.forms.len()
    }

    /// Grows when everything is forgotten: numbers of different generations mean different words.
    pub(crate) fn generation(&self) -> u32 {
        self.generation
    }

    /// Forgets everything if there is too much of it, and keeps the memory.
    pub(super) fn bound(&mut self) {
        if self.forms.len() <= FORMS {
            return;
        }
        self.slots.fill(Slot::default());
        self.used = 0;
        self.odd.clear();
        self.forms.clear();
        self.atoms.clear();
        self.entries.clear();
        self.generation = self.generation.wrapping_add(1);
    }

    #[inline]
    pub(super) fn found(&self, id: u32) -> Found {
        self.forms[id as usize]
    }

    /// What a form is to terms.
    #[inline]
    pub(super) fn word(&self, found: Found) -> Word<'_> {
        if found.mask == 0 {
            return Word::NOTHING;
        }
        let (counts, rest) = self.atoms[found.atoms as usize..].split_at(2);
        let (atoms, rest) = rest.split_at(counts[0] as usize);
        Word { atoms, roots: &rest[..counts[1] as usize], mask: found.mask }
    }

    /// The form with a key; for one of [`Key::NONE`] see [`Memo::find`].
    #[inline]
    pub(super) fn find_key(&self, key: Key) -> Option<Found> {
        let mask = self.slots.len() - 1;
        let mut at = self.seed.of_pair(key.low, key.high) as usize & mask;
        loop {
            let slot = &self.slots[at];
            if slot.key == (key.low, key.high) {
                return Some(slot.found());
            }
            if slot.next == 0 {
                return None;
            }
            at = (at + 1) & mask;
        }
    }

    #[inline]
    pub(super) fn find(&self, form: &str, key: Key) -> Option<Found> {
        if key != Key::NONE { self.find_key(key) } else { self.odd.get(form).map(|&id| self.found(id)) }
    }

    /// Remembers a form that is not there yet; `roots` are the states that all slots lead to.
    pub(super) fn insert(&mut self, form: &str, key: Key, entry: Option<Resolved>, flags: Flags, atoms: &[AtomId], roots: &[u32]) -> Found {
        let mask = atoms.iter().fold(0, |mask, atom| mask | bit(*atom));
        let found = Found { id: self.forms.len() as u32, flags, atoms: self.atoms.len() as u32, mask };
        if mask != 0 {
            self.atoms.extend([atoms.len() as u32, 0]);
            self.atoms.extend_from_slice(atoms);
            let first = self.atoms.len();
            self.atoms.extend(atoms.iter().filter_map(|atom| roots.get(*atom as usize).copied().filter(|root| *root != 0)));
            self.atoms[found.atoms as usize + 1] = (self.atoms.len() - first) as u32;
        }
        self.forms.push(found);
        self.entries.extend(entry);
        if key == Key::NONE {
            self.odd.insert(form.into(), found.id);
        } else {
            self.used += 1;
            // Three in four places at most: what a look-up costs is how much memory there is to wait for, not how many places it tries.
            if self.used * 4 > self.slots.len() * 3 {
                let slots = vec![Slot::default(); self.slots.len() * 2];
                for slot in std::mem::replace(&mut self.slots, slots) {
                    if slot.next != 0 {
                        self.put(slot);
                    }
                }
            }
            self.put(Slot::new(key, found));
        }
        found
    }

    fn put(&mut self, slot: Slot) {
        let mask = self.slots.len() - 1;
        let mut at = self.seed.of_pair(slot.key.0, slot.key.1) as usize & mask;
        while self.slots[at].next != 0 {
            at = (at + 1) & mask;
        }
        self.slots[at] = slot;
    }
}

/// The bit of a slot in a mask.
#[inline]
pub(super) fn bit(atom: AtomId) -> u64 {
    1 << (atom & 63)
}
