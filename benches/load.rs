//! From rule files to the first answer: reading the built-in policy, compiling it, and both. Every bench checks its answer before it is timed.
//!
//! `cargo bench --bench load`; a record with the machine named is in `benches/record/`.

use divan::{Bencher, black_box};
use support_triage::{Classifier, Policy};

fn main() {
    println!("memory of the compiled policy: {} bytes", compile(&load()).memory_usage());
    divan::main();
}

const TICKET: &str = "Подскажите, как очистить кеш портала?";

fn load() -> Policy {
    Policy::builder().builtin().load().unwrap_or_else(|error| panic!("{error}"))
}

fn compile(policy: &Policy) -> Classifier {
    Classifier::new(policy).unwrap_or_else(|error| panic!("{error}"))
}

fn checked(classifier: Classifier) -> Classifier {
    assert_eq!(classifier.classify(TICKET).topic(), Some("performance.caching"));
    classifier
}

/// Embedded files → a checked policy.
#[divan::bench(sample_count = 50, sample_size = 1)]
fn load_only(bencher: Bencher) {
    assert_eq!(load().version(), Policy::builtin().version());
    bencher.bench_local(|| black_box(load()));
}

/// A policy → a classifier.
#[divan::bench(sample_count = 50, sample_size = 1)]
fn compile_only(bencher: Bencher) {
    let policy = load();
    checked(compile(&policy));
    bencher.bench_local(|| black_box(compile(&policy)));
}

/// Both, one after the other, and one ticket: what a process does between its start and its first answer.
#[divan::bench(sample_count = 50, sample_size = 1)]
fn load_compile_and_answer(bencher: Bencher) {
    checked(compile(&load()));
    bencher.bench_local(|| black_box(compile(&load()).classify(TICKET)));
}
