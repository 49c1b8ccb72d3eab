//! Tickets from files and standard input: any of the formats help desks export, as one stream of rows.
//!
//! [`open`](open()) finds out packing, format, encoding, separator and columns, and gives a [`Table`]: what was found, and an iterator over [`Row`]s.
//! Memory is bounded by the longest record ([`RECORD_BYTES`]), except for old `.xls` and plain text, which are held whole.

pub(crate) mod columns;
mod csv;
mod encoding;
mod html;
mod json;
mod json_values;
mod open;
#[cfg(feature = "parquet")]
mod parquet;
mod row;
mod sniff;
#[cfg(test)]
mod tests;
mod xlsx;

use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use encoding_rs::{Encoding, UTF_8};
use serde_json::Value;

use crate::Failure;

pub(crate) use columns::{Columns, Layout};
pub(crate) use open::resolve;
pub(crate) use row::{Original, Place, Record, Row, Unreadable, plain};
pub(crate) use sniff::Format;

use encoding::{Decoder, Notes};
use row::Cells;

/// Longest line or record that is read whole.
pub(crate) const RECORD_BYTES: usize = 16 << 20;
/// Most columns a table may have.
pub(crate) const COLUMNS: usize = 16_384;
/// Bytes by which format and encoding are told.
const HEAD: usize = 128 << 10;
/// Rows of a table without a telling header that are looked at.
const LOOK: usize = 20;

/// What the user said about the input. Everything is found out if it is not said.
#[derive(Clone, Default)]
pub(crate) struct Options {
    pub(crate) format: Option<Format>,
    pub(crate) encoding: Option<&'static Encoding>,
    pub(crate) separator: Option<u8>,
    pub(crate) no_header: bool,
    pub(crate) sheet: Option<String>,
    pub(crate) columns: Columns,
    /// A row is to be given as soon as it is there, and every line is owed an answer.
    pub(crate) filter: bool,
}

type Rows = Box<dyn Iterator<Item = Row> + Send>;

/// An input: what was found out about it, and its rows.
pub(crate) struct Table {
    pub(crate) name: Arc<str>,
    pub(crate) format: Format,
    pub(crate) layout: Arc<Layout>,
    /// Types of the columns, if the format has types.
    #[cfg(feature = "parquet")]
    pub(crate) schema: Option<arrow_schema::SchemaRef>,
    /// One line for the user: format, encoding, columns in use.
    pub(crate) found: String,
    pub(crate) rows: Rows,
    /// Bytes of the file as it lies, and how many were read.
    pub(crate) size: Option<u64>,
    pub(crate) read: Arc<AtomicU64>,
    encoding: &'static str,
    notes: Arc<Notes>,
}

impl Table {
    /// What the user should know after the rows were read.
    pub(crate) fn notes(&self) -> Vec<String> {
        self.notes.told(self.encoding)
    }
}

