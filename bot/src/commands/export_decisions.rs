//! `export-decisions`: kept tickets as labelled tickets.

use std::io::Write;

use serde_json::json;

use crate::config::Config;
use crate::store::Store;
use crate::store::decisions::KeptDecision;

/// Prints one JSON line for each decision whose text was kept. The server must not be running.
///
/// A label is only as good as the decision. One that a person found wrong gets `check:` before its topic, which `tune` and `evaluate` refuse until somebody has
/// put the right one there.
///
/// # Errors
///
/// If the store cannot be opened or read, or the output is closed.
pub async fn run(config: Config, wrong: bool) -> Result<(), String> {
    let store = Store::open(&config.store.path, config.store.max_queue).map_err(|error| error.to_string())?;
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let (mut after, mut without_text) = (0, 0usize);
    loop {
        let page = store.decisions(after, 1_000).await.map_err(|error| error.to_string())?;
        let Some(last) = page.last() else { break };
        after = last.id;
        for decision in page.iter().filter(|decision| !wrong || decision.feedback.is_some()) {
            match line(decision) {
                Some(line) => writeln!(out, "{line}").map_err(|error| error.to_string())?,
                None => without_text += 1,
            }
        }
    }
    out.flush().map_err(|error| error.to_string())?;
    if without_text > 0 {
        eprintln!("{without_text} decisions were made without keeping the text (store.keep_text) and are left out");
    }
    Ok(())
}

/// `None` if the text was not kept.
fn line(decision: &KeptDecision) -> Option<serde_json::Value> {
    let text = decision.text.as_ref()?;
    let topic = decision.topic.as_deref().unwrap_or("none");
    let wrong = decision.feedback.as_deref() == Some("wrong");
    let primary = if wrong { format!("check:{}", decision.guess.as_deref().unwrap_or(topic)) } else { topic.to_string() };
    let verdict = match decision.verdict.as_str() {
        "in_scope" => "in",
        "out_of_scope" => "out",
        _ => "unknown",
    };
    Some(json!({
        "id": format!("{}-{}-{}", decision.portal, decision.message, decision.id), "text": text, "primary": primary, "accept": [], "verdict": verdict,
        "confidence": (decision.confidence * 1_000.0).round() / 1_000.0, "policy": decision.policy, "feedback": decision.feedback,
    }))
}

#[cfg(test)]
mod tests {
    use support_triage::{Label, LabelledTicket};

    use super::*;

    #[test]
    fn what_is_exported_reads_as_labelled_tickets() {
        let decision = KeptDecision {
            id: 7,
            verdict: "in_scope".into(),
            topic: Some("update.errors".into()),
            guess: Some("update.errors".into()),
            text: Some("Не ставится обновление\n\"110\"".into()),
            ..KeptDecision::default()
        };
        let unclear = KeptDecision { verdict: "undetermined".into(), topic: None, ..decision.clone() };
        let wrong = KeptDecision { feedback: Some("wrong".into()), ..decision.clone() };
        let lines: Vec<String> = [&decision, &unclear, &wrong].iter().map(|decision| line(decision).unwrap().to_string()).collect();
        let tickets = LabelledTicket::parse_jsonl(&lines.join("\n")).unwrap();
        assert_eq!(tickets[0].text, "Не ставится обновление\n\"110\"");
        assert!(matches!(&tickets[0].label, Label::Topic { primary, .. } if primary == "update.errors"));
        assert_eq!(tickets[1].label, Label::None);
        assert!(matches!(&tickets[2].label, Label::Topic { primary, .. } if primary == "check:update.errors"));
        assert_eq!(line(&KeptDecision::default()), None);
    }
}
