//! `serve`: everything at once, until it is told to stop.

use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;

use crate::config::{Config, EventMode};
use crate::policy::{self, PolicyHolder};
use crate::state::State;
use crate::store::{Store, now};
use crate::{poll, server, work};

/// Serves until SIGTERM or Ctrl-C, then ends what is under way.
///
/// # Errors
///
/// What kept it from starting, in one line.
pub async fn run(config: Config) -> Result<(), String> {
    // The store first: its lock is what a second instance stumbles over.
    let store = Store::open(&config.store.path, config.store.max_queue).map_err(|error| error.to_string())?;
    let listen = config.server.listen;
    let policy = {
        let config = config.policy.clone();
        tokio::task::spawn_blocking(move || PolicyHolder::load(&config)).await.map_err(|error| error.to_string())??
    };
    let listener = TcpListener::bind(listen).await.map_err(|error| format!("cannot listen on {listen} (server.listen): {error}"))?;
    let state = Arc::new(State::new(config, policy, store)?);
    state.portals.learn().await.map_err(|error| error.to_string())?;

    let (stop, stopped) = watch::channel(false);
    let mut parts = tokio::task::JoinSet::new();
    for portal in state.portals.iter() {
        parts.spawn(work::run(state.clone(), portal.clone(), stopped.clone()));
        if portal.config().events == EventMode::Fetch {
            parts.spawn(poll::run(state.clone(), portal.clone(), stopped.clone()));
        }
    }
    parts.spawn(server::serve(listener, server::router(state.clone()), state.config.server.clone(), stopped.clone()));
    let watching = tokio::spawn(policy::watch(state.clone()));
    let keeping = tokio::spawn(keep_house(state.clone()));
    let waiting = state.store.depth().await.waiting;
    tracing::info!(%listen, portals = state.portals.iter().count(), waiting, policy = %state.policy.current().hash, "serving");

    wait_for_signal().await?;
    tracing::info!("stopping: what is under way is ended, what waits is in the store");
    let _ = stop.send(true);
    while parts.join_next().await.is_some() {}
    watching.abort();
    keeping.abort();
    tracing::info!(waiting = state.store.depth().await.waiting, "stopped");
    Ok(())
}

#[cfg(unix)]
async fn wait_for_signal() -> Result<(), String> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut term = signal(SignalKind::terminate()).map_err(|error| error.to_string())?;
    tokio::select! {
        _ = term.recv() => Ok(()),
        result = tokio::signal::ctrl_c() => result.map_err(|error| error.to_string()),
    }
}

#[cfg(not(unix))]
async fn wait_for_signal() -> Result<(), String> {
    tokio::signal::ctrl_c().await.map_err(|error| error.to_string())
}

/// Erases what is too old: unclear messages that nobody followed up within the hour of the context, rows past `keep_days`.
async fn keep_house(state: Arc<State>) {
    let mut round = 0u64;
    loop {
        let unclear = now() - i64::from(state.config.answers.context_minutes) * 60_000;
        if let Err(error) = state.store.forget_pending(unclear).await {
            tracing::warn!(%error, "old texts could not be erased");
        }
        if round.is_multiple_of(60) {
            match state.store.forget_old(state.config.store.keep_days).await {
                Ok(0) => {}
                Ok(rows) => tracing::info!(rows, "old rows are erased"),
                Err(error) => tracing::warn!(%error, "old rows could not be erased"),
            }
        }
        round += 1;
        tokio::time::sleep(Duration::from_secs(60)).await;
    }
}
