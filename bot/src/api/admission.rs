//! How much work is taken on at once. Over that the answer is 503 at once, rather than ever later answers to everybody.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::problem::{OVERLOADED, Problem};

/// Bytes of bodies held in memory at once, at least; always enough for four of the largest.
const BODIES: usize = 64 << 20;
/// The unit that bodies are counted in, since a permit is a small number.
const UNIT: usize = 1 << 10;
/// A request that has waited this long for its turn is not worth answering any more.
const PATIENCE: Duration = Duration::from_secs(5);

/// Turns and memory for requests.
#[derive(Clone, Debug)]
pub(crate) struct Admission {
    turns: Arc<Semaphore>,
    waiting: Arc<AtomicUsize>,
    queue: usize,
    bodies: Arc<Semaphore>,
}

impl Admission {
    pub(crate) fn new(in_flight: usize, queue: usize, max_body: usize) -> Admission {
        let cores = std::thread::available_parallelism().map_or(2, |cores| cores.get());
        Admission {
            turns: Arc::new(Semaphore::new(if in_flight == 0 { cores } else { in_flight })),
            waiting: Arc::default(),
            queue,
            bodies: Arc::new(Semaphore::new(BODIES.max(4 * max_body) / UNIT)),
        }
    }

    /// Sets memory aside for a body of at most `bytes`; held until the request is answered.
    pub(crate) fn memory(&self, bytes: usize) -> Result<OwnedSemaphorePermit, Problem> {
        let units = u32::try_from(bytes.div_ceil(UNIT).max(1)).unwrap_or(u32::MAX);
        self.bodies.clone().try_acquire_many_owned(units).map_err(|_| overloaded("too many large requests at once"))
    }

    /// Waits for a turn, unless too many wait already.
    pub(crate) async fn turn(&self) -> Result<OwnedSemaphorePermit, Problem> {
        if let Ok(turn) = self.turns.clone().try_acquire_owned() {
            return Ok(turn);
        }
        let place = Place::take(&self.waiting, self.queue)?;
        let turn = tokio::time::timeout(PATIENCE, self.turns.clone().acquire_owned()).await;
        drop(place);
        match turn {
            Ok(Ok(turn)) => Ok(turn),
            _ => Err(overloaded("no turn came up in time")),
        }
    }
}

/// A place in the queue, given back also when the client goes away while waiting.
struct Place<'a>(&'a AtomicUsize);

impl Place<'_> {
    fn take(waiting: &AtomicUsize, queue: usize) -> Result<Place<'_>, Problem> {
        let place = Place(waiting);
        if waiting.fetch_add(1, Ordering::Relaxed) >= queue {
            return Err(overloaded("too many requests wait already"));
        }
        Ok(place)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

fn overloaded(why: &str) -> Problem {
    Problem::new(OVERLOADED, format!("{why}; try again in a second")).after(Duration::from_secs(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_full_queue_refuses_and_a_freed_turn_admits() {
        let admission = Admission::new(1, 1, 1 << 20);
        let held = admission.turn().await.unwrap();
        let waiting = tokio::spawn({
            let admission = admission.clone();
            async move { admission.turn().await.is_ok() }
        });
        while admission.waiting.load(Ordering::Relaxed) == 0 {
            tokio::task::yield_now().await;
        }
        assert!(admission.turn().await.is_err(), "one works, one waits, the third is refused");
        drop(held);
        assert!(waiting.await.unwrap(), "the one that waited gets the freed turn");
        assert!(admission.turn().await.is_ok(), "and nothing leaks");
    }

    #[tokio::test]
    async fn a_client_that_goes_away_frees_its_place() {
        let admission = Admission::new(1, 1, 1 << 20);
        let _held = admission.turn().await.unwrap();
        for _ in 0..3 {
            let left = tokio::time::timeout(Duration::from_millis(10), admission.turn()).await;
            assert!(left.is_err(), "it waited for its turn: the place of the one before it was free");
        }
    }

    #[test]
    fn memory_for_bodies_is_bounded() {
        let admission = Admission::new(1, 1, 1 << 20);
        let held: Vec<_> = (0..64).map(|_| admission.memory(1 << 20).unwrap()).collect();
        assert!(admission.memory(1 << 20).is_err());
        drop(held);
        assert!(admission.memory(1 << 20).is_ok());
    }
}
