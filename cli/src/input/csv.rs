//! CSV and TSV: `csv-core` on a buffer of our own, so that a record has a line, a cap, and a way back if a quote is never closed.

use std::collections::VecDeque;
use std::io::{self, BufRead};
use std::sync::Arc;

use super::columns::{Columns, Layout, prose, roles};
use super::encoding::{Decoder, Notes};
use super::row::{Cells, Place, Record, Row, Unreadable};
use super::{COLUMNS, RECORD_BYTES};
use crate::Failure;

/// Rows that are looked at to find the text column where no name tells it.
const LOOK: usize = 100;

pub(crate) struct Csv {
    file: Arc<str>,
    records: Records,
    decoder: Decoder,
    layout: Arc<Layout>,
    ahead: VecDeque<Result<Raw, Unreadable>>,
    row: u64,
}

pub(crate) struct Shape {
    pub(crate) separator: Option<u8>,
    pub(crate) header: bool,
}

impl Csv {
    pub(crate) fn new(
        file: &Arc<str>,
        input: Box<dyn BufRead + Send>,
        head: &[u8],
        decoder: Decoder,
        shape: &Shape,
        wanted: &Columns,
    ) -> Result<(Csv, u8), Failure> {
        let separator = shape.separator.unwrap_or_else(|| separator(head));
        let mut records = Records::new(file.clone(), input, separator);
        let mut ahead = VecDeque::new();
        let headers: Vec<String> = match records.next() {
            None => Vec::new(),
            Some(Err(bad)) => return Err(Failure(format!("cannot read the header row of {}: {}", bad.place, bad.reason))),
            Some(Ok(first)) => {
                let mut cells = first.cells(&decoder);
                let names = match shape.header {
                    true => {
                        cells.trim_to(0);
                        cells.iter().map(|name| name.trim().trim_start_matches('\u{FEFF}').to_string()).collect()
                    }
                    false => (1..=cells.len()).map(|number| number.to_string()).collect::<Vec<_>>(),
                };
                if !shape.header {
                    ahead.push_back(Ok(first));
                }
                names
            }
        };
        if headers.is_empty() {
            return Err(Failure(format!("{file} is empty: there is no header row")));
        }
        if headers.len() > COLUMNS {
            return Err(Failure(format!("{file} has {} columns; at most {COLUMNS} are read", headers.len())));
        }
        let named = wanted.text.is_empty() && super::columns::by_name(&headers).text.is_empty();
        while named && ahead.len() < LOOK {
            match records.next() {
                Some(record) => ahead.push_back(record),
                None => break,
            }
        }
        let sample: Vec<Cells> = ahead.iter().flatten().map(|raw| raw.cells(&decoder)).collect();
        let cells = |at: usize| prose(sample.iter().map(|row| row.get(at)));
        let roles = roles(file, &headers, wanted, &cells).map_err(|Failure(message)| {
            let bare = shape.header && !headers.iter().any(|name| super::columns::role_of(name).is_some());
            Failure(if bare { format!("{message}. If the first row is no header, add --no-header") } else { message })
        })?;
        let layout = Arc::new(Layout { headers, roles });
        Ok((Csv { file: file.clone(), records, decoder, layout, ahead, row: 0 }, separator))
    }

    pub(crate) fn layout(&self) -> Arc<Layout> {
        self.layout.clone()
    }

    fn record(&mut self, raw: Raw) -> Row {
        let place = Place { file: self.file.clone(), line: raw.line, row: self.row };
        let mut cells = raw.cells(&self.decoder);
        let width = self.layout.headers.len();
        cells.trim_to(width);
        let fail = |reason: String| Err(Unreadable::new(place.clone(), reason, &raw.start));
        if cells.len() > width {
            return fail(format!(
                "the row has {} cells, the header {width}: a separator or a quote inside a cell is not quoted",
                cells.len()
            ));
        }
        if cells.len() < width {
            if self.layout.roles.text.iter().all(|at| *at >= cells.len()) {
                return fail(format!("the row has {} cells, the header {width}; the text is missing", cells.len()));
            }
            Notes::count(&self.decoder.notes.short);
        }
        Ok(Record::from_cells(place, &self.layout, cells))
    }
}

