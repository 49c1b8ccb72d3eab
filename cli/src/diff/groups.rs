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
        let front = entries.iter().take(self.examples).take_while(|entry| entry.shown.is_some()).count();
        let at = entries[..front].iter().position(|other| entry.before(other)).unwrap_or(front);
        if at == self.examples {
            entries.push(entry);
            return;
        }
        let text = shown();
        // Ten tickets that say "thank you" are one example.
        if entries[..front].iter().any(|other| other.shown.as_ref().is_some_and(|shown| shown.text == text)) {
            entries.push(entry);
            return;
        }
        entry.shown = Some(Box::new(Shown { text, replies: change.replies }));
        entries.push(entry);
        let last = entries.len() - 1;
        let end = if front == self.examples {
            entries[front - 1].shown = None;
            front - 1
        } else {
            front
        };
        entries.swap(end, last);
        entries[at..=end].rotate_right(1);
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
    fn tickets_that_say_the_same_are_one_example() {
        let shown = shown(3, &[(5, "a"), (4, "a"), (6, "b"), (9, "a"), (7, "b"), (8, "c"), (3, "d")]);
        assert_eq!(shown, [(3, Some("d")), (4, None), (5, Some("a")), (6, Some("b")), (7, None), (8, None), (9, None)].map(owned));
    }

    fn owned((len, text): (usize, Option<&str>)) -> (usize, Option<String>) {
        (len, text.map(str::to_string))
    }

    #[test]
    fn the_shortest_tickets_are_shown_whatever_their_order() {
        let found = shown(2, &[(5, "5"), (3, "3"), (9, "9"), (1, "1"), (7, "7"), (2, "2")]);
        assert_eq!(found, [(1, Some("1")), (2, Some("2")), (3, None), (5, None), (7, None), (9, None)].map(owned));
    }

    /// Lengths, and the texts of those that are shown.
    fn shown(examples: usize, tickets: &[(usize, &str)]) -> Vec<(usize, Option<String>)> {
        let mut groups = Groups::new(examples);
        for &(len, text) in tickets {
            let stand = Stand { verdict: Verdict::InScope, topic: None };
            let cause = Cause { kind: Kind::Weights, topic: None, rule: None };
            let change = Change { level: Level::Topic, from: stand.clone(), to: stand, cause, replies: None };
            groups.add(&len.to_string(), len, change, || text.to_string());
        }
        groups.sort();
        assert_eq!((groups.changed(), groups.levels), (tickets.len() as u64, [0, tickets.len() as u64, 0]));
        let (_, entries) = groups.groups()[0];
        entries.iter().map(|entry| (entry.len, entry.shown.as_ref().map(|shown| shown.text.clone()))).collect()
    }
}
