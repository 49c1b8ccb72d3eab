//! One ticket as read, with the row it came from.

use std::fmt;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::columns::Layout;

/// Where a row stands: file, and the line it begins in or, for formats without lines, its number.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    pub(crate) file: Arc<str>,
    /// From 1; 0 if the format has no lines.
    pub(crate) line: u64,
    /// From 1, rows of data only.
    pub(crate) row: u64,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.line, self.row) {
            (0, 0) => f.write_str(&self.file),
            (0, row) => write!(f, "{}: row {row}", self.file),
            (line, _) => write!(f, "{}:{line}", self.file),
        }
    }
}

/// One ticket.
#[allow(dead_code)] // date and author are for the report, facts for composed replies
pub(crate) struct Record {
    pub(crate) place: Place,
    /// As in the export; the row's number if there is no such column.
    pub(crate) id: Value,
    /// What is classified: subject and text, one line each.
    pub(crate) text: String,
    pub(crate) date: Option<String>,
    pub(crate) author: Option<String>,
    /// What stands in the columns of facts, by their number in [`super::Columns::facts`].
    pub(crate) facts: Vec<(usize, String)>,
    pub(crate) original: Original,
}

/// The row as it stood in the export.
pub(crate) enum Original {
    /// Plain text has no columns.
    Text,
    Cells(Cells, Arc<Layout>),
    Object(Map<String, Value>),
}

/// A row that could not be read, and why.
pub(crate) struct Unreadable {
    pub(crate) place: Place,
    pub(crate) reason: String,
    /// The beginning of what stood there, at most [`RAW_BYTES`].
    pub(crate) raw: String,
}

/// How much of an unreadable row is kept.
pub(crate) const RAW_BYTES: usize = 4096;

impl Unreadable {
    pub(crate) fn new(place: Place, reason: impl Into<String>, raw: &[u8]) -> Unreadable {
        let raw = String::from_utf8_lossy(&raw[..raw.len().min(RAW_BYTES)]).trim_end().to_string();
        Unreadable { place, reason: reason.into(), raw }
    }
}

pub(crate) type Row = Result<Record, Unreadable>;

/// The cells of a row, in one string.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cells {
    data: String,
    ends: Vec<usize>,
}

impl Cells {
    pub(crate) fn from_parts(data: String, ends: Vec<usize>) -> Cells {
        Cells { data, ends }
    }

    pub(crate) fn push(&mut self, cell: &str) {
        self.data.push_str(cell);
        self.ends.push(self.data.len());
    }

    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The cell; empty if the row is shorter.
    pub(crate) fn get(&self, at: usize) -> &str {
        let start = if at == 0 { 0 } else { self.ends.get(at - 1).copied().unwrap_or(self.data.len()) };
        self.ends.get(at).map_or("", |end| &self.data[start..*end])
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|at| self.get(at))
    }

    /// Drops empty cells beyond `len`: the phantom column after a last separator.
    pub(crate) fn trim_to(&mut self, len: usize) {
        while self.len() > len && self.get(self.len() - 1).trim().is_empty() {
            self.ends.pop();
            self.data.truncate(self.ends.last().copied().unwrap_or(0));
        }
    }

    pub(crate) fn is_blank(&self) -> bool {
        self.data.trim().is_empty()
    }
}

impl<S: AsRef<str>> FromIterator<S> for Cells {
    fn from_iter<I: IntoIterator<Item = S>>(cells: I) -> Cells {
        let mut row = Cells::default();
        cells.into_iter().for_each(|cell| row.push(cell.as_ref()));
        row
    }
}

impl Record {
    /// A ticket from the cells of a table.
    pub(crate) fn from_cells(place: Place, layout: &Arc<Layout>, cells: Cells) -> Record {
        let roles = &layout.roles;
        let parts = roles.text.iter().map(|at| cells.get(*at)).filter(|cell| !cell.trim().is_empty());
        let text = join(parts);
        let some = |at: Option<usize>| at.map(|at| cells.get(at).to_string()).filter(|cell| !cell.trim().is_empty());
        let id = roles.id.map_or_else(|| Value::from(place.row), |at| Value::from(cells.get(at)));
        let facts = roles.facts.iter().map(|at| cells.get(*at).to_string()).enumerate().collect();
        Record {
            id,
            text,
            date: some(roles.date),
            author: some(roles.author),
            facts,
            original: Original::Cells(cells, layout.clone()),
            place,
        }
    }
}

/// Parts as one text, a line each.
pub(crate) fn join<'a>(parts: impl Iterator<Item = &'a str>) -> String {
    let mut text = String::new();
    for part in parts {
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(part);
    }
    text
}

/// A JSON value as a cell.
pub(crate) fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
