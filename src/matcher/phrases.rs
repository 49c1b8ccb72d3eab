//! Sequences of words with and without gaps, matched in one pass.
//!
//! A trie over slots, walked by a short list of partial matches. A partial match lives for at most [`GAP_WORDS`] + 1 words, and [`ACTIVE`] bounds
//! how many there are, so a word costs a bounded number of steps whatever stands before it.
//!
//! Most words go on with no partial match. Each state has a mask of the slots that lead on from it, many slots to a bit, and each word one of the slots it
//! can stand in: where the two have no bit in common, a single `and` settles the matter. Where many terms begin alike, masks are full; then a bit for each pair of state
//! and slot, in a table that fits the cache, settles nearly all that is left.

use std::collections::HashMap;

use super::lexicon::AtomId;
use super::memo::bit;
use crate::limits::GAP_WORDS;

/// Most partial matches at a time. Hand-written rules need a handful.
const ACTIVE: usize = 256;

#[derive(Clone, Copy, Default)]
struct State {
    /// Bits of the slots that may follow at once, and of those that may follow after a gap.
    adjacent: u64,
    gapped: u64,
    /// Terms that end here: a range of [`Phrases::ends`].
    ends: (u32, u32),
    /// Where its edges lie in [`Phrases::edges`]: a list, or a table if there are more than [`FEW`].
    edges: (u32, u32),
}

/// A way on from a state.
#[derive(Clone, Copy, Default)]
struct Edge {
    /// By which slot, times two, plus one if after a gap; [`Edge::FREE`] for a free place of a table.
    by: u32,
    /// The state it leads to, or, with [`Edge::TERM`], the one term that ends there and goes nowhere else, as most do.
    to: u32,
}

impl Edge {
    const FREE: u32 = u32::MAX;
    const TERM: u32 = 1 << 31;

    fn by(slot: AtomId, gap: bool) -> u32 {
        slot << 1 | u32::from(gap)
    }

    /// Where an edge belongs in a table of so many places, a power of two.
    #[inline]
    fn place(by: u32, places: u32) -> u32 {
        (by.wrapping_mul(0x9e37_79b1) >> 7) & (places - 1)
    }
}

/// Most edges of a state that are a list.
const FEW: u32 = 8;

/// A partial match: `state` was reached with the word at `last`. The masks are those of the state.
#[derive(Clone, Copy)]
struct Active {
    adjacent: u64,
    gapped: u64,
    state: u32,
    first: u32,
    last: u32,
}

impl Active {
    /// Whether slots with this mask may follow at once, and after a gap.
    #[inline(always)]
    fn open(&self, at: u32, mask: u64) -> (bool, bool) {
        ((at == self.last + 1) & (self.adjacent & mask != 0), self.gapped & mask != 0)
    }
}

/// The partial matches at hand, oldest first; reused.
#[derive(Default)]
pub(crate) struct Partials {
    list: Vec<Active>,
    /// Those before this one are too old for anything to go on with them.
    from: usize,
}

impl Partials {
    pub(crate) fn clear(&mut self) {
        self.list.clear();
        self.from = 0;
    }

    #[inline]
    fn forget(&mut self, at: u32) {
        while let Some(partial) = self.list.get(self.from).filter(|partial| (at - partial.last) as usize > GAP_WORDS + 1) {
            debug_assert!(partial.last < at);
            self.from += 1;
        }
        if self.from > ACTIVE {
            self.list.drain(..self.from);
            self.from = 0;
        }
    }
}

/// Which slots lead on from which states: a bit for the hash of each pair, so that few that do not seem to.
#[derive(Default)]
struct Ways {
    bits: Vec<u64>,
    shift: u32,
}

impl Ways {
    fn new(edges: usize) -> Ways {
        // Sixteen bits an edge: of sixteen pairs without one, one passes.
        let size = (edges * 16).next_power_of_two().max(64);
        Ways { bits: vec![0; size / 64], shift: 64 - size.trailing_zeros() }
    }

    #[inline]
    fn place(&self, state: u32, slot: AtomId) -> (usize, u64) {
        let at = ((u64::from(state) << 32 | u64::from(slot)).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> self.shift) as usize;
        (at / 64, 1 << (at % 64))
    }

    fn add(&mut self, state: u32, slot: AtomId) {
        let (at, bit) = self.place(state, slot);
        self.bits[at] |= bit;
    }

    #[inline]
    fn may(&self, state: u32, slot: AtomId) -> bool {
        let (at, bit) = self.place(state, slot);
        self.bits[at] & bit != 0
    }
}

/// What a word is to terms: the slots it can stand in, ascending; the states it leads to as the first of a term; the bits of its slots.
#[derive(Clone, Copy)]
pub(crate) struct Word<'a> {
    pub(crate) atoms: &'a [AtomId],
    pub(crate) roots: &'a [u32],
    pub(crate) mask: u64,
}

