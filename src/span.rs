//! A byte range of the caller's text.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// A non-empty byte range of a ticket as its author typed it.
///
/// Both ends are character boundaries of the `&str` that was classified; `start < end` always.
///
/// # Examples
///
/// ```
/// use support_triage::Classifier;
///
/// let ticket = "Установите нам nginx на сервер";
/// let decision = Classifier::builtin().classify(ticket);
/// for evidence in decision.evidence() {
///     assert!(!evidence.span().slice(ticket).is_empty());
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Span {
    start: usize,
    end: usize,
}

impl Span {
    pub(crate) fn new(start: usize, end: usize) -> Span {
        debug_assert!(start < end, "a span is never empty");
        Span { start, end }
    }

    /// The first byte.
    pub fn start(self) -> usize {
        self.start
    }

    /// The byte after the last one.
    pub fn end(self) -> usize {
        self.end
    }

    /// The span as a standard range.
    pub fn range(self) -> Range<usize> {
        self.start..self.end
    }

    /// The part of `ticket` that the span covers; empty if `ticket` is another, shorter text.
    pub fn slice(self, ticket: &str) -> &str {
        ticket.get(self.range()).unwrap_or("")
    }

    /// Whether every byte of `other` lies in this span.
    pub fn covers(self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }
}