/// Opens a file, or standard input for `-`.
pub(crate) fn open(path: &Path, options: &Options) -> Result<Table, Failure> {
    let name: Arc<str> = path.display().to_string().into();
    let fail = |error: std::io::Error| Failure(format!("cannot read {name}: {error}"));
    let notes = Arc::new(Notes::default());
    let mut opened = open::open(path, &notes)?;
    let (head, whole, input) = encoding::head(opened.input, HEAD, opened.size.is_some()).map_err(fail)?;
    let format = match options.format {
        Some(format) => format,
        None => sniff::format(path, &head, whole, options).map_err(|reason| Failure(format!("cannot read {name}: {reason}")))?,
    };
    let (size, read) = (opened.size, opened.read.clone());
    let mut decoder = Decoder::of(&head, options.encoding, whole);
    decoder.notes = notes.clone();
    let mut encoding = decoder.encoding.name();
    let table = |found: String, layout: Arc<Layout>, rows: Rows, encoding: &'static str| Table {
        name: name.clone(),
        format,
        layout,
        #[cfg(feature = "parquet")]
        schema: None,
        found,
        rows: Box::new(rows.map(mend(notes.clone()))),
        size,
        read: read.clone(),
        encoding,
        notes: notes.clone(),
    };
    let bom = head.starts_with(&[0xEF, 0xBB, 0xBF]);
    let described = |what: &str, encoding: &str, columns: &str| {
        let bom = if bom { " with BOM" } else { "" };
        format!("{name}: {what}, {encoding}{bom}{columns}")
    };
    if matches!(format, Format::Xlsx | Format::Xls | Format::Parquet) {
        opened.input = input;
        let file = open::seekable(path, opened)?;
        let broken = |reason: String| Failure(format!("cannot read {name}: {reason}"));
        #[cfg(feature = "parquet")]
        if format == Format::Parquet {
            let (schema, rows) = parquet::rows(file).map_err(broken)?;
            let headers: Vec<String> = schema.fields().iter().map(|field| field.name().clone()).collect();
            // The file is sought, not read through: progress is told by rows.
            let (total, done) = (rows.total().max(1), read.clone());
            let bytes = size.unwrap_or(0);
            let counted = rows.enumerate().map(move |(at, row)| {
                done.store(bytes.saturating_mul(at as u64 + 1) / total, Ordering::Relaxed);
                row
            });
            let (layout, rows) = sheet(&name, Some(headers), counted, options)?;
            let found = format!("{name}: Parquet{}", used(&layout));
            return Ok(Table { schema: Some(schema), ..table(found, layout, rows, "UTF-8") });
        }
        if format == Format::Parquet {
            return Err(Failure(format!("cannot read {name}: this build has no Parquet (cargo feature `parquet`)")));
        }
        let rows = xlsx::rows(file, options.sheet.as_deref(), format == Format::Xls).map_err(broken)?;
        let (bytes, done) = (size.unwrap_or(0), read.clone());
        let end = std::iter::from_fn(move || {
            done.store(bytes, Ordering::Relaxed);
            None
        });
        let (layout, rows) = sheet(&name, None, rows.into_iter().chain(end), options)?;
        return Ok(table(format!("{name}: Excel{}", used(&layout)), layout, rows, "UTF-8"));
    }
    if format == Format::Html {
        let label = options.encoding.or_else(|| sniff::charset(&head)).unwrap_or(decoder.encoding);
        encoding = label.name();
        let reader = encoding_rs_io::DecodeReaderBytesBuilder::new().encoding(Some(label)).bom_override(true).strip_bom(true).build(input);
        let (layout, rows) = sheet(&name, None, html::Rows::new(reader), options)?;
        return Ok(table(described("HTML table", encoding, &used(&layout)), layout, rows, encoding));
    }
    let (mut input, decoder, head) = if decoder.is_wide() {
        let (input, decoder) = decoder.transcoded(input);
        let (head, _, input) = encoding::head(input, HEAD, false).map_err(fail)?;
        (input, decoder, head)
    } else {
        (input, decoder, head)
    };
    if bom && options.encoding.is_none_or(|forced| forced == UTF_8) {
        input.read_exact(&mut [0; 3]).map_err(fail)?;
    }
    let wanted = &options.columns;
    match format {
        Format::Csv => {
            let shape = csv::Shape { separator: options.separator, header: !options.no_header };
            let start = if bom { &head[3..] } else { &head[..] };
            let (rows, separator) = csv::Csv::new(&name, input, start, decoder, &shape, wanted)?;
            let layout = rows.layout();
            let what = match separator {
                b'\t' => "TSV".to_string(),
                separator => format!("CSV with «{}»", separator as char),
            };
            Ok(table(described(&what, encoding, &used(&layout)), layout, Box::new(rows), encoding))
        }
        Format::Jsonl | Format::Json => {
            let mut rows = match format {
                Format::Jsonl => json::Json::lines(&name, input, decoder, wanted, options.filter),
                _ => json::Json::document(&name, input, decoder, wanted)?,
            };
            let columns: String = rows.in_use().into_iter().map(|(role, key)| format!(" · {role}: {key}")).collect();
            let what = if format == Format::Jsonl { "JSON lines" } else { "JSON" };
            let layout = rows.layout();
            Ok(table(described(what, encoding, &columns), layout, Box::new(rows), encoding))
        }
        Format::Lines => {
            let mut number = 0;
            let file = name.clone();
            let filter = options.filter;
            let rows = std::iter::from_fn(move || {
                loop {
                    number += 1;
                    let place = Place { file: file.clone(), line: number, row: number };
                    return Some(match json_values::line(&mut input) {
                        Ok(None) => return None,
                        Ok(Some(bytes)) if !filter && bytes.trim_ascii().is_empty() => continue,
                        Ok(Some(bytes)) => Ok(text(place, Value::from(number), decoder.decode(&bytes).into_owned())),
                        Err(reason) => Err(Unreadable::new(place, reason, b"")),
                    });
                }
            });
            Ok(table(described("a ticket a line", encoding, ""), Arc::default(), Box::new(rows), encoding))
        }
        _ => {
            let file = name.clone();
            let rows = std::iter::once_with(move || {
                let place = Place { file: file.clone(), line: 0, row: 0 };
                let mut bytes = Vec::new();
                match input.take(RECORD_BYTES as u64).read_to_end(&mut bytes) {
                    // The head of a pipe may have been too short to tell the encoding.
                    Ok(_) => {
                        let forced = (decoder.forced || decoder.encoding != UTF_8).then_some(decoder.encoding);
                        let decoder = Decoder { notes: decoder.notes.clone(), ..Decoder::of(&bytes, forced, true) };
                        Ok(text(place, Value::from(&*file), decoder.decode(&bytes).into_owned()))
                    }
                    Err(error) => Err(Unreadable::new(place, error.to_string(), b"")),
                }
            });
            Ok(table(described("one ticket", encoding, ""), Arc::default(), Box::new(rows), encoding))
        }
    }
}

