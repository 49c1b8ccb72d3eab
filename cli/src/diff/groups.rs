//! Changes gathered by their cause.

use std::collections::HashMap;

use super::cause::Cause;
use super::{Change, Level, Stand};

/// Everything that changed.
#[derive(Default)]
pub(crate) struct Groups {
    by_cause: HashMap<Cause, Vec<Entry>>,
    /// The stands that occur, each once: an entry has their numbers.
    stands: Vec<Stand>,
    known: HashMap<Stand, u32>,
    examples: usize,
    pub(crate) tickets: u64,
    pub(crate) levels: [u64; 3],
}

/// One changed ticket. A million of them fit into memory as long as only a few keep their text.
pub(crate) struct Entry {
    pub(crate) id: Box<str>,
    pub(crate) level: Level,
    from: u32,
    to: u32,
    /// Length of the ticket in bytes, by which examples are chosen.
    len: usize,
    pub(crate) shown: Option<Box<Shown>>,
}

/// What is kept of an example.
pub(crate) struct Shown {
    pub(crate) text: String,
    pub(crate) replies: Option<(String, String)>,
}

impl Groups {
    /// Keeps the texts of `examples` tickets of each group.
    pub(crate) fn new(examples: usize) -> Groups {
        Groups { examples, ..Groups::default() }
    }

    /// Adds a change; `shown` gives the ticket's text as it may be printed, and is asked only if it may be needed.
    pub(crate) fn add(&mut self, id: &str, len: usize, change: Change, shown: impl FnOnce() -> String) {
        let (from, to) = (self.number(change.from), self.number(change.to));
        self.levels[change.level as usize] += 1;
        let entries = self.by_cause.entry(change.cause).or_default();
        let mut entry = Entry { id: id.into(), level: change.level, from, to, len, shown: None };
        // The smallest stand in front, as many as are shown; the rest is sorted at the end.
        let front = entries.len().min(self.examples);
        let at = entries[..front].iter().position(|other| entry.before(other)).unwrap_or(front);
        if at == self.examples {
            entries.push(entry);
            return;
        }
        entry.shown = Some(Box::new(Shown { text: shown(), replies: change.replies }));
        entries.push(entry);
        if front == self.examples {
            entries[front - 1].shown = None;
            let last = entries.len() - 1;
            entries.swap(front - 1, last);
            entries[at..front].rotate_right(1);
        } else {
            entries[at..].rotate_right(1);
        }
    }

    fn number(&mut self, stand: Stand) -> u32 {
        let next = self.stands.len() as u32;
        *self.known.entry(stand).or_insert_with_key(|stand| {
            self.stands.push(stand.clone());
            next
        })
    }

    pub(crate) fn changed(&self) -> u64 {
        self.levels.iter().sum()
    }

    pub(crate) fn stands(&self, entry: &Entry) -> (&Stand, &Stand) {
        (&self.stands[entry.from as usize], &self.stands[entry.to as usize])
    }

    /// Puts the tickets of each group in order, the shortest first. To be called before they are read.
    pub(crate) fn sort(&mut self) {
        for entries in self.by_cause.values_mut() {
            entries.sort_by(|a, b| (a.len, &a.id).cmp(&(b.len, &b.id)));
        }
    }

    /// The groups, the largest first.
    pub(crate) fn groups(&self) -> Vec<(&Cause, &[Entry])> {
        let mut groups: Vec<_> = self.by_cause.iter().map(|(cause, entries)| (cause, entries.as_slice())).collect();
        groups.sort_by(|a, b| b.1.len().cmp(&a.1.len()).then_with(|| a.0.cmp(b.0)));
        groups
    }
}

impl Entry {
    fn before(&self, other: &Entry) -> bool {
        (self.len, &self.id) < (other.len, &other.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff::cause::Kind;
    use support_triage::Verdict;

    #[test]
    fn the_shortest_tickets_are_shown_whatever_their_order() {
        let mut groups = Groups::new(2);
        for len in [5, 3, 9, 1, 7, 2] {
            let stand = Stand { verdict: Verdict::InScope, topic: None };
            let cause = Cause { kind: Kind::Weights, topic: None, rule: None };
            let change = Change { level: Level::Topic, from: stand.clone(), to: stand, cause, replies: None };
            groups.add(&len.to_string(), len, change, || len.to_string());
        }
        groups.sort();
        let (_, entries) = groups.groups()[0];
        let shown: Vec<_> = entries.iter().map(|entry| (&*entry.id, entry.shown.as_ref().map(|shown| shown.text.as_str()))).collect();
        assert_eq!(shown, [("1", Some("1")), ("2", Some("2")), ("3", None), ("5", None), ("7", None), ("9", None)]);
        assert_eq!((groups.changed(), groups.levels), (6, [0, 6, 0]));
    }
}
