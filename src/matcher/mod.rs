//! All terms of a policy, compiled once; one pass over a ticket → hits.
//!
//! Words become numbers first ([`lexicon`], [`memo`]): a look-up of the form as typed, and only for forms never seen the mending of misprints and the
//! stemmer. Terms are sequences of such numbers ([`phrases`]). Regexes run only where a literal of theirs stands ([`literals`]).

mod build;
mod lexicon;
mod literals;
mod memo;
mod mend;
mod phrases;
pub(crate) mod scanner;
mod table;

use lexicon::Lexicon;
use literals::Literals;
use memo::Memo;
pub(crate) use memo::Resolved;
use phrases::{Active, Phrases};

use crate::limits::{HITS_PER_TERM, HITS_PER_TICKET};
use crate::policy::term::{Slots, Term};
use crate::text::Text;
use crate::text::zone::Zone;
use crate::token::{Key, Token, split};

/// One occurrence of a term.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Hit {
    pub(crate) term: u32,
    /// First and last word of the occurrence.
    pub(crate) first: u32,
    pub(crate) last: u32,
}

/// Where a regex matched in the folded text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct RegexHit {
    pub(crate) regex: u32,
    pub(crate) start: u32,
    pub(crate) end: u32,
}

/// What matching a ticket leaves behind; reused from ticket to ticket.
#[derive(Default)]
pub(crate) struct Scan {
    pub(crate) text: Text,
    pub(crate) tokens: Vec<Token>,
    /// Their keys as typed: before words are joined and split.
    keys: Vec<Key>,
    /// What each token is, parallel to `tokens`: an index into `memo`.
    pub(crate) words: Vec<u32>,
    /// Sentences that end in a question mark.
    pub(crate) asked: Vec<u32>,
    pub(crate) hits: Vec<Hit>,
    pub(crate) regex_hits: Vec<RegexHit>,
    /// Whether a limit on hits was met.
    pub(crate) full: bool,
    /// Hits so far by term, for the limit; cleared through `hits`.
    counts: Vec<u16>,
    active: Vec<Active>,
    /// Literals of regexes: the regex, and where the literal stands.
    found: Vec<(u32, u32)>,
    pub(crate) memo: Memo,
}

impl Scan {
    /// What the token at `at` is.
    pub(crate) fn resolved(&self, at: usize) -> &Resolved {
        self.memo.get(self.words[at])
    }
}

/// What is compiled.
pub(crate) struct Source<'a> {
    pub(crate) terms: &'a [Term],
    /// What stands at the places of the terms.
    pub(crate) slots: &'a Slots,
    pub(crate) regexes: &'a [String],
    /// Common words of the language, the most frequent first, with spaces between.
    pub(crate) words: &'a str,
    /// Whether damaged words (misprints, another layout or alphabet, transliteration) are undone.
    pub(crate) mends: bool,
    /// Whether a term may reach over the end of a sentence.
    pub(crate) across: bool,
    /// Fewest letters of a word that stands for all its forms.
    pub(crate) least: usize,
    /// Whether a word that is a form of a verb («настройте») stands for its other forms.
    pub(crate) any_form: bool,
}

/// Compiled terms.
pub(crate) struct Matcher {
    lexicon: Lexicon,
    phrases: Phrases,
    literals: Literals,
    terms: usize,
    across: bool,
}

impl Matcher {
    /// Finds all terms in `ticket`.
    pub(crate) fn scan(&self, ticket: &str, scan: &mut Scan) {
        for hit in &scan.hits {
            scan.counts[hit.term as usize] = 0;
        }
        scan.counts.resize(self.terms, 0);
        scan.hits.clear();
        scan.regex_hits.clear();
        scan.full = false;
        let Scan { text, memo, .. } = scan;
        text.read(ticket);
        if self.lexicon.mends {
            text.undo_layout(&mut |word| self.lexicon.known_as_typed(word, memo));
        }
        split(&scan.text, &mut scan.tokens, &mut scan.keys, &mut scan.asked);
        self.lexicon.resolve(&scan.text, &mut scan.tokens, &scan.keys, &mut scan.words, &mut scan.memo);
        self.phrases(scan);
        self.literals.find(&scan.text.folded, &mut scan.found, &mut scan.regex_hits);
    }

    fn phrases(&self, scan: &mut Scan) {
        scan.active.clear();
        let Scan { tokens, words, hits, counts, active, memo, full, .. } = scan;
        let mut sentence = None;
        for (at, token) in tokens.iter().enumerate() {
            if sentence != Some(token.sentence) && !self.across {
                active.clear();
                sentence = Some(token.sentence);
            }
            let word = memo.word(words[at]);
            if word.atoms.is_empty() && active.is_empty() {
                continue;
            }
            self.phrases.step(at as u32, word, active, &mut |term, first| {
                let count = &mut counts[term as usize];
                if (*count as usize) < HITS_PER_TERM && hits.len() < HITS_PER_TICKET {
                    *count += 1;
                    hits.push(Hit { term, first, last: at as u32 });
                } else {
                    *full = true;
                }
            });
        }
    }

    /// Bytes on the heap, about.
    pub(crate) fn memory_usage(&self) -> usize {
        self.lexicon.memory_usage() + self.phrases.memory_usage() + self.literals.memory_usage()
    }
}

impl Hit {
    /// The zone of the hit's first word.
    pub(crate) fn zone(&self, tokens: &[Token]) -> Zone {
        tokens[self.first as usize].zone
    }
}
