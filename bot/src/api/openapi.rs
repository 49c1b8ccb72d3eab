//! The OpenAPI 3.1 document, made from the types and handlers.

use axum::Json;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi, ToSchema};

use super::types::{Decided, Decisions};

/// One decision, or several. Stands in the document only and is never made.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
#[allow(dead_code, clippy::large_enum_variant)]
pub(crate) enum Answer<'a> {
    /// If `text` was sent.
    One(Decided<'a>),
    /// If `tickets` was sent.
    Several(Decisions<'a>),
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "support-triage",
        description = "Tells for a Russian ticket to the support of a self-hosted Bitrix24 portal which part of the support policy it falls under, whether support takes it, on which words that rests, and what to answer.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
        contact()
    ),
    paths(
        super::classify::classify,
        super::policy::policy,
        document,
        super::health::healthz,
        super::health::readyz,
        super::health::metrics
    ),
    tags((name = "triage", description = "Decisions and the policy"), (name = "operation", description = "For those who run the server")),
    modifiers(&Keys)
)]
struct Document;

struct Keys;

impl Modify for Keys {
    fn modify(&self, openapi: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("A key of `[[api.keys]]`")).build();
        openapi.components.get_or_insert_default().add_security_scheme("key", SecurityScheme::Http(scheme));
    }
}

/// The document as text, as it is kept in `bot/openapi.json`.
///
/// # Examples
///
/// ```
/// let text = support_triage_bot::api::openapi_json();
/// assert!(text.contains("\"openapi\": \"3.1.0\""));
/// ```
pub fn openapi_json() -> String {
    // Made from our own types, so it can be written; the test that the file is current would tell.
    Document::openapi().to_pretty_json().unwrap_or_default() + "\n"
}

/// This document.
#[utoipa::path(get, path = "/v1/openapi.json", operation_id = "openapi", tag = "operation",
    responses((status = 200, description = "The OpenAPI document", body = serde_json::Value)))]
pub(crate) async fn document() -> Response {
    Json(Document::openapi()).into_response()
}
