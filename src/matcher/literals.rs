//! Regexes behind a filter of literals.
//!
//! A regex search costs far more than everything else that is done to a ticket, and the literals that error codes need («error», «err_») stand
//! in few tickets. One pass over the text finds which regexes can match at all; a regex is compiled when a ticket first needs it.

use std::sync::OnceLock;

use regex_automata::meta::Regex;
use regex_automata::{Anchored, Input};
use regex_syntax::hir::literal::{ExtractKind, Extractor};
use regex_syntax::hir::{Hir, HirKind};

use super::RegexHit;
use super::scanner::Scanner;
use crate::limits::Limits;
use crate::policy::regexes::compile;

pub(crate) struct Literals {
    patterns: Vec<Pattern>,
    limits: Limits,
    filter: Scanner,
    /// Regexes that need no literal.
    always: Vec<u32>,
}

struct Pattern {
    text: String,
    /// Whether every match begins with one of its literals.
    begins: bool,
    /// Most bytes of a match; `None` for any number, or so many that looking around a literal does not pay.
    reach: Option<usize>,
    /// `None` for one that does not compile, which a checked policy has none of.
    regex: OnceLock<Option<Regex>>,
}

/// Longest match that is looked for around its literal only, in bytes.
const NEAR: usize = 256;
/// Most places of literals a regex is tried at before it reads the whole text: trying each could be quadratic.
const TRIES: usize = 8;

impl Literals {
    pub(crate) fn new(patterns: &[String], limits: &Limits) -> Literals {
        let (mut literals, mut always) = (Vec::new(), Vec::new());
        let pattern = |(id, text): (usize, &String)| {
            let hir = regex_syntax::parse(text).ok();
            let needed = hir.as_ref().and_then(required);
            let begins = needed.is_some() && needed == hir.as_ref().and_then(prefixes);
            match needed {
                Some(found) => literals.extend(found.into_iter().map(|literal| (literal, id as u32))),
                None => always.push(id as u32),
            }
            let reach = hir.and_then(|hir| hir.properties().maximum_len()).filter(|reach| *reach <= NEAR);
            Pattern { text: text.clone(), begins, reach, regex: OnceLock::new() }
        };
        let patterns = patterns.iter().enumerate().map(pattern).collect();
        Literals { patterns, limits: limits.clone(), filter: Scanner::new(literals), always }
    }

    /// Appends the first match of each regex. Only the first: finding all of them can be quadratic. `found` is for its own use.
    pub(crate) fn find(&self, folded: &str, found: &mut Vec<(u32, u32)>, out: &mut Vec<RegexHit>) {
        if self.patterns.is_empty() {
            return;
        }
        found.clear();
        self.filter.find(folded, |id, at| found.push((id, at as u32)));
        found.sort_unstable();
        for &id in &self.always {
            self.search(id, folded, &[], out);
        }
        for places in found.chunk_by(|a, b| a.0 == b.0) {
            self.search(places[0].0, folded, places, out);
        }
    }

    fn search(&self, id: u32, folded: &str, places: &[(u32, u32)], out: &mut Vec<RegexHit>) {
        let pattern = &self.patterns[id as usize];
        let Some(regex) = pattern.regex.get_or_init(|| compile(&pattern.text, &self.limits).ok()) else { return };
        let found = match pattern.reach {
            Some(reach) if pattern.begins && places.len() <= TRIES => places.iter().find_map(|&(_, at)| {
                let to = folded.len().min(at as usize + reach);
                regex.search(&Input::new(folded).range(at as usize..to).anchored(Anchored::Yes))
            }),
            Some(reach) if (1..=TRIES).contains(&places.len()) => places.iter().find_map(|&(_, at)| {
                // What a match must stand behind or before is looked at beyond the range, too.
                let (from, to) = (at as usize - reach.min(at as usize), folded.len().min(at as usize + reach));
                // A match that begins behind the literal may be cut short here; it has a literal of its own.
                regex.search(&Input::new(folded).range(from..to)).filter(|found| found.start() <= at as usize)
            }),
            _ => regex.find(folded),
        };
        if let Some(found) = found.filter(|found| !found.is_empty()) {
            out.push(RegexHit { regex: id, start: found.start() as u32, end: found.end() as u32 });
        }
    }