impl Word<'_> {
    /// A word that no term has.
    pub(crate) const NOTHING: Word<'static> = Word { atoms: &[], roots: &[], mask: 0 };
}

/// All terms of a policy.
#[derive(Default)]
pub(crate) struct Phrases {
    states: Vec<State>,
    /// One state after another; lists are ascending.
    edges: Vec<Edge>,
    ways: Ways,
    ends: Vec<u32>,
}

/// Collects terms.
pub(crate) struct Builder {
    edges: HashMap<(u32, AtomId, bool), u32>,
    /// (state, term).
    ends: Vec<(u32, u32)>,
    states: u32,
    roots: Vec<u32>,
}

impl Default for Builder {
    fn default() -> Builder {
        Builder { edges: HashMap::new(), ends: Vec::new(), states: 1, roots: Vec::new() }
    }
}

impl Builder {
    /// Adds a term: its slots, each with whether a gap is before it.
    pub(crate) fn add(&mut self, slots: &[(bool, AtomId)], term: u32) {
        let mut state = 0;
        for (at, &(gap, slot)) in slots.iter().enumerate() {
            let next = if at == 0 {
                if self.roots.len() <= slot as usize {
                    self.roots.resize(slot as usize + 1, 0);
                }
                &mut self.roots[slot as usize]
            } else {
                self.edges.entry((state, slot, gap)).or_insert(0)
            };
            if *next == 0 {
                *next = self.states;
                self.states += 1;
            }
            state = *next;
        }
        self.ends.push((state, term));
    }

    /// The terms, and by slot the state that a first word leads to; 0 for none.
    pub(crate) fn build(mut self) -> (Phrases, Vec<u32>) {
        let mut states = vec![State::default(); self.states as usize];
        self.ends.sort_by_key(|(state, _)| *state);
        for (at, (state, _)) in self.ends.iter().enumerate() {
            let state = &mut states[*state as usize];
            if state.ends.1 == 0 {
                state.ends.0 = at as u32;
            }
            state.ends.1 = at as u32 + 1;
        }
        let ends: Vec<u32> = self.ends.into_iter().map(|(_, term)| term).collect();
        let mut all: Vec<(u32, u32, u32)> =
            self.edges.into_iter().map(|((state, slot, gap), next)| (state, Edge::by(slot, gap), next)).collect();
        all.sort_unstable();
        let mut ways = Ways::new(all.len());
        for &(state, by, _) in &all {
            let state = &mut states[state as usize];
            *if by & 1 == 1 { &mut state.gapped } else { &mut state.adjacent } |= bit(by >> 1);
        }
        let mut edges = Vec::with_capacity(all.len());
        for of_state in all.chunk_by(|a, b| a.0 == b.0) {
            let (state, count, from) = (of_state[0].0, of_state.len() as u32, edges.len() as u32);
            let places = if count > FEW { (count + count / 4).next_power_of_two() } else { count };
            edges.resize((from + places) as usize, Edge { by: Edge::FREE, to: 0 });
            for (at, &(_, by, next)) in of_state.iter().enumerate() {
                ways.add(state, by >> 1);
                let node = states[next as usize];
                let leaf = node.ends.1 - node.ends.0 == 1 && node.adjacent | node.gapped == 0;
                let to = if leaf { ends[node.ends.0 as usize] | Edge::TERM } else { next };
                let mut place = if count > FEW { Edge::place(by, places) } else { at as u32 };
                while edges[(from + place) as usize].by != Edge::FREE {
                    place = (place + 1) & (places - 1);
                }
                edges[(from + place) as usize] = Edge { by, to };
            }
            states[state as usize].edges = (from, from + places);
        }
        (Phrases { states, edges, ways, ends }, self.roots)
    }
}

impl Phrases {
    /// Takes the word at `at`; `hit` gets each term that ends here and where it began. Words that are nothing to any term may be left out.
    #[inline]
    pub(crate) fn step(&self, at: u32, word: Word, active: &mut Partials, hit: &mut impl FnMut(u32, u32)) {
        active.forget(at);
        let before = active.list.len();
        if self.may_go_on(&active.list[active.from..], at, word) {
            for index in active.from..before {
                self.go_on(active.list[index], at, word, active, hit);
            }
        }
        for &root in word.roots {
            self.reach(root, at, at, active, hit);
        }
    }

    /// Whether a word may go on with any partial match. Asks all of them without a branch in between: none can be foreseen, and most words go on with none.
    #[inline(always)]
    fn may_go_on(&self, active: &[Active], at: u32, word: Word) -> bool {
        if word.atoms.len() > FEW as usize {
            return !active.is_empty();
        }
        active.iter().fold(false, |any, partial| {
            let (near, far) = partial.open(at, word.mask);
            any | (near | far) & word.atoms.iter().fold(false, |any, slot| any | self.ways.may(partial.state, *slot))
        })
    }

