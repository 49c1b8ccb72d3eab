//! Bitrix24's "Excel" export: an HTML table in a file named `.xls`. Read as a stream of tokens; a cell may hold markup and tables of its own.

use std::io::Read;

use html5gum::{IoReader, Token, Tokenizer};

use super::row::Cells;
use super::{COLUMNS, RECORD_BYTES};

/// The rows of the first table and of those that follow it.
pub(crate) struct Rows<R: Read> {
    tokens: Tokenizer<IoReader<R>>,
    /// Tables that are open.
    depth: usize,
    row: Option<Cells>,
    cell: Option<String>,
    ended: bool,
}

impl<R: Read> Rows<R> {
    pub(crate) fn new(input: R) -> Rows<R> {
        Rows { tokens: Tokenizer::new(IoReader::new(input)), depth: 0, row: None, cell: None, ended: false }
    }

    fn end_cell(&mut self) {
        if let (Some(cell), Some(row)) = (self.cell.take(), &mut self.row)
            && row.len() < COLUMNS
        {
            row.push(cell.trim());
        }
    }

    fn end_row(&mut self) -> Option<Cells> {
        self.end_cell();
        self.row.take().filter(|row| row.len() > 0)
    }

    fn text(&mut self, text: &str) {
        if let Some(cell) = &mut self.cell
            && cell.len() + text.len() <= RECORD_BYTES
        {
            cell.push_str(text);
        }
    }

    fn start(&mut self, name: &[u8]) -> Option<Cells> {
        match name {
            b"table" => self.depth += 1,
            b"tr" if self.depth <= 1 => {
                let before = self.end_row();
                self.row = Some(Cells::default());
                return before;
            }
            b"td" | b"th" if self.depth <= 1 => {
                self.end_cell();
                self.row.get_or_insert_default();
                self.cell = Some(String::new());
            }
            b"br" | b"p" | b"div" | b"li" | b"tr" => self.text("\n"),
            b"td" | b"th" => self.text(" "),
            _ => {}
        }
        None
    }

    fn end(&mut self, name: &[u8]) -> Option<Cells> {
        match name {
            b"table" => {
                self.depth = self.depth.saturating_sub(1);
                if self.depth == 0 { self.end_row() } else { None }
            }
            b"tr" if self.depth <= 1 => self.end_row(),
            b"td" | b"th" if self.depth <= 1 => {
                self.end_cell();
                None
            }
            _ => None,
        }
    }
}

impl<R: Read> Iterator for Rows<R> {
    type Item = Result<Cells, String>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.ended {
            let row = match self.tokens.next() {
                None => {
                    self.ended = true;
                    self.end_row()
                }
                Some(Err(error)) => {
                    self.ended = true;
                    return Some(Err(format!("cannot be read on: {error}")));
                }
                Some(Ok(Token::StartTag(tag))) => self.start(&tag.name),
                Some(Ok(Token::EndTag(tag))) => self.end(&tag.name),
                Some(Ok(Token::String(text))) => {
                    let text = String::from_utf8_lossy(&text).into_owned();
                    self.text(&text);
                    None
                }
                Some(Ok(_)) => None,
            };
            if let Some(row) = row {
                return Some(Ok(row));
            }
        }
        None
    }
}
