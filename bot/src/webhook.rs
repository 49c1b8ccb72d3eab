//! The route that the portal's events arrive at.

use std::sync::Arc;

use axum::Router;

use crate::state::State;

/// The route `/bitrix/event`.
pub fn routes() -> Router<Arc<State>> {
    Router::new()
}
