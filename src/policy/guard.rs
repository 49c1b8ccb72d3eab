//! Rule files before anything reads them: limits, encoding, and a tree of places.
//!
//! `serde_yaml` must never see bytes that did not pass here: anchors and aliases can blow 100 KB up to gigabytes, deep nesting takes it a minute,
//! and it keeps the last of two equal keys without a word. This pass pulls the events of another parser, which streams, and keeps the byte range of
//! every node, so that whatever is found wrong later has a line and a column.

use std::borrow::Cow;
use std::collections::HashMap;

use granit_parser::{Event, Parser, ScalarStyle};

use crate::diagnostic::{Diagnostic, Severity};
use crate::limits::Limits;

/// A rule file's text and where its lines begin.
pub(crate) struct Source<'a> {
    pub(crate) name: &'a str,
    pub(crate) text: &'a str,
    /// Where each line begins.
    lines: Vec<usize>,
}

impl<'a> Source<'a> {
    pub(crate) fn new(name: &'a str, text: &'a str) -> Source<'a> {
        let lines = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Source { name, text, lines }
    }

    /// The number of the line at a byte, from 1.
    pub(crate) fn line(&self, at: usize) -> usize {
        self.lines.partition_point(|line| *line <= at)
    }

    /// A diagnostic at a byte range of this file.
    pub(crate) fn at(&self, range: (usize, usize), code: &'static str, message: String, help: impl Into<String>) -> Diagnostic {
        let start = floor(self.text, range.0);
        let line_start = self.text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = self.text[start..].find('\n').map_or(self.text.len(), |at| start + at);
        let end = floor(self.text, range.1).clamp(start, line_end);
        Diagnostic {
            code,
            severity: if code.starts_with('W') { Severity::Warning } else { Severity::Error },
            file: self.name.to_string(),
            line: self.line(start),
            column: self.text[line_start..start].chars().count() + 1,
            width: self.text[start..end].chars().count().max(1),
            excerpt: self.text[line_start..line_end].trim_end().to_string(),
            message,
            help: help.into(),
        }
    }
}

fn floor(text: &str, mut at: usize) -> usize {
    at = at.min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// A node of a rule file with its place.
#[derive(Debug)]
pub(crate) struct Node<'a> {
    pub(crate) range: (usize, usize),
    pub(crate) kind: Kind<'a>,
}

#[derive(Debug)]
pub(crate) enum Kind<'a> {
    /// `plain` is one without quotes, which may stand for a number.
    Scalar {
        text: Cow<'a, str>,
        plain: bool,
    },
    List(Vec<Node<'a>>),
    Map(Vec<(Key<'a>, Node<'a>)>),
}

#[derive(Debug)]
pub(crate) struct Key<'a> {
    pub(crate) name: Cow<'a, str>,
    pub(crate) range: (usize, usize),
}

impl<'a> Node<'a> {
    pub(crate) fn get(&self, key: &str) -> Option<&Node<'a>> {
        match &self.kind {
            Kind::Map(entries) => entries.iter().find(|(k, _)| k.name == key).map(|(_, node)| node),
            _ => None,
        }
    }

    pub(crate) fn items(&self) -> &[Node<'a>] {
        match &self.kind {
            Kind::List(items) => items,
            _ => &[],
        }
    }

    /// The node at `index` of a list; the node itself if it is not a list (`x` stands for `[x]` in many places).
    pub(crate) fn item_or_self(&self, index: usize) -> &Node<'a> {
        self.items().get(index).unwrap_or(self)
    }
}

/// Reads bytes as a rule file: encoding, size, and characters that editors do not show.
pub(crate) fn decode<'a>(name: &'a str, bytes: &'a [u8], limits: &Limits) -> Result<Source<'a>, Box<Diagnostic>> {
    let plain = |text| Source::new(name, text);
    if bytes.len() > limits.file_bytes {
        let message = format!("the file has {} bytes, the limit is {}", bytes.len(), limits.file_bytes);
        return Err(Box::new(plain("").at(
            (0, 0),
            "E001",
            message,
            "split it into several files of one category each, or raise Limits::file_bytes",
        )));
    }
    if bytes.starts_with(&[0xFF, 0xFE]) || bytes.starts_with(&[0xFE, 0xFF]) {
        return Err(Box::new(plain("").at((0, 0), "E002", "the file is UTF-16".into(), "save it as UTF-8")));
    }
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.strip_prefix('\u{FEFF}').unwrap_or(text),
        Err(error) => {
            let valid = error.valid_up_to();
            let good = std::str::from_utf8(&bytes[..valid]).unwrap_or("");
            let message = format!("the byte 0x{:02X} is not UTF-8", bytes[valid]);
            return Err(Box::new(plain(good).at(
                (valid, valid),
                "E002",
                message,
                "save the file as UTF-8; Russian text with such bytes is mostly windows-1251",
            )));
        }
    };
    let source = plain(text);
    let odd: Vec<(usize, char)> = odd_places(text).filter_map(|at| text[at..].chars().next().map(|c| (at, c))).collect();
    if let Some(&(at, c)) = odd.iter().find(|(_, c)| *c != '\u{A0}') {
        let message = format!("the character U+{:04X} cannot be seen and may not stand in a rule file", c as u32);
        return Err(Box::new(source.at((at, at + 1), "E003", message, "delete it")));
    }
    let indents = |at: usize| text[..at].rsplit('\n').next().is_some_and(|before| before.trim().is_empty());
    if let Some(&(at, _)) = odd.iter().find(|(at, _)| indents(*at)) {
        return Err(Box::new(source.at((at, at + 2), "E003", "a no-break space in the indentation".into(), "indent with ordinary spaces")));
    }
    if let Some(&at) = source.lines.iter().find(|&&at| text[at..].starts_with('%')) {
        return Err(Box::new(source.at(
            (at, at + 1),
            "E004",
            "YAML directives are not allowed".into(),
            "delete the line, or quote the text if it is one",
        )));
    }
    Ok(source)
}

