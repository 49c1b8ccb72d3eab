//! The HTTP API: `/v1/…`, `/healthz`, `/readyz`, `/metrics`.
//!
//! [`access`] says who may call and how often, `admission` how much is taken on at once, `body` reads what is sent, `classify` and `policy` answer. Every refusal is
//! a [`Problem`].

pub mod access;
mod admission;
mod body;
mod classify;
mod health;
mod openapi;
mod policy;
mod problem;
mod reply;
pub mod schema;
pub mod types;

use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::extract::State as Shared;
use axum::http::{HeaderValue, Request, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::{get, post};

pub use access::{Access, PAGE_HEADER, Peer};
pub use openapi::openapi_json;
pub use problem::Problem;

use crate::state::State;
use admission::Admission;

/// What the handlers need beside the state: built once from its configuration.
#[derive(Debug)]
pub(crate) struct Api {
    access: Access,
    admission: Admission,
}

/// The routes of the API. What the configuration leaves off is not there at all.
pub fn routes(state: &Arc<State>) -> Router<Arc<State>> {
    let config = &state.config.api;
    let access = Access::new(config, &state.config.page);
    let admission = Admission::new(config.in_flight, config.queue, config.max_body_bytes);
    let shared = (state.clone(), Arc::new(Api { access, admission }));
    let mut routes =
        Router::new().route("/healthz", get(health::healthz)).route("/readyz", get(health::readyz)).route("/metrics", get(health::metrics));
    if config.enabled || state.config.page.enabled {
        routes = routes
            .route("/v1/classify", post(classify::classify))
            .route("/v1/policy", get(policy::policy))
            .route("/v1/openapi.json", get(openapi::document));
    }
    routes.layer(from_fn_with_state(state.clone(), observed)).with_state(shared)
}

/// Counts and times every answer, and marks it as one that is not to be kept or reinterpreted.
async fn observed(Shared(state): Shared<Arc<State>>, request: Request<axum::body::Body>, next: Next) -> Response {
    let begun = Instant::now();
    let route = route_name(request.uri().path());
    let mut response = next.run(request).await;
    state.metrics.request(route, response.status().as_u16(), begun.elapsed());
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// The route as a label: one of a fixed list, whatever was asked for.
fn route_name(path: &str) -> &'static str {
    const ROUTES: [&str; 6] = ["/v1/classify", "/v1/policy", "/v1/openapi.json", "/healthz", "/readyz", "/metrics"];
    ROUTES.into_iter().find(|route| *route == path).unwrap_or("other")
}

/// The answer where there is nothing.
pub async fn not_found() -> Problem {
    Problem::new(problem::NOT_FOUND, "GET /v1/openapi.json describes what there is, if the API is on")
}

/// The answer to a method that an address does not take.
pub async fn method_not_allowed() -> Problem {
    Problem::new(problem::METHOD, "")
}
