//! The listening side: routes, and a serving loop with the timers and caps that a server on the open network needs.

mod admission;

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, Response, StatusCode};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tower::ServiceExt;

use crate::config::ServerConfig;
use crate::state::State;
use crate::{api, page, webhook};
use admission::Admission;

/// Bytes of a request's header, and how many fields it may have.
const HEADER_BYTES: usize = 32 * 1024;
const HEADER_FIELDS: usize = 64;

/// All routes of the server.
pub fn router(state: Arc<State>) -> Router {
    Router::new()
        .merge(webhook::routes())
        .merge(api::routes(&state))
        .merge(page::routes(&state))
        .fallback(api::not_found)
        .method_not_allowed_fallback(api::method_not_allowed)
        .with_state(state)
}

/// Serves until `stop` is set; then takes no new connection and gives those under way `drain_seconds`.
pub async fn serve(listener: TcpListener, router: Router, config: ServerConfig, mut stop: watch::Receiver<bool>) {
    let admission = Arc::new(Admission::new(config.max_connections));
    let mut connections = JoinSet::new();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            Some(_) = connections.join_next() => continue,
            _ = stop.changed() => break,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of file descriptors, mostly: wait for some to come back rather than spin.
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        let _ = stream.set_nodelay(true);
        connections.spawn(connection(stream, peer, router.clone(), config.clone(), admission.clone(), stop.clone()));
    }
    drop(listener);
    let drain = Duration::from_secs(config.drain_seconds);
    if tokio::time::timeout(drain, async { while connections.join_next().await.is_some() {} }).await.is_err() {
        tracing::warn!(open = connections.len(), "connections were still open after the drain time and are cut");
    }
}

async fn connection(
    stream: tokio::net::TcpStream,
    peer: std::net::SocketAddr,
    router: Router,
    config: ServerConfig,
    admission: Arc<Admission>,
    mut stop: watch::Receiver<bool>,
) {
    let seat = admission.enter();
    let limit = Duration::from_secs(config.request_seconds);
    let service = service_fn({
        let seat = seat.clone();
        move |mut request: Request<Incoming>| {
            // Limits by address need to know whose request it is.
            request.extensions_mut().insert(api::Peer(peer));
            let (router, seat) = (router.clone(), seat.clone());
            async move {
                let answer = tokio::time::timeout(limit, router.oneshot(request.map(Body::new))).await;
                // Whoever has sent a whole request is not the one to make room for others.
                seat.touch();
                Ok::<_, Infallible>(match answer {
                    Ok(Ok(response)) => response,
                    Err(_) => plain(StatusCode::REQUEST_TIMEOUT),
                    Ok(Err(never)) => match never {},
                })
            }
        }
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(Duration::from_secs(config.header_seconds))
        .max_headers(HEADER_FIELDS)
        .max_buf_size(HEADER_BYTES)
        .serve_connection(TokioIo::new(stream), service);
    let mut served = std::pin::pin!(served);
    // How a connection ends is its peer's matter: neither a broken one nor a slow one is worth a line in the log.
    tokio::select! {
        _ = served.as_mut() => return,
        () = seat.evicted() => return,
        _ = stop.changed() => {}
    }
    served.as_mut().graceful_shutdown();
    let _ = served.await;
}

fn plain(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}
