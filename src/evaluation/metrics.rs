//! Figures.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::labelled::{Label, LabelledTicket};
use crate::policy::Policy;
use crate::verdict::{Side, Verdict};

/// What was answered for one ticket.
#[derive(Clone, Debug)]
pub(crate) struct Prediction {
    /// The verdict.
    pub(crate) verdict: Verdict,
    /// The topic; `None` if undetermined.
    pub(crate) topic: Option<String>,
    /// Confidence of the verdict, 0 to 1.
    pub(crate) confidence: f32,
    /// Topics by falling probability.
    pub(crate) ranked: Vec<String>,
    /// One sentence on what decided.
    pub(crate) explanation: String,
    /// Conditions that held for the topic.
    pub(crate) rules: Vec<String>,
}

/// A count out of a total, with a 95 % confidence interval (Wilson's score interval).
///
/// # Examples
///
/// ```
/// use support_triage::evaluation::Share;
///
/// let share = Share { hits: 93, of: 100 };
/// assert_eq!(share.value(), 0.93);
/// let (low, high) = share.interval();
/// assert!(low > 0.86 && high < 0.97);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// How many.
    pub hits: usize,
    /// Of how many.
    pub of: usize,
}

impl Share {
    fn add(&mut self, hit: bool) {
        self.hits += usize::from(hit);
        self.of += 1;
    }

    /// From 0 to 1; 0 if there is nothing to count.
    pub fn value(self) -> f64 {
        if self.of == 0 { 0.0 } else { self.hits as f64 / self.of as f64 }
    }

    /// The 95 % interval of the true share.
    pub fn interval(self) -> (f64, f64) {
        if self.of == 0 {
            return (0.0, 1.0);
        }
        let (n, p, z) = (self.of as f64, self.value(), 1.959_964);
        let middle = (p + z * z / (2.0 * n)) / (1.0 + z * z / n);
        let half = z / (1.0 + z * z / n) * (p * (1.0 - p) / n + z * z / (4.0 * n * n)).sqrt();
        ((middle - half).max(0.0), (middle + half).min(1.0))
    }
}

/// One row of the reliability table: tickets answered with a confidence in a tenth.
///
/// # Examples
///
/// See [`Evaluation`].
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Bin {
    /// Tickets in it.
    pub tickets: usize,
    /// Their mean confidence.
    pub confidence: f64,
    /// Share of them whose verdict is right.
    pub accuracy: f64,
}

/// One point of the coverage–risk curve: what if only answers of at least this confidence were given.
///
/// # Examples
///
/// See [`Evaluation`].
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Tradeoff {
    /// The confidence asked for.
    pub threshold: f64,
    /// Share of all tickets answered.
    pub coverage: f64,
    /// Share of the answers that are wrong.
    pub risk: f64,
}

/// Precision, recall and F1 of a topic or a category.
///
/// # Examples
///
/// See [`Evaluation`].
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct ClassMetrics {
    /// Tickets with this primary label.
    pub tickets: usize,
    /// Share of the answers with it that may stand; 0 if there was none.
    pub precision: f64,
    /// Share of its tickets that got an accepted answer.
    pub recall: f64,
    /// Harmonic mean of the two.
    pub f1: f64,
}

/// The result for one ticket.
///
/// # Examples
///
/// See [`Evaluation`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct TicketResult {
    /// The ticket.
    pub id: String,
    /// Its primary label; `none` if uncovered.
    pub label: String,
    /// The answered topic; `none` if undetermined.
    pub answer: String,
    /// The answered verdict.
    pub verdict: Verdict,
    /// Confidence of the answer.
    pub confidence: f64,
    /// Whether the verdict is right.
    pub verdict_right: bool,
    /// Whether the topic is right.
    pub topic_right: bool,
    /// What decided.
    pub explanation: String,
}

/// Two topics that tickets are confused between.
///
/// # Examples
///
/// See [`Evaluation`].
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Conflict {
    /// The right topic.
    pub label: String,
    /// The answered one.
    pub answer: String,
    /// How often.
    pub tickets: usize,
    /// Some of them.
    pub examples: Vec<String>,
    /// The conditions that spoke for the wrong answer, most frequent first.
    pub rules: Vec<String>,
}

/// A ticket whose answer differs between two evaluations.
///
/// # Examples
///
/// See [`Evaluation`].
#[derive(Clone, Debug, Serialize)]
pub struct Flip {
    /// The ticket.
    pub id: String,
    /// Its label.
    pub label: String,
    /// The answer before and after.
    pub before: String,
    /// The answer after.
    pub after: String,
    /// Whether the verdict became right (true), wrong (false), or stayed as it was (none).
    pub better: Option<bool>,
}

