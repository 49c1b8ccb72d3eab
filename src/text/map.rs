//! The way back: from the folded text to every original byte.

use crate::span::Span;

/// One run of folded bytes and where it came from.
#[derive(Clone, Copy, Debug)]
struct Segment {
    folded: u32,
    source: u32,
    /// Bytes of the original. A run with `exact` has as many folded bytes as original ones, character by character.
    source_len: u32,
    exact: bool,
}

/// Maps byte ranges of a folded text to byte ranges of the original.
///
/// Plain text is one long exact run, so the map of an ordinary ticket holds a handful of segments. Everything else (an entity,
/// a ligature, a letter typed on the wrong layout) is a run of its own that maps as a whole.
#[derive(Clone, Debug, Default)]
pub(crate) struct OffsetMap {
    segments: Vec<Segment>,
}

impl OffsetMap {
    pub(crate) fn clear(&mut self) {
        self.segments.clear();
    }

    /// Says that the next `len` folded bytes, which begin at `folded`, are the original bytes at `source`.
    pub(crate) fn push_exact(&mut self, folded: usize, source: usize, len: usize) {
        if let Some(last) = self.segments.last_mut() {
            let run = last.source_len as usize;
            if last.exact && last.folded as usize + run == folded && last.source as usize + run == source {
                last.source_len += len as u32;
                return;
            }
        }
        self.push(folded, source, len, true);
    }

    /// Says that the folded bytes from `folded` on stand for the original range as a whole.
    pub(crate) fn push_whole(&mut self, folded: usize, source: usize, source_len: usize) {
        self.push(folded, source, source_len, false);
    }

    fn push(&mut self, folded: usize, source: usize, source_len: usize, exact: bool) {
        debug_assert!(source_len > 0);
        let (folded, source, source_len) = (folded as u32, source as u32, source_len as u32);
        self.segments.push(Segment { folded, source, source_len, exact });
    }

    fn at(&self, folded: usize) -> Segment {
        let after = self.segments.partition_point(|s| s.folded as usize <= folded);
        self.segments[after - 1]
    }

    /// The original range of a non-empty folded range.
    pub(crate) fn span(&self, start: usize, end: usize) -> Span {
        debug_assert!(start < end);
        let first = self.at(start);
        let from = if first.exact { first.source as usize + start - first.folded as usize } else { first.source as usize };
        let last = self.at(end - 1);
        let to = if last.exact { last.source as usize + end - last.folded as usize } else { (last.source + last.source_len) as usize };
        Span::new(from, to.max(from + 1))
    }

    /// The original range of a folded range of **another** text that was made from the one this map belongs to; used by steps that
    /// rewrite words and so need their own map on top of this one.
    pub(crate) fn exact_run(&self, start: usize, end: usize) -> Option<usize> {
        let first = self.at(start);
        let run_end = first.folded as usize + first.source_len as usize;
        (first.exact && end <= run_end).then(|| first.source as usize + start - first.folded as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbouring_exact_runs_become_one() {
        let mut map = OffsetMap::default();
        map.push_exact(0, 10, 2);
        map.push_exact(2, 12, 3);
        assert_eq!(map.segments.len(), 1);
        assert_eq!(map.span(1, 4).range(), 11..14);
    }

    #[test]
    fn a_whole_run_maps_as_a_whole() {
        let mut map = OffsetMap::default();
        map.push_exact(0, 0, 1);
        map.push_whole(1, 1, 6); // "&nbsp;" became one space
        map.push_exact(2, 7, 1);
        assert_eq!(map.span(1, 2).range(), 1..7);
        assert_eq!(map.span(0, 3).range(), 0..8);
    }
}
