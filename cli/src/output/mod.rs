//! What is written: a decision a row, beside the columns of the export.
//!
//! Rows become bytes in the threads that classify ([`Writer::row`]); only appending is left to one thread, and a file of lines can be cut back to a
//! checkpoint. Excel and Parquet cannot be appended to: they are made at the end from a spool of CSV ([`finish`]).

mod columns;
mod csv;
mod jsonl;
#[cfg(feature = "parquet")]
mod parquet;
mod table;
mod xlsx;

use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;

use serde_json::Value;
use support_triage::{Decision, Lang};

use crate::Failure;
use crate::answer::Answer;
use crate::args::OutputFormat;
use crate::input::{Layout, Record, Unreadable, plain};
use crate::redact::redact;

pub(crate) use columns::{Copied, Plan};

/// How decisions are written.
#[derive(Clone, Debug)]
pub(crate) struct Style {
    pub(crate) format: OutputFormat,
    pub(crate) lang: Lang,
    pub(crate) copied: Copied,
    pub(crate) reply: bool,
    /// Whether requirements are told.
    pub(crate) requirements: bool,
    pub(crate) explain: bool,
    pub(crate) redact: bool,
    pub(crate) bom: bool,
    pub(crate) keep_formulas: bool,
}

/// A ticket and what was decided.
pub(crate) struct Decided<'a> {
    pub(crate) record: &'a Record,
    pub(crate) decision: &'a Decision,
    pub(crate) answer: Answer,
}

/// Turns decisions into the bytes of the output.
pub(crate) struct Writer {
    style: Style,
    plan: Plan,
}

impl Writer {
    /// A writer for tables of these layouts; `true` beside a layout if its rows are JSON objects.
    pub(crate) fn new(style: Style, layouts: &[(Arc<Layout>, bool)]) -> Result<Writer, Failure> {
        let plan = Plan::new(&style, layouts)?;
        Ok(Writer { style, plan })
    }

    /// What the plan says of the output's columns: part of a checkpoint.
    pub(crate) fn header(&self) -> &[String] {
        &self.plan.header
    }

    /// What the user should know of the rows that were written.
    pub(crate) fn notes(&self) -> Vec<String> {
        let late = self.plan.late_keys.load(std::sync::atomic::Ordering::Relaxed);
        let note = format!("{late} rows have keys that none of the first thousand has; they have no column (JSON lines keep them)");
        if late > 0 { vec![note] } else { Vec::new() }
    }

    /// What stands before the first row.
    pub(crate) fn head(&self) -> Vec<u8> {
        match self.style.format {
            OutputFormat::Table => table::head(),
            OutputFormat::Jsonl => Vec::new(),
            OutputFormat::Csv | OutputFormat::Xlsx | OutputFormat::Parquet => {
                let mut out = if self.style.bom && self.style.format == OutputFormat::Csv { "\u{FEFF}".into() } else { Vec::new() };
                csv::row(&mut out, self.plan.header.iter().map(|name| self.cell(name)));
                out
            }
        }
    }

    /// One decision; `table` is the number of the layout its ticket came by.
    pub(crate) fn row(&self, out: &mut Vec<u8>, table: usize, decided: &Decided<'_>) {
        match self.style.format {
            OutputFormat::Table => table::row(out, &self.style, decided),
            OutputFormat::Jsonl => jsonl::row(out, &self.style, decided),
            _ => {
                let cells = self.plan.cells(&self.style, table, decided);
                csv::row(out, cells.iter().map(|cell| self.cell(cell)));
            }
        }
    }

    /// The answer to a line that could not be read, where every line is owed one.
    pub(crate) fn unreadable(&self, out: &mut Vec<u8>, row: &Unreadable) {
        if self.style.format == OutputFormat::Jsonl {
            jsonl::unreadable(out, row);
        }
    }

    /// Formulas are made inert where the file is opened as it is; Excel files get typed cells instead.
    fn cell<'a>(&self, cell: &'a str) -> Cow<'a, str> {
        if self.style.format == OutputFormat::Csv && !self.style.keep_formulas { csv::inert(cell) } else { Cow::Borrowed(cell) }
    }
}

impl Style {
    /// Text of the ticket, or of an answer that cites it, as it may be shown.
    fn shown<'a>(&self, text: &'a str) -> Cow<'a, str> {
        if self.redact { redact(text, self.lang) } else { Cow::Borrowed(text) }
    }

    /// Whether the lines are only a spool, from which the output is made at the end.
    pub(crate) fn is_spooled(&self) -> bool {
        matches!(self.format, OutputFormat::Xlsx | OutputFormat::Parquet)
    }
}

/// Makes the output from its spool. Gives what the user should know of it.
pub(crate) fn finish(style: &Style, spool: &Path, target: &mut std::fs::File, sources: &Sources) -> Result<Vec<String>, String> {
    match style.format {
        OutputFormat::Xlsx => xlsx::write(spool, target, style.keep_formulas),
        #[cfg(feature = "parquet")]
        OutputFormat::Parquet => parquet::write(spool, target, sources.schema.as_ref()).map(|()| Vec::new()),
        _ => {
            let _ = sources;
            Ok(Vec::new())
        }
    }
}

/// What the output takes over from the input besides cells.
#[derive(Default)]
pub(crate) struct Sources {
    #[cfg(feature = "parquet")]
    pub(crate) schema: Option<arrow_schema::SchemaRef>,
}

/// An id as a cell.
fn id_text(id: &Value) -> String {
    plain(id)
}