impl Iterator for Csv {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        let next = self.ahead.pop_front().or_else(|| self.records.next())?;
        self.row += 1;
        Some(match next {
            Ok(raw) => self.record(raw),
            Err(mut bad) => {
                bad.place.row = self.row;
                Err(bad)
            }
        })
    }
}

/// A record as bytes.
struct Raw {
    line: u64,
    data: Vec<u8>,
    ends: Vec<usize>,
    /// How the record begins in the file, kept for the rejects.
    start: Vec<u8>,
}

impl Raw {
    fn cells(&self, decoder: &Decoder) -> Cells {
        // The usual case at once: a row that is valid in UTF-8 as a whole keeps its cell ends.
        if let Ok(text) = std::str::from_utf8(&self.data)
            && (decoder.encoding == encoding_rs::UTF_8 || text.is_ascii())
            && self.ends.iter().all(|end| text.is_char_boundary(*end))
        {
            return Cells::from_parts(text.to_string(), self.ends.clone());
        }
        decoder.decode_cells(&self.data, &self.ends)
    }
}

/// Cuts a stream into records.
struct Records {
    file: Arc<str>,
    input: Box<dyn BufRead + Send>,
    parser: csv_core::Reader,
    separator: u8,
    /// Bytes from the beginning of the current record on.
    buffer: Vec<u8>,
    start: usize,
    ended: bool,
    line: u64,
    /// Cells of a usual record: one over several lines with another number is suspected of an unclosed quote.
    width: Option<usize>,
}

impl Records {
    fn new(file: Arc<str>, input: Box<dyn BufRead + Send>, separator: u8) -> Records {
        let parser = csv_core::ReaderBuilder::new().delimiter(separator).build();
        Records { file, input, parser, separator, buffer: Vec::new(), start: 0, ended: false, line: 1, width: None }
    }

