//! Sequences of words with and without gaps, matched in one pass.
//!
//! A trie over slots, walked by a short list of partial matches. A partial match lives for at most [`GAP_WORDS`] + 1 words, and [`ACTIVE`] bounds
//! how many there are, so a word costs a bounded number of steps whatever stands before it.
//!
//! Most words go on with no partial match. Each state has a mask of the slots that lead on from it, many slots to a bit, and each word one of the slots it
//! can stand in: where the two have no bit in common, a single `and` settles the matter.

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
    /// Where its edges lie in [`Phrases::edges`].
    edges: (u32, u32),
}

/// A way on: after a gap or not, by a slot, to a state.
type Edge = (AtomId, bool, u32);

/// A partial match: `state` was reached with the word at `last`.
#[derive(Clone, Copy)]
pub(crate) struct Active {
    state: u32,
    first: u32,
    last: u32,
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
    /// Ascending within a state.
    edges: Vec<Edge>,
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
        let mut edges: Vec<((u32, AtomId, bool), u32)> = self.edges.into_iter().collect();
        edges.sort_unstable();
        for (at, ((state, slot, gap), _)) in edges.iter().enumerate() {
            let state = &mut states[*state as usize];
            if state.edges.1 == 0 {
                state.edges.0 = at as u32;
            }
            state.edges.1 = at as u32 + 1;
            *if *gap { &mut state.gapped } else { &mut state.adjacent } |= bit(*slot);
        }
        self.ends.sort_by_key(|(state, _)| *state);
        for (at, (state, _)) in self.ends.iter().enumerate() {
            let state = &mut states[*state as usize];
            if state.ends.1 == 0 {
                state.ends.0 = at as u32;
            }
            state.ends.1 = at as u32 + 1;
        }
        let phrases = Phrases {
            states,
            edges: edges.into_iter().map(|((_, slot, gap), next)| (slot, gap, next)).collect(),
            ends: self.ends.into_iter().map(|(_, term)| term).collect(),
        };
        (phrases, self.roots)
    }
}

impl Phrases {
    /// Takes the word at `at`; `hit` gets each term that ends here and where it began.
    #[inline]
    pub(crate) fn step(&self, at: u32, word: Word, active: &mut Vec<Active>, hit: &mut impl FnMut(u32, u32)) {
        let Word { atoms, roots, mask } = word;
        let before = active.len();
        for index in 0..before {
            let Active { state, first, last } = active[index];
            let node = &self.states[state as usize];
            let near = at == last + 1 && node.adjacent & mask != 0;
            let far = node.gapped & mask != 0;
            if !near && !far {
                continue;
            }
            let edges = &self.edges[node.edges.0 as usize..node.edges.1 as usize];
            // Both are ascending, so either way terms are found in the same order.
            if edges.len() <= atoms.len() {
                for &(atom, gap, next) in edges {
                    if (if gap { far } else { near }) && atoms.binary_search(&atom).is_ok() {
                        self.reach(next, first, at, active, hit);
                    }
                }
                continue;
            }
            for &atom in atoms {
                let from = edges.partition_point(|edge| edge.0 < atom);
                for &(_, gap, next) in edges[from..].iter().take_while(|edge| edge.0 == atom) {
                    if if gap { far } else { near } {
                        self.reach(next, first, at, active, hit);
                    }
                }
            }
        }
        for &root in roots {
            self.reach(root, at, at, active, hit);
        }
        if before > 0 {
            active.retain(|partial| {
                partial.last == at || (at - partial.last) as usize <= GAP_WORDS && self.states[partial.state as usize].gapped != 0
            });
        }
    }

    #[inline]
    fn reach(&self, state: u32, first: u32, at: u32, active: &mut Vec<Active>, hit: &mut impl FnMut(u32, u32)) {
        let node = &self.states[state as usize];
        for &term in &self.ends[node.ends.0 as usize..node.ends.1 as usize] {
            hit(term, first);
        }
        if node.adjacent | node.gapped != 0 && active.len() < ACTIVE {
            active.push(Active { state, first, last: at });
        }
    }

    pub(crate) fn memory_usage(&self) -> usize {
        self.edges.capacity() * size_of::<Edge>() + self.states.capacity() * size_of::<State>() + self.ends.capacity() * 4
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
        let (mut active, mut out) = (Vec::new(), Vec::new());
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
