//! What the model sees of a ticket.
//!
//! Each feature is a 64-bit hash of its family and its text; the same everywhere, so that a model file fits every build.

use super::asking;
use super::cache::{Cache, Facts};
use crate::evidence::{Asked, Findings, Rules, Top};
use crate::hash::Hash;
use crate::matcher::{Resolved, Scan};
use crate::policy::model::{Parts, Want};
use crate::text::zone::Zone;

/// Which kinds of features a model uses: what is switched off is neither learned nor looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Families {
    /// Conditions, concepts and wants of the rules.
    pub(crate) rules: bool,
    /// Stems, pairs of stems and runs of letters.
    pub(crate) words: bool,
}

/// The kinds of features; the number is part of the hash, so it never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Family {
    Stem = 1,
    Pair = 2,
    Skip = 3,
    Letters2 = 4,
    Letters3 = 5,
    Letters4 = 6,
    Letters5 = 7,
    Asking = 8,
    Flag = 9,
    Condition = 10,
    Points = 11,
    Concept = 12,
    Want = 13,
    ConceptWant = 14,
    AskingPair = 15,
}

pub(crate) fn key(family: Family, parts: &[&str]) -> u64 {
    let mut hash = begin(family);
    for part in parts {
        hash.bytes(part.as_bytes());
    }
    end(family, hash)
}

/// The hash of a feature before its parts.
pub(super) fn begin(family: Family) -> Hash {
    let mut hash = Hash::new();
    hash.bytes(&[family as u8]);
    hash
}

/// The family can be told from the key: training scales by family.
fn end(family: Family, hash: Hash) -> u64 {
    hash.value() & !0xff | family as u64
}

pub(crate) fn family_of(key: u64) -> u8 {
    (key & 0xff) as u8
}

/// The keys of everything a policy's rules may say, worked out when it is compiled: conditions are long texts.
#[derive(Default)]
pub(crate) struct RuleKeys {
    conditions: Vec<u64>,
    points: Vec<u64>,
    concepts: Vec<u64>,
    concept_wants: Vec<[u64; 6]>,
    wants: [u64; 6],
}

impl RuleKeys {
    pub(crate) fn new(parts: &Parts, rules: &Rules) -> RuleKeys {
        let condition = |top: &Top| {
            let topic = &parts.topics[top.topic as usize];
            key(Family::Condition, &[&topic.id, &topic.when[top.index as usize].label])
        };
        RuleKeys {
            conditions: rules.tops.iter().map(condition).collect(),
            points: parts.topics.iter().map(|topic| key(Family::Points, &[&topic.id])).collect(),
            concepts: parts.concepts.iter().map(|concept| key(Family::Concept, &[&concept.name])).collect(),
            concept_wants: parts
                .concepts
                .iter()
                .map(|concept| Want::ALL.map(|want| key(Family::ConceptWant, &[&concept.name, want.name()])))
                .collect(),
            wants: Want::ALL.map(|want| key(Family::Want, &[want.name()])),
        }
    }
}

/// The features of one ticket; reused.
#[derive(Default)]
pub(crate) struct Features {
    /// Distinct words, as numbers of the memo.
    pub(crate) words: Vec<u32>,
    /// Keys of pairs of neighbours.
    pub(crate) pairs: Vec<u64>,
    /// Keys that are not scaled by the length of the ticket, with their value.
    pub(crate) flags: Vec<(u64, f32)>,
    /// What word features are scaled by: 1/√(distinct words).
    pub(crate) norm: f32,
    pub(crate) cache: Cache,
    facts: Facts,
    seen: Vec<u32>,
    epoch: u32,
    asking: Vec<u32>,
}

const ADDRESS: u32 = 0;
const CODE: u32 = 1;
const ERROR: u32 = 2;
const DOMAIN: u32 = 3;

