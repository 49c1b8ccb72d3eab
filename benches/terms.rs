//! How a set of terms scales: compiling it, and finding its terms, from 600 to 60,000. Every bench checks its answer before it is timed.
//!
//! `cargo bench --bench terms`; a record with the machine named is in `benches/record/`.

use divan::counter::{BytesCount, ItemsCount};
use divan::{Bencher, black_box};
use support_triage::{LabelledTicket, TermScratch, TermSet};

fn main() {
    for terms in SIZES {
        println!("{terms} terms take {:.1} MB", set(terms).memory_usage() as f64 / 1e6);
    }
    divan::main();
}

const SIZES: [usize; 3] = [600, 6_000, 60_000];

fn tickets() -> Vec<String> {
    LabelledTicket::parse_jsonl(include_str!("../data/dev.jsonl")).unwrap_or_default().into_iter().map(|ticket| ticket.text).collect()
}

/// Pairs of common words of the language, most of which no ticket has next to each other.
fn terms(count: usize) -> Vec<String> {
    let words: Vec<&str> =
        include_str!("../rules/words.txt").split_whitespace().filter(|word| word.chars().count() >= 4).take(300).collect();
    (0..count).map(|at| format!("{} {}", words[at % 300], words[(at / 300 * 7 + at * 13 + 1) % 300])).collect()
}

fn set(count: usize) -> TermSet {
    let set = TermSet::new(terms(count)).unwrap_or_else(|error| panic!("{error}"));
    let own = terms(count).into_iter().nth(count / 2).unwrap_or_default();
    assert!(set.find(&own).iter().any(|hit| hit.term == count / 2), "{own}");
    set
}

#[divan::bench(args = SIZES, sample_count = 10)]
fn compile(bencher: Bencher, count: usize) {
    bencher.with_inputs(|| terms(count)).counter(ItemsCount::new(count)).bench_values(|terms| TermSet::new(black_box(terms)));
}

#[divan::bench(args = SIZES)]
fn find(bencher: Bencher, count: usize) {
    let (set, tickets) = (set(count), tickets());
    let bytes: usize = tickets.iter().map(String::len).sum();
    let mut scratch = TermScratch::default();
    bencher.counter(ItemsCount::new(tickets.len())).counter(BytesCount::new(bytes)).bench_local(|| {
        for ticket in &tickets {
            black_box(set.scan(black_box(ticket), &mut scratch).terms().count());
        }
    });
}

/// What a text costs before anything is found: words cut, and settled by how they begin.
#[divan::bench]
fn nothing_to_find(bencher: Bencher) {
    let (set, tickets) = (TermSet::new(["ъъъъ ыыыы"]).unwrap_or_else(|error| panic!("{error}")), tickets());
    let bytes: usize = tickets.iter().map(String::len).sum();
    let mut scratch = TermScratch::default();
    assert!(tickets.iter().all(|ticket| set.scan(ticket, &mut scratch).terms().count() == 0));
    bencher.counter(ItemsCount::new(tickets.len())).counter(BytesCount::new(bytes)).bench_local(|| {
        for ticket in &tickets {
            black_box(set.scan(black_box(ticket), &mut scratch).terms().count());
        }
    });
}
