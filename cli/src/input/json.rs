//! JSON: lines, arrays, and documents with a list of tickets inside (Zendesk, Bitrix24 REST). One value at a time, whatever the size of the file.

use std::collections::{HashMap, VecDeque};
use std::io::BufRead;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::columns::{Columns, Layout, Role, fold, role_of};
use super::encoding::Decoder;
use super::json_values::{Elements, Lines, Piece};
use super::row::{Original, Place, Record, Row, Unreadable, join, plain};
use crate::Failure;

/// Objects that are read ahead to learn the keys.
pub(crate) const AHEAD: usize = 1000;

pub(crate) struct Json {
    file: Arc<str>,
    values: Box<dyn Iterator<Item = Piece> + Send>,
    decoder: Decoder,
    keys: Keys,
    ahead: VecDeque<Read>,
    layout: Arc<Layout>,
    row: u64,
}

/// An object and the line it begins in.
struct Read {
    line: u64,
    object: Result<Map<String, Value>, Unreadable>,
}

impl Json {
    /// JSON lines. `blank_lines` makes an empty line a row that cannot be read, for a filter that owes an answer to each line.
    pub(crate) fn lines(file: &Arc<str>, input: Box<dyn BufRead + Send>, decoder: Decoder, wanted: &Columns, filter: bool) -> Json {
        Json::new(file, Box::new(Lines::new(input, filter)), decoder, wanted, if filter { 0 } else { AHEAD })
    }

    /// An array, or an object with a list of tickets.
    pub(crate) fn document(file: &Arc<str>, input: Box<dyn BufRead + Send>, decoder: Decoder, wanted: &Columns) -> Result<Json, Failure> {
        let elements = match Elements::find(input).map_err(|error| Failure(format!("cannot read {file}: {error}")))? {
            Ok(elements) => elements,
            Err(keys) => return Err(Failure(format!("{file} holds no list of tickets; its keys are: {}", super::columns::listed(&keys)))),
        };
        Ok(Json::new(file, Box::new(elements), decoder, wanted, AHEAD))
    }

    fn new(file: &Arc<str>, values: Box<dyn Iterator<Item = Piece> + Send>, decoder: Decoder, wanted: &Columns, ahead: usize) -> Json {
        let keys = Keys { wanted: wanted.clone(), known: HashMap::new() };
        let mut json = Json { file: file.clone(), values, decoder, keys, ahead: VecDeque::new(), layout: Arc::default(), row: 0 };
        let mut headers: Vec<String> = Vec::new();
        let mut seen = std::collections::HashSet::new();
        while json.ahead.len() < ahead {
            let Some(read) = json.read() else { break };
            if let Ok(object) = &read.object {
                headers.extend(object.keys().filter(|key| seen.insert((*key).clone())).cloned());
            }
            json.ahead.push_back(read);
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
        let Some(first) = self.ahead.iter().find_map(|read| read.object.as_ref().ok()) else { return Vec::new() };
        let used = self.keys.of(first);
        let mut told: Vec<(&'static str, String)> = used.text.iter().map(|key| ("text", key.clone())).collect();
        for (name, key) in [("id", used.id), ("date", used.date), ("author", used.author)] {
            told.extend(key.filter(|key| first.contains_key(key)).map(|key| (name, key)));
        }
        told
    }

    fn read(&mut self) -> Option<Read> {
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
        Some(Read { line: piece.line, object })
    }
}

impl Iterator for Json {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        let Read { line, object } = self.ahead.pop_front().or_else(|| self.read())?;
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