/// What tells one kind of text from another.
pub(crate) const SIGNS: &[(&str, u32)] = &[
    ("://", ADDRESS),
    ("www.", ADDRESS),
    ("->", CODE),
    ("::", CODE),
    ("<?", CODE),
    ("();", CODE),
    (" $", CODE),
    ("error", ERROR),
    ("exception", ERROR),
    ("fatal", ERROR),
    ("warning", ERROR),
    ("ошибк", ERROR),
    ("битрикс", DOMAIN),
    ("bitrix", DOMAIN),
    ("б24", DOMAIN),
    ("портал", DOMAIN),
    ("коробк", DOMAIN),
    ("обновл", DOMAIN),
    ("модул", DOMAIN),
    ("сервер", DOMAIN),
    ("лиценз", DOMAIN),
];

/// Letters of a word that are read at most: what comes after is endings, hashes and noise.
const LETTERS: usize = 24;

/// Calls `out` with the keys of one word.
pub(crate) fn of_word(word: &Resolved, families: Families, out: &mut dyn FnMut(u64)) {
    if !families.words {
        return;
    }
    out(key(Family::Stem, &[word.stem()]));
    let mut bounded = [0u8; LETTERS * 4 + 2];
    bounded[0] = b'_';
    let mut len = 1;
    let mut starts = [0u8; LETTERS + 3];
    let mut count = 1;
    starts[0] = 0;
    for c in word.word.chars().take(LETTERS) {
        starts[count] = len as u8;
        count += 1;
        len += c.encode_utf8(&mut bounded[len..]).len();
    }
    starts[count] = len as u8;
    bounded[len] = b'_';
    len += 1;
    count += 1;
    starts[count] = len as u8;
    for (n, family) in [(2, Family::Letters2), (3, Family::Letters3), (4, Family::Letters4), (5, Family::Letters5)] {
        let begin = begin(family);
        for at in 0..(count + 1).saturating_sub(n) {
            let run = &bounded[starts[at] as usize..starts[at + n] as usize];
            let mut hash = begin;
            hash.bytes(run);
            out(end(family, hash));
        }
    }
}

impl Features {
    /// Reads the features of a ticket on which the rules have run; of pairs, only those that are `wanted`.
    #[allow(clippy::too_many_arguments)]
    pub(crate) fn read(
        &mut self,
        keys: &RuleKeys,
        rules: &Rules,
        scan: &Scan,
        asked: &Asked,
        findings: &Findings,
        quotes: bool,
        families: Families,
        wanted: impl Fn(u64) -> bool,
    ) {
        self.words.clear();
        self.pairs.clear();
        self.flags.clear();
        self.norm = 1.0;
        if families.words {
            self.read_words(scan, quotes, wanted);
            self.shape(scan);
        }
        if families.rules {
            self.read_rules(keys, rules, asked, findings);
        }
    }

    fn read_words(&mut self, scan: &Scan, quotes: bool, wanted: impl Fn(u64) -> bool) {
        self.seen.resize(self.seen.len().max(scan.memo.len()), 0);
        self.epoch = self.epoch.wrapping_add(1);
        if self.epoch == 0 {
            self.seen.fill(0);
            self.epoch = 1;
        }
        self.facts.prepare(scan);
        asking::sentences(scan, |at| self.facts.of(scan.words[at]).requests, &mut self.asking);
        let asking_alone = begin(Family::Asking);
        let mut asking = self.asking.iter().copied().peekable();
        let mut before: [Option<(u32, u32)>; 2] = [None, None];
        for (at, token) in scan.cut.tokens.iter().enumerate() {
            if token.zone == Zone::Quote && !quotes {
                continue;
            }
            let word = scan.words[at];
            if self.seen[word as usize] != self.epoch {
                self.seen[word as usize] = self.epoch;
                self.words.push(word);
            }
            while asking.next_if(|sentence| *sentence < token.sentence).is_some() {}
            let asks = asking.peek() == Some(&token.sentence);
            let fact = |before: Option<(u32, u32)>| before.map(|(word, _)| self.facts.of(word));
            let (first, second) = (fact(before[0]), fact(before[1]));
            let mut hashes = [
                first.map_or(asking_alone, |fact| fact.pair),
                second.map_or(asking_alone, |fact| fact.skip),
                asking_alone,
                first.map_or(asking_alone, |fact| fact.asking_pair),
            ];
            Hash::each(&mut hashes, scan.memo.get(word).stem().as_bytes());
            let same_sentence = before[0].is_some_and(|(_, sentence)| sentence == token.sentence);
            let found = [
                (Family::Pair, first.is_some()),
                (Family::Skip, second.is_some()),
                (Family::Asking, asks),
                (Family::AskingPair, asks && same_sentence),
            ];
            for ((family, holds), hash) in found.into_iter().zip(hashes) {
                let key = end(family, hash);
                if holds && wanted(key) {
                    self.pairs.push(key);
                }
            }
            before = [Some((word, token.sentence)), before[0]];
        }
        self.pairs.sort_unstable();
        self.pairs.dedup();
        self.norm = 1.0 / (self.words.len().max(1) as f32).sqrt();
    }

