//! Regexes behind a filter of literals.
//!
//! A regex search costs far more than everything else that is done to a ticket, and the literals that error codes need («error», «err_») stand
//! in few tickets. One Aho–Corasick pass finds which regexes can match at all.

use aho_corasick::{AhoCorasick, AhoCorasickKind};
use regex::Regex;
use regex_syntax::hir::literal::{ExtractKind, Extractor};

use super::RegexHit;
use crate::error::{Error, ErrorKind};
use crate::limits::Limits;
use crate::policy::regexes::compile;

pub(crate) struct Literals {
    regexes: Vec<Regex>,
    filter: Option<AhoCorasick>,
    /// The regex of each literal of the filter.
    owners: Vec<u32>,
    /// Regexes that have no literal every match begins with.
    always: Vec<u32>,
}

impl Literals {
    pub(crate) fn new(patterns: &[String], limits: &Limits) -> Result<Literals, Error> {
        let fail = |message: String| Error::new(ErrorKind::Data(format!("cannot compile the regexes: {message}")));
        let (mut regexes, mut literals, mut owners, mut always) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for (id, pattern) in patterns.iter().enumerate() {
            regexes.push(compile(pattern, limits).map_err(|error| fail(error.to_string()))?);
            match prefixes(pattern) {
                Some(found) => {
                    owners.resize(owners.len() + found.len(), id as u32);
                    literals.extend(found);
                }
                None => always.push(id as u32),
            }
        }
        let filter = match literals.is_empty() {
            true => None,
            false => Some(
                AhoCorasick::builder()
                    .kind(Some(AhoCorasickKind::ContiguousNFA))
                    .build(&literals)
                    .map_err(|error| fail(error.to_string()))?,
            ),
        };
        Ok(Literals { regexes, filter, owners, always })
    }

    /// Appends the first match of each regex. Only the first: finding all of them can be quadratic.
    pub(crate) fn find(&self, folded: &str, out: &mut Vec<RegexHit>) {
        let mut todo: Vec<u32> = self.always.clone();
        if let Some(filter) = &self.filter {
            for found in filter.find_overlapping_iter(folded) {
                let owner = self.owners[found.pattern().as_usize()];
                if !todo.contains(&owner) {
                    todo.push(owner);
                    if todo.len() == self.regexes.len() {
                        break;
                    }
                }
            }
        }
        for id in todo {
            if let Some(found) = self.regexes[id as usize].find(folded).filter(|found| !found.is_empty()) {
                out.push(RegexHit { regex: id, start: found.start() as u32, end: found.end() as u32 });
            }
        }
    }
}

/// Literals one of which begins every match; `None` if there are no such, or only short ones.
fn prefixes(pattern: &str) -> Option<Vec<Vec<u8>>> {
    let hir = regex_syntax::parse(pattern).ok()?;
    let mut found = Extractor::new().kind(ExtractKind::Prefix).extract(&hir);
    found.optimize_for_prefix_by_preference();
    let literals: Vec<Vec<u8>> = found.literals()?.iter().map(|literal| literal.as_bytes().to_vec()).collect();
    (!literals.is_empty() && literals.iter().all(|literal| literal.len() >= 2)).then_some(literals)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn filtered_and_unfiltered_regexes_find_the_same() {
        let patterns = ["error[ _]\\d+".to_string(), "\\[[0-9]{3}\\] connection".to_string(), "[a-z]\\d{4}".to_string()];
        let literals = Literals::new(&patterns, &Limits::default()).unwrap();
        type Row<'a> = (&'a str, &'a [(u32, u32, u32)]);
        let rows: &[Row] = &[
            ("mysql error 1045", &[(0, 6, 16)]),
            ("[110] connection timed out", &[(1, 0, 16)]),
            ("код x1234", &[(2, 7, 12)]),
            ("ничего", &[]),
        ];
        for (text, want) in rows {
            let mut out = Vec::new();
            literals.find(text, &mut out);
            let got: Vec<_> = out.iter().map(|hit| (hit.regex, hit.start, hit.end)).collect();
            assert_eq!(&got, want, "{text:?}");
        }
    }
}
