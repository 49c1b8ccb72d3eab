//! Stems as numbers and a trie of numbers, walked from every word; `memo` remembers the number of every word seen.

use rust_stemmers::Stemmer;
use rustc_hash::FxHashMap;

use crate::job::{Hits, Matcher, Parts, RuleSet, fold, stemmer, words};
use crate::regexes::{Regexes, Style};

/// A word of no rule.
pub const NONE: u32 = u32::MAX;

pub struct StemTrie {
    stemmer: Stemmer,
    pub stems: FxHashMap<String, u32>,
    edges: FxHashMap<(u32, u32), u32>,
    /// The part that ends at a node.
    ends: Vec<Option<u32>>,
    parts: Parts,
    pub regexes: Regexes,
    memo: Option<FxHashMap<String, u32>>,
    pub tokens: Vec<u32>,
}

impl StemTrie {
    pub fn new(rules: &RuleSet, memo: bool) -> Result<Self, String> {
        let parts = Parts::new(rules);
        let (mut stems, mut edges, mut ends) = (FxHashMap::default(), FxHashMap::default(), vec![None]);
        for (id, key) in parts.stems.iter().enumerate() {
            let mut node = 0;
            for stem in key {
                let fresh = stems.len() as u32;
                let number = *stems.entry(stem.clone()).or_insert(fresh);
                node = *edges.entry((node, number)).or_insert_with(|| {
                    ends.push(None);
                    ends.len() as u32 - 1
                });
            }
            ends[node as usize] = Some(id as u32);
        }
        let regexes = Regexes::new(rules, Style::Tuned)?;
        Ok(Self { stemmer: stemmer(), stems, edges, ends, parts, regexes, memo: memo.then(FxHashMap::default), tokens: Vec::new() })
    }

    pub fn walk(&self, hits: &mut Hits) {
        for start in 0..self.tokens.len() {
            let mut node = 0;
            for end in start..self.tokens.len() {
                if self.tokens[end] == NONE {
                    break;
                }
                let Some(&next) = self.edges.get(&(node, self.tokens[end])) else { break };
                node = next;
                if let Some(part) = self.ends[node as usize] {
                    hits.add_part(&self.parts, part, start, end + 1);
                }
            }
        }
        hits.join(&self.parts);
    }
}

impl Matcher for StemTrie {
    fn find(&mut self, text: &str, hits: &mut Hits) {
        self.tokens.clear();
        for word in words(&fold(text)) {
            let look_up = || self.stems.get(&*self.stemmer.stem(word)).copied().unwrap_or(NONE);
            let number = match &mut self.memo {
                None => look_up(),
                Some(memo) => match memo.get(word) {
                    Some(&number) => number,
                    None => {
                        let number = look_up();
                        memo.insert(word.to_string(), number);
                        number
                    }
                },
            };
            self.tokens.push(number);
        }
        self.walk(hits);
        self.regexes.find(text, hits);
    }

    fn forget(&mut self) -> bool {
        self.memo.as_mut().map(FxHashMap::clear).is_some()
    }
}
