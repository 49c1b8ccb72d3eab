//! The HTTP API: `/v1/…`, `/healthz`, `/readyz`, `/metrics`.

use std::sync::Arc;

use axum::Router;

use crate::state::State;

/// The routes of the API.
pub fn routes() -> Router<Arc<State>> {
    Router::new()
}
