//! The workers: take tasks from the queue, decide, and answer through the portal.

pub mod answer;
mod install;
pub mod intake;
pub mod plan;
pub mod schedule;
pub mod talk;
pub mod task;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;

use crate::config::Config;
use crate::portal::Portal;
use crate::state::State;
use crate::store::now;
use crate::store::queue::Queued;
use schedule::Schedule;
use task::Next;

/// Where new tasks are announced, one channel a portal: a portal that is slow or down holds up no other.
#[derive(Debug)]
pub struct Inbox(HashMap<String, Channel>);

#[derive(Debug)]
struct Channel {
    sender: mpsc::UnboundedSender<Queued>,
    /// Until the worker takes it.
    receiver: Mutex<Option<mpsc::UnboundedReceiver<Queued>>>,
}

impl Inbox {
    /// A channel for each portal. What waits in it is bounded by the queue's limit.
    pub fn new(config: &Config) -> Inbox {
        let channel = |name: &String| {
            let (sender, receiver) = mpsc::unbounded_channel();
            (name.clone(), Channel { sender, receiver: Mutex::new(Some(receiver)) })
        };
        Inbox(config.portals.iter().map(|portal| channel(&portal.name)).collect())
    }

    /// Announces tasks that are in the store.
    pub fn announce(&self, tasks: impl IntoIterator<Item = Queued>) {
        for task in tasks {
            if let Some(channel) = self.0.get(&task.lane.0) {
                // Closed only when the server stops; the store has the task.
                let _ = channel.sender.send(task);
            }
        }
    }

    fn receiver(&self, portal: &str) -> Option<mpsc::UnboundedReceiver<Queued>> {
        self.0.get(portal)?.receiver.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).take()
    }
}

/// Works for one portal until `stop` is set, then ends what is under way, and no more than that.
pub async fn run(state: Arc<State>, portal: Arc<Portal>, mut stop: watch::Receiver<bool>) {
    let name = portal.config().name.clone();
    let Some(mut inbox) = state.inbox.receiver(&name) else { return };
    let mut schedule = Schedule::default();
    let mut last = 0;
    match state.store.waiting().await {
        Ok(waiting) => {
            for task in waiting.into_iter().filter(|task| task.lane.0 == name) {
                last = last.max(task.id);
                schedule.push(&task);
            }
        }
        Err(error) => {
            tracing::error!(portal = %name, %error, "the queue cannot be read: waiting messages are answered after the next start")
        }
    }
    let mut working: JoinSet<(String, Next)> = JoinSet::new();
    loop {
        while working.len() < state.config.answers.workers {
            let Some((id, lane)) = schedule.take(now()) else { break };
            let (state, portal) = (state.clone(), portal.clone());
            working.spawn(async move {
                // A task that makes the worker panic must take neither its lane nor the next start with it.
                let attempt = tokio::spawn({
                    let (state, portal) = (state.clone(), portal.clone());
                    async move { task::attempt(&state, &portal, id).await }
                });
                let next = match attempt.await {
                    Ok(next) => next,
                    Err(error) => {
                        tracing::error!(task = id, %error, "a worker failed");
                        state.metrics.parked();
                        match state.store.park(id, "the worker failed".into()).await {
                            Ok(()) => Next::Done,
                            Err(_) => Next::Again(now() + 60_000),
                        }
                    }
                };
                (lane, next)
            });
        }
        let wait = schedule.next_due().map_or(3_600_000, |due| (due - now()).clamp(1, 3_600_000));
        let free = working.len() < state.config.answers.workers;
        tokio::select! {
            Some(task) = inbox.recv() => {
                // What came between the start and the first look at the store is in both.
                if task.id > last {
                    schedule.push(&task);
                }
            }
            Some(done) = working.join_next() => match done {
                Ok((lane, Next::Done)) => schedule.done(lane),
                Ok((lane, Next::Again(due))) => schedule.again(lane, due),
                // Only when the runtime goes down.
                Err(error) => tracing::error!(portal = %name, %error, "a worker was lost"),
            },
            () = tokio::time::sleep(Duration::from_millis(wait.unsigned_abs())), if free => {}
            _ = stop.changed() => break,
        }
    }
    // A worker that waits for its turn at the portal is let go: its task is in the store.
    let drain = Duration::from_secs(state.config.server.drain_seconds);
    let _ = tokio::time::timeout(drain, async { while working.join_next().await.is_some() {} }).await;
}
