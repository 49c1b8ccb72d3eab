//! What every matcher shares: rules, words, parts of rules, joining over gaps, the tally by topic.

use std::collections::HashMap;

use rust_stemmers::{Algorithm, Stemmer};
use serde::Deserialize;

#[derive(Deserialize)]
pub struct RuleSet {
    pub topics: Vec<String>,
    pub rules: Vec<Rule>,
}

/// Has either `text`, a phrase or two phrases around [`GAP`], or `regex`.
#[derive(Deserialize)]
pub struct Rule {
    pub topic: usize,
    pub text: Option<String>,
    pub regex: Option<String>,
}

#[derive(Deserialize)]
pub struct Ticket {
    pub text: String,
}

pub trait Matcher {
    fn find(&mut self, text: &str, hits: &mut Hits);

    /// Empties a cache that would know the words of the measured tickets by the second pass; true if there was one.
    fn forget(&mut self) -> bool {
        false
    }
}

pub const GAP: &str = " … ";
/// Words a gap may hold.
pub const MAX_GAP: u32 = 3;

pub fn stemmer() -> Stemmer {
    Stemmer::create(Algorithm::Russian)
}

pub fn fold(text: &str) -> String {
    text.to_lowercase().replace('ё', "е")
}

pub fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty())
}

/// What it means that a part was found: whole rules, the first or the second half of a rule with a gap.
#[derive(Default)]
pub struct Part {
    pub rules: Vec<u32>,
    pub opens: bool,
    pub closes: bool,
}

/// The distinct sequences of stems of a rule set, and the rules that are two of them around a gap.
#[derive(Default)]
pub struct Parts {
    pub stems: Vec<Vec<String>>,
    pub parts: Vec<Part>,
    gaps: HashMap<(u32, u32), Vec<u32>>,
}

impl Parts {
    pub fn new(rules: &RuleSet) -> Self {
        let stemmer = stemmer();
        let mut known: HashMap<Vec<String>, u32> = HashMap::new();
        let mut all = Self::default();
        for (id, rule) in rules.rules.iter().enumerate() {
            let (id, Some(text)) = (id as u32, &rule.text) else { continue };
            let mut part = |phrase: &str| {
                let stems: Vec<String> = words(&fold(phrase)).map(|word| stemmer.stem(word).into_owned()).collect();
                *known.entry(stems).or_insert_with_key(|stems| {
                    all.stems.push(stems.clone());
                    all.parts.push(Part::default());
                    all.parts.len() as u32 - 1
                })
            };
            match text.split_once(GAP) {
                None => {
                    let whole = part(text) as usize;
                    all.parts[whole].rules.push(id);
                }
                Some((first, second)) => {
                    let (first, second) = (part(first), part(second));
                    all.parts[first as usize].opens = true;
                    all.parts[second as usize].closes = true;
                    all.gaps.entry((first, second)).or_default().push(id);
                }
            }
        }
        all
    }
}

/// The distinct rules found in one ticket, and the halves of rules with a gap by token position.
pub struct Hits {
    seen: Vec<u32>,
    epoch: u32,
    pub ids: Vec<u32>,
    opens: Vec<(u32, u32)>,
    closes: Vec<(u32, u32)>,
}

impl Hits {
    pub fn new(rules: usize) -> Self {
        Self { seen: vec![0; rules], epoch: 0, ids: Vec::new(), opens: Vec::new(), closes: Vec::new() }
    }

    pub fn clear(&mut self) {
        self.epoch += 1;
        self.ids.clear();
        self.opens.clear();
        self.closes.clear();
    }

    #[inline]
    pub fn add(&mut self, rule: u32) {
        if self.seen[rule as usize] != self.epoch {
            self.seen[rule as usize] = self.epoch;
            self.ids.push(rule);
        }
    }

    /// Part `id` stands at the tokens from `start` up to `end`.
    #[inline]
    pub fn add_part(&mut self, parts: &Parts, id: u32, start: usize, end: usize) {
        let part = &parts.parts[id as usize];
        for &rule in &part.rules {
            self.add(rule);
        }
        if part.opens {
            self.opens.push((end as u32, id));
        }
        if part.closes {
            self.closes.push((start as u32, id));
        }
    }

    /// Adds the rules whose two halves stand at most [`MAX_GAP`] tokens apart.
    pub fn join(&mut self, parts: &Parts) {
        if self.opens.is_empty() || self.closes.is_empty() {
            return;
        }
        self.closes.sort_unstable();
        let (opens, closes) = (std::mem::take(&mut self.opens), std::mem::take(&mut self.closes));
        for &(end, first) in &opens {
            let from = closes.partition_point(|close| close.0 < end);
            for &(_, second) in closes[from..].iter().take_while(|close| close.0 <= end + MAX_GAP) {
                for &rule in parts.gaps.get(&(first, second)).into_iter().flatten() {
                    self.add(rule);
                }
            }
        }
        (self.opens, self.closes) = (opens, closes);
    }
}

/// The topic with most distinct rules; of equals the first.
pub fn tally(rules: &RuleSet, hits: &[u32], topics: &mut [u32]) -> usize {
    topics.fill(0);
    for &hit in hits {
        topics[rules.rules[hit as usize].topic] += 1;
    }
    let mut best = 0;
    for (topic, &count) in topics.iter().enumerate() {
        if count > topics[best] {
            best = topic;
        }
    }
    best
}