/// Where characters stand that editors do not show: controls but for tabs and line breaks, no-break spaces, and marks of the encoding.
fn odd_places(text: &str) -> impl Iterator<Item = usize> {
    /// Bytes that one may begin with: controls; U+0080 to U+00A0; U+2028 and U+2029; U+FEFF.
    const MAY: [bool; 256] = {
        let mut may = [false; 256];
        let mut byte = 0;
        while byte < 0x20 {
            may[byte] = !matches!(byte as u8, b'\t' | b'\n' | b'\r');
            byte += 1;
        }
        (may[0x7F], may[0xC2], may[0xE2], may[0xEF]) = (true, true, true, true);
        may
    };
    let bytes = text.as_bytes();
    let may = bytes.iter().enumerate().filter(|(_, byte)| MAY[usize::from(**byte)]);
    may.map(|(at, _)| at).filter(|&at| match bytes[at..] {
        [0xC2, next, ..] => next <= 0xA0,
        [0xE2, ref rest @ ..] => matches!(rest, [0x80, 0xA8 | 0xA9, ..]),
        [0xEF, ref rest @ ..] => matches!(rest, [0xBB, 0xBF, ..]),
        _ => true,
    })
}

/// A collection that is being read.
enum Open<'a> {
    List { start: usize, items: Vec<Node<'a>> },
    Map { start: usize, entries: Vec<(Key<'a>, Node<'a>)>, names: Names<'a>, key: Option<Key<'a>> },
}

/// Where the keys of a map stand first. The few of an ordinary map are looked through; only a long one is given a table.
#[derive(Default)]
struct Names<'a>(HashMap<Cow<'a, str>, (usize, usize)>);

impl<'a> Names<'a> {
    /// Keys that are looked through.
    const FEW: usize = 16;

