//! A table for reading in a terminal.

use std::io::Write;

use support_triage::Verdict;

use super::{Decided, Style, id_text};
use crate::style::{self, DIM, safe};

/// The names of the columns.
pub(crate) fn head() -> Vec<u8> {
    format!("{DIM}{:>8}  {:<12} {:<4}  {:<40} ticket{DIM:#}\n", "id", "verdict", "conf", "topic").into_bytes()
}

/// Appends a decision.
pub(crate) fn row(out: &mut Vec<u8>, style: &Style, decided: &Decided<'_>) {
    let (record, decision) = (decided.record, decided.decision);
    let color = style::of(decision.verdict());
    let text = first_words(&style.shown(&record.text));
    let topic = decision.topic().or(decision.reason().map(|reason| reason.as_str())).unwrap_or("-");
    let id = match id_text(&record.id) {
        id if id.is_empty() => "-".to_string(),
        id => id,
    };
    let mut line = format!(
        "{:>8}  {color}{:<12}{color:#} {:.2}  {:<40} {DIM}{text}{DIM:#}\n",
        safe(&id),
        decision.verdict().as_str(),
        decision.confidence(),
        topic
    );
    if style.explain {
        line += &format!("{:10}{}\n", "", safe(&style.shown(&decision.explanation(style.lang))));
        let question = decision.question(style.lang);
        if decision.verdict() == Verdict::Undetermined && !question.is_empty() {
            line += &format!("{:10}{}\n", "", safe(&style.shown(&question)));
        }
    }
    if let Some(reply) = &decided.answer.reply {
        line += &format!("{}\n\n", style.shown(reply));
    }
    // Writing to memory does not fail.
    let _ = out.write_all(line.as_bytes());
}

fn first_words(text: &str) -> String {
    let mut line = String::new();
    for word in text.split_whitespace().take(70) {
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
        if line.len() > 400 {
            break;
        }
    }
    safe(&line).chars().take(70).collect()
}
