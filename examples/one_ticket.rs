//! One ticket: verdict, topic, confidence, the words, the reply.
//!
//! `cargo run --example one_ticket -- "Как очистить кеш портала?"`

use support_triage::{Classifier, Lang, Verdict};

fn main() {
    let ticket = std::env::args().nth(1).unwrap_or_else(|| "Портал еле дышит, какие параметры nginx и php-fpm посоветуете?".to_string());
    let decision = Classifier::builtin().classify(&ticket);
    println!("{} ({:.2}) {}", decision.verdict(), decision.confidence(), decision.topic().unwrap_or("-"));
    for evidence in decision.evidence() {
        println!("  «{}» — {}", evidence.span().slice(&ticket), evidence.rule());
    }
    match decision.verdict() {
        Verdict::Undetermined => println!("\nask: {}", decision.question(Lang::Ru)),
        _ => println!("\n{}", decision.reply(Lang::Ru)),
    }
}
