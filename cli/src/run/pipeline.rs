//! Reader, workers, and the order of what they give.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use support_triage::{Classifier, Scratch, Verdict};

use super::source::{Inputs, chosen};
use super::stop::Stop;
use crate::Failure;
use crate::answer::Answers;
use crate::args::ClassifyArgs;
use crate::input::{Row, Unreadable};
use crate::output::{Decided, Writer};
use crate::report::{Collector, export::Ticket};

/// Rows that travel together: enough that passing them on costs nothing, few enough that all cores have work.
const ROWS: usize = 256;
/// Bytes of text that travel together at most.
const BYTES: usize = 1 << 20;
/// Chunks under way for each worker.
const AHEAD: usize = 4;

struct Chunk {
    number: u64,
    rows: Vec<(usize, Row)>,
    reading: Duration,
}

/// A chunk that was decided on.
pub(crate) struct Done {
    number: u64,
    pub(crate) bytes: Vec<u8>,
    pub(crate) unreadable: Vec<Unreadable>,
    /// Rows of the input, readable or not.
    pub(crate) rows: u64,
    pub(crate) reading: Duration,
    pub(crate) classifying: Duration,
    pub(crate) formatting: Duration,
}

/// What comes out of a pipeline.
pub(crate) enum Event {
    /// In the order of the input.
    Done(Done),
    Notes(Vec<String>),
    /// Reading cannot go on. Chunks that were read before still come first.
    Failed(Failure),
}

enum Message {
    Done(Done),
    Notes(Vec<String>),
    Failed(Failure),
}

/// What is done with each ticket.
pub(crate) struct Work {
    pub(crate) classifier: Classifier,
    pub(crate) writer: Writer,
    pub(crate) answers: Arc<Answers>,
    pub(crate) report: Option<Arc<Mutex<Collector>>>,
}

pub(crate) struct Pipeline {
    messages: Receiver<Message>,
    /// One for each chunk that may be under way.
    permits: SyncSender<()>,
    waiting: BTreeMap<u64, Done>,
    next: u64,
    /// Chunks handed to the workers.
    sent: Arc<AtomicU64>,
    stop: Stop,
    pub(crate) writer: Arc<Writer>,
    failed: Option<Failure>,
}

impl Pipeline {
    /// Starts reading after `skip` rows.
    pub(crate) fn start(args: &ClassifyArgs, work: Work, inputs: Inputs, skip: u64, stop: Stop) -> Result<Pipeline, Failure> {
        let Work { classifier, writer, answers, report } = work;
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let jobs = args.jobs.unwrap_or(cores).clamp(1, 256);
        let (to_us, messages) = channel();
        let (to_workers, chunks) = sync_channel::<Chunk>(jobs * AHEAD);
        let (permits, taken) = sync_channel(jobs * AHEAD);
        for _ in 0..jobs * AHEAD {
            let _ = permits.try_send(());
        }
        let sent = Arc::new(AtomicU64::new(0));
        let size = if args.line_buffered { 1 } else { ROWS };
        let notes = to_us.clone();
        let stream = inputs.stream(Box::new(move |told| {
            if !told.is_empty() {
                let _ = notes.send(Message::Notes(told));
            }
        }));
        let (sample, limit) = (args.sample, args.limit);
        let (reader_stop, reader_sent, reader_to_us) = (stop.clone(), sent.clone(), to_us.clone());
        spawn("reader", move || {
            let mut rows = chosen(stream, sample, limit);
            let skipped = usize::try_from(skip).unwrap_or(usize::MAX);
            if skipped > 0 && rows.nth(skipped - 1).is_none() {
                return;
            }
            let mut number = 0;
            // Ends when nobody takes chunks any more.
            while taken.recv().is_ok() && !reader_stop.is_asked() {
                let began = Instant::now();
                let mut chunk = Vec::with_capacity(size);
                let mut bytes = 0;
                let mut failure = None;
                while chunk.len() < size && bytes < BYTES {
                    match rows.next() {
                        None => break,
                        Some(Err(failed)) => {
                            failure = Some(failed);
                            break;
                        }
                        Some(Ok((table, row))) => {
                            bytes += row.as_ref().map_or(0, |record| record.text.len());
                            chunk.push((table, row));
                        }
                    }
                }
                let last = chunk.is_empty();
                if !last {
                    reader_sent.fetch_add(1, Ordering::SeqCst);
                    if to_workers.send(Chunk { number, rows: chunk, reading: began.elapsed() }).is_err() {
                        return;
                    }
                    number += 1;
                }
                if let Some(failed) = failure {
                    let _ = reader_to_us.send(Message::Failed(failed));
                    return;
                }
                if last {
                    return;
                }
            }
        })?;
        let chunks = Arc::new(Mutex::new(chunks));
        let writer = Arc::new(writer);
        let only: Arc<[Verdict]> = args.only.clone().into();
        for _ in 0..jobs {
            let (chunks, to_us, writer, classifier, only) =
                (chunks.clone(), to_us.clone(), writer.clone(), classifier.clone(), only.clone());
            let (line_buffered, answers, report) = (args.line_buffered, answers.clone(), report.clone());
            spawn("worker", move || {
                let mut worker = Worker { classifier, writer, only, line_buffered, answers, report, scratch: Scratch::default() };
                loop {
                    // The lock is held only to take a chunk.
                    let chunk = match chunks.lock() {
                        Ok(chunks) => chunks.recv(),
                        Err(_) => return,
                    };
                    let Ok(chunk) = chunk else { return };
                    if to_us.send(Message::Done(worker.decide(chunk))).is_err() {
                        return;
                    }
                }
            })?;
        }
        Ok(Pipeline { messages, permits, waiting: BTreeMap::new(), next: 0, sent, stop, writer, failed: None })
    }
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> Result<(), Failure> {
    let thread = std::thread::Builder::new().name(name.to_string()).spawn(work);
    thread.map(drop).map_err(|error| Failure(format!("cannot start a thread: {error}")))
}

impl Iterator for Pipeline {
    type Item = Event;