fn text(place: Place, id: Value, text: String) -> Record {
    Record { place, id, text, date: None, author: None, facts: Vec::new(), original: Original::Text }
}

/// The rows of a sheet: its header is the first row of the first twenty whose names tell the text, or simply the first.
fn sheet(
    name: &Arc<str>,
    headers: Option<Vec<String>>,
    rows: impl Iterator<Item = Result<Cells, String>> + Send + 'static,
    options: &Options,
) -> Result<(Arc<Layout>, Rows), Failure> {
    let mut rows = rows;
    let mut ahead: std::collections::VecDeque<Result<Cells, String>> = rows.by_ref().take(LOOK).collect();
    let mut skipped = 0;
    let headers = match headers {
        Some(headers) => headers,
        None => {
            if let Some(Err(reason)) = ahead.front() {
                return Err(Failure(format!("cannot read {name}: {reason}")));
            }
            if options.no_header {
                let width = ahead.iter().flatten().map(Cells::len).max().unwrap_or(0);
                (1..=width).map(|number| number.to_string()).collect()
            } else {
                let names = |row: &Cells| row.iter().map(|cell| cell.trim().to_string()).collect::<Vec<String>>();
                let telling = ahead.iter().position(|row| {
                    row.as_ref().is_ok_and(|row| {
                        let names = names(row);
                        let mut wanted = options.columns.text.iter().chain(&options.columns.id).peekable();
                        match wanted.peek().is_some() {
                            true => wanted.all(|name| columns::position(&names, name).is_some()),
                            false => !columns::by_name(&names).text.is_empty() && names.iter().all(|name| name.chars().count() < 80),
                        }
                    })
                });
                let at = telling.unwrap_or(0);
                skipped = at as u64 + 1;
                ahead.drain(..at);
                ahead.pop_front().and_then(Result::ok).map(|row| names(&row)).unwrap_or_default()
            }
        }
    };
    if headers.is_empty() {
        return Err(Failure(format!("{name} is empty: there is no header row")));
    }
    let cells = |at: usize| columns::prose(ahead.iter().flatten().map(|row| row.get(at)));
    let roles = columns::roles(name, &headers, &options.columns, &cells)?;
    let width = headers.len();
    let layout = Arc::new(Layout { headers, roles });
    let (file, shape) = (name.clone(), layout.clone());
    let mut number = 0;
    let rows = ahead.into_iter().chain(rows).map(move |row| {
        number += 1;
        let place = Place { file: file.clone(), line: 0, row: number + skipped };
        match row {
            Ok(mut cells) => {
                cells.trim_to(width);
                Ok(Record::from_cells(Place { row: number, ..place }, &shape, cells))
            }
            Err(reason) => Err(Unreadable::new(place, reason, b"")),
        }
    });
    Ok((layout, Box::new(rows.filter(|row| !matches!(row, Ok(Record { original: Original::Cells(cells, _), .. }) if cells.is_blank())))))
}

/// The columns in use, for people.
fn used(layout: &Layout) -> String {
    let name = |at: usize| layout.headers.get(at).map_or("", String::as_str);
    let roles = &layout.roles;
    let mut told = String::new();
    let text: Vec<String> = roles.text.iter().map(|at| format!("«{}»", crate::style::safe(name(*at)))).collect();
    told += &format!(" · text: {}", text.join(" + "));
    if roles.guessed {
        told += " (guessed from the cells; say otherwise with --text)";
    }
    for (what, at) in [("id", roles.id), ("date", roles.date), ("author", roles.author)] {
        if let Some(at) = at {
            told += &format!(" · {what}: «{}»", crate::style::safe(name(at)));
        }
    }
    told
}

/// Mends mojibake in what is classified; the original cells stay as they are.
fn mend(notes: Arc<Notes>) -> impl Fn(Row) -> Row {
    move |mut row| {
        if let Ok(record) = &mut row
            && let Some(text) = encoding::mended(&record.text)
        {
            Notes::count(&notes.mojibake);
            record.text = text;
        }
        row
    }
}
