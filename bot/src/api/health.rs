//! `/healthz`, `/readyz`, `/metrics`: for those who run the server.

use std::path::Path;
use std::sync::Arc;

use axum::Json;
use axum::body::Body;
use axum::extract::State as Shared;
use axum::http::{HeaderValue, Request, header};
use axum::response::{IntoResponse, Response};

use super::Api;
use super::access::{Caller, Peer};
use super::problem::{Problem, UNAUTHORIZED};
use super::types::{Mistake, Readiness, Refused};
use crate::policy::Refusal;
use crate::state::State;

/// Mistakes shown at once.
const MISTAKES: usize = 20;

/// Says that the process runs.
#[utoipa::path(get, path = "/healthz", operation_id = "health", tag = "operation",
    responses((status = 200, description = "The process runs", body = String, content_type = "text/plain")))]
pub(crate) async fn healthz() -> &'static str {
    "ok\n"
}

/// Says whether the server can do its work. A broken policy does not take it out of service: the one in use serves on, and this says what is wrong.
#[utoipa::path(get, path = "/readyz", operation_id = "readiness", tag = "operation",
    responses((status = 200, description = "It can", body = Readiness)))]
pub(crate) async fn readyz(Shared((state, _)): Shared<(Arc<State>, Arc<Api>)>) -> Response {
    let (loaded, refusal, depth) = (state.policy.current(), state.policy.refusal(), state.store.depth().await);
    let folder = state.config.policy.dir.as_deref();
    let readiness = Readiness {
        status: if refusal.is_some() { "degraded" } else { "ready" },
        policy: &loaded.hash,
        loaded_at: loaded.loaded_at.to_string(),
        refused: refusal.as_deref().map(|refusal| refused(refusal, folder)),
        queue_waiting: depth.waiting,
        queue_parked: depth.parked,
    };
    Json(readiness).into_response()
}

/// Where on this machine the folder lies is nobody's business, and so are the lines of the files: both are in the log.
fn refused<'a>(refusal: &'a Refusal, folder: Option<&Path>) -> Refused<'a> {
    let below = |file: &'a str| {
        folder
            .and_then(|folder| Path::new(file).strip_prefix(folder).ok())
            .and_then(Path::to_str)
            .unwrap_or(file.rsplit('/').next().unwrap_or(file))
    };
    let shown = refusal.diagnostics.iter().take(MISTAKES).map(|found| Mistake {
        code: found.code(),
        file: below(found.file()),
        line: found.line(),
        column: found.column(),
        message: found.message(),
        help: found.help(),
    });
    let diagnostics: Vec<Mistake> = shown.collect();
    let message =
        if diagnostics.is_empty() { "the files cannot be read; the log of the server says why" } else { "the files have mistakes" };
    Refused { at: refusal.at.to_string(), message, diagnostics }
}

/// Figures for Prometheus. Needs a key unless `api.open_metrics` is set.
#[utoipa::path(get, path = "/metrics", operation_id = "metrics", tag = "operation",
    responses(
        (status = 200, description = "All figures", body = String, content_type = "application/openmetrics-text"),
        (status = "4XX", description = "The request is wrong", body = Problem, content_type = "application/problem+json"),
    ),
    security((), ("key" = [])))]
pub(crate) async fn metrics(Shared((state, api)): Shared<(Arc<State>, Arc<Api>)>, request: Request<Body>) -> Result<Response, Problem> {
    if !state.config.api.open_metrics {
        let caller = api.access.admit(request.headers(), request.extensions().get::<Peer>().copied())?;
        if caller == Caller::Visitor {
            return Err(Problem::new(UNAUTHORIZED, "the page's leave does not extend to the figures"));
        }
    }
    let text = state.metrics.render(state.store.depth().await);
    let media = HeaderValue::from_static("application/openmetrics-text; version=1.0.0; charset=utf-8");
    Ok(([(header::CONTENT_TYPE, media)], text).into_response())
}
