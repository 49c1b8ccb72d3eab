//! v2 fetch mode: events are asked for. What was fetched and up to where is stored in one commit, and only the next call tells the portal, so that an event
//! is neither lost nor, thanks to the queue's own memory, worked on twice.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use tokio::sync::watch;

use crate::event::{self, Auth, read};
use crate::portal::{CallError, Portal};
use crate::state::State;
use crate::store::queue::{self, NewTask, Queued};
use crate::store::{StoreError, portals};
use crate::work::intake::{self, Intake};

/// Fetches events of one portal until `stop` is set.
pub async fn run(state: Arc<State>, portal: Arc<Portal>, mut stop: watch::Receiver<bool>) {
    let config = portal.config();
    let mut offset = portal.known().fetch_offset;
    let mut failures = 0u32;
    if portal.bot_id().is_none() {
        tracing::error!(portal = %config.name, "the bot is not registered: run `support-triage-bot register`");
    }
    loop {
        let pause = match fetch(&state, &portal, &mut offset).await {
            Ok(more) => {
                failures = 0;
                // The portal asks for two seconds at least between full pages.
                if more { config.poll_seconds.min(2.0) } else { config.poll_seconds }
            }
            Err(why) => {
                failures += 1;
                tracing::warn!(portal = %config.name, %why, failures, "events could not be fetched");
                config.poll_seconds * f64::from(1u32 << failures.min(6)) * (0.5 + fastrand::f64() / 2.0)
            }
        };
        tokio::select! {
            () = tokio::time::sleep(Duration::from_secs_f64(pause.clamp(0.05, 300.0))) => {}
            _ = stop.changed() => return,
        }
    }
}

async fn fetch(state: &State, portal: &Portal, offset: &mut Option<i64>) -> Result<bool, String> {
    let Some(bot) = portal.bot_id() else { return Err("the bot is not registered".into()) };
    // Nothing new is taken in while the queue is full; the portal keeps it for us.
    if state.store.depth().await.waiting + 100 > state.config.store.max_queue {
        return Err(StoreError::Full.to_string());
    }
    let mut parameters = json!({"botId": bot, "limit": 100});
    if let Some(offset) = offset {
        parameters["offset"] = json!(offset);
    }
    let answer = portal.call("imbot.v2.Event.get", parameters).await;
    portal.note(answer.as_ref().err()).await;
    let answer = answer.map_err(|error: CallError| {
        state.metrics.upstream_error(error.code());
        error.to_string()
    })?;
    let mut tasks: Vec<NewTask> = Vec::new();
    for (_, value) in read::entries(&answer, &["events"]) {
        let name = read::text(value, &["type"]).unwrap_or_default().to_uppercase();
        for event in event::events(&name, value.get("data").unwrap_or(&serde_json::Value::Null)) {
            if let Intake::Task(task) = intake::sort(portal, event, &Auth::default()) {
                tasks.push(task);
            }
        }
    }
    let next = read::int(&answer, &["nextOffset"]).or(*offset);
    if !tasks.is_empty() || next != *offset {
        let name = portal.config().name.clone();
        let queued: Vec<Option<Queued>> = state
            .store
            .run(move |connection| {
                let queued = tasks.iter().map(|task| queue::insert(connection, task)).collect::<Result<Vec<_>, _>>()?;
                if let Some(next) = next {
                    portals::save_offset(connection, &name, next)?;
                }
                Ok(queued)
            })
            .await
            .map_err(|error| error.to_string())?;
        for one in &queued {
            state.metrics.event(if one.is_some() { "queued" } else { "duplicate" });
        }
        state.store.count_queued(&queued);
        state.inbox.announce(queued.into_iter().flatten());
        *offset = next;
    }
    Ok(read::flag(&answer, &["hasMore"]))
}
