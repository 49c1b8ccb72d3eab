//! What a decision costs. Every bench checks its answer before it is timed.
//!
//! `cargo bench --bench classify`; a record with the machine named is in `benches/record/`.

use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use support_triage::{Classifier, LabelledTicket, Policy, Scratch, Verdict};

fn main() {
    divan::main();
}

fn tickets() -> Vec<String> {
    let text = include_str!("../data/dev.jsonl");
    LabelledTicket::parse_jsonl(text).unwrap_or_default().into_iter().map(|ticket| ticket.text).collect()
}

fn classifier(rules_only: bool) -> Classifier {
    let policy = if rules_only { Policy::builtin().rules_only() } else { Policy::builtin() };
    let classifier = Classifier::new(&policy).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(classifier.classify("Подскажите, как очистить кеш портала?").topic(), Some("performance.caching"));
    classifier
}

/// The labelled tickets, one scratch kept: a service or a batch.
#[divan::bench(args = [false, true])]
fn labelled_tickets_rules_only(bencher: Bencher, rules_only: bool) {
    let (classifier, tickets) = (classifier(rules_only), tickets());
    let bytes: usize = tickets.iter().map(String::len).sum();
    let mut scratch = Scratch::default();
    bencher.counter(ItemsCount::new(tickets.len())).counter(BytesCount::new(bytes)).bench_local(|| {
        for ticket in &tickets {
            black_box(classifier.classify_with(black_box(ticket), &mut scratch));
        }
    });
}

/// All labelled tickets by so many threads, each with its own scratch.
#[divan::bench(args = [1, 2])]
fn threads(bencher: Bencher, threads: usize) {
    let (classifier, tickets) = (classifier(false), tickets());
    let mut scratches: Vec<Scratch> = (0..threads).map(|_| Scratch::default()).collect();
    bencher.counter(ItemsCount::new(tickets.len() * ROUNDS)).bench_local(|| {
        std::thread::scope(|scope| {
            for (at, scratch) in scratches.iter_mut().enumerate() {
                let (classifier, tickets) = (&classifier, &tickets);
                scope.spawn(move || {
                    for round in 0..ROUNDS {
                        for ticket in tickets.iter().skip((at + round) % threads).step_by(threads) {
                            black_box(classifier.classify_with(black_box(ticket), scratch));
                        }
                    }
                });
            }
        });
    });
}

/// Enough work that starting a thread does not show.
const ROUNDS: usize = 4;

/// The same with explanations.
#[divan::bench]
fn explained(bencher: Bencher) {
    let (classifier, tickets) = (classifier(false), tickets());
    bencher.counter(ItemsCount::new(tickets.len())).bench_local(|| {
        for ticket in &tickets {
            black_box(classifier.explain(black_box(ticket)));
        }
    });
}

/// One ticket of some length.
#[divan::bench(args = [100, 1_000, 10_000, 100_000, 1_000_000])]
fn by_length(bencher: Bencher, bytes: usize) {
    let classifier = classifier(false);
    let mut ticket = "После обновления портал тормозит, страница CRM открывается минуту, кеш чистили. ".repeat(bytes / 140 + 1);
    while !ticket.is_char_boundary(bytes.min(ticket.len())) {
        ticket.pop();
    }
    ticket.truncate(bytes.min(ticket.len()));
    let mut scratch = Scratch::default();
    assert_ne!(classifier.classify_with(&ticket, &mut scratch).verdict(), Verdict::OutOfScope);
    bencher.counter(BytesCount::new(ticket.len())).bench_local(|| black_box(classifier.classify_with(black_box(&ticket), &mut scratch)));
}

/// Texts made to hurt.
#[divan::bench(args = ["[b]", "&amp", "ж", "ghbdtn ", "yashchshzh ", "порталтормозитсервер ", "\u{301}", ">> \n"])]
fn hostile(bencher: Bencher, piece: &str) {
    let classifier = classifier(false);
    let ticket = piece.repeat(100_000 / piece.len());
    let mut scratch = Scratch::default();
    bencher.counter(BytesCount::new(ticket.len())).bench_local(|| black_box(classifier.classify_with(black_box(&ticket), &mut scratch)));
}
