//! Hits → evidence → scores → verdict, confidence, abstention.

pub(crate) mod decision;

use decision::{AbstainReason, Ranked};

use crate::evidence::{Asked, Cues, Findings, Rules};
use crate::learned::{Features, Learned, RuleKeys};
use crate::matcher::Scan;
use crate::policy::model::{Parts, Thresholds};
use crate::text::zone::Zone;
use crate::token::stem::is_cyrillic;
use crate::verdict::{Side, Verdict};

/// Scratch of the decision; reused from ticket to ticket.
#[derive(Default)]
pub(crate) struct Weighing {
    pub(crate) asked: Asked,
    pub(crate) findings: Findings,
    pub(crate) features: Features,
    /// Probability by topic, and of "none" last.
    pub(crate) chances: Vec<f32>,
    /// Whether quoted text counted, because there is nothing else.
    pub(crate) quotes: bool,
}

/// The outcome, by topic numbers.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    pub(crate) verdict: Verdict,
    /// The topic of the verdict, or of the best guess behind an abstention.
    pub(crate) topic: Option<usize>,
    pub(crate) confidence: f32,
    pub(crate) ranked: Vec<Ranked>,
    pub(crate) reason: Option<AbstainReason>,
}

/// Fewest words of the writer's own that hide quoted text.
const OWN_WORDS: usize = 3;
/// Fewest words that can be decided on without anything decisive in them.
const FEW_WORDS: usize = 2;
/// What one point of the rules is worth, in logits, where there is no model.
const POINT: f32 = 0.75;
/// The logit of a topic without points, where there is no model.
const NOTHING: f32 = -30.0;
/// By how much a decisive condition puts its topic before all others, in logits.
const DECISIVE: f32 = 4.0;
/// Topics kept in the ranking.
const RANKED: usize = 10;

/// Everything that decides, compiled.
pub(crate) struct Decider {
    cues: Cues,
    pub(crate) rules: Rules,
    pub(crate) keys: RuleKeys,
    pub(crate) learned: Option<Learned>,
    sides: Vec<Side>,
}

impl Decider {
    pub(crate) fn new(parts: &Parts, learned: Option<Learned>) -> Decider {
        let sides = parts.topics.iter().map(|topic| topic.side).collect();
        let rules = Rules::new(parts);
        Decider { cues: Cues::new(parts), keys: RuleKeys::new(parts, &rules), rules, learned, sides }
    }

    /// Bytes on the heap, about.
    pub(crate) fn memory_usage(&self) -> usize {
        self.cues.memory_usage() + self.rules.memory_usage() + self.learned.as_ref().map_or(0, Learned::memory_usage)
    }

    /// Reads wants and conditions of a scanned ticket.
    pub(crate) fn find(&self, parts: &Parts, scan: &Scan, weighing: &mut Weighing) {
        let own = scan.cut.tokens.iter().filter(|token| token.zone != Zone::Quote).take(OWN_WORDS).count();
        weighing.quotes = own < OWN_WORDS;
        self.cues.read(scan, weighing.quotes, &mut weighing.asked);
        self.rules.read(parts, scan, &weighing.asked, weighing.quotes, &mut weighing.findings);
    }

    /// Decides on a scanned ticket.
    pub(crate) fn decide(&self, parts: &Parts, scan: &mut Scan, weighing: &mut Weighing) -> Outcome {
        self.find(parts, scan, weighing);
        let topics = parts.topics.len();
        let Weighing { findings, chances, features, asked, quotes } = weighing;
        match &self.learned {
            Some(learned) => {
                features.read(&self.keys, &self.rules, scan, asked, findings, *quotes, learned.families(), |key| learned.has(key));
                learned.logits(features, scan, chances);
                // An integrator's conditions that nobody learned weights for count by their points.
                for held in &findings.held {
                    let condition = self.rules.condition(parts, held.condition);
                    let topic = self.rules.tops[held.condition as usize].topic as usize;
                    if condition.overlay && !learned.knows(&parts.topics[topic].id, &condition.label) {
                        chances[topic] += f32::from(condition.weight) * POINT;
                    }
                }
            }
            None => {
                chances.clear();
                // A topic that nothing speaks for is out of the running, however many such there are.
                chances.extend(findings.points.iter().map(|points| if *points > 0.0 { points * POINT } else { NOTHING }));
                chances.push(parts.thresholds.points * POINT);
            }
        }
        let most = chances.iter().copied().fold(f32::NEG_INFINITY, f32::max);
        for &topic in &findings.decisive {
            chances[topic as usize] = chances[topic as usize].max(most) + DECISIVE;
        }
        for &(topic, _) in &findings.vetoed {
            chances[topic as usize] = f32::NEG_INFINITY;
        }
        softmax(chances);
        choose(parts, &self.sides, &chances[..topics], chances[topics], scan, findings, self.learned.as_ref())
    }
}

