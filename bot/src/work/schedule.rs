//! Which task is next. Tasks of one lane (a dialog) go one by one and in order; a lane that must wait holds up no other.
//!
//! The queue itself is in the store; this is an index of it in memory, some hundred bytes a waiting task.

use std::collections::{BTreeMap, HashMap, VecDeque};

use crate::store::queue::Queued;

type Lane = String;

/// The waiting tasks of one portal.
#[derive(Debug, Default)]
pub struct Schedule {
    /// Tasks of a lane in order, the one that is worked on included.
    lanes: HashMap<Lane, VecDeque<(i64, i64)>>,
    /// The first task of each lane that is not worked on, by when it is due.
    heads: BTreeMap<(i64, i64), Lane>,
}

impl Schedule {
    /// Adds a task behind the others of its lane.
    pub fn push(&mut self, task: &Queued) {
        let lane = self.lanes.entry(task.lane.1.clone()).or_default();
        lane.push_back((task.id, task.due));
        if lane.len() == 1 {
            self.heads.insert((task.due, task.id), task.lane.1.clone());
        }
    }

    /// Takes the task that is due longest. Its lane waits until [`Schedule::done`] or [`Schedule::again`].
    pub fn take(&mut self, now: i64) -> Option<(i64, Lane)> {
        let entry = self.heads.first_entry().filter(|entry| entry.key().0 <= now)?;
        let ((_, id), lane) = entry.remove_entry();
        Some((id, lane))
    }

    /// The task of this lane that was taken is finished.
    pub fn done(&mut self, lane: Lane) {
        let Some(tasks) = self.lanes.get_mut(&lane) else { return };
        tasks.pop_front();
        match tasks.front() {
            Some(&(id, due)) => {
                self.heads.insert((due, id), lane);
            }
            None => {
                self.lanes.remove(&lane);
            }
        }
    }

    /// The task of this lane that was taken is to be taken again at `due`.
    pub fn again(&mut self, lane: Lane, due: i64) {
        if let Some(task) = self.lanes.get_mut(&lane).and_then(VecDeque::front_mut) {
            task.1 = due;
            self.heads.insert((due, task.0), lane);
        }
    }

    /// When the next task is due.
    pub fn next_due(&self) -> Option<i64> {
        self.heads.first_key_value().map(|((due, _), _)| *due)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn queued(id: i64, lane: &str, due: i64) -> Queued {
        Queued { id, lane: ("p".into(), lane.into()), due }
    }

    #[test]
    fn a_lane_goes_in_order_and_holds_up_no_other() {
        let mut schedule = Schedule::default();
        for task in [queued(1, "a", 0), queued(2, "a", 0), queued(3, "b", 5), queued(4, "a", 0)] {
            schedule.push(&task);
        }
        assert_eq!(schedule.take(9), Some((1, "a".into())));
        assert_eq!(schedule.take(4), None, "b is not due yet, a is busy");
        assert_eq!(schedule.take(9), Some((3, "b".into())));
        schedule.again("a".into(), 20);
        assert_eq!((schedule.take(19), schedule.next_due()), (None, Some(20)), "2 must not overtake 1");
        assert_eq!(schedule.take(20), Some((1, "a".into())));
        schedule.done("a".into());
        assert_eq!(schedule.take(20), Some((2, "a".into())));
        schedule.done("a".into());
        schedule.done("b".into());
        assert_eq!(schedule.take(20), Some((4, "a".into())));
        schedule.done("a".into());
        assert_eq!((schedule.take(99), schedule.next_due(), schedule.lanes.len()), (None, None, 0));
    }
}
