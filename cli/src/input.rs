//! Tickets from files and standard input.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use serde_json::Value;

use crate::Failure;
use crate::args::InputFormat;

/// One ticket as read.
pub(crate) struct Ticket {
    pub(crate) id: Value,
    pub(crate) text: String,
    /// What stands in the columns of facts, by their number in [`Columns::facts`].
    pub(crate) facts: Vec<(usize, String)>,
}

/// A row that could not be read, and why.
pub(crate) struct Unreadable {
    pub(crate) place: String,
    pub(crate) reason: String,
}

pub(crate) type Row = Result<Ticket, Unreadable>;

/// Where a ticket's text and id stand, if the user said so.
#[derive(Clone, Default)]
pub(crate) struct Columns {
    pub(crate) text: Vec<String>,
    pub(crate) id: Option<String>,
    /// Columns that hold facts.
    pub(crate) facts: Vec<String>,
}

/// Longest line or record that is read whole.
const RECORD_BYTES: u64 = 16 << 20;

const SUBJECT: &[&str] =
    &["тема", "заголовок", "название", "название лида", "название сделки", "title", "subject", "summary", "ticket subject"];
const BODY: &[&str] = &["сообщение", "текст", "описание", "комментарий", "обращение", "content", "body", "description", "message", "text"];
const ID: &[&str] = &["id", "№", "номер", "number", "#", "ticket#", "ticket number", "issue key", "case_number", "case number"];

/// The form of a file by its name.
pub(crate) fn format_of(path: &Path) -> InputFormat {
    match path.extension().and_then(|extension| extension.to_str()).map(str::to_ascii_lowercase).as_deref() {
        Some("jsonl" | "ndjson") => InputFormat::Jsonl,
        Some("csv" | "tsv") => InputFormat::Csv,
        _ => InputFormat::Text,
    }
}

/// Opens a file, or standard input for `-`; also gives its size, if it has one.
pub(crate) fn open(path: &Path) -> Result<(Box<dyn BufRead + Send>, Option<u64>), Failure> {
    if path == Path::new("-") {
        return Ok((Box::new(BufReader::new(std::io::stdin())), None));
    }
    let fail = |error: std::io::Error| Failure(format!("cannot read {}: {error}", path.display()));
    let file = File::open(path).map_err(fail)?;
    let meta = file.metadata().map_err(fail)?;
    if meta.is_dir() {
        return Err(Failure(format!("cannot read {}: it is a folder; name the files in it", path.display())));
    }
    Ok((Box::new(BufReader::with_capacity(1 << 20, file)), Some(meta.len())))
}

/// The tickets of an input, one after the other.
pub(crate) fn tickets(
    name: &str,
    input: Box<dyn BufRead + Send>,
    format: InputFormat,
    columns: &Columns,
) -> Result<Box<dyn Iterator<Item = Row> + Send>, Failure> {
    Ok(match format {
        InputFormat::Jsonl => Box::new(Lines { name: name.to_string(), input, line: 0, columns: columns.clone() }),
        InputFormat::Csv => csv_rows(name, input, columns)?,
        InputFormat::Text => Box::new(std::iter::once(whole(name, input))),
    })
}

fn whole(name: &str, mut input: Box<dyn BufRead + Send>) -> Row {
    let mut bytes = Vec::new();
    match input.read_to_end(&mut bytes) {
        Ok(_) => Ok(Ticket { id: Value::from(name), text: String::from_utf8_lossy(&bytes).into_owned(), facts: Vec::new() }),
        Err(error) => Err(Unreadable { place: name.to_string(), reason: error.to_string() }),
    }
}

struct Lines {
    name: String,
    input: Box<dyn BufRead + Send>,
    line: u64,
    columns: Columns,
}

impl Iterator for Lines {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        loop {
            let mut bytes = Vec::new();
            self.line += 1;
            let read = self.input.by_ref().take(RECORD_BYTES).read_until(b'\n', &mut bytes);
            let fail = |reason: String| Some(Err(Unreadable { place: format!("{}:{}", self.name, self.line), reason }));
            match read {
                Ok(0) => return None,
                Ok(_) if bytes.len() as u64 >= RECORD_BYTES && bytes.last() != Some(&b'\n') => {
                    let skipped = skip_line(&mut self.input);
                    return fail(match skipped {
                        Ok(()) => format!("the line has more than {RECORD_BYTES} bytes"),
                        Err(error) => error.to_string(),
                    });
                }
                Ok(_) => {}
                Err(error) => return fail(error.to_string()),
            }
            let line = String::from_utf8_lossy(&bytes);
            let line = line.trim_start_matches('\u{FEFF}').trim();
            if line.is_empty() {
                continue;
            }
            return match serde_json::from_str::<Value>(line) {
                Ok(Value::Object(object)) => match from_object(&object, &self.columns) {
                    Ok(ticket) => Some(Ok(ticket)),
                    Err(reason) => fail(reason),
                },
                Ok(_) => fail("not a JSON object".to_string()),
                Err(error) => fail(format!("not JSON: {error}")),
            };
        }
    }
}

