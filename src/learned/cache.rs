//! What is worked out once for a word and remembered with it, by the word's number in the memo.

use super::asking;
use super::features::{Family, begin};
use crate::hash::Hash;
use crate::matcher::Scan;

/// What pairs and sentences ask of a word.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fact {
    /// Hashes of the families of pairs with the word as the first of two.
    pub(super) pair: Hash,
    pub(super) skip: Hash,
    pub(super) asking_pair: Hash,
    /// Whether it is a word of request.
    pub(super) requests: bool,
}

/// Facts of the words of one generation of a memo.
#[derive(Default)]
pub(crate) struct Facts {
    generation: Option<u32>,
    facts: Vec<Fact>,
}

impl Facts {
    /// Works out what is missing: the memo only grows within a generation.
    pub(super) fn prepare(&mut self, scan: &Scan) {
        if self.generation != Some(scan.memo.generation()) {
            self.generation = Some(scan.memo.generation());
            self.facts.clear();
        }
        for word in self.facts.len()..scan.memo.len() {
            let word = scan.memo.get(word as u32);
            let mut hashes = [begin(Family::Pair), begin(Family::Skip), begin(Family::AskingPair)];
            Hash::each(&mut hashes, word.stem().as_bytes());
            let [pair, skip, asking_pair] = hashes;
            self.facts.push(Fact { pair, skip, asking_pair, requests: asking::requests(&word.word) });
        }
    }

    pub(super) fn of(&self, word: u32) -> &Fact {
        &self.facts[word as usize]
    }
}

/// What words contribute, by number of the memo.
#[derive(Default)]
pub(crate) struct Cache {
    generation: Option<u32>,
    classes: usize,
    /// Where the vector of a word begins, plus one; 0 if it is not worked out.
    starts: Vec<u32>,
    vectors: Vec<f32>,
}

impl Cache {
    pub(crate) fn prepare(&mut self, generation: u32, classes: usize) {
        if self.generation != Some(generation) || self.classes != classes {
            self.generation = Some(generation);
            self.classes = classes;
            self.starts.clear();
            self.vectors.clear();
        }
    }

    pub(crate) fn get(&mut self, word: u32, work_out: impl FnOnce(&mut [f32])) -> &[f32] {
        let word = word as usize;
        if self.starts.len() <= word {
            self.starts.resize(word + 1, 0);
        }
        if self.starts[word] == 0 {
            let start = self.vectors.len();
            self.vectors.resize(start + self.classes, 0.0);
            work_out(&mut self.vectors[start..]);
            self.starts[word] = start as u32 + 1;
        }
        let start = self.starts[word] as usize - 1;
        &self.vectors[start..start + self.classes]
    }
}
