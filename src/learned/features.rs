//! What the model sees of a ticket.
//!
//! Each feature is a 64-bit hash of its family and its text; the same everywhere, so that a model file fits every build.

use crate::evidence::{Asked, Findings, Rules};
use crate::hash::Hash;
use crate::matcher::Scan;
use crate::matcher::Resolved;
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
    let mut hash = Hash::new();
    hash.bytes(&[family as u8]);
    for part in parts {
        hash.bytes(part.as_bytes());
    }
    // The family can be told from the key: training scales by family.
    hash.value() & !0xff | family as u64
}

pub(crate) fn family_of(key: u64) -> u8 {
    (key & 0xff) as u8
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
    seen: Vec<u32>,
    epoch: u32,
    asking: Vec<u32>,
}

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
        for at in 0..(count + 1).saturating_sub(n) {
            let run = &bounded[starts[at] as usize..starts[at + n] as usize];
            let mut hash = Hash::new();
            hash.bytes(&[family as u8]);
            hash.bytes(run);
            out(hash.value() & !0xff | family as u64);
        }
    }
}

impl Features {
    /// Reads the features of a ticket on which the rules have run.
    #[allow(clippy::too_many_arguments)]
    pub(crate) fn read(
        &mut self,
        parts: &Parts,
        rules: &Rules,
        scan: &Scan,
        asked: &Asked,
        findings: &Findings,
        quotes: bool,
        families: Families,
    ) {
        self.words.clear();
        self.pairs.clear();
        self.flags.clear();
        self.norm = 1.0;
        if families.words {
            self.read_words(scan, quotes);
            self.shape(scan);
        }
        if families.rules {
            self.read_rules(parts, rules, asked, findings);
        }
    }

