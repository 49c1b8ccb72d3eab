//! Regexes behind a filter of literals.
//!
//! A regex search costs far more than everything else that is done to a ticket, and the literals that error codes need («error», «err_») stand
//! in few tickets. They are found in the words that may have them (see [`super::scanner`]); a regex is compiled when a ticket first needs it.

use std::sync::OnceLock;

use regex_automata::meta::Regex;
use regex_automata::{Anchored, Input};
use regex_syntax::hir::literal::{ExtractKind, Extractor};
use regex_syntax::hir::{Hir, HirKind};

use super::RegexHit;
use super::scanner::Scanner;
use crate::limits::Limits;
use crate::policy::regexes::compile;
use crate::text::Text;
use crate::token::Cut;

pub(crate) struct Literals {
    patterns: Vec<Pattern>,
    limits: Limits,
    pub(super) scanner: Scanner,
    /// Regexes that need no literal.
    always: Vec<u32>,
}

/// Where literals may stand and do; reused.
#[derive(Default)]
pub(super) struct Places {
    /// Words that a literal may be anchored in: their bytes.
    pub(super) words: Vec<(u32, u32)>,
    /// A literal, and where it stands.
    literals: Vec<(u32, u32)>,
    /// A regex or sign, and where a literal of it stands.
    found: Vec<(u32, u32)>,
    /// Text around a literal.
    around: String,
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

impl Pattern {
    /// The match near a literal of it at `at`, between two places.
    fn near(&self, regex: &Regex, folded: &str, (from, at, to): (usize, usize, usize)) -> Option<(usize, usize)> {
        let (input, to) = (Input::new(folded), to.min(folded.len()));
        let found = if self.begins {
            regex.search(&input.range(at..to).anchored(Anchored::Yes))
        } else {
            // What a match must stand behind or before is looked at beyond the range, too. A match that begins behind the literal may be cut short here; it has a literal of
            // its own.
            regex.search(&input.range(from..to)).filter(|found| found.start() <= at)
        };
        found.map(|found| (found.start(), found.end()))
    }
}

/// Longest match that is looked for around its literal only, in bytes.
const NEAR: usize = 256;
/// Places of literals a regex is tried at, however short the text; of a long text as many as together are no longer than it. Trying more could be quadratic.
const TRIES: usize = 8;

impl Literals {
    /// `signs` are literals that are only looked for, each with its number, at most 31.
    pub(crate) fn new(patterns: &[String], signs: &[(&str, u32)], limits: &Limits) -> Literals {
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
        let regexes: Vec<Pattern> = patterns.iter().enumerate().map(pattern).collect();
        literals.extend(signs.iter().map(|&(literal, sign)| (literal.as_bytes().to_vec(), regexes.len() as u32 + sign)));
        Literals { patterns: regexes, limits: limits.clone(), scanner: Scanner::new(literals), always }
    }

    /// Appends the first match of each regex; which signs stand in the text, a bit each. Only the first match: finding all of them can be quadratic.
    ///
    /// Folding that was put off is made up for only if what stands around the literals does not tell.
    pub(crate) fn find(&self, ticket: &str, text: &mut Text, cut: &Cut, places: &mut Places, out: &mut Vec<RegexHit>) -> u32 {
        if self.scanner.is_empty() && self.always.is_empty() {
            return 0;
        }
        let Places { words, literals, found, around } = places;
        literals.clear();
        let mut whole = self.scanner.has_loose() || !self.always.is_empty();
        let source = text.source(ticket);
        let mut note = |literal: u32, at: usize| {
            let stands = text.stands(ticket, at, self.scanner.literal(literal).0);
            whole |= stands.is_none();
            if stands != Some(false) {
                literals.push((literal, at as u32));
            }
        };
        words.iter().chain(&cut.skipped).for_each(|&(start, end)| self.scanner.within(source, start as usize, end as usize, &mut note));
        cut.marked.iter().for_each(|&at| self.scanner.at_mark(source, at as usize, &mut note));
        if literals.is_empty() && !whole {
            return 0;
        }
        if whole {
            text.settle(ticket);
            literals.retain(|&(literal, at)| text.stands(ticket, at as usize, self.scanner.literal(literal).0) == Some(true));
            self.scanner.loose(&text.folded, &mut |literal, at| literals.push((literal, at as u32)));
        }
        found.clear();
        found.extend(literals.iter().map(|&(literal, at)| (self.scanner.literal(literal).1, at)));
        found.sort_unstable();
        for &id in &self.always {
            self.search(id, ticket, text, &[], around, out);
        }
        let mut signs = 0;
        for places in found.chunk_by(|a, b| a.0 == b.0) {
            match places[0].0.checked_sub(self.patterns.len() as u32) {
                Some(sign) => signs |= 1 << sign,
                None => self.search(places[0].0, ticket, text, places, around, out),
            }
        }
        signs
    }

