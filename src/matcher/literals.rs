//! Regexes behind a filter of literals.
//!
//! A regex search costs far more than everything else that is done to a ticket, and the literals that error codes need («error», «err_») stand
//! in few tickets. One pass over the text finds which regexes can match at all; a regex is compiled when a ticket first needs it.

use std::sync::OnceLock;

use regex::Regex;
use regex_syntax::hir::literal::{ExtractKind, Extractor};
use regex_syntax::hir::{Hir, HirKind};

use super::RegexHit;
use super::scanner::Scanner;
use crate::limits::Limits;
use crate::policy::regexes::compile;

pub(crate) struct Literals {
    patterns: Vec<String>,
    /// `None` for one that does not compile, which a checked policy has none of.
    regexes: Vec<OnceLock<Option<Regex>>>,
    limits: Limits,
    filter: Scanner,
    /// Regexes that need no literal.
    always: Vec<u32>,
}

impl Literals {
    pub(crate) fn new(patterns: &[String], limits: &Limits) -> Literals {
        let (mut literals, mut always) = (Vec::new(), Vec::new());
        for (id, pattern) in patterns.iter().enumerate() {
            match regex_syntax::parse(pattern).ok().and_then(|hir| required(&hir)) {
                Some(found) => literals.extend(found.into_iter().map(|literal| (literal, id as u32))),
                None => always.push(id as u32),
            }
        }
        Literals {
            patterns: patterns.to_vec(),
            regexes: patterns.iter().map(|_| OnceLock::new()).collect(),
            limits: limits.clone(),
            filter: Scanner::new(literals),
            always,
        }
    }

    /// Appends the first match of each regex. Only the first: finding all of them can be quadratic.
    pub(crate) fn find(&self, folded: &str, todo: &mut Vec<u32>, out: &mut Vec<RegexHit>) {
        if self.patterns.is_empty() {
            return;
        }
        todo.clone_from(&self.always);
        self.filter.find(folded, |id| {
            if !todo.contains(&id) {
                todo.push(id);
            }
        });
        for &id in todo.iter() {
            let regex = self.regexes[id as usize].get_or_init(|| compile(&self.patterns[id as usize], &self.limits).ok());
            if let Some(found) = regex.as_ref().and_then(|regex| regex.find(folded)).filter(|found| !found.is_empty()) {
                out.push(RegexHit { regex: id, start: found.start() as u32, end: found.end() as u32 });
            }
        }
    }

    pub(crate) fn memory_usage(&self) -> usize {
        self.filter.memory_usage() + self.regexes.len() * (self.limits.regex_compiled_bytes / 16)
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

fn prefixes(hir: &Hir) -> Option<Vec<Vec<u8>>> {
    let mut found = Extractor::new().kind(ExtractKind::Prefix).extract(hir);
    found.optimize_for_prefix_by_preference();
    let literals: Vec<Vec<u8>> = found.literals()?.iter().map(|literal| literal.as_bytes().to_vec()).collect();
    (!literals.is_empty()).then_some(literals)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filtered_and_unfiltered_regexes_find_the_same() {
        let patterns = ["error[ _]\\d+".to_string(), "\\[[0-9]{3}\\] connection".to_string(), "[a-z]\\d{4}".to_string(),
            "(^|[^0-9])(1205|\\+1)( |$)".to_string()];
        let literals = Literals::new(&patterns, &Limits::default());
        type Row<'a> = (&'a str, &'a [(u32, u32, u32)]);
        let rows: &[Row] = &[
            ("mysql error 1045", &[(0, 6, 16)]),
            ("[110] connection timed out", &[(1, 0, 16)]),
            ("код x1234", &[(2, 7, 12)]),
            ("код 1205", &[(3, 6, 11)]),
            ("код 11205", &[]),
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
