//! The rows of an export as `report` and `diff` need them: the only file of theirs that knows how exports are read.

use std::io::Read;
use std::path::{Path, PathBuf};

use indicatif::{ProgressBar, ProgressStyle};
use rayon::prelude::*;
use serde_json::Value;
use support_triage::requirements::Facts;

use crate::Failure;
use crate::args::{ExportArgs, InputFormat};
use crate::input;

/// One ticket of an export.
#[derive(Default)]
pub(crate) struct Ticket {
    pub(crate) id: String,
    /// Subject and body.
    pub(crate) text: String,
    /// When it came, as the export writes it; empty if it does not.
    pub(crate) date: String,
    /// What columns named like facts say of the writer and the portal.
    pub(crate) facts: Vec<(&'static str, String)>,
}

/// Tickets decided on at once.
const CHUNK: usize = 1024;

const DATES: &[&str] = &[
    "дата создания",
    "создано",
    "создан",
    "создана",
    "дата",
    "дата и время",
    "дата обращения",
    "created",
    "created at",
    "created_at",
    "createdat",
    "date",
    "date_create",
    "timestamp",
];

/// Reads all files of an export, runs `work` on every ticket on all cores, and hands the results to `sink` in the order of the rows. Holds one chunk of rows.
///
/// Rows that cannot be read are told on standard error and counted.
pub(crate) fn each<T: Send>(
    args: &ExportArgs,
    work: impl Fn(&Ticket) -> T + Sync,
    mut sink: impl FnMut(&Ticket, T) -> Result<(), Failure>,
) -> Result<u64, Failure> {
    let bar = progress();
    let mut unreadable = 0;
    for path in &args.files {
        let mut rows = tickets(path, args)?;
        loop {
            let chunk: Vec<Row> = rows.by_ref().take(CHUNK).collect();
            if chunk.is_empty() {
                break;
            }
            bar.inc(chunk.len() as u64);
            let done: Vec<_> = chunk.into_par_iter().map(|row| row.map(|ticket| (work(&ticket), ticket))).collect();
            for row in done {
                match row {
                    Ok((result, ticket)) => sink(&ticket, result)?,
                    Err(row) => {
                        unreadable += 1;
                        bar.suspend(|| eprintln!("{}: {}", row.place, row.reason));
                    }
                }
            }
        }
    }
    bar.finish_and_clear();
    if unreadable > 0 {
        eprintln!("{unreadable} rows could not be read");
    }
    Ok(unreadable)
}

/// Hidden unless standard error is a terminal.
fn progress() -> ProgressBar {
    let bar = ProgressBar::new_spinner();
    if let Ok(style) = ProgressStyle::with_template("{spinner} {human_pos} tickets, {per_sec}") {
        bar.set_style(style);
    }
    bar
}

type Row = Result<Ticket, input::Unreadable>;

fn tickets(path: &Path, args: &ExportArgs) -> Result<Box<dyn Iterator<Item = Row> + Send>, Failure> {
    let columns = input::Columns { text: args.text.clone(), id: args.id.clone(), facts: Vec::new() };
    let texts = open(path, args, &columns)?;
    // Further readers walk the same rows for the other columns; standard input can be read only once.
    let first = if path == Path::new("-") { String::new() } else { first_lines(path) };
    let keys = args.input_format.unwrap_or_else(|| input::format_of(path)) == InputFormat::Jsonl;
    let there = |name: &str| if keys { first.contains(&format!("\"{name}\"")) } else { first.contains(name) };
    let column = |names: &[&str]| -> Option<Box<dyn Iterator<Item = input::Row> + Send>> {
        names.iter().filter(|name| there(name)).find_map(|name| open(path, args, &one(name)).ok())
    };
    let mut dates = match &args.date {
        Some(name) => Some(open(path, args, &one(name))?),
        None => column(DATES),
    };
    let mut facts: Vec<_> = Facts::NAMES.iter().filter_map(|name| Some((*name, column(&[name])?))).collect();
    Ok(Box::new(texts.map(move |row| {
        let date = dates.as_mut().and_then(|rows| cell(rows.next()));
        let facts = facts.iter_mut().filter_map(|(name, rows)| Some((*name, cell(rows.next())?))).collect();
        row.map(|ticket| Ticket { id: id_text(&ticket.id), text: ticket.text, date: date.unwrap_or_default(), facts })
    })))
}

fn open(path: &Path, args: &ExportArgs, columns: &input::Columns) -> Result<Box<dyn Iterator<Item = input::Row> + Send>, Failure> {
    let form = args.input_format.unwrap_or_else(|| input::format_of(path));
    let (reader, _) = input::open(path)?;
    input::tickets(&path.display().to_string(), reader, form, columns)
}

/// The first line or two in small letters: a header, or a first object with its keys.
fn first_lines(path: &Path) -> String {
    let mut head = Vec::new();
    let read = std::fs::File::open(path).and_then(|file| file.take(16 << 10).read_to_end(&mut head));
    read.map(|_| String::from_utf8_lossy(&head).lines().take(2).collect::<String>().to_lowercase()).unwrap_or_default()
}

fn one(name: &str) -> input::Columns {
    input::Columns { text: vec![name.to_string()], id: None, facts: Vec::new() }
}

fn cell(row: Option<input::Row>) -> Option<String> {
    row?.ok().map(|ticket| ticket.text).filter(|text| !text.is_empty())
}

fn id_text(id: &Value) -> String {
    match id {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// The names of the files, for a heading.
pub(crate) fn names(files: &[PathBuf]) -> String {
    let name = |path: &PathBuf| path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    files.iter().map(name).collect::<Vec<_>>().join(", ")
}