    fn fill(&mut self) -> io::Result<()> {
        if self.start > 0 && self.start * 2 >= self.buffer.len() {
            self.buffer.drain(..self.start);
            self.start = 0;
        }
        loop {
            match self.input.fill_buf() {
                Ok(chunk) => {
                    let len = chunk.len();
                    self.ended = len == 0;
                    self.buffer.extend_from_slice(chunk);
                    self.input.consume(len);
                    return Ok(());
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => {
                    self.ended = true;
                    return Err(error);
                }
            }
        }
    }

    /// Past blank lines; `false` at the end of the input.
    fn skip_blank_lines(&mut self) -> io::Result<bool> {
        loop {
            match self.buffer.get(self.start) {
                Some(b'\n') => {
                    self.line += 1;
                    self.start += 1;
                }
                Some(b'\r') => self.start += 1,
                Some(_) => return Ok(true),
                None if self.ended => return Ok(false),
                None => self.fill()?,
            }
        }
    }

    fn place(&self) -> Place {
        Place { file: self.file.clone(), line: self.line, row: 0 }
    }

    /// Gives up the record that begins at `start`, and goes on at the next line.
    fn give_up(&mut self, reason: String) -> Unreadable {
        let bad = Unreadable::new(self.place(), reason, &self.buffer[self.start..]);
        self.parser.reset();
        match self.buffer[self.start..].iter().position(|byte| *byte == b'\n') {
            Some(at) => {
                self.start += at + 1;
                self.line += 1;
            }
            None => self.start = self.buffer.len(),
        }
        bad
    }

    fn record(&mut self) -> io::Result<Result<Raw, Unreadable>> {
        let (mut data, mut ends) = (vec![0; 4096], vec![0; 64]);
        let (mut scanned, mut written, mut cells) = (0, 0, 0);
        let complete = loop {
            let rest = &self.buffer[self.start + scanned..];
            if rest.is_empty() && !self.ended {
                if scanned > RECORD_BYTES {
                    let bytes = RECORD_BYTES >> 20;
                    return Ok(Err(self.give_up(format!("no end within {bytes} MiB: a quote is not closed"))));
                }
                self.fill()?;
                continue;
            }
            // At the end of the input a line end closes the record, unless a quote is open.
            let input: &[u8] = if rest.is_empty() { b"\n" } else { rest };
            let (result, read, put, ended) = self.parser.read_record(input, &mut data[written..], &mut ends[cells..]);
            scanned += read.min(rest.len());
            written += put;
            cells += ended;
            match result {
                csv_core::ReadRecordResult::Record => break true,
                csv_core::ReadRecordResult::OutputFull => data.resize(data.len() * 2, 0),
                csv_core::ReadRecordResult::OutputEndsFull => ends.resize(ends.len() * 2, 0),
                csv_core::ReadRecordResult::InputEmpty if rest.is_empty() => break false,
                csv_core::ReadRecordResult::InputEmpty => {}
                csv_core::ReadRecordResult::End => break false,
            }
        };
        if !complete {
            return Ok(Err(self.give_up("a quote is not closed".to_string())));
        }
        let bytes = &self.buffer[self.start..self.start + scanned];
        let lines = bytes.iter().filter(|byte| **byte == b'\n').count() as u64;
        data.truncate(written);
        ends.truncate(cells);
        let filled = filled(&ends);
        // Over several lines, a quote that was never closed ends at a quote that opens a later cell.
        if lines > 1 && (self.width.is_some_and(|width| filled > width) || has_odd_quote(bytes, self.separator)) {
            return Ok(Err(self.give_up("a quote is not closed".to_string())));
        }
        self.width.get_or_insert(filled);
        // Only of rows that may be rejected.
        let kept = if Some(filled) == self.width { 0 } else { super::row::RAW_BYTES };
        let start = bytes[..bytes.len().min(kept)].to_vec();
        let raw = Raw { line: self.line, data, ends, start };
        self.line += lines;
        self.start += scanned;
        Ok(Ok(raw))
    }
}

/// Cells up to the last that is not empty, of which there is at least one.
fn filled(ends: &[usize]) -> usize {
    let mut count = ends.len();
    while count > 1 && ends[count - 1] == ends[count - 2] {
        count -= 1;
    }
    count
}

/// Whether a quoted cell goes on after its closing quote.
fn has_odd_quote(record: &[u8], separator: u8) -> bool {
    let (mut quoted, mut start) = (false, true);
    let mut bytes = record.iter().peekable();
    while let Some(&byte) = bytes.next() {
        if !quoted {
            quoted = start && byte == b'"';
            start = byte == separator || matches!(byte, b'\n' | b'\r');
        } else if byte == b'"' {
            match bytes.peek() {
                Some(b'"') => {
                    bytes.next();
                }
                Some(&&next) if next != separator && !matches!(next, b'\n' | b'\r' | b' ') => return true,
                _ => (quoted, start) = (false, false),
            }
        }
    }
    false
}

impl Iterator for Records {
    type Item = Result<Raw, Unreadable>;

    fn next(&mut self) -> Option<Self::Item> {
        let read = match self.skip_blank_lines() {
            Ok(false) => return None,
            Ok(true) => self.record(),
            Err(error) => Err(error),
        };
        Some(read.unwrap_or_else(|error| {
            // Nothing can be read after this: the stream ends with the reason.
            self.start = self.buffer.len();
            self.ended = true;
            Err(Unreadable::new(self.place(), format!("cannot be read on: {error}"), b""))
        }))
    }
}

/// The separator of a CSV: the one that stands most often in the first line, outside quotes.
pub(crate) fn separator(head: &[u8]) -> u8 {
    let mut counts = [(b';', 0), (b',', 0), (b'\t', 0), (b'|', 0)];
    let mut quoted = false;
    for &byte in head {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' if !quoted => break,
            _ if quoted => {}
            byte => counts.iter_mut().filter(|(candidate, _)| *candidate == byte).for_each(|(_, count)| *count += 1),
        }
    }
    counts.iter().rev().max_by_key(|(_, count)| *count).filter(|(_, count)| *count > 0).map_or(b',', |(byte, _)| *byte)
}
