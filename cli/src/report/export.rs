//! The rows of an export as `report` and `diff` need them: the only file of theirs that knows how exports are read.

use std::path::PathBuf;

use indicatif::{ProgressBar, ProgressStyle};
use rayon::prelude::*;
use support_triage::requirements::Facts;

use crate::Failure;
use crate::args::ExportArgs;
use crate::input::{self, Original, Record, Row, plain};
use crate::style::safe;

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

impl From<&Record> for Ticket {
    fn from(record: &Record) -> Ticket {
        let date = record.date.clone().unwrap_or_default();
        Ticket { id: plain(&record.id), text: record.text.clone(), date, facts: facts(&record.original) }
    }
}

/// The cells of columns, or the values of keys, that are named like facts.
fn facts(original: &Original) -> Vec<(&'static str, String)> {
    let value = |name: &str| match original {
        Original::Text => None,
        Original::Cells(cells, layout) => {
            let column = layout.headers.iter().position(|header| header.trim().eq_ignore_ascii_case(name))?;
            Some(cells.get(column).trim().to_string())
        }
        Original::Object(object) => object.get(name).map(plain),
    };
    Facts::NAMES.iter().filter_map(|name| Some((*name, value(name).filter(|value| !value.is_empty())?))).collect()
}

/// Tickets decided on at once.
const CHUNK: usize = 1024;
/// Rows that could not be read and are told one by one.
const TOLD: u64 = 20;

/// Reads all files of an export, runs `work` on every ticket on all cores, and hands the results to `sink` in the order of the rows. Holds one chunk of rows.
///
/// Says on standard error how each file was read. Rows that cannot be read are told there and counted.
pub(crate) fn each<T: Send>(
    args: &ExportArgs,
    work: impl Fn(&Ticket) -> T + Sync,
    mut sink: impl FnMut(&Ticket, T) -> Result<(), Failure>,
) -> Result<u64, Failure> {
    let options = args.input.options(Vec::new(), false);
    let bar = progress();
    let mut unreadable = 0;
    for path in input::resolve(&args.files)? {
        let mut table = input::open(&path, &options)?;
        bar.suspend(|| eprintln!("{}", table.found));
        loop {
            let chunk: Vec<Row> = table.rows.by_ref().take(CHUNK).collect();
            if chunk.is_empty() {
                break;
            }
            bar.inc(chunk.len() as u64);
            let one = |row: Row| {
                row.map(|record| {
                    let ticket = Ticket::from(&record);
                    (work(&ticket), ticket)
                })
            };
            for row in chunk.into_par_iter().map(one).collect::<Vec<_>>() {
                match row {
                    Ok((result, ticket)) => sink(&ticket, result)?,
                    Err(row) => {
                        unreadable += 1;
                        if unreadable <= TOLD {
                            bar.suspend(|| eprintln!("{}: {}", row.place, safe(&row.reason)));
                        }
                    }
                }
            }
        }
        bar.suspend(|| table.notes().iter().for_each(|note| eprintln!("{}: {note}", table.name)));
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

/// The names of the files, for a heading.
pub(crate) fn names(files: &[PathBuf]) -> String {
    let name = |path: &PathBuf| path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    files.iter().map(name).collect::<Vec<_>>().join(", ")
}