/// Everything measured on a set of labelled tickets.
///
/// # Examples
///
/// ```
/// use support_triage::{Classifier, LabelledTicket, evaluate};
///
/// let line = r#"{"id":"1","text":"Как очистить кеш портала?","primary":"performance.caching","verdict":"in"}"#;
/// let evaluation = evaluate(&Classifier::builtin(), &LabelledTicket::parse_jsonl(line)?);
/// assert_eq!((evaluation.tickets, evaluation.reliability.len()), (1, 10));
/// assert_eq!(evaluation.topics["performance.caching"].recall, 1.0);
/// assert_eq!(evaluation.results[0].answer, "performance.caching");
/// assert!(evaluation.conflicts.is_empty() && evaluation.tradeoffs[0].risk == 0.0);
/// # Ok::<(), support_triage::Error>(())
/// ```
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Evaluation {
    /// Version of the policy measured.
    pub policy: String,
    /// Tickets.
    pub tickets: usize,
    /// Right verdicts, of all tickets.
    pub verdict_accuracy: Share,
    /// Right categories, of all tickets.
    pub category_accuracy: Share,
    /// Right topics, of all tickets.
    pub topic_accuracy: Share,
    /// An accepted topic among the first three, of covered tickets.
    pub topic_top3: Share,
    /// Covered tickets that got an answer.
    pub answer_rate: Share,
    /// Right verdicts, of covered tickets that got an answer.
    pub precision_when_answered: Share,
    /// Tickets that only in-scope topics fit, answered "out of scope": the worst error.
    pub wrong_refusals: Share,
    /// Tickets that only out-of-scope topics fit, answered "in scope".
    pub wrong_acceptances: Share,
    /// Uncovered tickets left undetermined.
    pub uncovered_rejected: Share,
    /// Expected calibration error of the verdict's confidence, over ten bins.
    pub ece: f64,
    /// The reliability table.
    pub reliability: Vec<Bin>,
    /// The coverage–risk curve.
    pub tradeoffs: Vec<Tradeoff>,
    /// By category.
    pub categories: BTreeMap<String, ClassMetrics>,
    /// By topic.
    pub topics: BTreeMap<String, ClassMetrics>,
    /// Counts by primary category and answered category; `none` for uncovered and undetermined.
    pub confusion: BTreeMap<String, BTreeMap<String, usize>>,
    /// Pairs of topics confused, most frequent first.
    pub conflicts: Vec<Conflict>,
    /// Every ticket.
    pub results: Vec<TicketResult>,
}

#[derive(Default)]
struct Counts {
    tickets: usize,
    recalled: usize,
    answered: usize,
    right: usize,
}

impl Counts {
    fn metrics(&self) -> ClassMetrics {
        let share = |hits: usize, of: usize| if of == 0 { 0.0 } else { hits as f64 / of as f64 };
        let (precision, recall) = (share(self.right, self.answered), share(self.recalled, self.tickets));
        let f1 = if precision + recall == 0.0 { 0.0 } else { 2.0 * precision * recall / (precision + recall) };
        ClassMetrics { tickets: self.tickets, precision, recall, f1 }
    }
}

fn category(topic: &str) -> &str {
    topic.split('.').next().unwrap_or(topic)
}

