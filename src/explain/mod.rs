//! How a decision came about, and what to reply.

mod readings;
mod reply;

use std::borrow::Cow;

pub use readings::Reading;

use crate::decide::decision::{Decision, Evidence};
use crate::decide::{Decider, Weighing};
use crate::evidence::{Place, Top, span_of};
use crate::learned::features::{Family, key};
use crate::matcher::Scan;
use crate::policy::model::Parts;
use crate::span::Span;
use crate::verdict::Lang;

/// A decision with everything that speaks for and against it.
///
/// # Examples
///
/// ```
/// use support_triage::{Classifier, Lang};
///
/// let explanation = Classifier::builtin().explain("Не нужно ничего настраивать, подскажите параметры nginx");
/// println!("{}", explanation.summary(Lang::En));
/// for evidence in explanation.evidence() {
///     println!("{:?} {} {:+.1}", evidence.span(), evidence.topic(), evidence.weight());
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Explanation {
    decision: Decision,
    evidence: Vec<Evidence>,
    wants: Vec<&'static str>,
    refused: Vec<Span>,
    readings: Vec<Reading>,
    verdicts: Vec<(f32, bool)>,
}

/// Topics of the ranking whose rules are explained.
const EXPLAINED: usize = 5;
/// Words of learned evidence shown.
const LEARNED: usize = 8;
/// Learned evidence below this many logits is noise to a reader.
const LEAST: f32 = 0.08;

impl Explanation {
    /// The decision explained.
    pub fn decision(&self) -> &Decision {
        &self.decision
    }

    /// Evidence of the rules for the topics that were nearest, and learned evidence for the best one, ascending by place.
    pub fn evidence(&self) -> &[Evidence] {
        &self.evidence
    }

    /// What the writer asks for, strongest first: `advice`, `do_it`, `find_fault`, `report`, `write_code`, `wish`.
    pub fn wants(&self) -> &[&'static str] {
        &self.wants
    }

    /// Words under an explicit refusal («не нужно настраивать»), which do not count.
    pub fn refused(&self) -> &[Span] {
        &self.refused
    }

    /// Words that were read otherwise than typed, in the order of the ticket, at most 200.
    pub fn readings(&self) -> &[Reading] {
        &self.readings
    }

    /// One sentence for people: what decided.
    pub fn summary(&self, lang: Lang) -> String {
        self.decision.explanation(lang)
    }

    /// Why a topic did not win: its points, or the exception that struck it out. `None` if there is no such topic, or it did win.
    ///
    /// # Examples
    ///
    /// ```
    /// use support_triage::{Classifier, Lang};
    ///
    /// let explanation = Classifier::builtin().explain("Как очистить кеш портала?");
    /// assert!(explanation.why_not("update.license_key", Lang::Ru).unwrap().contains("performance.caching"));
    /// assert!(explanation.why_not("performance.caching", Lang::Ru).is_none());
    /// ```
    pub fn why_not(&self, topic: &str, lang: Lang) -> Option<String> {
        let topics = self.decision.policy.topics();
        let index = topics.iter().position(|known| known.id() == topic)?;
        if self.decision.topic() == Some(topic) {
            return None;
        }
        let (points, vetoed) = self.verdicts[index];
        let chance = self.decision.ranked.iter().find(|ranked| ranked.topic == index).map_or(0.0, |ranked| ranked.score);
        let winner = self.decision.topics().next().filter(|winner| winner.id != topic);
        let russian = lang == Lang::Ru;
        Some(match winner {
            _ if vetoed && russian => format!("{topic}: исключена одним из своих условий `unless`"),
            _ if vetoed => format!("{topic}: struck out by one of its exceptions (`unless`)"),
            Some(winner) if russian => {
                format!("{topic}: баллов по правилам {points}, вероятность {chance:.2}; у {} она {:.2}", winner.id, winner.score)
            }
            Some(winner) => format!("{topic}: {points} points of rules, probability {chance:.2}; {} has {:.2}", winner.id, winner.score),
            None if russian => format!("{topic}: баллов по правилам {points}, вероятность {chance:.2}; для ответа этого мало"),
            None => format!("{topic}: {points} points of rules, probability {chance:.2}; not enough to answer"),
        })
    }
}

