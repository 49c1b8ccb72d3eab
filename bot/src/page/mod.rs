//! The page for people at `/`: paste a ticket, see the decision and what it rests on, browse the policy.
//!
//! It is one document with its own styles and scripts, embedded in the program. It asks the same `/v1/…` as any other caller, loads nothing from elsewhere, and
//! may not: the policy sent along lets the browser run and fetch only what lies here. Nothing is inline, and text goes into the document as text only.

use std::sync::Arc;

use axum::Router;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;

use crate::state::State;

/// What the browser may do with the page.
const SECURITY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; \
                        frame-ancestors 'none'; require-trusted-types-for 'script'";

/// `(path, media type, content)` of everything but the document itself.
const ASSETS: [(&str, &str, &str); 10] = [
    ("/page/style.css", "text/css; charset=utf-8", include_str!("assets/style.css")),
    ("/page/icon.svg", "image/svg+xml", include_str!("assets/icon.svg")),
    ("/page/app.js", "text/javascript; charset=utf-8", include_str!("assets/app.js")),
    ("/page/ask.js", "text/javascript; charset=utf-8", include_str!("assets/ask.js")),
    ("/page/dom.js", "text/javascript; charset=utf-8", include_str!("assets/dom.js")),
    ("/page/facts.js", "text/javascript; charset=utf-8", include_str!("assets/facts.js")),
    ("/page/policy.js", "text/javascript; charset=utf-8", include_str!("assets/policy.js")),
    ("/page/spans.js", "text/javascript; charset=utf-8", include_str!("assets/spans.js")),
    ("/page/strings.js", "text/javascript; charset=utf-8", include_str!("assets/strings.js")),
    ("/page/view.js", "text/javascript; charset=utf-8", include_str!("assets/view.js")),
];

/// The routes of the page and its assets; none if the page is off.
pub fn routes(state: &Arc<State>) -> Router<Arc<State>> {
    let config = &state.config.page;
    if !config.enabled {
        return Router::new();
    }
    let document = include_str!("assets/index.html").replacen("data-open=\"false\"", &format!("data-open=\"{}\"", config.open), 1);
    let mut routes = Router::new().route("/", get(move || async move { asset("text/html; charset=utf-8", document) }));
    for (path, media, content) in ASSETS {
        routes = routes.route(path, get(move || async move { asset(media, content) }));
    }
    routes
}

fn asset(media: &'static str, content: impl IntoResponse) -> Response {
    let mut response = content.into_response();
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_TYPE, media),
        (header::CONTENT_SECURITY_POLICY, SECURITY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-cache"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=()"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}
