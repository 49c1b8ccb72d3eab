//! The job that matchers are compared on: which of many phrases, in any inflected form, and regexes stand in each ticket, and which topic has most of them.
//!
//! `cargo run --release --example peers_job -- RULES.json TICKETS.jsonl [--n N] [--runs R] [--train TICKETS.jsonl] [--hits FILE]`
//!
//! Rules: `{"topics": […], "rules": [{"topic": 0, "text": "настроить … почту"}, {"topic": 1, "regex": "…"}]}`; tickets: `{"text": "…"}` a line. Prints one JSON line:
//! seconds to load, seconds of each pass (the words of `--train` are known before, as in a service that has run for a while; those of the tickets are not), peak
//! memory. `--hits` writes the rules found in the first 300 tickets. `benches/peers` runs it against other implementations.

use std::error::Error;
use std::hint::black_box;
use std::io::Write;
use std::time::Instant;

use serde::Deserialize;
use support_triage::{Limits, TermScratch, TermSet};

#[derive(Deserialize)]
struct Rules {
    topics: Vec<String>,
    rules: Vec<Rule>,
}

#[derive(Deserialize)]
struct Rule {
    topic: usize,
    text: Option<String>,
    regex: Option<String>,
}

#[derive(Deserialize)]
struct Ticket {
    text: String,
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let option = |name: &str| arguments.iter().position(|argument| argument == name).and_then(|at| arguments.get(at + 1));
    let (Some(rules_file), Some(tickets_file)) = (arguments.first(), arguments.get(1)) else {
        return Err("usage: peers_job RULES.json TICKETS.jsonl [--n N] [--runs R] [--train TICKETS.jsonl] [--hits FILE]".into());
    };
    let count = option("--n").map_or(Ok(usize::MAX), |n| n.parse())?;
    let runs: usize = option("--runs").map_or(Ok(5), |runs| runs.parse())?;
    let tickets = read(tickets_file, count)?;
    let train = option("--train").map_or(Ok(Vec::new()), |file| read(file, 3_000))?;
    let bytes: usize = tickets.iter().map(String::len).sum();

    let start = Instant::now();
    let rules: Rules = serde_json::from_str(&std::fs::read_to_string(rules_file)?)?;
    let mut builder = TermSet::builder().across_sentences(true).limits(Limits { regexes: 1_000, ..Limits::default() });
    for rule in &rules.rules {
        builder = match (&rule.text, &rule.regex) {
            (Some(text), _) => builder.terms([text]),
            (None, Some(regex)) => builder.regex(regex),
            (None, None) => return Err("a rule has neither `text` nor `regex`".into()),
        };
    }
    let set = builder.build()?;
    let load = start.elapsed().as_secs_f64();

    let mut tally = Tally { seen: vec![0; rules.rules.len()], epoch: 0, topics: vec![0; rules.topics.len()] };
    let mut seconds = Vec::new();
    for _ in 0..=runs {
        let mut scratch = TermScratch::default();
        train.iter().for_each(|ticket| _ = black_box(set.scan(ticket, &mut scratch).terms().count()));
        let start = Instant::now();
        for ticket in &tickets {
            black_box(tally.best(&rules, set.scan(black_box(ticket), &mut scratch).terms()));
        }
        seconds.push(start.elapsed().as_secs_f64());
    }
    let name = std::path::Path::new(rules_file).file_stem().unwrap_or_default().to_string_lossy();
    println!(
        "{}",
        serde_json::json!({
            "peer": "support_triage", "rules": name, "n": tickets.len(), "bytes": bytes, "load_s": load, "runs": &seconds[1..],
            "rss_mb": peak_memory(), "set_mb": set.memory_usage() as f64 / 1e6, "extra": {},
        })
    );
    if let Some(file) = option("--hits") {
        let mut out = std::io::BufWriter::new(std::fs::File::create(file)?);
        for ticket in tickets.iter().take(300) {
            let mut hits: Vec<usize> = set.find(ticket).iter().map(|hit| hit.term).collect();
            hits.sort_unstable();
            hits.dedup();
            writeln!(out, "{}", serde_json::to_string(&hits)?)?;
        }
    }
    Ok(())
}

fn read(file: &str, count: usize) -> Result<Vec<String>, Box<dyn Error>> {
    let text = std::fs::read_to_string(file)?;
    text.lines().take(count).map(|line| Ok(serde_json::from_str::<Ticket>(line)?.text)).collect()
}

/// Distinct rules by topic.
struct Tally {
    seen: Vec<u32>,
    epoch: u32,
    topics: Vec<u32>,
}

impl Tally {
    fn best(&mut self, rules: &Rules, found: impl Iterator<Item = usize>) -> usize {
        self.epoch += 1;
        self.topics.fill(0);
        for rule in found {
            if self.seen[rule] != self.epoch {
                self.seen[rule] = self.epoch;
                self.topics[rules.rules[rule].topic] += 1;
            }
        }
        let most = self.topics.iter().copied().max().unwrap_or(0);
        self.topics.iter().position(|count| *count == most).unwrap_or(0)
    }
}

/// Peak memory of the process in MB; 0 where the system does not tell.
fn peak_memory() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok()).unwrap_or(0.0) / 1024.0
}
