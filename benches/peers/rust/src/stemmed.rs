//! What most people would write: stem every word, join the stems with spaces, search the result with one automaton.

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use daachorse::charwise::CharwiseDoubleArrayAhoCorasick;
use rust_stemmers::Stemmer;

use crate::job::{Hits, Matcher, Parts, RuleSet, fold, stemmer, words};
use crate::regexes::{Regexes, Style};

pub enum Automaton {
    AhoCorasick(AhoCorasick),
    Daachorse(CharwiseDoubleArrayAhoCorasick<u32>),
}

impl Automaton {
    pub fn aho_corasick(keys: &[String]) -> Result<Self, String> {
        AhoCorasick::new(keys).map(Self::AhoCorasick).map_err(|error| error.to_string())
    }

    pub fn aho_corasick_dfa(keys: &[String]) -> Result<Self, String> {
        AhoCorasick::builder().kind(Some(AhoCorasickKind::DFA)).build(keys).map(Self::AhoCorasick).map_err(|error| error.to_string())
    }

    pub fn daachorse(keys: &[String]) -> Result<Self, String> {
        CharwiseDoubleArrayAhoCorasick::new(keys).map(Self::Daachorse).map_err(|error| error.to_string())
    }
}

pub struct Stemmed {
    stemmer: Stemmer,
    parts: Parts,
    automaton: Automaton,
    regexes: Regexes,
    /// The ticket's stems, a space before and after each.
    stems: String,
    /// Where the space before each stem is.
    starts: Vec<usize>,
}

impl Stemmed {
    pub fn new(rules: &RuleSet, automaton: fn(&[String]) -> Result<Automaton, String>, regexes: Style) -> Result<Self, String> {
        let parts = Parts::new(rules);
        let keys: Vec<String> = parts.stems.iter().map(|stems| format!(" {} ", stems.join(" "))).collect();
        let (automaton, regexes) = (automaton(&keys)?, Regexes::new(rules, regexes)?);
        Ok(Self { stemmer: stemmer(), parts, automaton, regexes, stems: String::new(), starts: Vec::new() })
    }

    fn stem(&mut self, text: &str) {
        self.stems.clear();
        self.starts.clear();
        self.stems.push(' ');
        for word in words(&fold(text)) {
            self.starts.push(self.stems.len() - 1);
            self.stems.push_str(&self.stemmer.stem(word));
            self.stems.push(' ');
        }
    }

    fn search(&self, hits: &mut Hits) {
        let (starts, parts) = (&self.starts, &self.parts);
        let mut hit = |id: usize, start: usize, end: usize| {
            let part = &parts.parts[id];
            if part.opens || part.closes {
                // Tokens are counted only where a gap asks for it.
                hits.add_part(parts, id as u32, starts.partition_point(|&at| at < start), starts.partition_point(|&at| at < end - 1));
            } else {
                part.rules.iter().for_each(|&rule| hits.add(rule));
            }
        };
        match &self.automaton {
            Automaton::AhoCorasick(automaton) => {
                automaton.find_overlapping_iter(&self.stems).for_each(|found| hit(found.pattern().as_usize(), found.start(), found.end()));
            }
            Automaton::Daachorse(automaton) => {
                automaton.find_overlapping_iter(&self.stems).for_each(|found| hit(found.value() as usize, found.start(), found.end()));
            }
        }
        hits.join(parts);
    }
}

impl Matcher for Stemmed {
    fn find(&mut self, text: &str, hits: &mut Hits) {
        self.stem(text);
        self.search(hits);
        self.regexes.find(text, hits);
    }
}
