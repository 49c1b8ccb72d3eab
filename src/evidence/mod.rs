//! Hits → what the writer asks for, and which conditions of the rules hold.

pub(crate) mod conditions;
pub(crate) mod wants;

pub(crate) use conditions::{Findings, Place, Rules, Top};
pub(crate) use wants::{Asked, Cues};

use crate::matcher::Scan;
use crate::span::Span;

/// The original bytes of a place.
pub(crate) fn span_of(scan: &Scan, place: Place) -> Span {
    match place {
        Place::Tokens(first, last) => {
            scan.text.span(scan.cut.tokens[first as usize].start as usize, scan.cut.tokens[last as usize].end as usize)
        }
        Place::Folded(start, end) => scan.text.span(start as usize, end as usize),
    }
}