    fn next(&mut self) -> Option<Event> {
        loop {
            if let Some(done) = self.waiting.remove(&self.next) {
                self.next += 1;
                let _ = self.permits.try_send(());
                return Some(Event::Done(done));
            }
            match self.messages.recv_timeout(Duration::from_millis(100)) {
                Ok(Message::Done(done)) => {
                    self.waiting.insert(done.number, done);
                }
                Ok(Message::Notes(notes)) => return Some(Event::Notes(notes)),
                Ok(Message::Failed(failure)) => self.failed = Some(failure),
                Err(RecvTimeoutError::Disconnected) => return self.failed.take().map(Event::Failed),
                // The reader may wait for input that never comes.
                Err(RecvTimeoutError::Timeout) if self.stop.is_asked() && self.sent.load(Ordering::SeqCst) == self.next => return None,
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }
}

struct Worker {
    classifier: Classifier,
    writer: Arc<Writer>,
    only: Arc<[Verdict]>,
    line_buffered: bool,
    answers: Arc<Answers>,
    /// The figures of a report do not depend on the order of the tickets, so the workers share one.
    report: Option<Arc<Mutex<Collector>>>,
    scratch: Scratch,
}

impl Worker {
    fn decide(&mut self, chunk: Chunk) -> Done {
        let mut done = Done {
            number: chunk.number,
            bytes: Vec::new(),
            unreadable: Vec::new(),
            rows: chunk.rows.len() as u64,
            reading: chunk.reading,
            classifying: Duration::ZERO,
            formatting: Duration::ZERO,
        };
        for (table, row) in chunk.rows {
            let record = match row {
                Ok(record) => record,
                Err(row) => {
                    if self.line_buffered {
                        self.writer.unreadable(&mut done.bytes, &row);
                    }
                    done.unreadable.push(row);
                    continue;
                }
            };
            let before = done.bytes.len();
            let work = std::panic::AssertUnwindSafe(|| {
                let began = Instant::now();
                let decision = self.classifier.classify_with(&record.text, &mut self.scratch);
                let decided = Instant::now();
                if self.only.is_empty() || self.only.contains(&decision.verdict()) {
                    let answer = self.answers.of(&record, &decision);
                    self.writer.row(&mut done.bytes, table, &Decided { record: &record, decision: &decision, answer });
                }
                if let Some(report) = &self.report {
                    let ticket = Ticket::from(&record);
                    report.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).add(&ticket, &decision);
                }
                (decided - began, decided.elapsed())
            });
            // A mistake of ours in one ticket must not cost the others.
            match std::panic::catch_unwind(work) {
                Ok((classifying, formatting)) => {
                    done.classifying += classifying;
                    done.formatting += formatting;
                }
                Err(_) => {
                    done.bytes.truncate(before);
                    self.scratch = Scratch::default();
                    done.unreadable.push(Unreadable::new(record.place, "the ticket could not be classified: please report it", b""));
                }
            }
        }
        done
    }
}