    pub(crate) fn memory_usage(&self) -> usize {
        self.filter.memory_usage()
            + self.patterns.iter().filter_map(|pattern| pattern.regex.get()?.as_ref()).map(Regex::memory_usage).sum::<usize>()
    }
}

/// Literals of which every match has one, the rarest to be had; `None` if there are no such, or only short ones.
///
/// Every element of a sequence stands in a match, so the literals that begin the rest from any element on will do as well as those that begin the whole.
fn required(hir: &Hir) -> Option<Vec<Vec<u8>>> {
    let mut choices = vec![prefixes(hir)];
    match hir.kind() {
        HirKind::Concat(parts) => choices.extend((1..parts.len()).map(|from| prefixes(&Hir::concat(parts[from..].to_vec())))),
        HirKind::Alternation(parts) => {
            choices.push(parts.iter().map(required).collect::<Option<Vec<_>>>().map(|found| found.into_iter().flatten().collect()));
        }
        HirKind::Capture(capture) => choices.push(required(&capture.sub)),
        _ => {}
    }
    choices.into_iter().flatten().filter(|found| found.iter().all(|literal| literal.len() >= 2)).max_by_key(|found| {
        // Latin letters, digits and marks are rare in tickets.
        let rare = |literal: &Vec<u8>| literal.iter().filter(|byte| byte.is_ascii_graphic()).count().min(3);
        let shortest = found.iter().map(Vec::len).min().unwrap_or(0);
        (found.iter().map(rare).min().unwrap_or(0), shortest.min(8), std::cmp::Reverse(found.len()))
    })
}

/// Most letters of a class that are spelled out: `[a-z]` is.
const CLASS: usize = 26;

fn prefixes(hir: &Hir) -> Option<Vec<Vec<u8>>> {
    let mut found = Extractor::new().kind(ExtractKind::Prefix).limit_class(CLASS).extract(hir);
    found.optimize_for_prefix_by_preference();
    let literals: Vec<Vec<u8>> = found.literals()?.iter().map(|literal| literal.as_bytes().to_vec()).collect();
    (!literals.is_empty()).then_some(literals)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filtered_and_unfiltered_regexes_find_the_same() {
        let patterns = [
            "error[ _]\\d+".to_string(),
            "\\[[0-9]{3}\\] connection".to_string(),
            "[a-z]\\d{4}".to_string(),
            "(^|[^0-9])(1205|\\+1)( |$)".to_string(),
            r"\bphp ?[78]\.[0-4](?:\.\d{1,2})?\b".to_string(),
            r"\b[a-z0-9]{3}-[a-z]{2}-[a-z0-9]{10,16}\b".to_string(),
        ];
        let literals = Literals::new(&patterns, &Limits::default());
        type Row<'a> = (&'a str, &'a [(u32, u32, u32)]);
        let rows: &[Row] = &[
            ("mysql error 1045", &[(0, 6, 16)]),
            ("[110] connection timed out", &[(1, 0, 16)]),
            ("код x1234", &[(2, 7, 12)]),
            ("код 1205", &[(3, 6, 11)]),
            ("код 11205", &[]),
            ("php 8.1.123 err-12345", &[(4, 0, 7)]),
            ("xphp 8.1, php 8.1", &[(4, 10, 17)]),
            ("ключ sab-na-abcdefghij12", &[(5, 9, 28)]),
            ("ничего", &[]),
        ];
        for (text, want) in rows {
            let mut out = Vec::new();
            literals.find(text, &mut Vec::new(), &mut out);
            let got: Vec<_> = out.iter().map(|hit| (hit.regex, hit.start, hit.end)).collect();
            assert_eq!(&got, want, "{text:?}");
        }
    }
}
