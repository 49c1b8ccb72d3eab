//! Sequences of words with and without gaps, matched in one pass.
//!
//! A trie over slots, walked by a short list of partial matches. A partial match lives for at most [`GAP_WORDS`] + 1 words, and [`ACTIVE`] bounds
//! how many there are, so a word costs a bounded number of steps whatever stands before it.

use std::collections::HashMap;

use super::lexicon::AtomId;
use crate::limits::GAP_WORDS;

/// Most partial matches at a time. Hand-written rules need a handful.
const ACTIVE: usize = 256;

#[derive(Default)]
struct State {
    /// Terms that end here.
    ends: Vec<u32>,
    /// Whether a next word may follow at once, and whether it may follow after a gap.
    adjacent: bool,
    gapped: bool,
}

/// A partial match: `state` was reached with the word at `last`.
#[derive(Clone, Copy)]
pub(crate) struct Active {
    state: u32,
    first: u32,
    last: u32,
}

/// All terms of a policy.
pub(crate) struct Phrases {
    /// (state, whether after a gap, slot) → state.
    edges: HashMap<(u32, bool, AtomId), u32, crate::matcher::lexicon::Fast>,
    /// Edges from the root, by slot: the first word of a term.
    roots: Vec<u32>,
    states: Vec<State>,
}

impl Default for Phrases {
    fn default() -> Phrases {
        Phrases { edges: HashMap::default(), roots: Vec::new(), states: vec![State::default()] }
    }
}

impl Phrases {
    /// Adds a term: its slots, each with whether a gap is before it.
    pub(crate) fn add(&mut self, slots: &[(bool, AtomId)], term: u32) {
        let mut state = 0;
        for (at, &(gap, slot)) in slots.iter().enumerate() {
            let fresh = self.states.len() as u32;
            let next = if at == 0 {
                if self.roots.len() <= slot as usize {
                    self.roots.resize(slot as usize + 1, 0);
                }
                let next = &mut self.roots[slot as usize];
                if *next == 0 {
                    *next = fresh;
                }
                *next
            } else {
                *self.edges.entry((state, gap, slot)).or_insert(fresh)
            };
            if next == fresh {
                self.states.push(State::default());
            }
            if at > 0 {
                let from = &mut self.states[state as usize];
                from.adjacent |= !gap;
                from.gapped |= gap;
            }
            state = next;
        }
        self.states[state as usize].ends.push(term);
    }

    /// Takes the word at `at`, which is `atoms`; `hit` gets each term that ends here and where it began.
    pub(crate) fn step(&self, at: u32, atoms: &[AtomId], active: &mut Vec<Active>, hit: &mut dyn FnMut(u32, u32)) {
        let before = active.len();
        for index in 0..before {
            let Active { state, first, last } = active[index];
            let node = &self.states[state as usize];
            for &atom in atoms {
                let near = at == last + 1;
                for gap in [false, true] {
                    if (gap && !node.gapped) || (!gap && (!near || !node.adjacent)) {
                        continue;
                    }
                    if let Some(&next) = self.edges.get(&(state, gap, atom)) {
                        self.reach(next, first, at, active, hit);
                    }
                }
            }
        }
        for &atom in atoms {
            if let Some(&next) = self.roots.get(atom as usize).filter(|next| **next != 0) {
                self.reach(next, at, at, active, hit);
            }
        }
        active.retain(|partial| {
            partial.last == at || (at - partial.last) as usize <= GAP_WORDS && self.states[partial.state as usize].gapped
        });
    }

    fn reach(&self, state: u32, first: u32, at: u32, active: &mut Vec<Active>, hit: &mut dyn FnMut(u32, u32)) {
        let node = &self.states[state as usize];
        for &term in &node.ends {
            hit(term, first);
        }
        if (node.adjacent || node.gapped) && active.len() < ACTIVE {
            active.push(Active { state, first, last: at });
        }
    }

    pub(crate) fn memory_usage(&self) -> usize {
        self.edges.capacity() * 20
            + self.roots.capacity() * 4
            + self.states.iter().map(|state| 32 + state.ends.capacity() * 4).sum::<usize>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Terms over words 1, 2, 3…; a row is (words of the ticket, terms found).
    fn found(terms: &[&[(bool, AtomId)]], ticket: &[AtomId]) -> Vec<(u32, u32, u32)> {
        let mut phrases = Phrases::default();
        for (id, slots) in terms.iter().enumerate() {
            phrases.add(slots, id as u32);
        }
        let (mut active, mut out) = (Vec::new(), Vec::new());
        for (at, &word) in ticket.iter().enumerate() {
            phrases.step(at as u32, &[word], &mut active, &mut |term, first| out.push((term, first, at as u32)));
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