/// Measures predictions against labels.
pub(crate) fn measure(policy: &Policy, tickets: &[LabelledTicket], predictions: &[Prediction]) -> Evaluation {
    let mut out = Evaluation {
        policy: policy.version().to_string(),
        tickets: tickets.len(),
        reliability: vec![Bin::default(); 10],
        ..Evaluation::default()
    };
    let side = |topic: &str| policy.topic(topic).map(|topic| topic.side());
    let (mut topics, mut categories): (BTreeMap<String, Counts>, BTreeMap<String, Counts>) = Default::default();
    let mut conflicts: BTreeMap<(String, String), (Vec<String>, Vec<String>)> = BTreeMap::new();
    let mut answers: Vec<(f64, bool)> = Vec::new();
    for (ticket, prediction) in tickets.iter().zip(predictions) {
        let answered = prediction.topic.as_deref().filter(|_| prediction.verdict != Verdict::Undetermined);
        let (label, verdict_right, topic_right, category_right) = match &ticket.label {
            Label::None => {
                out.uncovered_rejected.add(answered.is_none());
                ("none", answered.is_none(), answered.is_none(), answered.is_none())
            }
            Label::Topic { primary, accept, verdict } => {
                let sides: Vec<Side> = accept.iter().filter_map(|topic| side(topic)).collect();
                let topic_right = answered.is_some_and(|topic| accept.iter().any(|accepted| accepted == topic));
                let category_right = answered.is_some_and(|topic| accept.iter().any(|accepted| category(accepted) == category(topic)));
                let may = |verdict: Verdict| sides.iter().any(|side| side.verdict() == verdict);
                let verdict_right = answered.is_some() && (prediction.verdict == *verdict || topic_right && may(prediction.verdict));
                out.answer_rate.add(answered.is_some());
                if answered.is_some() {
                    out.precision_when_answered.add(verdict_right);
                }
                out.topic_top3.add(prediction.ranked.iter().take(3).any(|topic| accept.contains(topic)));
                if !may(Verdict::OutOfScope) {
                    out.wrong_refusals.add(prediction.verdict == Verdict::OutOfScope);
                }
                if !may(Verdict::InScope) {
                    out.wrong_acceptances.add(prediction.verdict == Verdict::InScope);
                }
                (primary.as_str(), verdict_right, topic_right, category_right)
            }
        };
        out.verdict_accuracy.add(verdict_right);
        out.topic_accuracy.add(topic_right);
        out.category_accuracy.add(category_right);
        let answer = answered.unwrap_or("none");
        for (counts, label, answer, right) in
            [(&mut topics, label, answer, topic_right), (&mut categories, category(label), category(answer), category_right)]
        {
            let counted = counts.entry(label.to_string()).or_default();
            counted.tickets += 1;
            counted.recalled += usize::from(right);
            let counted = counts.entry(answer.to_string()).or_default();
            counted.answered += 1;
            counted.right += usize::from(right);
        }
        *out.confusion.entry(category(label).to_string()).or_default().entry(category(answer).to_string()).or_default() += 1;
        if answered.is_some() {
            let right = label != "none" && verdict_right;
            let confidence = f64::from(prediction.confidence);
            answers.push((confidence, right));
            let bin = &mut out.reliability[((confidence * 10.0) as usize).min(9)];
            bin.tickets += 1;
            bin.confidence += confidence;
            bin.accuracy += f64::from(u8::from(right));
        }
        if !topic_right {
            let (examples, rules) = conflicts.entry((label.to_string(), answer.to_string())).or_default();
            examples.push(ticket.id.clone());
            rules.extend(prediction.rules.iter().cloned());
        }
        out.results.push(TicketResult {
            id: ticket.id.clone(),
            label: label.to_string(),
            answer: answer.to_string(),
            verdict: prediction.verdict,
            confidence: f64::from(prediction.confidence),
            verdict_right,
            topic_right,
            explanation: prediction.explanation.clone(),
        });
    }
    finish(&mut out, answers);
    out.topics = topics.into_iter().map(|(name, counts)| (name, counts.metrics())).collect();
    out.categories = categories.into_iter().map(|(name, counts)| (name, counts.metrics())).collect();
    out.conflicts = conflicts
        .into_iter()
        .map(|((label, answer), (examples, rules))| Conflict {
            label,
            answer,
            tickets: examples.len(),
            examples: examples.into_iter().take(5).collect(),
            rules: most_frequent(rules),
        })
        .collect();
    out.conflicts.sort_by(|a, b| b.tickets.cmp(&a.tickets).then(a.label.cmp(&b.label)));
    out
}

fn most_frequent(rules: Vec<String>) -> Vec<String> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for rule in rules {
        *counts.entry(rule).or_default() += 1;
    }
    let mut sorted: Vec<(String, usize)> = counts.into_iter().collect();
    sorted.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    sorted.into_iter().take(5).map(|(rule, _)| rule).collect()
}

fn finish(out: &mut Evaluation, mut answers: Vec<(f64, bool)>) {
    let total = answers.len().max(1) as f64;
    for bin in &mut out.reliability {
        out.ece += (bin.accuracy - bin.confidence).abs() / total;
        if bin.tickets > 0 {
            bin.accuracy /= bin.tickets as f64;
            bin.confidence /= bin.tickets as f64;
        }
    }
    answers.sort_by(|a, b| b.0.total_cmp(&a.0));
    for step in 0..=20 {
        let threshold = f64::from(step) / 20.0;
        let given: Vec<bool> = answers.iter().take_while(|answer| answer.0 >= threshold).map(|answer| answer.1).collect();
        let wrong = given.iter().filter(|right| !**right).count();
        out.tradeoffs.push(Tradeoff {
            threshold,
            coverage: given.len() as f64 / out.tickets.max(1) as f64,
            risk: wrong as f64 / given.len().max(1) as f64,
        });
    }
}

impl Evaluation {
    /// Tickets whose answer differs from an earlier evaluation of the same tickets.
    ///
    /// # Examples
    ///
    /// ```
    /// use support_triage::{Classifier, LabelledTicket, Policy, evaluate};
    ///
    /// let line = r#"{"id":"1","text":"Как очистить кеш портала?","primary":"performance.caching","verdict":"in"}"#;
    /// let tickets = LabelledTicket::parse_jsonl(line)?;
    /// let before = evaluate(&Classifier::new(&Policy::builtin().rules_only())?, &tickets);
    /// let after = evaluate(&Classifier::builtin(), &tickets);
    /// println!("{} flips", after.against(&before).len());
    /// # Ok::<(), support_triage::Error>(())
    /// ```
    pub fn against(&self, before: &Evaluation) -> Vec<Flip> {
        let old: BTreeMap<&str, &TicketResult> = before.results.iter().map(|result| (result.id.as_str(), result)).collect();
        let changed = self.results.iter().filter_map(|new| {
            let old = old.get(new.id.as_str())?;
            let differs = (&old.answer, old.verdict) != (&new.answer, new.verdict);
            let better = (old.verdict_right != new.verdict_right).then_some(new.verdict_right);
            differs.then(|| Flip {
                id: new.id.clone(),
                label: new.label.clone(),
                before: old.answer.clone(),
                after: new.answer.clone(),
                better,
            })
        });
        changed.collect()
    }
}
