//! The page for people at `/`.

use std::sync::Arc;

use axum::Router;

use crate::state::State;

/// The routes of the page and its assets.
pub fn routes(_state: &Arc<State>) -> Router<Arc<State>> {
    Router::new()
}
