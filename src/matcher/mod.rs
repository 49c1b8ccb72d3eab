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
mod scanner;
mod starts;
mod table;

use lexicon::Lexicon;
use literals::{Literals, Places};
pub(crate) use memo::Resolved;
use memo::{Flags, Found, Memo};
use phrases::{Partials, Phrases, Word};

use crate::limits::{HITS_PER_TERM, HITS_PER_TICKET};
use crate::policy::term::{Slots, Term};
use crate::text::Text;
use crate::text::zone::Zone;
use crate::token::{Cut, Token};

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
    /// The tokens are as meant, after words were joined and split; all else is as typed.
    pub(crate) cut: Cut,
    /// What each token is, parallel to the tokens: an index into `memo`. Empty where nothing is mended.
    pub(crate) words: Vec<u32>,
    /// The same where nothing is mended.
    found: Vec<Found>,
    pub(crate) hits: Vec<Hit>,
    pub(crate) regex_hits: Vec<RegexHit>,
    /// Which signs stand in the text, a bit each.
    pub(crate) signs: u32,
    /// Whether a limit on hits was met.
    pub(crate) full: bool,
    /// Hits so far by term, for the limit; cleared through `hits`.
    counts: Vec<u16>,
    active: Partials,
    places: Places,
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
    /// Literals to look for, each with its number, at most 31.
    pub(crate) signs: &'a [(&'a str, u32)],
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
        scan.active.clear();
        scan.places.words.clear();
        if self.lexicon.mends {
            self.mended(ticket, scan)
        } else {
            self.as_typed(ticket, scan)
        }
        let Scan { text, cut, places, regex_hits, .. } = scan;
        scan.signs = self.literals.find(ticket, text, cut, places, regex_hits);
    }

    /// Words are mended before terms are looked for.
    fn mended(&self, ticket: &str, scan: &mut Scan) {
        let Scan { text, cut, words, places, memo, .. } = scan;
        text.read(ticket);
        text.undo_layout(&mut |word| self.lexicon.known_as_typed(word, memo));
        cut.read(&text.folded, text.zones(), &self.literals.scanner.marks);
        self.lexicon.resolve(text, cut, &self.literals.scanner, words, &mut places.words, memo);
        let mut terms = Terms::new(&self.phrases, self.across, &mut scan.active, &mut scan.hits, &mut scan.counts, &mut scan.full);
        for (at, (token, &word)) in scan.cut.tokens.iter().zip(&scan.words).enumerate() {
            terms.word(at as u32, token.sentence, scan.memo.word(scan.memo.found(word)));
        }
    }

    /// Words are what they are, so each can be settled on the way.
    fn as_typed(&self, ticket: &str, scan: &mut Scan) {
        let Scan { text, cut, places, memo, found, .. } = scan;
        let marks = &self.literals.scanner.marks;
        if !(text.defer(ticket) && cut.read_as_typed(ticket, marks)) {
            text.read(ticket);
            cut.read(&text.folded, text.zones(), marks);
        }
        let source = text.source(ticket);
        memo.bound();
        // All look-ups first: they wait for memory, and a short loop waits for many at once.
        found.clear();
        for (token, &key) in cut.tokens.iter().zip(&cut.keys) {
            let what = self.lexicon.plain(source, token, key, &self.literals.scanner, memo);
            if what.flags.has(Flags::LITERAL) {
                places.words.push((token.start, token.end));
            }
            found.push(what);
        }
        let mut terms = Terms::new(&self.phrases, self.across, &mut scan.active, &mut scan.hits, &mut scan.counts, &mut scan.full);
        for (at, (token, &found)) in cut.tokens.iter().zip(found.iter()).enumerate() {
            terms.word(at as u32, token.sentence, memo.word(found));
        }
    }

    /// Bytes on the heap, about.
    pub(crate) fn memory_usage(&self) -> usize {
        self.lexicon.memory_usage() + self.phrases.memory_usage() + self.literals.memory_usage()
    }
}

/// Terms found so far in one text.
struct Terms<'a> {
    phrases: &'a Phrases,
    across: bool,
    active: &'a mut Partials,
    hits: &'a mut Vec<Hit>,
    counts: &'a mut [u16],
    full: &'a mut bool,
    sentence: u32,
}

impl<'a> Terms<'a> {
    fn new(
        phrases: &'a Phrases,
        across: bool,
        active: &'a mut Partials,
        hits: &'a mut Vec<Hit>,
        counts: &'a mut [u16],
        full: &'a mut bool,
    ) -> Terms<'a> {
        Terms { phrases, across, active, hits, counts, full, sentence: 0 }
    }

    /// Goes on with the word at `at`.
    #[inline(always)]
    fn word(&mut self, at: u32, sentence: u32, word: Word) {
        if sentence != self.sentence && !self.across {
            self.active.clear();
            self.sentence = sentence;
        }
        if word.mask == 0 {
            return;
        }
        let Terms { hits, counts, full, .. } = self;
        self.phrases.step(at, word, self.active, &mut |term, first| {
            let count = &mut counts[term as usize];
            if (*count as usize) < HITS_PER_TERM && hits.len() < HITS_PER_TICKET {
                *count += 1;
                hits.push(Hit { term, first, last: at });
            } else {
                **full = true;
            }
        });
    }
}

impl Hit {
    /// The zone of the hit's first word.
    pub(crate) fn zone(&self, tokens: &[Token]) -> Zone {
        tokens[self.first as usize].zone
    }
}
