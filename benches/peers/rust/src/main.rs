//! Matchers in Rust that people would use instead, and limits no matcher can pass, on the job of `examples/peers_job.rs`.
//!
//! `support-triage-peers PEER RULES.json TICKETS.jsonl [--n N] [--runs R] [--train TICKETS.jsonl] [--hits FILE]`
//!
//! Prints one JSON line: seconds to load, seconds of each pass after one that is not counted, peak memory. `--hits` writes the rules found in the first 300 tickets.

mod fused;
#[cfg(feature = "hyperscan")]
mod hyperscan;
mod job;
mod limits;
mod regexes;
mod stemmed;
mod trie;

use std::error::Error;
use std::fs;
use std::hint::black_box;
use std::io::Write;
use std::time::Instant;

use job::{Hits, Matcher, RuleSet, Ticket, tally};
use serde_json::json;

/// Tickets whose words a cache may know before the measured ones come, as in a service that has run for a while.
const WARM_UP: usize = 3_000;
const HITS: usize = 300;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let option = |name: &str| arguments.iter().position(|argument| argument == name).and_then(|at| arguments.get(at + 1));
    let [peer, rules_file, tickets_file, ..] = &arguments[..] else {
        return Err(
            "usage: support-triage-peers PEER RULES.json TICKETS.jsonl [--n N] [--runs R] [--train TICKETS.jsonl] [--hits FILE]".into()
        );
    };
    let count = option("--n").map_or(Ok(usize::MAX), |n| n.parse())?;
    let runs: usize = option("--runs").map_or(Ok(5), |runs| runs.parse())?;
    let texts = read(tickets_file, count)?;
    let train = option("--train").map_or(Ok(Vec::new()), |file| read(file, usize::MAX))?;
    let bytes: usize = texts.iter().map(String::len).sum();
    let report = |load: f64, seconds: &[f64]| {
        println!(
            "{}",
            json!({"peer": peer, "n": texts.len(), "bytes": bytes, "load_s": load, "runs": &seconds[1..], "rss_mb": peak_memory()})
        );
    };

    let start = Instant::now();
    let rules: RuleSet = serde_json::from_str(&fs::read_to_string(rules_file)?)?;
    if let Some(mut pass) = limits::build(peer, &rules, &texts, &train)? {
        let load = start.elapsed().as_secs_f64();
        let seconds: Vec<f64> = (0..=runs).map(|_| timed(&mut pass)).collect();
        report(load, &seconds);
        return Ok(());
    }
    let mut matcher = build(peer, &rules, &train)?;
    let load = start.elapsed().as_secs_f64();

    let (mut hits, mut topics) = (Hits::new(rules.rules.len()), vec![0; rules.topics.len()]);
    let mut seconds = Vec::new();
    for _ in 0..=runs {
        if matcher.forget() {
            for text in train.iter().take(WARM_UP) {
                hits.clear();
                matcher.find(text, &mut hits);
            }
        }
        seconds.push(timed(|| {
            for text in &texts {
                hits.clear();
                matcher.find(black_box(text), &mut hits);
                black_box(tally(&rules, &hits.ids, &mut topics));
            }
        }));
    }
    report(load, &seconds);

    if let Some(file) = option("--hits") {
        let mut out = std::io::BufWriter::new(fs::File::create(file)?);
        for text in texts.iter().take(HITS) {
            hits.clear();
            matcher.find(text, &mut hits);
            hits.ids.sort_unstable();
            writeln!(out, "{}", serde_json::to_string(&hits.ids)?)?;
        }
    }
    Ok(())
}

fn build(peer: &str, rules: &RuleSet, train: &[String]) -> Result<Box<dyn Matcher>, Box<dyn Error>> {
    use regexes::Style;
    use stemmed::{Automaton, Stemmed};
    Ok(match peer {
        "stem_ac" => Box::new(Stemmed::new(rules, Automaton::aho_corasick, Style::Tuned)?),
        "stem_ac_regex_plain" => Box::new(Stemmed::new(rules, Automaton::aho_corasick, Style::Plain)?),
        "stem_ac_regex_loop" => Box::new(Stemmed::new(rules, Automaton::aho_corasick, Style::Loop)?),
        "stem_ac_dfa" => Box::new(Stemmed::new(rules, Automaton::aho_corasick_dfa, Style::Tuned)?),
        "stem_daachorse" => Box::new(Stemmed::new(rules, Automaton::daachorse, Style::Tuned)?),
        "stem_trie" => Box::new(trie::StemTrie::new(rules, false)?),
        "stem_trie_memo" => Box::new(trie::StemTrie::new(rules, true)?),
        "fused_prototype" => Box::new(fused::Fused::new(rules, train)?),
        "regex_set" => Box::new(regexes::whole_rules_set(rules)?),
        "regex_loop" => Box::new(regexes::whole_rules_loop(rules)?),
        #[cfg(feature = "hyperscan")]
        "hyperscan" => Box::new(hyperscan::Hyperscan::new(rules)?),
        _ => return Err(format!("no such peer: {peer}").into()),
    })
}

fn read(file: &str, count: usize) -> Result<Vec<String>, Box<dyn Error>> {
    let text = fs::read_to_string(file)?;
    text.lines().take(count).map(|line| Ok(serde_json::from_str::<Ticket>(line)?.text)).collect()
}

fn timed(pass: impl FnOnce()) -> f64 {
    let start = Instant::now();
    pass();
    start.elapsed().as_secs_f64()
}

/// MB; 0 where the system does not tell.
fn peak_memory() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<f64>().ok()).unwrap_or(0.0) / 1024.0
}