    /// Where the name stood before among `entries`, if it did; it stands at `range` now.
    fn first(&mut self, entries: &[(Key<'a>, Node)], name: Cow<'a, str>, range: (usize, usize)) -> Option<(usize, usize)> {
        if entries.len() < Names::FEW {
            return entries.iter().find(|(key, _)| key.name == name).map(|(key, _)| key.range);
        }
        if self.0.is_empty() {
            for (key, _) in entries {
                self.0.entry(key.name.clone()).or_insert(key.range);
            }
        }
        let first = *self.0.entry(name).or_insert(range);
        (first != range).then_some(first)
    }
}

/// Reads the tree of a decoded file. Finds every duplicate key; any other mistake ends the reading.
pub(crate) fn outline<'a>(source: &Source<'a>, limits: &Limits, found: &mut Vec<Diagnostic>) -> Option<Node<'a>> {
    let mut open: Vec<Open> = Vec::new();
    let mut root = None;
    let (mut nodes, mut documents) = (0, 0);
    let mut parser = Parser::new_from_str_with_options(source.text, granit_parser::options! { emit_comments: false });
    let mut fail = |range, code, message: String, help: &str| found.push(source.at(range, code, message, help));
    let mut duplicates = Vec::new();
    while let Some(event) = parser.next_event() {
        let (event, span) = match event {
            Ok(event) => event,
            Err(error) => {
                let at = error.marker().byte_offset().unwrap_or(0);
                fail((at, at + 1), "E010", format!("not YAML: {}", error.info()), hint(source.text, at));
                return None;
            }
        };
        let range = span.byte_range().map_or((0, 0), |range| (range.start, range.end));
        let node = match event {
            Event::DocumentStart(..) => {
                documents += 1;
                if documents > 1 {
                    fail(range, "E005", "a second document begins here".into(), "keep one document a file");
                    return None;
                }
                continue;
            }
            Event::Alias(..) => {
                fail(range, "E004", "aliases are not allowed".into(), "write the value out; quote the text if it begins with *");
                return None;
            }
            Event::Scalar(text, style, anchor, tag) => {
                if anchor != 0 || tag.is_some() {
                    fail(range, "E004", "anchors and tags are not allowed".into(), "delete it; quote the text if it begins with & or !");
                    return None;
                }
                if text.len() > limits.scalar_bytes {
                    fail(range, "E001", format!("a text of {} bytes, the limit is {}", text.len(), limits.scalar_bytes), "shorten it");
                    return None;
                }
                nodes += 1;
                Some(Node { range: trim(source.text, range), kind: Kind::Scalar { text, plain: style == ScalarStyle::Plain } })
            }
            Event::SequenceStart(_, anchor, tag) | Event::MappingStart(_, anchor, tag) if anchor != 0 || tag.is_some() => {
                fail(range, "E004", "anchors and tags are not allowed".into(), "write the value out");
                return None;
            }
            Event::SequenceStart(..) => {
                nodes += 1;
                open.push(Open::List { start: range.0, items: Vec::new() });
                None
            }
            Event::MappingStart(..) => {
                nodes += 1;
                open.push(Open::Map { start: range.0, entries: Vec::new(), names: Names::default(), key: None });
                None
            }
            Event::SequenceEnd | Event::MappingEnd => match open.pop() {
                Some(Open::List { start, items }) => {
                    let end = items.last().map_or(range.1, |item| item.range.1).max(start);
                    Some(Node { range: (start, end), kind: Kind::List(items) })
                }
                Some(Open::Map { start, entries, .. }) => {
                    let end = entries.last().map_or(range.1, |entry| entry.1.range.1).max(start);
                    Some(Node { range: (start, end), kind: Kind::Map(entries) })
                }
                None => None,
            },
            _ => continue,
        };
        if open.len() > limits.depth {
            fail(range, "E001", format!("nested deeper than {} levels", limits.depth), "flatten it");
            return None;
        }
        if nodes > limits.nodes {
            fail(range, "E001", format!("more than {} YAML nodes", limits.nodes), "split the file");
            return None;
        }
        let Some(node) = node else { continue };
        match open.last_mut() {
            None => root = Some(node),
            Some(Open::List { items, .. }) => items.push(node),
            Some(Open::Map { entries, names, key, .. }) => match key.take() {
                Some(name) => entries.push((name, node)),
                None => match node.kind {
                    Kind::Scalar { text: name, .. } => {
                        if let Some(first) = names.first(entries, name.clone(), node.range) {
                            duplicates.push((node.range, name.clone(), first));
                        }
                        *key = Some(Key { name, range: node.range });
                    }
                    _ => {
                        fail(node.range, "E010", "a key must be a plain word".into(), "quote it if it is text");
                        return None;
                    }
                },
            },
        }
    }
    for (range, name, first) in duplicates {
        let line = source.text[..floor(source.text, first.0)].matches('\n').count() + 1;
        found.push(source.at(range, "E011", format!("the key \"{name}\" stands twice, first in line {line}"), "keep one of them"));
    }
    match root {
        Some(root) if matches!(root.kind, Kind::Map(_)) => Some(root),
        Some(root) => {
            found.push(source.at(root.range, "E012", "the file must be a map of keys".into(), "begin with a key such as `category: …`"));
            None
        }
        None => {
            found.push(source.at((0, 0), "E012", "the file is empty".into(), "delete it, or begin with a key such as `category: …`"));
            None
        }
    }
}

/// Block scalars and some others end behind their line; a mark should not.
fn trim(text: &str, range: (usize, usize)) -> (usize, usize) {
    let (start, end) = (floor(text, range.0), floor(text, range.1));
    (start, start + text[start..end.max(start)].trim_end().len())
}

/// What mostly is behind an error of the YAML parser.
fn hint(text: &str, at: usize) -> &'static str {
    let at = floor(text, at);
    let line_start = text[..at].rfind('\n').map_or(0, |start| start + 1);
    let line = text[line_start..].lines().next().unwrap_or("");
    let value = line.trim_start().trim_start_matches("- ");
    let value = value.split_once(": ").map_or(value, |(_, value)| value).trim_start();
    if line.starts_with('\t') || line.trim_start_matches(' ').starts_with('\t') {
        "indent with spaces, not tabs"
    } else if value.starts_with(['@', '%', '*', '&', '!', '`', '|', '>']) {
        "put the text in double quotes: it begins with a character that means something in YAML"
    } else if value.starts_with('"') && value.contains('\\') {
        "use single quotes for text with backslashes"
    } else if line.matches(": ").count() > 1 {
        "put text with a colon in double quotes"
    } else {
        "look for a missing quote, bracket or space around here; text with special characters needs quotes"
    }
}
