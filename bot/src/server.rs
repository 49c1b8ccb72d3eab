//! The listening side.

use std::sync::Arc;

use axum::Router;

use crate::state::State;
use crate::{api, page, webhook};

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
