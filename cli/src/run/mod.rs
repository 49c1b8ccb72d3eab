//! A run over exports: rows → chunks → decisions on all cores → bytes, in input order.
//!
//! ```text
//! reader thread ── chunks ──▶ workers: classify, write rows to memory ──▶ this thread: append in order, checkpoint
//! ```
//!
//! Only so many chunks are under way at once, so memory does not grow with the input.

mod checkpoint;
mod pipeline;
mod progress;
mod rejects;
mod sink;
mod source;
mod stats;
mod stop;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use support_triage::Classifier;

use crate::args::{ClassifyArgs, OutputFormat, PolicyArgs};
use crate::input::{self, Format};
use crate::output::{Style, Writer};
use crate::{Failure, Outcome};

use checkpoint::{Checkpoint, Identity};
use pipeline::{Event, Pipeline};
use rejects::Rejects;
use sink::Sink;
use source::Inputs;

/// Rows that could not be read and are told one by one.
const TOLD: u64 = 20;

/// Classifies everything and writes it.
pub(crate) fn classify(args: &ClassifyArgs, policy: &PolicyArgs, style: Style) -> Result<Outcome, Failure> {
    let started = Instant::now();
    let every = Duration::try_from_secs_f64(args.checkpoint_every).unwrap_or(Duration::from_secs(1));
    let stop = stop::Stop::listen()?;
    let classifier: Classifier = policy.classifier()?;
    let paths = input::resolve(&args.files)?;
    refuse_to_overwrite(args, &paths)?;
    let inputs = Inputs::open(&paths, &args.input.options(Vec::new(), args.line_buffered))?;
    let one_ticket = inputs.layouts.len() == 1 && inputs.format == Format::Text;
    if !args.quiet && !args.line_buffered && !one_ticket {
        inputs.found.iter().for_each(|found| eprintln!("{found}"));
    }
    let writer = Writer::new(style.clone(), &inputs.layouts)?;
    let identity = Identity::of(args, policy, &classifier, &paths, writer.header())?;
    let rejects_path = args.rejects.clone().or_else(|| args.output.as_deref().map(|path| sink::beside(path, "rejects.jsonl")));
    let mut saved = match (&args.output, args.resume) {
        (Some(output), true) => Checkpoint::load(output, &identity)?.unwrap_or_default(),
        _ => Checkpoint::default(),
    };
    let resumed = saved.rows > 0;
    if resumed && !args.quiet {
        eprintln!("goes on after row {}", saved.rows);
    }
    let mut sink = Sink::open(args.output.as_deref(), style.format == OutputFormat::Table, saved.output_bytes)?;
    let mut rejects = Rejects::open(rejects_path, saved.rejects_bytes, args.redact.then_some(args.lang))?;
    if !resumed {
        sink.write(&writer.head())?;
    }
    let bar = progress::bar(&inputs, !args.quiet && (args.output.is_some() || style.format == OutputFormat::Table || !sink.is_terminal()));
    let read = inputs.read.clone();
    let sources = inputs.sources();
    let mut pipeline = Pipeline::start(args, classifier, writer, inputs, saved.rows, stop.clone())?;
    let mut stats = stats::Stats::default();
    let mut last = Instant::now();
    let mut notes = Vec::new();
    let mut failed = None;
    for event in pipeline.by_ref() {
        match event {
            Event::Done(done) => {
                let writing = Instant::now();
                sink.write(&done.bytes)?;
                for row in &done.unreadable {
                    if !args.quiet && saved.unreadable < TOLD {
                        bar.suspend(|| eprintln!("{}: {}", row.place, crate::style::safe(&row.reason)));
                    }
                    saved.unreadable += 1;
                    rejects.write(row)?;
                }
                saved.rows += done.rows;
                if args.line_buffered {
                    sink.flush()?;
                }
                if let Some(output) = &args.output
                    && last.elapsed() >= every
                {
                    saved.save(output, &identity, &mut sink, &mut rejects)?;
                    last = Instant::now();
                }
                stats.add(&done, writing.elapsed());
                bar.set_position(read.load(std::sync::atomic::Ordering::Relaxed));
                bar.set_message(format!("{} rows", saved.rows));
            }
            Event::Notes(told) => notes.extend(told),
            Event::Failed(failure) => failed = Some(failure),
        }
    }
    bar.finish_and_clear();
    notes.extend(pipeline.writer.notes());
    if let Some(code) = stop.code().or_else(|| failed.as_ref().map(|_| 2)) {
        let mut advice = String::new();
        match &args.output {
            Some(output) => {
                saved.save(output, &identity, &mut sink, &mut rejects)?;
                if identity.can_resume() {
                    advice = format!("{} rows are done; the same command with --resume goes on", saved.rows);
                }
            }
            None => sink.flush()?,
        }
        return match failed {
            Some(Failure(message)) if advice.is_empty() => Err(Failure(message)),
            Some(Failure(message)) => Err(Failure(format!("{message}\n{advice}"))),
            None => {
                eprintln!("stopped; {advice}");
                Ok(Outcome::Stopped(code))
            }
        };
    }
    let finishing = Instant::now();
    let rejected = rejects.finish()?;
    notes.extend(sink.finish(&style, &sources)?);
    stats.wrote(finishing.elapsed());
    if !args.quiet {
        notes.iter().for_each(|note| eprintln!("{note}"));
    }
    if saved.unreadable > TOLD && !args.quiet {
        eprintln!("… and {} more", saved.unreadable - TOLD);
    }
    if saved.unreadable > 0 {
        let kept = rejected.map(|path| format!("; they are in {}", path.display())).unwrap_or_default();
        eprintln!("{} rows could not be read{kept}", saved.unreadable);
    }
    if args.stats {
        stats.tell(started.elapsed(), read.load(std::sync::atomic::Ordering::Relaxed));
    }
    Ok(if saved.unreadable > 0 { Outcome::Found } else { Outcome::Done })
}

/// An output that is one of the inputs is a slip of the hand.
fn refuse_to_overwrite(args: &ClassifyArgs, paths: &[PathBuf]) -> Result<(), Failure> {
    let real = |path: &Path| std::fs::canonicalize(path).ok();
    for target in args.output.iter().chain(&args.rejects) {
        if real(target).is_some_and(|target| paths.iter().any(|path| real(path).as_ref() == Some(&target))) {
            return Err(Failure(format!("{} is read: it would be overwritten; choose another name", target.display())));
        }
    }
    Ok(())
}

/// The format that a file's ending stands for.
pub(crate) fn format_of(path: &Path) -> Option<OutputFormat> {
    match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
        "jsonl" | "ndjson" => Some(OutputFormat::Jsonl),
        "csv" => Some(OutputFormat::Csv),
        "xlsx" => Some(OutputFormat::Xlsx),
        "parquet" | "pq" => Some(OutputFormat::Parquet),
        "txt" => Some(OutputFormat::Table),
        _ => None,
    }
}
