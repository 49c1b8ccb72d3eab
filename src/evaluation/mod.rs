//! How good the decisions are, on labelled tickets.
//!
//! A label names the topics that may stand first (`accept`) and the verdict; `none` is right when the ticket is left undetermined.

mod labelled;
mod metrics;

pub use labelled::{Label, LabelledTicket};
pub use metrics::{Bin, ClassMetrics, Conflict, Evaluation, Flip, Share, TicketResult, Tradeoff};

use crate::classifier::{Classifier, Scratch};
use crate::verdict::Lang;

/// Classifies labelled tickets and measures the answers.
///
/// # Examples
///
/// ```
/// use support_triage::{Classifier, LabelledTicket, evaluate};
///
/// let line = r#"{"id":"1","text":"Как очистить кеш портала?","primary":"performance.caching","accept":["performance.caching"],"verdict":"in"}"#;
/// let tickets = LabelledTicket::parse_jsonl(line)?;
/// let evaluation = evaluate(&Classifier::builtin(), &tickets);
/// assert_eq!(evaluation.verdict_accuracy.value(), 1.0);
/// # Ok::<(), support_triage::Error>(())
/// ```
pub fn evaluate(classifier: &Classifier, tickets: &[LabelledTicket]) -> Evaluation {
    let mut scratch = Scratch::default();
    let predictions: Vec<Prediction> = tickets
        .iter()
        .map(|ticket| {
            let decision = classifier.classify_with(&ticket.text, &mut scratch);
            Prediction {
                verdict: decision.verdict(),
                topic: decision.topic().map(str::to_string),
                confidence: decision.confidence(),
                ranked: decision.topics().map(|topic| topic.id.to_string()).collect(),
                explanation: decision.explanation(Lang::En),
                rules: decision.evidence().iter().map(|evidence| format!("{}: {}", evidence.topic(), evidence.rule())).collect(),
            }
        })
        .collect();
    measure(classifier.policy(), tickets, &predictions)
}

pub(crate) use metrics::{Prediction, measure};
