//! Who may stay when there are too many connections: the newcomer is let in, and the one that has kept us waiting longest goes.
//!
//! A plain cap would do the opposite: some hundred clients that send a byte a second would hold every place, and the portal would be turned away.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use tokio::sync::Notify;

/// All places.
#[derive(Debug)]
pub(super) struct Admission {
    most: usize,
    seats: Mutex<Seats>,
}

#[derive(Debug, Default)]
struct Seats {
    /// Counts up; stands for time.
    turn: u64,
    /// By the turn of their last whole request, or of their arrival.
    taken: BTreeMap<u64, Arc<Notify>>,
}

/// A place, given back when dropped. Clones are the same place.
#[derive(Clone, Debug)]
pub(super) struct Seat {
    place: Arc<Place>,
}

#[derive(Debug)]
struct Place {
    admission: Arc<Admission>,
    turn: Mutex<u64>,
    evicted: Arc<Notify>,
}

impl Admission {
    pub(super) fn new(most: usize) -> Admission {
        Admission { most, seats: Mutex::default() }
    }

    /// Lets somebody in, and if there is no room, sends the one away that has been silent longest.
    pub(super) fn enter(self: &Arc<Admission>) -> Seat {
        let evicted = Arc::new(Notify::new());
        let mut seats = self.lock();
        if seats.taken.len() >= self.most
            && let Some((_, longest)) = seats.taken.pop_first()
        {
            longest.notify_one();
        }
        seats.turn += 1;
        let turn = seats.turn;
        seats.taken.insert(turn, evicted.clone());
        drop(seats);
        Seat { place: Arc::new(Place { admission: self.clone(), turn: Mutex::new(turn), evicted }) }
    }

    fn lock(&self) -> MutexGuard<'_, Seats> {
        self.seats.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }
}

impl Seat {
    /// A whole request has come and was answered.
    pub(super) fn touch(&self) {
        let mut turn = self.place.turn.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let mut seats = self.place.admission.lock();
        // Gone already: sent away a moment ago.
        if let Some(notify) = seats.taken.remove(&turn) {
            seats.turn += 1;
            *turn = seats.turn;
            seats.taken.insert(*turn, notify);
        }
    }

    /// Waits until this one is sent away.
    pub(super) async fn evicted(&self) {
        self.place.evicted.notified().await;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let turn = *self.turn.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        self.admission.lock().taken.remove(&turn);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    async fn gone(seat: &Seat) -> bool {
        tokio::time::timeout(Duration::from_millis(1), seat.evicted()).await.is_ok()
    }

    #[tokio::test(start_paused = true)]
    async fn the_longest_silent_makes_room() {
        let admission = Arc::new(Admission::new(3));
        let (a, b, c) = (admission.enter(), admission.enter(), admission.enter());
        a.touch();
        let _d = admission.enter();
        assert_eq!((gone(&a).await, gone(&b).await, gone(&c).await), (false, true, false));
        drop((a, b, c));
        assert_eq!(admission.lock().taken.len(), 1);
    }
}