    /// Takes the ways on from a partial match: next to it, after a gap.
    #[inline]
    fn go_on(&self, partial: Active, at: u32, word: Word, active: &mut Partials, hit: &mut impl FnMut(u32, u32)) {
        let slots = word.atoms;
        let (near, far) = partial.open(at, word.mask);
        if !near && !far {
            return;
        }
        if slots.len() > FEW as usize {
            let edges = self.edges_of(partial.state);
            if edges.len() <= FEW as usize {
                // Both are ascending, so either way terms are found in the same order.
                for edge in edges.iter().filter(|edge| if edge.by & 1 == 1 { far } else { near }) {
                    if slots.binary_search(&(edge.by >> 1)).is_ok() {
                        self.take(edge.to, partial.first, at, active, hit);
                    }
                }
                return;
            }
        }
        for &slot in slots.iter().filter(|slot| self.ways.may(partial.state, **slot)) {
            for (gap, may) in [(false, near), (true, far)] {
                if let Some(to) = may.then(|| self.edge(partial.state, Edge::by(slot, gap))).flatten() {
                    self.take(to, partial.first, at, active, hit);
                }
            }
        }
    }

    #[inline]
    fn edges_of(&self, state: u32) -> &[Edge] {
        let (from, to) = self.states[state as usize].edges;
        &self.edges[from as usize..to as usize]
    }

    /// Where a state's edge leads.
    #[inline]
    fn edge(&self, state: u32, by: u32) -> Option<u32> {
        let edges = self.edges_of(state);
        let places = edges.len() as u32;
        if places <= FEW {
            return edges.iter().find(|edge| edge.by == by).map(|edge| edge.to);
        }
        let mut place = Edge::place(by, places);
        loop {
            let edge = edges[place as usize];
            if edge.by == by {
                return Some(edge.to);
            }
            if edge.by == Edge::FREE {
                return None;
            }
            place = (place + 1) & (places - 1);
        }
    }

    /// Goes to where an edge leads.
    #[inline]
    fn take(&self, to: u32, first: u32, at: u32, active: &mut Partials, hit: &mut impl FnMut(u32, u32)) {
        if to & Edge::TERM != 0 { hit(to & !Edge::TERM, first) } else { self.reach(to, first, at, active, hit) }
    }

    #[inline]
    fn reach(&self, state: u32, first: u32, at: u32, active: &mut Partials, hit: &mut impl FnMut(u32, u32)) {
        let node = &self.states[state as usize];
        for &term in &self.ends[node.ends.0 as usize..node.ends.1 as usize] {
            hit(term, first);
        }
        if node.adjacent | node.gapped != 0 && active.list.len() - active.from < ACTIVE {
            active.list.push(Active { adjacent: node.adjacent, gapped: node.gapped, state, first, last: at });
        }
    }

    pub(crate) fn memory_usage(&self) -> usize {
        self.edges.capacity() * size_of::<Edge>()
            + self.states.capacity() * size_of::<State>()
            + self.ends.capacity() * 4
            + self.ways.bits.capacity() * 8
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Terms over words 1, 2, 3…; a row is (words of the ticket, terms found).
    fn found(terms: &[&[(bool, AtomId)]], ticket: &[AtomId]) -> Vec<(u32, u32, u32)> {
        let mut builder = Builder::default();
        for (id, slots) in terms.iter().enumerate() {
            builder.add(slots, id as u32);
        }
        let (phrases, roots) = builder.build();
        let (mut active, mut out) = (Partials::default(), Vec::new());
        for (at, &word) in ticket.iter().enumerate() {
            let start = roots.get(word as usize).filter(|root| **root != 0);
            let word = Word { atoms: &[word], roots: start.map_or(&[], std::slice::from_ref), mask: bit(word) };
            phrases.step(at as u32, word, &mut active, &mut |term, first| out.push((term, first, at as u32)));
        }
        out
    }

    #[test]
    fn words_phrases_and_gaps() {
        let terms: &[&[(bool, AtomId)]] = &[&[(false, 1)], &[(false, 1), (false, 2)], &[(false, 1), (true, 2)]];
        type Row<'a> = (&'a [AtomId], &'a [(u32, u32, u32)]);
        let rows: &[Row] = &[
            (&[1], &[(0, 0, 0)]),
            (&[1, 2], &[(0, 0, 0), (1, 0, 1), (2, 0, 1)]),
            (&[1, 9, 9, 9, 2], &[(0, 0, 0), (2, 0, 4)]),
            (&[1, 9, 9, 9, 9, 2], &[(0, 0, 0)]),
            (&[2, 1], &[(0, 1, 1)]),
            (&[], &[]),
        ];
        for (ticket, want) in rows {
            assert_eq!(&found(terms, ticket), want, "{ticket:?}");
        }
    }

    #[test]
    fn partial_matches_are_bounded() {
        let slots: Vec<(bool, AtomId)> = (0..12).map(|at| (at > 0, 1)).collect();
        let ticket = vec![1; 5_000];
        assert!(found(&[&slots], &ticket).len() <= ticket.len() * ACTIVE);
    }
}