    fn flag(&mut self, family: Family, parts: &[&str], value: f32) {
        self.flags.push((key(family, parts), value));
    }

    /// What kind of text it is.
    fn shape(&mut self, scan: &Scan) {
        const LENGTHS: [&str; 8] = ["0", "1", "2", "3", "4", "5", "6", "7"];
        let words = scan.cut.tokens.len();
        self.flag(Family::Flag, &["length", LENGTHS[((words + 1).ilog2() as usize).min(7)]], 1.0);
        let folded = &scan.text.folded;
        let (mut cyrillic, mut latin, mut lines) = (0usize, 0usize, 0usize);
        for byte in folded.bytes() {
            latin += usize::from(byte.is_ascii_lowercase());
            cyrillic += usize::from(matches!(byte, 0xd0 | 0xd1));
            lines += usize::from(byte == b'\n');
        }
        let has = |sign: u32| scan.signs & 1 << sign != 0;
        let marks: [(&str, bool); 9] = [
            ("question", !scan.cut.asked.is_empty()),
            ("address", has(ADDRESS)),
            ("code", has(CODE) || scan.cut.tokens.iter().any(|token| token.zone == Zone::Code)),
            ("quoted", scan.cut.tokens.iter().any(|token| token.zone == Zone::Quote)),
            ("error", has(ERROR)),
            ("latin", latin > cyrillic),
            ("no_cyrillic", cyrillic == 0),
            ("no_domain", !has(DOMAIN)),
            ("lines", lines > 3),
        ];
        for (name, holds) in marks {
            if holds {
                self.flag(Family::Flag, &[name], 1.0);
            }
        }
        if let (Some(first), Some(last)) = (scan.words.first(), scan.words.last()) {
            self.flag(Family::Flag, &["first", scan.memo.get(*first).stem()], 1.0);
            self.flag(Family::Flag, &["last", scan.memo.get(*last).stem()], 1.0);
        }
    }

    fn read_rules(&mut self, keys: &RuleKeys, rules: &Rules, asked: &Asked, findings: &Findings) {
        for held in &findings.held {
            self.flags.push((keys.conditions[held.condition as usize], 1.0));
        }
        for (&key, &points) in keys.points.iter().zip(&findings.points) {
            if points > 0.0 {
                self.flags.push((key, (points / 4.0).min(2.0)));
            }
        }
        let wants = Want::ALL.map(|want| asked.wants(want));
        for concept in rules.concepts_found(findings) {
            self.flags.push((keys.concepts[concept as usize], 1.0));
            for (&key, _) in keys.concept_wants[concept as usize].iter().zip(wants).filter(|(_, wanted)| *wanted) {
                self.flags.push((key, 1.0));
            }
        }
        for want in (0..wants.len()).filter(|want| wants[*want]) {
            self.flags.push((keys.wants[want], (asked.weights[want] / 2.0).min(1.5)));
        }
    }
}
