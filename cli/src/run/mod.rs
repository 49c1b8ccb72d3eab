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
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use indicatif::ProgressBar;
use support_triage::Classifier;

use crate::answer::Answers;
use crate::args::{ClassifyArgs, OutputFormat, PolicyArgs};
use crate::input::{self, Format};
use crate::output::{Sources, Style, Writer};
use crate::report::{self, Collector, export};
use crate::{Failure, Outcome, say};

use checkpoint::{Checkpoint, Identity};
use pipeline::{Done, Event, Pipeline, Work};
use rejects::Rejects;
use sink::Sink;
use source::Inputs;
use stats::Stats;

/// Rows that could not be read and are told one by one.
const TOLD: u64 = 20;

/// Classifies everything and writes it.
pub(crate) fn classify(args: &ClassifyArgs, policy: &PolicyArgs, style: Style) -> Result<Outcome, Failure> {
    run(args, policy, style).map_err(|Failure(message)| {
        let kept = args.output.as_deref().is_some_and(|output| sink::beside(output, "checkpoint").exists()) && message != crate::CLOSED;
        Failure(if kept && !args.resume {
            format!("{message}\nwhat was done is kept: the same command with --resume goes on")
        } else {
            message
        })
    })
}

fn run(args: &ClassifyArgs, policy: &PolicyArgs, style: Style) -> Result<Outcome, Failure> {
    let started = Instant::now();
    let stop = stop::Stop::listen()?;
    let classifier: Classifier = policy.classifier()?;
    // It serves until the process ends; giving its memory back piece by piece would only make the user wait.
    std::mem::forget(classifier.clone());
    let paths = input::resolve(&args.files)?;
    refuse_to_overwrite(args, &paths)?;
    let mut answers = Answers::new(args)?;
    let facts = answers.known.columns.iter().map(|(_, column)| column.clone()).collect();
    let inputs = Inputs::open(&paths, &args.input.options(facts, args.line_buffered))?;
    let one_ticket = inputs.layouts.len() == 1 && inputs.format == Format::Text;
    if !args.quiet && !args.line_buffered && !one_ticket {
        inputs.found.iter().for_each(|found| say(found));
    }
    let writer = Writer::new(style.clone(), &inputs.layouts)?;
    let identity = Identity::of(args, policy, &classifier, &answers.known, &paths, writer.header())?;
    let mut job = Job::open(args, &style, identity)?;
    // Replies speak of the time: a run that goes on must say what the first part of it said.
    answers.known.now = *job.saved.now.get_or_insert(answers.known.now);
    let answers = Arc::new(answers);
    if job.saved.rows == 0 {
        job.sink.write(&writer.head())?;
    } else if !args.quiet {
        say(&format!("goes on after row {}", job.saved.rows));
    }
    let terminal = style.format != OutputFormat::Table && job.sink.is_terminal();
    job.bar = progress::bar(&inputs, !args.quiet && !terminal);
    let (read, sources) = (inputs.read.clone(), inputs.sources());
    let report = args.report.as_ref().map(|_| Arc::new(Mutex::new(collector(args, &classifier))));
    let work = Work { classifier, writer, answers: answers.clone(), report: report.clone() };
    let mut pipeline = Pipeline::start(args, work, inputs, job.saved.rows, stop.clone())?;
    let (mut notes, mut failed) = (Vec::new(), None);
    for event in pipeline.by_ref() {
        match event {
            Event::Done(done) => {
                job.take(&done)?;
                job.bar.set_position(read.load(Ordering::Relaxed));
            }
            Event::Notes(told) => notes.extend(told),
            Event::Failed(failure) => failed = Some(failure),
        }
    }
    job.bar.finish_and_clear();
    if failed.is_some() || stop.is_asked() {
        job.keep()?;
    }
    if let Some(failure) = failed {
        return Err(failure);
    }
    if let Some(code) = stop.code() {
        let resumes = args.output.is_some() && job.identity.can_resume();
        let advice = if resumes { "; the same command with --resume goes on" } else { "" };
        say(&format!("stopped after row {}{advice}", job.saved.rows));
        return Ok(Outcome::Stopped(code));
    }
    notes.extend(pipeline.writer.notes());
    notes.extend(answers.notes());
    if let (Some(report), Some(path)) = (&report, &args.report) {
        report.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).write(path, job.saved.unreadable)?;
    }
    job.finish(&style, &sources, notes, started.elapsed(), read.load(Ordering::Relaxed))
}

