//! The terms of a policy while it is built: each as written is read once, and those that match the same have one id.

use std::collections::HashMap;

use super::guard::{Node, Source};
use super::term;
use crate::diagnostic::Diagnostic;
use crate::limits::Limits;
use crate::words::Words;

/// Terms by what they match, so that equal ones are matched once.
pub(crate) struct Terms<'a> {
    pub(crate) limits: &'a Limits,
    reader: term::Reader<'a>,
    /// As they are written: most terms of a policy stand in it more than once.
    written: Words,
    /// The id of each; `None` for one that is refused.
    ids: Vec<Option<u32>>,
    /// By id, how it was written first.
    first: Vec<u32>,
    by_content: HashMap<term::Term, u32>,
}

impl<'a> Terms<'a> {
    pub(crate) fn new(limits: &'a Limits) -> Terms<'a> {
        let reader = term::Reader::new(limits);
        Terms { limits, reader, written: Words::default(), ids: Vec::new(), first: Vec::new(), by_content: HashMap::new() }
    }

    /// The id of a term as written; a refusal goes to `found`.
    pub(crate) fn id(&mut self, written: &str, source: &Source, node: &Node, found: &mut Vec<Diagnostic>) -> Option<u32> {
        let number = self.written.insert(written) as usize;
        if let Some(&Some(id)) = self.ids.get(number) {
            return Some(id);
        }
        let id = match self.reader.parse(written) {
            Ok(term) => Some(*self.by_content.entry(term).or_insert_with(|| {
                self.first.push(number as u32);
                self.first.len() as u32 - 1
            })),
            Err((code, message, help)) => {
                found.push(source.at(node.range, code, message, help));
                None
            }
        };
        if number == self.ids.len() {
            self.ids.push(id);
        }
        id
    }

    /// A term as it was written first.
    pub(crate) fn text(&self, id: u32) -> &str {
        self.written.get(self.first[id as usize])
    }

    /// All terms by their ids, and what stands at their places.
    pub(crate) fn finish(self) -> (Vec<term::Term>, term::Slots) {
        let mut terms = vec![term::Term::default(); self.first.len()];
        for (term, id) in self.by_content {
            terms[id as usize] = term;
        }
        (terms, self.reader.slots())
    }
}

/// Which terms stand in the concept at hand.
#[derive(Default)]
pub(crate) struct Seen {
    concept: u32,
    /// By term, the concept it was seen in last.
    last: Vec<u32>,
}

impl Seen {
    /// Another concept begins.
    pub(crate) fn next(&mut self) {
        self.concept += 1;
    }

    pub(crate) fn stands_twice(&mut self, term: u32) -> bool {
        let term = term as usize;
        if self.last.len() <= term {
            self.last.resize(term + 1, 0);
        }
        std::mem::replace(&mut self.last[term], self.concept) == self.concept
    }
}