    fn search(&self, id: u32, ticket: &str, text: &mut Text, places: &[(u32, u32)], around: &mut String, out: &mut Vec<RegexHit>) {
        let pattern = &self.patterns[id as usize];
        let Some(regex) = pattern.regex.get_or_init(|| compile(&pattern.text, &self.limits).ok()) else { return };
        // Many places in a long text still cost less than reading all of it.
        let reach = pattern.reach.filter(|reach| (1..=TRIES.max(ticket.len() / reach.max(&1))).contains(&places.len()));
        let mut hit = |range: Option<(usize, usize)>| {
            out.extend(range.filter(|(start, end)| start < end).map(|(start, end)| RegexHit {
                regex: id,
                start: start as u32,
                end: end as u32,
            }));
        };
        let Some(reach) = reach else {
            text.settle(ticket);
            return hit(regex.find(&text.folded).map(|found| (found.start(), found.end())));
        };
        for &(_, at) in places {
            let at = at as usize;
            let from = if pattern.begins { at } else { at.saturating_sub(reach) };
            let found = if text.is_deferred() {
                let (folded, base) = text.part(ticket, from, at + reach, around);
                let found = pattern.near(regex, folded, (from - base, at - base, at - base + reach));
                found.map(|(start, end)| (start + base, end + base))
            } else {
                pattern.near(regex, &text.folded, (from, at, at + reach))
            };
            if let Some((start, end)) = found {
                // In the middle of what became three dots there is no place to tell.
                if text.is_deferred() && !(ticket.is_char_boundary(start) && ticket.is_char_boundary(end)) {
                    text.settle(ticket);
                }
                return hit(found);
            }
        }
    }

    pub(crate) fn memory_usage(&self) -> usize {
        self.scanner.memory_usage()
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

    /// What is found in a text: (regex, start, end), and the signs. Words that may have a literal are all words, as they are where none is remembered.
    fn found(literals: &Literals, ticket: &str, deferred: bool) -> (Vec<(u32, u32, u32)>, u32) {
        let (mut text, mut cut, mut places, mut out) = (Text::default(), Cut::default(), Places::default(), Vec::new());
        if !(deferred && text.defer(ticket) && cut.read_as_typed(ticket, &literals.scanner.marks)) {
            text.read(ticket);
            cut.read(&text.folded, text.zones(), &literals.scanner.marks);
        }
        places.words.extend(cut.tokens.iter().map(|token| (token.start, token.end)));
        let signs = literals.find(ticket, &mut text, &cut, &mut places, &mut out);
        (out.iter().map(|hit| (hit.regex, hit.start, hit.end)).collect(), signs)
    }

    const PATTERNS: [&str; 8] = [
        "error[ _]\\d+",
        "\\[[0-9]{3}\\] connection",
        "[a-z]\\d{4}",
        "(^|[^0-9])(1205|\\+1)( |$)",
        r"\bphp ?[78]\.[0-4](?:\.\d{1,2})?\b",
        r"\b[a-z0-9]{3}-[a-z]{2}-[a-z0-9]{10,16}\b",
        r"верси\w{1,2} \d",
        "\\.{3}к",
    ];
    const SIGNS: [(&str, u32); 6] = [("->", 0), ("://", 1), ("ошибк", 2), ("ж", 3), (" $", 4), ("..", 5)];

    #[test]
    fn filtered_and_unfiltered_regexes_find_the_same() {
        let patterns = PATTERNS.map(String::from);
        let literals = Literals::new(&patterns, &SIGNS, &Limits::default());
        let long = format!("{} err-12345 {}", "PHP 9.9 ".repeat(40), "версия 9 ".repeat(40));
        let key = format!("{}x1234", "ж".repeat(70));
        let texts = [
            "mysql error 1045",
            "[110] connection timed out",
            "Код X1234",
            "код 1205",
            "код 11205",
            "php 8.1.123 err-12345",
            "xphp 8.1, PHP 8.1",
            "Ключ sab-na-abcdefghij12",
            "ВЕРСИЯ 9, Ещё версии… 8 и ВЕРСИЮ…3",
            "Где…как $PATH->x",
            "Ошибки: HTTPS://a.b Ёж",
            "..",
            "…",
            "ничего",
            &long,
            &key,
            "",
        ];
        for text in texts {
            let mut folded = Text::default();
            folded.read(text);
            let folded = &folded.folded;
            let regexes = patterns.iter().enumerate().filter_map(|(id, pattern)| {
                let found = Regex::new(pattern).unwrap().find(folded)?;
                Some((id as u32, found.start() as u32, found.end() as u32))
            });
            let mut want: Vec<_> = regexes.collect();
            want.sort_unstable();
            let signs = SIGNS.iter().filter(|(literal, _)| folded.contains(literal)).fold(0, |signs, (_, sign)| signs | 1 << sign);
            for deferred in [false, true] {
                let (mut got, told) = found(&literals, text, deferred);
                got.sort_unstable();
                assert_eq!((got, told), (want.clone(), signs), "{text:?} deferred: {deferred}");
            }
        }
    }
}
