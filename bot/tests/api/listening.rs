//! The server behind a real socket, for clients that need one.

use std::net::SocketAddr;
use std::sync::Arc;

use support_triage_bot::server;
use support_triage_bot::state::State;

/// Serves until the runtime ends; returns where.
pub async fn listen(state: &Arc<State>) -> SocketAddr {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let serving = server::serve(listener, crate::support::router(state), state.config.server.clone(), stopped);
    tokio::spawn(async move {
        // Dropping the sender would be a wish to stop.
        let _running = stop;
        serving.await;
    });
    address
}
