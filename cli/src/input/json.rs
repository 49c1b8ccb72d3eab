//! JSON: lines, arrays, and documents with a list of tickets inside (Zendesk, Bitrix24 REST). One value at a time, whatever the size of the file.

use std::collections::{HashMap, VecDeque};
use std::io::{self, BufRead};
use std::sync::Arc;

use serde_json::{Map, Value};

use super::RECORD_BYTES;
use super::columns::{Columns, Layout, Role, fold, role_of};
use super::encoding::Decoder;
use super::row::{Original, Place, Record, Row, Unreadable, join, plain};
use crate::Failure;

/// Objects that are read ahead to learn the keys.
pub(crate) const AHEAD: usize = 1000;
/// Where help desks keep the list.
const LISTS: &[&str] =
    &["tickets", "result", "results", "items", "data", "rows", "records", "issues", "cases", "requests", "conversations", "tasks"];

pub(crate) struct Json {
    file: Arc<str>,
    values: Box<dyn Iterator<Item = Piece> + Send>,
    decoder: Decoder,
    keys: Keys,
    ahead: VecDeque<Result<Map<String, Value>, Unreadable>>,
    /// Lines of what was read ahead.
    lines: VecDeque<u64>,
    layout: Arc<Layout>,
    row: u64,
}

/// The bytes of a value and the line it begins in.
struct Piece {
    line: u64,
    bytes: Result<Vec<u8>, String>,
}

impl Json {
    /// JSON lines. `blank_lines` makes an empty line a row that cannot be read, for a filter that owes an answer to each line.
    pub(crate) fn lines(file: &Arc<str>, input: Box<dyn BufRead + Send>, decoder: Decoder, wanted: &Columns, filter: bool) -> Json {
        Json::new(file, Box::new(Lines { input, line: 0, blank_lines: filter }), decoder, wanted, if filter { 0 } else { AHEAD })
    }

    /// An array, or an object with a list of tickets.
    pub(crate) fn document(file: &Arc<str>, input: Box<dyn BufRead + Send>, decoder: Decoder, wanted: &Columns) -> Result<Json, Failure> {
        let mut elements = Elements { scanner: Scanner { input, line: 1 }, ended: false };
        let list = elements.scanner.find_list().map_err(|error| Failure(format!("cannot read {file}: {error}")))?;
        if let Err(keys) = list {
            return Err(Failure(format!("{file} holds no list of tickets; its keys are: {}", super::columns::listed(&keys))));
        }
        Ok(Json::new(file, Box::new(elements), decoder, wanted, AHEAD))
    }

    fn new(file: &Arc<str>, values: Box<dyn Iterator<Item = Piece> + Send>, decoder: Decoder, wanted: &Columns, ahead: usize) -> Json {
        let keys = Keys { wanted: wanted.clone(), known: HashMap::new() };
        let mut json = Json {
            file: file.clone(),
            values,
            decoder,
            keys,
            ahead: VecDeque::new(),
            lines: VecDeque::new(),
            layout: Arc::default(),
            row: 0,
        };
        let mut headers: Vec<String> = Vec::new();
        let mut seen = std::collections::HashSet::new();
        while json.ahead.len() < ahead {
            let Some((line, object)) = json.read() else { break };
            if let Ok(object) = &object {
                headers.extend(object.keys().filter(|key| seen.insert((*key).clone())).cloned());
            }
            json.ahead.push_back(object);
            json.lines.push_back(line);
        }
        let roles = super::columns::by_name(&headers);
        json.layout = Arc::new(Layout { headers, roles });
        json
    }

    pub(crate) fn layout(&self) -> Arc<Layout> {
        self.layout.clone()
    }