/// Reads on to the end of a line without keeping it.
fn skip_line(input: &mut dyn BufRead) -> std::io::Result<()> {
    loop {
        let buffer = input.fill_buf()?;
        if buffer.is_empty() {
            return Ok(());
        }
        let (len, end) = match buffer.iter().position(|b| *b == b'\n') {
            Some(at) => (at + 1, true),
            None => (buffer.len(), false),
        };
        input.consume(len);
        if end {
            return Ok(());
        }
    }
}

fn from_object(object: &serde_json::Map<String, Value>, columns: &Columns) -> Result<Ticket, String> {
    let text_of = |key: &str| object.get(key).and_then(Value::as_str);
    let text = if columns.text.is_empty() {
        let parts: Vec<&str> = match text_of("text") {
            Some(text) => vec![text],
            None => ["subject", "title", "body", "message", "description"].iter().filter_map(|key| text_of(key)).collect(),
        };
        if parts.is_empty() {
            return Err("no `text` in it (say where it is with --text)".to_string());
        }
        parts.join("\n")
    } else {
        columns.text.iter().filter_map(|key| text_of(key)).collect::<Vec<_>>().join("\n")
    };
    let id = object.get(columns.id.as_deref().unwrap_or("id")).cloned().unwrap_or(Value::Null);
    let plain = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_string);
    let facts = columns
        .facts
        .iter()
        .enumerate()
        .filter_map(|(at, key)| object.get(key).filter(|value| !value.is_null()).map(|value| (at, plain(value))));
    Ok(Ticket { id, text, facts: facts.collect() })
}

fn csv_rows(name: &str, mut input: Box<dyn BufRead + Send>, columns: &Columns) -> Result<Box<dyn Iterator<Item = Row> + Send>, Failure> {
    let head = input.fill_buf().map_err(|error| Failure(format!("cannot read {name}: {error}")))?;
    let delimiter = delimiter(head);
    let bom = head.starts_with(&[0xEF, 0xBB, 0xBF]);
    if bom {
        input.consume(3);
    }
    let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(input);
    let headers: Vec<String> = match reader.byte_headers() {
        Ok(headers) => headers.iter().map(|header| String::from_utf8_lossy(header).trim().to_string()).collect(),
        Err(error) => return Err(Failure(format!("cannot read the header row of {name}: {error}"))),
    };
    let find = |aliases: &[&str]| headers.iter().position(|header| aliases.contains(&header.to_lowercase().as_str()));
    let text: Vec<usize> = if columns.text.is_empty() {
        [find(SUBJECT), find(BODY)].into_iter().flatten().collect()
    } else {
        let mut found = Vec::new();
        for wanted in &columns.text {
            match headers.iter().position(|header| header.eq_ignore_ascii_case(wanted) || header.to_lowercase() == wanted.to_lowercase()) {
                Some(at) => found.push(at),
                None => return Err(Failure(format!("{name} has no column \"{wanted}\"; it has: {}", headers.join(", ")))),
            }
        }
        found
    };
    if text.is_empty() {
        return Err(Failure(format!(
            "cannot tell which column of {name} holds the text; say so with --text. It has: {}",
            headers.join(", ")
        )));
    }
    let id = match &columns.id {
        Some(wanted) => headers.iter().position(|header| header.to_lowercase() == wanted.to_lowercase()),
        None => find(ID),
    };
    let mut facts = Vec::new();
    for wanted in &columns.facts {
        match headers.iter().position(|header| header.to_lowercase() == wanted.to_lowercase()) {
            Some(at) => facts.push(at),
            None => return Err(Failure(format!("{name} has no column \"{wanted}\"; it has: {}", headers.join(", ")))),
        }
    }
    let name = name.to_string();
    let rows = reader.into_byte_records().enumerate().map(move |(at, record)| {
        let record = record.map_err(|error| Unreadable { place: format!("{name}: row {}", at + 2), reason: error.to_string() })?;
        let cell = |column: usize| record.get(column).map(|bytes| String::from_utf8_lossy(bytes).into_owned()).unwrap_or_default();
        let text: Vec<String> = text.iter().map(|column| cell(*column)).filter(|cell| !cell.trim().is_empty()).collect();
        let id = id.map_or_else(|| Value::from(at as u64 + 1), |column| Value::from(cell(column)));
        let facts = facts.iter().enumerate().map(|(at, column)| (at, cell(*column))).collect();
        Ok(Ticket { id, text: text.join("\n"), facts })
    });
    Ok(Box::new(rows))
}

/// The separator of a CSV: the one that stands most often in the first line, outside quotes.
fn delimiter(head: &[u8]) -> u8 {
    let mut counts = [(b';', 0), (b',', 0), (b'\t', 0)];
    let mut quoted = false;
    for &byte in head {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => break,
            _ if quoted => {}
            byte => counts.iter_mut().filter(|(candidate, _)| *candidate == byte).for_each(|(_, count)| *count += 1),
        }
    }
    counts.iter().max_by_key(|(_, count)| *count).map_or(b',', |(byte, _)| *byte)
}