/// What a run writes to, and how far it has come.
struct Job<'a> {
    args: &'a ClassifyArgs,
    identity: Identity,
    sink: Sink,
    rejects: Rejects,
    saved: Checkpoint,
    last: Instant,
    bar: ProgressBar,
    stats: Stats,
}

impl<'a> Job<'a> {
    /// Opens the outputs: anew, or with what an interrupted run has written.
    fn open(args: &'a ClassifyArgs, style: &Style, identity: Identity) -> Result<Job<'a>, Failure> {
        let output = args.output.as_deref();
        let saved = match output {
            Some(output) if args.resume => Checkpoint::load(output, &identity)?.filter(|saved| saved.rows > 0).unwrap_or_default(),
            _ => Checkpoint::default(),
        };
        let sink = Sink::open(output, style.format == OutputFormat::Table, &saved)?;
        let rejects = args.rejects.clone().or_else(|| output.map(|path| sink::beside(path, "rejects.jsonl")));
        let rejects = Rejects::open(rejects, saved.rejects_bytes, args.redact.then_some(args.lang))?;
        let (bar, stats) = (ProgressBar::hidden(), Stats::default());
        Ok(Job { args, identity, sink, rejects, saved, last: Instant::now(), bar, stats })
    }

    fn take(&mut self, done: &Done) -> Result<(), Failure> {
        let began = Instant::now();
        self.sink.write(&done.bytes)?;
        for row in &done.unreadable {
            if !self.args.quiet && self.saved.unreadable < TOLD {
                self.bar.suspend(|| say(&format!("{}: {}", row.place, crate::style::safe(&row.reason))));
            }
            self.saved.unreadable += 1;
            self.rejects.write(row)?;
        }
        self.saved.rows += done.rows;
        if self.args.line_buffered {
            self.sink.flush()?;
        }
        if self.last.elapsed().as_secs_f64() >= self.args.checkpoint_every {
            self.keep()?;
            self.last = Instant::now();
        }
        self.stats.add(done, began.elapsed());
        self.bar.set_message(format!("{} rows", self.saved.rows));
        Ok(())
    }

    /// Makes sure that what was done cannot be lost.
    fn keep(&mut self) -> Result<(), Failure> {
        match &self.args.output {
            Some(output) => self.saved.save(output, &self.identity, &mut self.sink, &mut self.rejects),
            None => self.sink.flush(),
        }
    }

    fn finish(mut self, style: &Style, sources: &Sources, mut notes: Vec<String>, took: Duration, read: u64) -> Result<Outcome, Failure> {
        let began = Instant::now();
        let rejected = self.rejects.finish()?;
        notes.extend(self.sink.finish(style, sources)?);
        self.stats.wrote(began.elapsed());
        let unreadable = self.saved.unreadable;
        if !self.args.quiet {
            notes.iter().for_each(|note| say(note));
            if unreadable > TOLD {
                say(&format!("… and {} more", unreadable - TOLD));
            }
        }
        if unreadable > 0 {
            let kept = rejected.map(|path| format!("; they are in {}", path.display())).unwrap_or_default();
            say(&format!("{unreadable} rows could not be read{kept}"));
        }
        if self.args.stats {
            say(&self.stats.told(took, read));
        }
        Ok(if unreadable > 0 { Outcome::Found } else { Outcome::Done })
    }
}

fn collector(args: &ClassifyArgs, classifier: &Classifier) -> Collector {
    let source = export::names(&args.files);
    Collector::new(classifier.policy(), report::Options { source, ..report::Options::new(args.lang) })
}

/// An output that is one of the inputs is a slip of the hand.
fn refuse_to_overwrite(args: &ClassifyArgs, paths: &[PathBuf]) -> Result<(), Failure> {
    let real = |path: &Path| std::fs::canonicalize(path).ok();
    for target in args.output.iter().chain(&args.rejects).chain(&args.report) {
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