pub(crate) fn explain(ticket: &str, decision: Decision, parts: &Parts, decider: &Decider, scan: &Scan, weighing: &Weighing) -> Explanation {
    let evidence_of = |top: u32, span, weight| {
        let Top { topic, index } = decider.rules.tops[top as usize];
        Evidence { span, topic: topic as usize, weight, condition: Some(index), policy: decision.policy.clone() }
    };
    let near: Vec<usize> = decision.ranked.iter().take(EXPLAINED).map(|ranked| ranked.topic).collect();
    let mut evidence = Vec::new();
    let findings = &weighing.findings;
    for held in &findings.held {
        let topic = decider.rules.tops[held.condition as usize].topic as usize;
        if !near.contains(&topic) {
            continue;
        }
        let weight = f32::from(decider.rules.condition(parts, held.condition).weight);
        for &place in &findings.places[held.places.0 as usize..held.places.1 as usize] {
            evidence.push(evidence_of(held.condition, span_of(scan, place), weight));
        }
    }
    if let Some(topic) = decision.ranked.first().map(|ranked| ranked.topic) {
        evidence.extend(learned(&decision, decider, scan, weighing, topic));
    }
    evidence.sort_by(|a, b| a.span.cmp(&b.span).then(b.weight.total_cmp(&a.weight)));
    evidence.dedup_by(|b, a| a.span == b.span && a.topic == b.topic && a.is_learned() == b.is_learned() && a.rule() == b.rule());
    let mut wants: Vec<_> = crate::policy::model::Want::ALL.into_iter().filter(|want| weighing.asked.wants(*want)).collect();
    wants.sort_by(|a, b| weighing.asked.weights[*b as usize].total_cmp(&weighing.asked.weights[*a as usize]));
    let mut refused: Vec<Span> = weighing.asked.refused.iter().map(|&(first, last)| span_of(scan, Place::Tokens(first, last))).collect();
    refused.sort();
    refused.dedup();
    let verdicts = findings
        .points
        .iter()
        .enumerate()
        .map(|(topic, points)| (points.max(0.0), findings.vetoed.iter().any(|veto| veto.0 as usize == topic)))
        .collect();
    Explanation {
        decision,
        evidence,
        wants: wants.into_iter().map(|want| want.name()).collect(),
        refused,
        readings: readings::of(ticket, scan),
        verdicts,
    }
}

/// The words that count most for or against a topic by what was learned.
fn learned(decision: &Decision, decider: &Decider, scan: &Scan, weighing: &Weighing, topic: usize) -> Vec<Evidence> {
    let Some(learned) = &decider.learned else { return Vec::new() };
    let features = &weighing.features;
    let mut found: Vec<(f32, Span)> = Vec::new();
    let mut seen = Vec::new();
    for (at, token) in scan.cut.tokens.iter().enumerate() {
        let word = scan.words[at];
        if !features.words.contains(&word) || seen.contains(&word) {
            continue;
        }
        seen.push(word);
        let mut weight = learned.of_word(features, scan, word, topic);
        let next = scan.words.get(at + 1).map(|next| key(Family::Pair, &[scan.memo.get(word).stem(), scan.memo.get(*next).stem()]));
        let mut end = token.end;
        if let Some(pair) = next {
            let together = learned.of_pair(features, pair, topic);
            if together.abs() > weight.abs() {
                weight += together;
                end = scan.cut.tokens[at + 1].end;
            }
        }
        found.push((weight, scan.text.span(token.start as usize, end as usize)));
        if seen.len() > 2_000 {
            break;
        }
    }
    found.sort_by(|a, b| b.0.abs().total_cmp(&a.0.abs()));
    let kept = found.into_iter().filter(|(weight, _)| weight.abs() >= LEAST).take(LEARNED);
    kept.map(|(weight, span)| Evidence { span, topic, weight, condition: None, policy: decision.policy.clone() }).collect()
}

/// The words a decision rests on, as typed, at most five, no part of another.
pub(crate) fn words(ticket: &str, evidence: &[Evidence]) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for piece in evidence {
        let words = piece.span.slice(ticket);
        let words = match words.contains(char::is_whitespace) {
            true => words.split_whitespace().collect::<Vec<_>>().join(" ").into(),
            false => Cow::Borrowed(words),
        };
        if words.is_empty() || out.iter().any(|known| known.contains(&*words)) {
            continue;
        }
        out.retain(|known| !words.contains(known.as_str()));
        out.push(words.into_owned());
    }
    out.truncate(5);
    out
}
