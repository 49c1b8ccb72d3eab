//! The rule that a changed decision comes from.

use std::collections::HashSet;

use serde::Serialize;
use support_triage::{Decision, Evidence, Explanation, Lang, Policy, Verdict};

use super::Level;

/// What changed in the rules, as far as a ticket shows it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub(crate) struct Cause {
    pub(crate) kind: Kind,
    /// The topic it belongs to; none if no single one.
    pub(crate) topic: Option<String>,
    /// The condition as written, if it is one.
    pub(crate) rule: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    /// Only the second rule set has the condition.
    RuleAdded,
    /// Only the first rule set has it.
    RuleRemoved,
    /// Both have it, but it holds only by the second: its terms, concepts or exceptions changed.
    RuleHolds,
    /// Both have it, but it holds no longer.
    RuleLapsed,
    /// An exception (`unless`) of the topic strikes it out now.
    ExceptionHolds,
    /// An exception that struck the topic out does so no longer.
    ExceptionLapsed,
    /// The reply of the topic has other words.
    ReplyText,
    /// The question asked where nothing is decided is another one.
    Question,
    /// Learned weights or thresholds; no rule that held for the ticket changed.
    Weights,
}

impl Kind {
    pub(crate) fn text(self) -> &'static str {
        match self {
            Kind::RuleAdded => "new rule",
            Kind::RuleRemoved => "rule removed",
            Kind::RuleHolds => "rule holds now",
            Kind::RuleLapsed => "rule holds no longer",
            Kind::ExceptionHolds => "exception strikes out",
            Kind::ExceptionLapsed => "exception no longer strikes out",
            Kind::ReplyText => "reply text changed",
            Kind::Question => "question changed",
            Kind::Weights => "weights or thresholds changed",
        }
    }
}

/// Topics whose rules an explanation tells.
const EXPLAINED: usize = 5;

/// Finds the cause of a change. Of several, the heaviest condition of the topic that won or lost.
pub(crate) fn find(level: Level, a: &Explanation, b: &Explanation) -> Cause {
    let (from, to) = (a.decision(), b.decision());
    if level == Level::Reply {
        if from.verdict() == Verdict::Undetermined {
            if same_ranking(from, to) {
                return Cause { kind: Kind::Question, topic: None, rule: None };
            }
        } else if [Lang::Ru, Lang::En].into_iter().any(|lang| template(from, lang) != template(to, lang)) {
            return Cause { kind: Kind::ReplyText, topic: to.topic().map(str::to_string), rule: None };
        }
    } else {
        let exception = |kind, topic: Option<&str>, explanation: &Explanation| {
            let topic = topic.filter(|topic| struck_out(explanation, topic))?;
            Some(Cause { kind, topic: Some(topic.to_string()), rule: None })
        };
        let struck = exception(Kind::ExceptionHolds, from.topic(), b).or_else(|| exception(Kind::ExceptionLapsed, to.topic(), a));
        if let Some(cause) = struck {
            return cause;
        }
    }
    let mut candidates = candidates(a, b, Kind::RuleAdded, Kind::RuleHolds);
    candidates.extend(self::candidates(b, a, Kind::RuleRemoved, Kind::RuleLapsed));
    // Rules that one side does not have come before those that only hold on one side; topics that won or lost before the rest; then by weight.
    let rank = |found: &Candidate| (!matches!(found.cause.kind, Kind::RuleAdded | Kind::RuleRemoved), !found.central);
    candidates.sort_by(|a, b| rank(a).cmp(&rank(b)).then(b.weight.total_cmp(&a.weight)).then_with(|| a.cause.cmp(&b.cause)));
    candidates.into_iter().next().map_or(Cause { kind: Kind::Weights, topic: None, rule: None }, |found| found.cause)
}

struct Candidate {
    cause: Cause,
    /// Of the topic that the side it holds on decided for.
    central: bool,
    weight: f32,
}

/// Conditions that hold by `with` and not by `without`.
fn candidates(without: &Explanation, with: &Explanation, only: Kind, holds: Kind) -> Vec<Candidate> {
    let held: HashSet<(&str, &str)> = rules(without).map(|evidence| (evidence.topic(), evidence.rule())).collect();
    let explained: HashSet<&str> = without.decision().topics().take(EXPLAINED).map(|topic| topic.id).collect();
    let best = with.decision().best_guess();
    let mut out = Vec::new();
    for evidence in rules(with).filter(|evidence| !held.contains(&(evidence.topic(), evidence.rule()))) {
        let kind = match has(without.decision().policy(), evidence) {
            false => only,
            // What an explanation does not tell of may have held all the same, unless the topic has no points.
            true if !explained.contains(evidence.topic()) && !pointless(without, evidence.topic()) => continue,
            true => holds,
        };
        let cause = Cause { kind, topic: Some(evidence.topic().to_string()), rule: Some(evidence.rule().to_string()) };
        out.push(Candidate { cause, central: Some(evidence.topic()) == best, weight: evidence.weight() });
    }
    out
}

fn rules(explanation: &Explanation) -> impl Iterator<Item = &Evidence> {
    explanation.evidence().iter().filter(|evidence| !evidence.is_learned())
}

fn has(policy: &Policy, evidence: &Evidence) -> bool {
    policy.topic(evidence.topic()).is_some_and(|topic| topic.conditions().any(|condition| condition == evidence.rule()))
}

fn struck_out(explanation: &Explanation, topic: &str) -> bool {
    explanation.why_not(topic, Lang::En).is_some_and(|why| why.contains("`unless`"))
}

/// Whether no condition of a topic held.
fn pointless(explanation: &Explanation, topic: &str) -> bool {
    explanation.why_not(topic, Lang::En).is_some_and(|why| why.starts_with(&format!("{topic}: 0 points ")))
}

fn same_ranking(a: &Decision, b: &Decision) -> bool {
    a.reason() == b.reason() && a.topics().take(3).map(|topic| topic.id).eq(b.topics().take(3).map(|topic| topic.id))
}

/// A reply without the words of the ticket it quotes.
fn template(decision: &Decision, lang: Lang) -> String {
    let explanation = decision.explanation(lang);
    let before = if lang == Lang::Ru { "; слова " } else { "; the words " };
    match explanation.split_once(before) {
        Some((_, words)) => decision.reply(lang).replace(words, "{words}"),
        None => decision.reply(lang),
    }
}
