//! A whole CRM export on all cores: one classifier, shared; one scratch a thread.
//!
//! `cargo run --release --example export_threads -- examples/data/tickets.csv`

use std::collections::BTreeMap;
use std::thread;

use support_triage::{Classifier, Scratch};

/// The cells of a Bitrix24 export: quoted, `;` between, `""` inside, line breaks allowed. (A real program uses the crate `csv`.)
fn rows(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut chars = text.trim_start_matches('\u{FEFF}').chars().peekable();
    while let Some(c) = chars.next() {
        match (c, quoted) {
            ('"', true) if chars.peek() == Some(&'"') => {
                chars.next();
                cell.push('"');
            }
            ('"', _) => quoted = !quoted,
            (';', false) => row.push(std::mem::take(&mut cell)),
            ('\n', false) => rows.push(std::mem::take(&mut row)),
            (c, _) => cell.push(c),
        }
    }
    rows
}

fn main() -> std::io::Result<()> {
    let path = std::env::args().nth(1).unwrap_or_else(|| "examples/data/tickets.csv".to_string());
    let rows = rows(&std::fs::read_to_string(path)?);
    let column = |name: &str| rows[0].iter().position(|cell| cell == name).unwrap_or(0);
    let (title, comment) = (column("Название лида"), column("Комментарий"));
    let tickets: Vec<String> = rows[1..].iter().map(|row| format!("{}\n{}", row[title], row[comment])).collect();

    let classifier = Classifier::builtin();
    let threads = thread::available_parallelism().map_or(1, |count| count.get());
    let counts: Vec<BTreeMap<String, usize>> = thread::scope(|scope| {
        let workers: Vec<_> = tickets
            .chunks(tickets.len().div_ceil(threads).max(1))
            .map(|chunk| {
                let classifier = classifier.clone();
                scope.spawn(move || {
                    let (mut scratch, mut counts) = (Scratch::default(), BTreeMap::new());
                    for ticket in chunk {
                        let decision = classifier.classify_with(ticket, &mut scratch);
                        *counts.entry(format!("{:<14} {}", decision.category().unwrap_or("-"), decision.verdict())).or_insert(0) += 1;
                    }
                    counts
                })
            })
            .collect();
        workers.into_iter().filter_map(|worker| worker.join().ok()).collect()
    });
    let mut total: BTreeMap<String, usize> = BTreeMap::new();
    for (name, count) in counts.into_iter().flatten() {
        *total.entry(name).or_default() += count;
    }
    println!("{} tickets", tickets.len());
    for (name, count) in total {
        println!("{count:>5}  {name}");
    }
    Ok(())
}