    /// The keys in use, as the first object shows them: text, id, date, author.
    pub(crate) fn in_use(&mut self) -> Vec<(&'static str, String)> {
        let Some(Ok(first)) = self.ahead.iter().find(|object| object.is_ok()) else { return Vec::new() };
        let used = self.keys.of(first);
        let mut told: Vec<(&'static str, String)> = used.text.iter().map(|key| ("text", key.clone())).collect();
        for (name, key) in [("id", used.id), ("date", used.date), ("author", used.author)] {
            told.extend(key.filter(|key| first.contains_key(key)).map(|key| (name, key)));
        }
        told
    }

    fn read(&mut self) -> Option<(u64, Result<Map<String, Value>, Unreadable>)> {
        let piece = self.values.next()?;
        let place = Place { file: self.file.clone(), line: piece.line, row: 0 };
        let object = match piece.bytes {
            Err(reason) => Err(Unreadable::new(place, reason, b"")),
            Ok(bytes) => {
                let text = self.decoder.decode(&bytes);
                match serde_json::from_str::<Value>(text.trim_start_matches('\u{FEFF}')) {
                    Ok(Value::Object(object)) => Ok(unwrapped(object)),
                    Ok(_) => Err(Unreadable::new(place, "not a JSON object", &bytes)),
                    Err(error) => Err(Unreadable::new(place, format!("not JSON: {error}"), &bytes)),
                }
            }
        };
        Some((piece.line, object))
    }
}

impl Iterator for Json {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        let (line, object) = match self.ahead.pop_front() {
            Some(object) => (self.lines.pop_front().unwrap_or(0), object),
            None => self.read()?,
        };
        self.row += 1;
        let place = Place { file: self.file.clone(), line, row: self.row };
        Some(match object {
            Ok(object) => self.keys.record(place, object),
            Err(bad) => Err(Unreadable { place, ..bad }),
        })
    }
}

/// `{"ticket": {…}}` is the ticket.
fn unwrapped(mut object: Map<String, Value>) -> Map<String, Value> {
    if object.len() == 1
        && let Some((_, Value::Object(inner))) = object.iter_mut().next()
    {
        return std::mem::take(inner);
    }
    object
}

/// Which keys hold what. Objects of a file may differ, so it is asked of each; what a key's name means is remembered.
struct Keys {
    wanted: Columns,
    known: HashMap<String, Option<(Role, usize)>>,
}

#[derive(Default)]
struct Used {
    text: Vec<String>,
    id: Option<String>,
    date: Option<String>,
    author: Option<String>,
}

impl Keys {
    fn of(&mut self, object: &Map<String, Value>) -> Used {
        let mut best: [Option<(usize, &String)>; 5] = [None; 5];
        for (key, value) in object {
            // A hostile file could name a million keys.
            if self.known.len() > 10_000 {
                self.known.clear();
            }
            let told = *self.known.entry(key.clone()).or_insert_with(|| role_of(key));
            let Some((role, rank)) = told else { continue };
            let text = matches!(role, Role::Subject | Role::Body);
            if text && !value.is_string() {
                continue;
            }
            let place = &mut best[role as usize];
            if place.is_none_or(|(before, _)| rank < before) {
                *place = Some((rank, key));
            }
        }
        let named = |role: Role| best[role as usize].map(|(_, key)| key.clone());
        // `text` is the text as a whole: the spans of the evidence are spans of it.
        let whole = object.get("text").is_some_and(Value::is_string);
        let text = if whole { vec!["text".to_string()] } else { [named(Role::Subject), named(Role::Body)].into_iter().flatten().collect() };
        Used {
            text: if self.wanted.text.is_empty() { text } else { self.wanted.text.clone() },
            id: self.wanted.id.clone().or_else(|| if object.contains_key("id") { Some("id".to_string()) } else { named(Role::Id) }),
            date: self.wanted.date.clone().or_else(|| named(Role::Date)),
            author: self.wanted.author.clone().or_else(|| named(Role::Author)),
        }
    }