    fn read_words(&mut self, scan: &Scan, quotes: bool) {
        self.seen.resize(self.seen.len().max(scan.memo.len()), 0);
        self.epoch = self.epoch.wrapping_add(1);
        if self.epoch == 0 {
            self.seen.fill(0);
            self.epoch = 1;
        }
        asking(scan, &mut self.asking);
        let mut before: [Option<(u32, u32)>; 2] = [None, None];
        for (at, token) in scan.tokens.iter().enumerate() {
            if token.zone == Zone::Quote && !quotes {
                continue;
            }
            let word = scan.words[at];
            if self.seen[word as usize] != self.epoch {
                self.seen[word as usize] = self.epoch;
                self.words.push(word);
            }
            let resolved = scan.memo.get(word);
            for (distance, family) in [(0, Family::Pair), (1, Family::Skip)] {
                if let Some((other, _)) = before[distance] {
                    self.pairs.push(key(family, &[scan.memo.get(other).stem(), resolved.stem()]));
                }
            }
            if self.asking.binary_search(&token.sentence).is_ok() {
                self.pairs.push(key(Family::Asking, &[resolved.stem()]));
                if let Some((other, _)) = before[0].filter(|(_, sentence)| *sentence == token.sentence) {
                    self.pairs.push(key(Family::AskingPair, &[scan.memo.get(other).stem(), resolved.stem()]));
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
        let words = scan.tokens.len();
        self.flag(Family::Flag, &["length", LENGTHS[((words + 1).ilog2() as usize).min(7)]], 1.0);
        let folded = &scan.text.folded;
        let (mut cyrillic, mut latin) = (0usize, 0usize);
        for byte in folded.bytes() {
            latin += usize::from(byte.is_ascii_lowercase());
            cyrillic += usize::from(matches!(byte, 0xd0 | 0xd1));
        }
        let marks: [(&str, bool); 9] = [
            ("question", !scan.asked.is_empty()),
            ("address", folded.contains("://") || folded.contains("www.")),
            (
                "code",
                scan.tokens.iter().any(|token| token.zone == Zone::Code)
                    || folded.contains("->")
                    || folded.contains("::")
                    || folded.contains("<?")
                    || folded.contains("();")
                    || folded.contains(" $"),
            ),
            ("quoted", scan.tokens.iter().any(|token| token.zone == Zone::Quote)),
            ("error", ["error", "exception", "fatal", "warning", "ошибк"].iter().any(|word| folded.contains(word))),
            ("latin", latin > cyrillic),
            ("no_cyrillic", cyrillic == 0),
            (
                "no_domain",
                !["битрикс", "bitrix", "б24", "портал", "коробк", "обновл", "модул", "сервер", "лиценз"]
                    .iter()
                    .any(|word| folded.contains(word)),
            ),
            ("lines", folded.bytes().filter(|b| *b == b'\n').count() > 3),
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

    fn read_rules(&mut self, parts: &Parts, rules: &Rules, asked: &Asked, findings: &Findings) {
        for held in &findings.held {
            let top = rules.tops[held.condition as usize];
            let topic = &parts.topics[top.topic as usize];
            self.flag(Family::Condition, &[&topic.id, &topic.when[top.index as usize].label], 1.0);
        }
        for (topic, &points) in parts.topics.iter().zip(&findings.points) {
            if points > 0.0 {
                self.flag(Family::Points, &[&topic.id], (points / 4.0).min(2.0));
            }
        }
        let wants = Want::ALL.into_iter().filter(|want| asked.wants(*want));
        for concept in rules.concepts_found(findings) {
            let name = &parts.concepts[concept as usize].name;
            self.flag(Family::Concept, &[name], 1.0);
            for want in wants.clone() {
                self.flag(Family::ConceptWant, &[name, want.name()], 1.0);
            }
        }
        for want in wants {
            self.flag(Family::Want, &[want.name()], (asked.weights[want as usize] / 2.0).min(1.5));
        }
    }
}

/// Sentences that ask: with a question mark or a cue of request; the last one of the writer's own if there is none.
fn asking(scan: &Scan, out: &mut Vec<u32>) {
    const REQUESTS: &[&str] = &[
        "прош",
        "прос",
        "подскаж",
        "помог",
        "сделай",
        "настро",
        "установи",
        "поставьт",
        "перенес",
        "можно",
        "можете",
        "можем",
        "как",
        "почему",
        "зачем",
        "где",
        "куда",
        "какой",
        "какие",
        "какая",
        "какую",
        "сколько",
        "нужн",
        "надо",
        "хот",
        "объясн",
        "посовет",
        "напиш",
        "добав",
        "исправ",
        "почин",
        "провер",
        "посмотр",
        "разбер",
        "дораб",
        "что",
        "чем",
        "кто",
        "ли",
        "пожалуйст",
        "верно",
        "правильно",
        "стоит",
    ];
    const WHOLE: &[&str] = &["как", "где", "что", "чем", "кто", "ли"];
    out.clear();
    out.extend_from_slice(&scan.asked);
    for (token, word) in scan.tokens.iter().zip(&scan.words) {
        if token.zone != Zone::Own || out.last() == Some(&token.sentence) {
            continue;
        }
        let word = &*scan.memo.get(*word).word;
        if REQUESTS.iter().any(|request| word == *request || !WHOLE.contains(request) && word.starts_with(request)) {
            out.push(token.sentence);
        }
    }
    if out.is_empty() {
        out.extend(scan.tokens.iter().rev().find(|token| token.zone == Zone::Own).map(|token| token.sentence));
    }
    out.sort_unstable();
    out.dedup();
}

/// What words contribute, by number of the memo.
#[derive(Default)]
pub(crate) struct Cache {
    generation: Option<u32>,
    classes: usize,
    /// Where the vector of a word begins, plus one; 0 if it is not worked out.
    starts: Vec<u32>,
    vectors: Vec<f32>,
}

impl Cache {
    pub(crate) fn prepare(&mut self, generation: u32, classes: usize) {
        if self.generation != Some(generation) || self.classes != classes {
            self.generation = Some(generation);
            self.classes = classes;
            self.starts.clear();
            self.vectors.clear();
        }
    }

    pub(crate) fn get(&mut self, word: u32, work_out: impl FnOnce(&mut [f32])) -> &[f32] {
        let word = word as usize;
        if self.starts.len() <= word {
            self.starts.resize(word + 1, 0);
        }
        if self.starts[word] == 0 {
            let start = self.vectors.len();
            self.vectors.resize(start + self.classes, 0.0);
            work_out(&mut self.vectors[start..]);
            self.starts[word] = start as u32 + 1;
        }
        let start = self.starts[word] as usize - 1;
        &self.vectors[start..start + self.classes]
    }
}
