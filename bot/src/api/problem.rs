//! Every refusal as `application/problem+json` (RFC 9457).

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

/// Why a request was not answered.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Problem {
    /// Names the kind of problem; stable, to be matched on.
    #[serde(rename = "type")]
    #[schema(example = "urn:support-triage:problem:too_many_tickets")]
    kind: String,
    /// The kind in words.
    title: &'static str,
    /// The HTTP status.
    #[schema(example = 422)]
    status: u16,
    /// What is wrong with this request, and how to mend it.
    #[serde(skip_serializing_if = "String::is_empty")]
    detail: String,
    /// Seconds until another attempt makes sense; also in the header `Retry-After`.
    #[serde(skip_serializing_if = "Option::is_none")]
    retry_after: Option<u64>,
}

/// `(code, status, title)` of each kind.
type Kind = (&'static str, StatusCode, &'static str);

pub(crate) const UNAUTHORIZED: Kind = ("unauthorized", StatusCode::UNAUTHORIZED, "a valid key is needed");
pub(crate) const NOT_FOUND: Kind = ("not_found", StatusCode::NOT_FOUND, "there is nothing at this address");
pub(crate) const METHOD: Kind = ("method_not_allowed", StatusCode::METHOD_NOT_ALLOWED, "this address does not take this method");
pub(crate) const SLOW_BODY: Kind = ("body_too_slow", StatusCode::REQUEST_TIMEOUT, "the body did not arrive in time");
pub(crate) const BROKEN_BODY: Kind = ("body_broken", StatusCode::BAD_REQUEST, "the body could not be received");
pub(crate) const TOO_LARGE: Kind = ("body_too_large", StatusCode::PAYLOAD_TOO_LARGE, "the body is too large");
pub(crate) const MEDIA_TYPE: Kind = ("unsupported_media_type", StatusCode::UNSUPPORTED_MEDIA_TYPE, "the body must be plain JSON");
pub(crate) const NOT_JSON: Kind = ("not_json", StatusCode::BAD_REQUEST, "the body is not JSON");
pub(crate) const INVALID: Kind = ("invalid_request", StatusCode::UNPROCESSABLE_ENTITY, "a field of the request is wrong");
pub(crate) const TOO_MANY: Kind = ("too_many_tickets", StatusCode::UNPROCESSABLE_ENTITY, "too many tickets in one request");
pub(crate) const LIMITED: Kind = ("rate_limited", StatusCode::TOO_MANY_REQUESTS, "too many requests");
pub(crate) const OVERLOADED: Kind = ("overloaded", StatusCode::SERVICE_UNAVAILABLE, "the server has too much to do");
pub(crate) const INTERNAL: Kind = ("internal", StatusCode::INTERNAL_SERVER_ERROR, "the server failed; this is a bug");

impl Problem {
    pub(crate) fn new((code, status, title): Kind, detail: impl Into<String>) -> Problem {
        let kind = format!("urn:support-triage:problem:{code}");
        Problem { kind, title, status: status.as_u16(), detail: detail.into(), retry_after: None }
    }

    /// The same, with the time after which the caller may try again; part of a second counts as a whole one.
    pub(crate) fn after(mut self, pause: std::time::Duration) -> Problem {
        self.retry_after = Some((pause.as_secs() + u64::from(pause.subsec_nanos() > 0)).max(1));
        self
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let retry = self.retry_after.map(HeaderValue::from);
        let mut response = (status, Json(self)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"support-triage\""));
        }
        if let Some(retry) = retry {
            headers.insert(header::RETRY_AFTER, retry);
        }
        response
    }
}
