//! What the writer asks for: cues of the wants, without those under negation.

use crate::matcher::{Hit, Scan};
use crate::policy::model::{Parts, Want};
use crate::text::zone::Zone;

/// How far a negation reaches to the right, in words of the same clause («не нужно нам ничего настраивать»).
const REACH: u32 = 4;
/// How much of the strongest want another one must weigh to be asked as well.
const SHARE: f32 = 0.5;
/// Most that the cues of one want weigh together: a letter of ten polite questions asks no more than one of three.
const MOST: f32 = 4.0;

/// Which terms are cues, and of what.
pub(crate) struct Cues {
    /// By term: bits of the wants it is a cue of; bit 7 for a negation.
    roles: Vec<u8>,
    /// By term: what a cue weighs. A longer one says more.
    weights: Vec<f32>,
}

const NEGATION: u8 = 1 << 7;

/// What is asked in one ticket.
#[derive(Default)]
pub(crate) struct Asked {
    /// Weight of the cues by want, in the order of [`Want::ALL`].
    pub(crate) weights: [f32; 6],
    /// The heaviest cue of each want, as an index into the hits.
    pub(crate) cues: [Option<u32>; 6],
    /// Tokens under an explicit refusal, ascending ranges.
    pub(crate) refused: Vec<(u32, u32)>,
    /// Tokens of the refusals themselves.
    negations: Vec<(u32, u32)>,
    /// Cue terms counted so far.
    seen: Vec<u32>,
}

impl Cues {
    pub(crate) fn new(parts: &Parts) -> Cues {
        let mut roles = vec![0; parts.terms.len()];
        for (want, terms) in parts.wants.iter().enumerate() {
            for &term in terms {
                roles[term as usize] |= 1 << want;
            }
        }
        for &term in &parts.negation {
            roles[term as usize] |= NEGATION;
        }
        let weights = parts.terms.iter().map(|term| (1.0 + 0.5 * (term.words() as f32 - 1.0)).min(2.0)).collect();
        Cues { roles, weights }
    }

    /// Bytes on the heap.
    pub(crate) fn memory_usage(&self) -> usize {
        self.roles.capacity() + self.weights.capacity() * 4
    }

    /// Reads the wants of a ticket into `asked`. `quotes` says whether quoted text counts.
    pub(crate) fn read(&self, scan: &Scan, quotes: bool, asked: &mut Asked) {
        asked.weights = [0.0; 6];
        asked.cues = [None; 6];
        asked.refused.clear();
        asked.negations.clear();
        asked.seen.clear();
        for hit in &scan.hits {
            if self.roles[hit.term as usize] & NEGATION != 0 {
                asked.negations.push((hit.first, hit.last));
                asked.refused.push(self.refused(scan, hit));
            }
        }
        for (at, hit) in scan.hits.iter().enumerate() {
            let role = self.roles[hit.term as usize] & !NEGATION;
            let zone = hit.zone(&scan.cut.tokens);
            if role == 0 || zone == Zone::Code || zone == Zone::Quote && !quotes || asked.is_refused(hit) || bare_not(scan, hit) {
                continue;
            }
            if asked.seen.contains(&hit.term) {
                continue;
            }
            asked.seen.push(hit.term);
            for want in 0..6 {
                if role & (1 << want) == 0 {
                    continue;
                }
                let weight = self.weights[hit.term as usize];
                let heaviest = asked.cues[want].is_none_or(|best| self.weights[scan.hits[best as usize].term as usize] < weight);
                if heaviest {
                    asked.cues[want] = Some(at as u32);
                }
                asked.weights[want] = (asked.weights[want] + weight).min(MOST);
            }
        }
    }

    /// The tokens that a refusal strikes: what follows in its clause, and the word before it («настраивать не прошу»).
    fn refused(&self, scan: &Scan, hit: &Hit) -> (u32, u32) {
        let clause = scan.cut.tokens[hit.last as usize].clause;
        let mut end = hit.last;
        while end - hit.last < REACH && scan.cut.tokens.get(end as usize + 1).is_some_and(|next| next.clause == clause) {
            end += 1;
        }
        let before = hit.first.checked_sub(1).filter(|&before| {
            let token = &scan.cut.tokens[before as usize];
            token.clause == clause && is_infinitive(&scan.resolved(before as usize).word)
        });
        (before.unwrap_or(hit.first), end)
    }
}

fn is_infinitive(word: &str) -> bool {
    ["ть", "ти", "ться", "чь"].iter().any(|ending| word.ends_with(ending))
}

/// «не настраивайте»: a bare negation directly before a one-word cue.
fn bare_not(scan: &Scan, hit: &Hit) -> bool {
    let Some(before) = hit.first.checked_sub(1) else { return false };
    let (word, token) = (&scan.resolved(before as usize).word, &scan.cut.tokens[before as usize]);
    matches!(&**word, "не" | "ни" | "без") && token.clause == scan.cut.tokens[hit.first as usize].clause
}

impl Asked {
    /// Whether a hit lies in a refusal without being part of it.
    pub(crate) fn is_refused(&self, hit: &Hit) -> bool {
        let inside = self.refused.iter().any(|&(from, to)| from <= hit.first && hit.first <= to);
        inside && !self.negations.iter().any(|&(from, to)| from <= hit.last && hit.first <= to)
    }

    /// Whether the want is among what the writer asks for.
    pub(crate) fn wants(&self, want: Want) -> bool {
        let most = self.weights.iter().copied().fold(0.0, f32::max);
        let weight = self.weights[want as usize];
        weight > 0.0 && weight >= most * SHARE
    }
}