    fn record(&mut self, place: Place, object: Map<String, Value>) -> Row {
        let used = self.of(&object);
        let get = |name: &str| object.get(name).or_else(|| object.iter().find(|(key, _)| fold(key) == fold(name)).map(|(_, value)| value));
        let fail = |reason: String| Err(Unreadable::new(place.clone(), reason, Value::Object(object.clone()).to_string().as_bytes()));
        if used.text.is_empty() {
            return fail("no `text` in it (say where it is with --text)".to_string());
        }
        let wanted = self.wanted.text.iter().chain(&self.wanted.id);
        if let Some(missing) = wanted.into_iter().find(|name| get(name).is_none()) {
            return fail(format!("no `{missing}` in it"));
        }
        let parts: Vec<String> = used.text.iter().filter_map(|name| get(name)).map(plain).filter(|part| !part.trim().is_empty()).collect();
        let id = used.id.as_deref().and_then(get).cloned().unwrap_or(Value::Null);
        let cell = |name: &Option<String>| name.as_deref().and_then(get).map(plain).filter(|cell| !cell.is_empty());
        let (date, author) = (cell(&used.date), cell(&used.author));
        let text = if let [one] = parts.as_slice() { one.clone() } else { join(parts.iter().map(String::as_str)) };
        let facts = self.wanted.facts.iter().enumerate();
        let facts = facts.filter_map(|(at, name)| get(name).filter(|value| !value.is_null()).map(|value| (at, plain(value)))).collect();
        Ok(Record { place, id, text, date, author, facts, original: Original::Object(object) })
    }
}

struct Lines {
    input: Box<dyn BufRead + Send>,
    line: u64,
    blank_lines: bool,
}

impl Iterator for Lines {
    type Item = Piece;

    fn next(&mut self) -> Option<Piece> {
        loop {
            self.line += 1;
            let bytes = match line(&mut self.input) {
                Ok(None) => return None,
                Ok(Some(bytes)) => bytes,
                Err(reason) => return Some(Piece { line: self.line, bytes: Err(reason) }),
            };
            if self.blank_lines || !bytes.trim_ascii().is_empty() {
                return Some(Piece { line: self.line, bytes: Ok(bytes) });
            }
        }
    }
}

/// A line without its end; one that is too long is read past and told.
pub(crate) fn line(input: &mut dyn BufRead) -> Result<Option<Vec<u8>>, String> {
    let mut line = Vec::new();
    let mut dropped = false;
    loop {
        let buffer = match input.fill_buf() {
            Ok(buffer) => buffer,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(format!("cannot be read on: {error}")),
        };
        let end = memchr(buffer);
        let take = end.unwrap_or(buffer.len());
        let over = line.len() + take > RECORD_BYTES;
        if over {
            dropped = true;
            line.clear();
        } else if !dropped {
            line.extend_from_slice(&buffer[..take]);
        }
        let eof = buffer.is_empty();
        let used = take + usize::from(end.is_some());
        input.consume(used);
        if end.is_some() || eof {
            return match dropped {
                true => Err(format!("the line has more than {RECORD_BYTES} bytes")),
                false if eof && line.is_empty() => Ok(None),
                false => {
                    if line.last() == Some(&b'\r') {
                        line.pop();
                    }
                    Ok(Some(line))
                }
            };
        }
    }
}

fn memchr(buffer: &[u8]) -> Option<usize> {
    buffer.iter().position(|byte| *byte == b'\n')
}

/// Bytes of JSON with the line they stand in.
struct Scanner {
    input: Box<dyn BufRead + Send>,
    line: u64,
}

