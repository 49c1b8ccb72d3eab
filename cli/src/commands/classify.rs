//! `classify`: tickets in, decisions out, in input order.

use std::io::{IsTerminal, Write};

use indicatif::{ProgressBar, ProgressStyle};
use rayon::prelude::*;
use serde::Serialize;
use serde_json::Value;
use support_triage::{Classifier, Decision, Scratch, Verdict};

use crate::answer::{Answer, Answers};
use crate::args::{ClassifyArgs, OutputFormat, PolicyArgs};
use crate::input::{self, Columns, Row, Ticket};
use crate::style::{self, DIM, safe};
use crate::{Failure, Outcome, written};

/// Tickets decided on at once. Large enough to keep all cores busy, small enough to answer a stream soon.
const CHUNK: usize = 512;

pub(crate) fn run(args: &ClassifyArgs, policy: &PolicyArgs) -> Result<Outcome, Failure> {
    let classifier = policy.classifier()?;
    let stdout = std::io::stdout();
    let format = args.format.unwrap_or(if stdout.is_terminal() { OutputFormat::Table } else { OutputFormat::Jsonl });
    let mut out = std::io::BufWriter::new(anstream::AutoStream::auto(stdout.lock()));
    let answers = Answers::new(args)?;
    let facts = answers.known.columns.iter().map(|(_, column)| column.clone()).collect();
    let columns = Columns { text: args.text.clone(), id: args.id.clone(), facts };
    let (mut unreadable, mut misfits) = (0, Misfits::default());
    head(&mut out, format, args.reply, answers.known.given)?;
    for path in &args.files {
        let name = path.display().to_string();
        let (reader, size) = input::open(path)?;
        let form = args.input_format.unwrap_or_else(|| input::format_of(path));
        let bar = progress(size, format == OutputFormat::Table || std::io::stdout().is_terminal());
        let mut rows = input::tickets(&name, reader, form, &columns)?;
        loop {
            let chunk: Vec<Row> = rows.by_ref().take(CHUNK).collect();
            if chunk.is_empty() {
                break;
            }
            bar.inc(chunk.iter().map(|row| row.as_ref().map_or(0, |ticket| ticket.text.len() as u64)).sum());
            for decided in decide(&classifier, chunk) {
                match decided {
                    Ok((ticket, decision)) => {
                        let answer = answers.of(&decision, &ticket.facts, |what| misfits.note(&ticket, what));
                        written(line(&mut out, format, args, &ticket, &decision, &answer))?;
                    }
                    Err(row) => {
                        unreadable += 1;
                        bar.suspend(|| eprintln!("{}: {}", row.place, row.reason));
                    }
                }
            }
        }
        bar.finish_and_clear();
    }
    written(out.flush())?;
    misfits.tell();
    if unreadable > 0 {
        eprintln!("{unreadable} rows could not be read");
    }
    Ok(if unreadable > 0 { Outcome::Found } else { Outcome::Done })
}

/// Cells of fact columns that hold no value of their fact: the fact stays unknown, and the user hears of it once.
#[derive(Default)]
struct Misfits {
    count: u64,
    first: Option<String>,
}

impl Misfits {
    fn note(&mut self, ticket: &Ticket, what: &str) {
        self.count += 1;
        self.first.get_or_insert_with(|| format!("ticket {}, {what}", id_text(&ticket.id)));
    }

    fn tell(&self) {
        if let Some(first) = &self.first {
            eprintln!("{} cells of fact columns could not be understood and count as unknown; the first: {}", self.count, safe(first));
        }
    }
}

fn decide(classifier: &Classifier, chunk: Vec<Row>) -> Vec<Result<(Ticket, Decision), input::Unreadable>> {
    let one = |scratch: &mut Scratch, row: Row| {
        row.map(|ticket| {
            let decision = classifier.classify_with(&ticket.text, scratch);
            (ticket, decision)
        })
    };
    thread_local! {
        static SCRATCH: std::cell::RefCell<Scratch> = std::cell::RefCell::default();
    }
    chunk.into_par_iter().map(|row| SCRATCH.with(|scratch| one(&mut scratch.borrow_mut(), row))).collect()
}

/// A bar on a terminal, for input whose size is known and that takes more than a moment.
fn progress(size: Option<u64>, to_terminal: bool) -> ProgressBar {
    match size {
        Some(size) if size > 1 << 20 && to_terminal && std::io::stderr().is_terminal() => {
            let bar = ProgressBar::new(size);
            if let Ok(style) = ProgressStyle::with_template("{bar:30} {bytes}/{total_bytes} {bytes_per_sec} {eta}") {
                bar.set_style(style);
            }
            bar
        }
        _ => ProgressBar::hidden(),
    }
}

