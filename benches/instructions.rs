//! Work for an instruction counter: `callgrind` counts the same instructions on a busy machine as on an idle one, so two commits can be compared on any.
//!
//! `scripts/instructions.sh OLD NEW` builds this at two commits and prints the counts side by side. One argument says what to do:
//! `start` loads and compiles the built-in policy and decides on one ticket; `classify` decides on the labelled tickets once, after a warm-up.

use std::hint::black_box;

use support_triage::{Classifier, LabelledTicket, Policy, Scratch};

fn main() {
    // `cargo bench` adds `--bench`.
    let work = std::env::args().skip(1).find(|argument| !argument.starts_with("--")).unwrap_or_default();
    match work.as_str() {
        "start" => {
            black_box(Classifier::builtin().classify("Подскажите, как очистить кеш портала?"));
        }
        "classify" => classify(&Policy::builtin()),
        "rules" => classify(&Policy::builtin().rules_only()),
        _ => eprintln!("start | classify | rules"),
    }
}

fn classify(policy: &Policy) {
    let classifier = Classifier::new(policy).unwrap_or_else(|error| panic!("{error}"));
    let tickets = LabelledTicket::parse_jsonl(include_str!("../data/dev.jsonl")).unwrap_or_default();
    let mut scratch = Scratch::default();
    // The second round is what is counted: `--toggle-collect` names this function.
    round(&classifier, &tickets, &mut scratch);
    counted(&classifier, &tickets, &mut scratch);
}

fn round(classifier: &Classifier, tickets: &[LabelledTicket], scratch: &mut Scratch) {
    for ticket in tickets {
        black_box(classifier.classify_with(black_box(&ticket.text), scratch));
    }
}

#[inline(never)]
fn counted(classifier: &Classifier, tickets: &[LabelledTicket], scratch: &mut Scratch) {
    round(classifier, tickets, scratch);
}
