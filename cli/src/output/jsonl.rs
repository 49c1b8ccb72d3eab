//! JSON lines: one object a ticket, the same keys in the same order.

use serde::Serialize;
use serde_json::{Map, Value};
use support_triage::{RankedTopic, Verdict};

use super::{Copied, Decided, Style};
use crate::input::{Original, Unreadable};

#[derive(Serialize)]
struct Line<'a> {
    id: &'a Value,
    category: Option<&'a str>,
    topic: Option<&'a str>,
    verdict: Verdict,
    confidence: f32,
    topics: Vec<RankedTopic<'a>>,
    evidence: Vec<Piece<'a>>,
    explanation: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    question: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reply: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    requirements: Vec<Requirement>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    truncated: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    original: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
}

#[derive(Serialize)]
struct Requirement {
    id: &'static str,
    state: &'static str,
    case: &'static str,
    text: String,
}

#[derive(Serialize)]
struct Piece<'a> {
    start: usize,
    end: usize,
    text: std::borrow::Cow<'a, str>,
    topic: &'a str,
    weight: f32,
    rule: &'a str,
}

/// Appends a decision.
pub(crate) fn row(out: &mut Vec<u8>, style: &Style, decided: &Decided<'_>) {
    let (record, decision) = (decided.record, decided.decision);
    let masked = |text: String| style.shown(&text).into_owned();
    let evidence = decision.evidence().iter().map(|evidence| {
        let span = evidence.span();
        Piece {
            start: span.start(),
            end: span.end(),
            text: style.shown(span.slice(&record.text)),
            topic: evidence.topic(),
            weight: evidence.weight(),
            rule: evidence.rule(),
        }
    });
    let question = decision.question(style.lang);
    write(
        out,
        &Line {
            id: &record.id,
            category: decision.category(),
            topic: decision.topic(),
            verdict: decision.verdict(),
            confidence: decision.confidence(),
            topics: decision.topics().collect(),
            evidence: evidence.collect(),
            explanation: masked(decision.explanation(style.lang)),
            reason: decision.reason().map(|reason| reason.as_str()),
            question: (decision.verdict() == Verdict::Undetermined && !question.is_empty()).then(|| masked(question)),
            reply: decided.answer.reply.clone().map(masked),
            requirements: decided
                .answer
                .requirements
                .iter()
                .map(|result| Requirement {
                    id: result.id().as_str(),
                    state: result.state().as_str(),
                    case: result.case(),
                    text: masked(result.text(style.lang).to_string()),
                })
                .collect(),
            truncated: decision.is_truncated(),
            original: original(style, decided),
            error: None,
        },
    );
}

/// Appends the answer to a line that could not be read: the keys of every line, and the reason.
pub(crate) fn unreadable(out: &mut Vec<u8>, row: &Unreadable) {
    write(
        out,
        &Line {
            id: &Value::Null,
            category: None,
            topic: None,
            verdict: Verdict::Undetermined,
            confidence: 0.0,
            topics: Vec::new(),
            evidence: Vec::new(),
            explanation: String::new(),
            reason: None,
            question: None,
            reply: None,
            requirements: Vec::new(),
            truncated: false,
            original: None,
            error: Some(row.reason.clone()),
        },
    );
}

fn write(out: &mut Vec<u8>, line: &Line<'_>) {
    let before = out.len();
    // Strings, numbers and lists only: nothing in a line can fail to be written.
    if serde_json::to_writer(&mut *out, line).is_err() {
        out.truncate(before);
    }
    out.push(b'\n');
}

/// The row as it stood in the export, if it is wanted.
fn original(style: &Style, decided: &Decided<'_>) -> Option<Value> {
    let wanted = |name: &str| match &style.copied {
        Copied::Named(names) => names.iter().any(|wanted| wanted.to_lowercase() == name.to_lowercase()),
        _ => true,
    };
    if style.copied == Copied::None {
        return None;
    }
    let object: Map<String, Value> = match &decided.record.original {
        Original::Text => Map::from_iter([("text".to_string(), Value::from(decided.record.text.as_str()))]),
        Original::Object(object) => object.iter().filter(|(key, _)| wanted(key)).map(|(key, value)| (key.clone(), value.clone())).collect(),
        Original::Cells(cells, layout) => {
            let mut object = Map::new();
            for (at, name) in layout.headers.iter().enumerate().filter(|(_, name)| wanted(name)) {
                // Repeated names of a CSV are told apart by their turn.
                let mut key = name.clone();
                let mut turn = 2;
                while object.contains_key(&key) {
                    key = format!("{name} ({turn})");
                    turn += 1;
                }
                object.insert(key, Value::from(cells.get(at)));
            }
            object
        }
    };
    Some(if style.redact { masked(style, Value::Object(object)) } else { Value::Object(object) })
}

fn masked(style: &Style, value: Value) -> Value {
    match value {
        Value::String(text) => Value::from(style.shown(&text).into_owned()),
        Value::Array(values) => values.into_iter().map(|value| masked(style, value)).collect(),
        Value::Object(object) => object.into_iter().map(|(key, value)| (key, masked(style, value))).collect::<Map<_, _>>().into(),
        other => other,
    }
}