#[derive(Serialize)]
struct Line<'a> {
    id: &'a Value,
    category: Option<&'a str>,
    topic: Option<&'a str>,
    verdict: Verdict,
    confidence: f32,
    topics: Vec<support_triage::RankedTopic<'a>>,
    evidence: Vec<Piece<'a>>,
    explanation: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    question: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reply: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    requirements: Vec<Requirement<'a>>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    truncated: bool,
}

#[derive(Serialize)]
struct Requirement<'a> {
    id: &'static str,
    state: &'static str,
    case: &'static str,
    text: &'a str,
}

#[derive(Serialize)]
struct Piece<'a> {
    start: usize,
    end: usize,
    text: &'a str,
    topic: &'a str,
    weight: f32,
    rule: &'a str,
}

fn line(
    out: &mut impl Write,
    format: OutputFormat,
    args: &ClassifyArgs,
    ticket: &Ticket,
    decision: &Decision,
    answer: &Answer,
) -> std::io::Result<()> {
    match format {
        OutputFormat::Jsonl => {
            let evidence = decision.evidence().iter().map(|evidence| {
                let span = evidence.span();
                Piece {
                    start: span.start(),
                    end: span.end(),
                    text: span.slice(&ticket.text),
                    topic: evidence.topic(),
                    weight: evidence.weight(),
                    rule: evidence.rule(),
                }
            });
            let question = decision.question(args.lang);
            let line = Line {
                id: &ticket.id,
                category: decision.category(),
                topic: decision.topic(),
                verdict: decision.verdict(),
                confidence: decision.confidence(),
                topics: decision.topics().collect(),
                evidence: evidence.collect(),
                explanation: decision.explanation(args.lang),
                reason: decision.reason().map(|reason| reason.as_str()),
                question: (decision.verdict() == Verdict::Undetermined && !question.is_empty()).then_some(question),
                reply: answer.reply.clone(),
                requirements: answer
                    .requirements
                    .iter()
                    .map(|result| Requirement {
                        id: result.id().as_str(),
                        state: result.state().as_str(),
                        case: result.case(),
                        text: result.text(args.lang),
                    })
                    .collect(),
                truncated: decision.is_truncated(),
            };
            serde_json::to_writer(&mut *out, &line)?;
            out.write_all(b"\n")
        }
        OutputFormat::Csv => {
            let id = id_text(&ticket.id);
            let confidence = format!("{:.3}", decision.confidence());
            let explanation = decision.explanation(args.lang);
            let mut cells = vec![
                id.as_str(),
                decision.category().unwrap_or(""),
                decision.topic().unwrap_or(""),
                decision.verdict().as_str(),
                &confidence,
                &explanation,
            ];
            if let Some(reply) = &answer.reply {
                cells.push(reply);
            }
            let unmet = answer.unmet().join(" ");
            if !answer.requirements.is_empty() {
                cells.push(&unmet);
            }
            let mut writer = csv::WriterBuilder::new().from_writer(&mut *out);
            writer.write_record(cells.iter().map(|cell| inert(cell))).map_err(std::io::Error::other)?;
            writer.flush()
        }
        OutputFormat::Table => {
            let color = style::of(decision.verdict());
            let text = first_words(&ticket.text);
            let topic = decision.topic().or(decision.reason().map(|reason| reason.as_str())).unwrap_or("-");
            writeln!(
                out,
                "{:>8}  {color}{:<12}{color:#} {:.2}  {:<40} {DIM}{text}{DIM:#}",
                safe(&id_text(&ticket.id)),
                decision.verdict().as_str(),
                decision.confidence(),
                topic
            )?;
            if let Some(reply) = &answer.reply {
                writeln!(out, "{reply}\n")?;
            }
            Ok(())
        }
    }
}

fn head(out: &mut impl Write, format: OutputFormat, reply: bool, unmet: bool) -> Result<(), Failure> {
    match format {
        OutputFormat::Csv => {
            let (reply, unmet) = (if reply { ",reply" } else { "" }, if unmet { ",unmet" } else { "" });
            written(writeln!(out, "id,category,topic,verdict,confidence,explanation{reply}{unmet}"))
        }
        OutputFormat::Table => written(writeln!(out, "{DIM}{:>8}  {:<12} {:<4}  {:<40} ticket{DIM:#}", "id", "verdict", "conf", "topic")),
        OutputFormat::Jsonl => Ok(()),
    }
}

/// A cell that a spreadsheet would run as a formula, made text.
fn inert(cell: &str) -> String {
    match cell.chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '\r') => format!("'{cell}"),
        _ => cell.to_string(),
    }
}

fn id_text(id: &Value) -> String {
    match id {
        Value::String(text) => text.clone(),
        Value::Null => "-".to_string(),
        other => other.to_string(),
    }
}

fn first_words(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let shown: String = safe(&line).chars().take(70).collect();
    shown
}
