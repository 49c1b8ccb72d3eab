//! The rules that are regexes, beside another matcher; and whole rule sets written as regexes.

use regex::{Regex, RegexSet, RegexSetBuilder};
use rust_stemmers::Stemmer;

use crate::job::{GAP, Hits, Matcher, RuleSet, stemmer, words};

/// Cache of the lazy DFA; with the default of 2 MB thirty regexes overflow it.
const DFA_CACHE: usize = 256 << 20;
/// What a compiled set may take: the default refuses six hundred rules.
const COMPILED: usize = 2 << 30;

/// How the regex rules beside a matcher of stems are compiled. All find the same.
pub enum Style {
    /// One set, without Unicode `\b` and with a large cache.
    Tuned,
    /// One set as first written.
    Plain,
    /// One regex after another.
    Loop,
}

enum Compiled {
    Set(RegexSet),
    Loop(Vec<Regex>),
}

pub struct Regexes {
    compiled: Compiled,
    rules: Vec<u32>,
}

impl Regexes {
    pub fn new(rules: &RuleSet, style: Style) -> Result<Self, String> {
        let regexes = rules.rules.iter().enumerate().filter_map(|(id, rule)| Some((id as u32, rule.regex.as_deref()?)));
        let (rules, regexes): (Vec<u32>, Vec<&str>) = regexes.unzip();
        let plain = regexes.iter().map(|regex| format!("(?i){regex}"));
        let compiled = match style {
            Style::Tuned => Compiled::Set(tuned_set(regexes.iter().map(|regex| without_boundaries(regex)))?),
            Style::Plain => Compiled::Set(RegexSetBuilder::new(plain).size_limit(COMPILED).build().map_err(|error| error.to_string())?),
            Style::Loop => {
                Compiled::Loop(plain.map(|regex| Regex::new(&regex).map_err(|error| error.to_string())).collect::<Result<_, _>>()?)
            }
        };
        Ok(Self { compiled, rules })
    }

    pub fn find(&self, text: &str, hits: &mut Hits) {
        match &self.compiled {
            Compiled::Set(set) => set.matches(text).into_iter().for_each(|at| hits.add(self.rules[at])),
            Compiled::Loop(regexes) => {
                regexes.iter().zip(&self.rules).filter(|(regex, _)| regex.is_match(text)).for_each(|(_, &rule)| hits.add(rule));
            }
        }
    }
}

fn tuned_set(regexes: impl Iterator<Item = String>) -> Result<RegexSet, String> {
    RegexSetBuilder::new(regexes).size_limit(COMPILED).dfa_size_limit(DFA_CACHE).build().map_err(|error| error.to_string())
}

/// A Unicode `\b` keeps the regex crate off its DFA on Cyrillic text, where it then reads about 1 MB/s.
fn without_boundaries(regex: &str) -> String {
    let regex = regex.strip_prefix(r"\b").map_or(regex.to_string(), |rest| format!(r"(?:^|\W){rest}"));
    let regex = regex.strip_suffix(r"\b").map_or(regex.clone(), |rest| format!(r"{rest}(?:\W|$)"));
    format!("(?i){regex}")
}

pub struct Set(RegexSet);
pub struct Loop(Vec<Regex>);

/// Every rule as a regex of stems, in one set.
pub fn whole_rules_set(rules: &RuleSet) -> Result<Set, String> {
    tuned_set(patterns(rules, true).into_iter()).map(Set)
}

/// Every rule as a regex of stems, one after another.
pub fn whole_rules_loop(rules: &RuleSet) -> Result<Loop, String> {
    patterns(rules, false).iter().map(|regex| Regex::new(regex).map_err(|error| error.to_string())).collect::<Result<_, _>>().map(Loop)
}

impl Matcher for Set {
    fn find(&mut self, text: &str, hits: &mut Hits) {
        self.0.matches(text).into_iter().for_each(|rule| hits.add(rule as u32));
    }
}

impl Matcher for Loop {
    fn find(&mut self, text: &str, hits: &mut Hits) {
        self.0.iter().enumerate().filter(|(_, regex)| regex.is_match(text)).for_each(|(rule, _)| hits.add(rule as u32));
    }
}

fn patterns(rules: &RuleSet, tuned: bool) -> Vec<String> {
    let stemmer = stemmer();
    let rules = rules.rules.iter().map(|rule| match (&rule.text, &rule.regex) {
        (Some(text), _) => phrase(&stemmer, text, tuned),
        (None, regex) => {
            let regex = regex.as_deref().unwrap_or_default();
            if tuned { without_boundaries(regex) } else { format!("(?i){regex}") }
        }
    });
    rules.collect()
}

fn phrase(stemmer: &Stemmer, text: &str, tuned: bool) -> String {
    let parts: Vec<String> =
        text.split(GAP).map(|part| words(&part.to_lowercase()).map(|each| word(stemmer, each)).collect::<Vec<_>>().join(r"\W+")).collect();
    let regex = parts.join(r"\W+(?:\w+\W+){0,3}");
    if !tuned {
        return format!(r"(?i)\b{regex}");
    }
    let regex = format!(r"(?i)(?:^|\W){regex}");
    let regex = match (regex.strip_suffix(r"\w*"), regex.strip_suffix(r"\b")) {
        (Some(open), _) => open.to_string(),
        (None, Some(closed)) => format!(r"{closed}(?:\W|$)"),
        (None, None) => format!(r"{regex}(?:\W|$)"),
    };
    regex.replace(r"\b\W", r"\W")
}

/// The stem and any letters after it; ё stays where the rule writes it.
fn word(stemmer: &Stemmer, word: &str) -> String {
    let escape =
        |text: &str| text.chars().map(|c| if c == 'ё' { "[её]".into() } else { regex::escape(&c.to_string()) }).collect::<String>();
    if word.is_ascii() {
        return escape(word) + r"\b";
    }
    let stem = stemmer.stem(&word.replace('ё', "е")).chars().count();
    escape(&word.chars().take(stem).collect::<String>()) + r"\w*"
}