impl Scanner {
    fn peek(&mut self) -> io::Result<Option<u8>> {
        loop {
            match self.input.fill_buf() {
                Ok(buffer) => return Ok(buffer.first().copied()),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    fn bump(&mut self) -> io::Result<Option<u8>> {
        let byte = self.peek()?;
        if let Some(byte) = byte {
            self.input.consume(1);
            self.line += u64::from(byte == b'\n');
        }
        Ok(byte)
    }

    /// The next byte that is no white space, comma or byte order mark.
    fn next_sign(&mut self) -> io::Result<Option<u8>> {
        while let Some(byte) = self.peek()? {
            if !byte.is_ascii_whitespace() && !matches!(byte, b',' | 0xEF | 0xBB | 0xBF) {
                return Ok(Some(byte));
            }
            self.bump()?;
        }
        Ok(None)
    }

    /// Goes to the first element of the list of tickets; otherwise the keys that were there.
    fn find_list(&mut self) -> io::Result<Result<(), Vec<String>>> {
        let mut keys = Vec::new();
        loop {
            match self.next_sign()? {
                Some(b'[') => {
                    self.bump()?;
                    return Ok(Ok(()));
                }
                Some(b'{') => {
                    self.bump()?;
                }
                Some(b'"') => {
                    let key = self.value()?.unwrap_or_default();
                    let key: String = serde_json::from_slice(&key).unwrap_or_default();
                    if self.next_sign()? == Some(b':') {
                        self.bump()?;
                    }
                    let list = LISTS.contains(&key.to_lowercase().as_str()) && matches!(self.next_sign()?, Some(b'[' | b'{'));
                    keys.push(key);
                    if !list {
                        self.value()?;
                    }
                }
                Some(b'}') => {
                    self.bump()?;
                }
                None => return Ok(Err(keys)),
                Some(_) => {
                    self.value()?;
                }
            }
        }
    }

    /// The bytes of one value, found by its brackets and quotes; `None` if it is too long (it is read past).
    fn value(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut bytes = Vec::new();
        let (mut depth, mut quoted, mut escaped, mut kept) = (0usize, false, false, true);
        loop {
            let buffer = match self.input.fill_buf() {
                Ok(buffer) => buffer,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            if buffer.is_empty() {
                return Ok(kept.then_some(bytes));
            }
            let mut end = None;
            for (at, byte) in buffer.iter().enumerate() {
                if *byte == b'\n' {
                    self.line += 1;
                }
                if quoted {
                    match byte {
                        _ if escaped => escaped = false,
                        b'\\' => escaped = true,
                        b'"' => {
                            quoted = false;
                            if depth == 0 {
                                end = Some(at + 1);
                                break;
                            }
                        }
                        _ => {}
                    }
                    continue;
                }
                match byte {
                    b'"' => quoted = true,
                    b'{' | b'[' => depth += 1,
                    // The bracket of the list itself: a bare value ends before it.
                    b'}' | b']' | b',' if depth == 0 => {
                        end = Some(at);
                        break;
                    }
                    b'}' | b']' => {
                        depth -= 1;
                        if depth == 0 {
                            end = Some(at + 1);
                            break;
                        }
                    }
                    _ => {}
                }
            }
            let take = end.unwrap_or(buffer.len());
            if bytes.len() + take > RECORD_BYTES {
                kept = false;
                bytes.clear();
            }
            if kept {
                bytes.extend_from_slice(&buffer[..take]);
            }
            self.input.consume(take);
            if end.is_some() {
                return Ok(kept.then_some(bytes));
            }
        }
    }
}

/// The elements of an array, after its bracket.
struct Elements {
    scanner: Scanner,

    ended: bool,
}

impl Iterator for Elements {
    type Item = Piece;

    fn next(&mut self) -> Option<Piece> {
        if self.ended {
            return None;
        }
        let sign = self.scanner.next_sign();
        let line = self.scanner.line;
        let fail = |reason: String| Some(Piece { line, bytes: Err(reason) });
        match sign {
            Ok(Some(b']')) => {
                self.ended = true;
                None
            }
            Ok(None) => {
                self.ended = true;
                fail("the file ends inside the list".to_string())
            }
            Ok(Some(b'}' | b':')) => {
                self.ended = true;
                fail("a bracket too many: the list cannot be read on".to_string())
            }
            Ok(Some(_)) => match self.scanner.value() {
                Ok(Some(bytes)) => Some(Piece { line, bytes: Ok(bytes) }),
                Ok(None) => fail(format!("the ticket has more than {RECORD_BYTES} bytes")),
                Err(error) => {
                    self.ended = true;
                    fail(format!("cannot be read on: {error}"))
                }
            },
            Err(error) => {
                self.ended = true;
                fail(format!("cannot be read on: {error}"))
            }
        }
    }
}
