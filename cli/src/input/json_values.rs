//! Cuts JSON into values: a line each, or the elements of a list found by brackets and quotes. What is inside a value is not looked at.

use std::io::{self, BufRead};

use super::RECORD_BYTES;

/// Where help desks keep the list.
const LISTS: &[&str] =
    &["tickets", "result", "results", "items", "data", "rows", "records", "issues", "cases", "requests", "conversations", "tasks"];

/// The bytes of a value and the line it begins in.
pub(super) struct Piece {
    pub(super) line: u64,
    pub(super) bytes: Result<Vec<u8>, String>,
}

/// The lines of an input.
pub(super) struct Lines {
    input: Box<dyn BufRead + Send>,
    line: u64,
    blank_lines: bool,
}

impl Lines {
    pub(super) fn new(input: Box<dyn BufRead + Send>, blank_lines: bool) -> Lines {
        Lines { input, line: 0, blank_lines }
    }
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
                // A sign that begins no value must be stepped over, or nothing would ever be read.
                Some(b'}' | b']' | b':') => {
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
pub(super) struct Elements {
    scanner: Scanner,

    ended: bool,
}

impl Elements {
    /// The elements of the list of tickets; if there is none, the keys that were there.
    pub(super) fn find(input: Box<dyn BufRead + Send>) -> io::Result<Result<Elements, Vec<String>>> {
        let mut scanner = Scanner { input, line: 1 };
        Ok(scanner.find_list()?.map(|()| Elements { scanner, ended: false }))
    }
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