pub(crate) fn softmax(logits: &mut [f32]) {
    let most = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut sum = 0.0;
    for logit in logits.iter_mut() {
        *logit = (*logit - most).exp();
        sum += *logit;
    }
    for logit in logits {
        *logit /= sum;
    }
}

/// The side that probabilities speak for.
pub(crate) struct Pick {
    /// The best topic of the winning side.
    pub(crate) topic: Option<usize>,
    pub(crate) side: Side,
    /// Probability of the winning side.
    pub(crate) share: f32,
    /// Whether "none of them" is too likely beside the winning side.
    pub(crate) none: bool,
    /// Whether the winning side is not likely enough to answer.
    pub(crate) close: bool,
}

/// From probabilities to a side and a topic: the side first, then the best topic of that side. A refusal of a ticket that support should take is the worst
/// answer, so the out side needs the share `refuse` of what is covered; below it the ticket is left undetermined rather than accepted on the weaker side.
pub(crate) fn pick(topics: &[Side], chances: &[f32], none: f32, thresholds: Thresholds) -> Pick {
    let side = |side: Side| -> f32 { chances.iter().zip(topics).filter(|(_, of)| **of == side).map(|(chance, _)| chance).sum() };
    let (inside, outside) = (side(Side::In), side(Side::Out));
    let winner = if outside > inside { Side::Out } else { Side::In };
    let share = inside.max(outside);
    let topic =
        (0..chances.len()).filter(|topic| topics[*topic] == winner).max_by(|a, b| chances[*a].total_cmp(&chances[*b]).then(b.cmp(a)));
    let close = share < thresholds.answer || winner == Side::Out && outside < thresholds.refuse * (inside + outside);
    Pick { topic, side: winner, share, none: none * thresholds.none >= share, close }
}

/// From probabilities to an answer or the reason why there is none.
fn choose(
    parts: &Parts,
    sides: &[Side],
    chances: &[f32],
    none: f32,
    scan: &Scan,
    findings: &Findings,
    learned: Option<&Learned>,
) -> Outcome {
    let thresholds = learned.map_or(parts.thresholds, Learned::thresholds);
    let pick = pick(sides, chances, none, thresholds);
    let words = scan.cut.tokens.len();
    let reason = if words == 0 || words < FEW_WORDS && findings.held.is_empty() {
        Some(AbstainReason::TooLittleText)
    } else if findings.held.is_empty() && not_russian(scan) {
        Some(AbstainReason::NotRussian)
    } else if pick.none {
        Some(if findings.held.is_empty() { AbstainReason::NothingMatched } else { AbstainReason::NotCovered })
    } else if pick.close {
        Some(AbstainReason::TooClose)
    } else {
        None
    };
    let mut order: Vec<usize> = (0..chances.len()).filter(|topic| chances[*topic] >= 0.001).collect();
    order.sort_by(|a, b| chances[*b].total_cmp(&chances[*a]).then(a.cmp(b)));
    let ranked = order.into_iter().take(RANKED).map(|topic| Ranked { topic, score: chances[topic] }).collect();
    let confidence = match (&reason, learned) {
        (Some(_), _) => none.max(1.0 - pick.share),
        (None, Some(learned)) => learned.calibrate(pick.share),
        (None, None) => pick.share,
    };
    let verdict = match (&reason, pick.topic) {
        (None, Some(_)) => pick.side.verdict(),
        _ => Verdict::Undetermined,
    };
    Outcome { verdict, topic: pick.topic, confidence: confidence.clamp(0.0, 1.0), ranked, reason }
}

/// Whether most words of the ticket are not Russian, after layout and transliteration have been undone.
fn not_russian(scan: &Scan) -> bool {
    let is_word = |word: &&str| word.chars().all(char::is_alphabetic);
    let words = || scan.words.iter().map(|word| &*scan.memo.get(*word).word).filter(is_word);
    let russian = words().filter(|word| is_cyrillic(word)).count();
    words().count() >= 3 && russian * 3 < words().count()
}
