//! A server without a socket: a configuration in, answers out.

use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode};
use http_body_util::BodyExt;
use serde_json::Value;
use support_triage_bot::config::Config;
use support_triage_bot::policy::PolicyHolder;
use support_triage_bot::server;
use support_triage_bot::state::State;
use support_triage_bot::store::Store;
use tower::ServiceExt;

pub const KEY: &str = "test-key-0123456789abcdef";

/// Writes a file that only its owner can read, as secrets must be.
pub fn secret_file(path: &Path, text: &str) {
    std::fs::write(path, text).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).unwrap();
    }
}

/// A configuration with one key named `test`; `more` is appended.
pub fn config(dir: &Path, api: &str, more: &str) -> Config {
    let key = dir.join("key");
    secret_file(&key, KEY);
    let text = format!(
        "[store]\npath = {:?}\n[api]\nenabled = true\n{api}\n[[api.keys]]\nname = \"test\"\nkey = {{ file = {key:?} }}\nper_second = 1000\nburst = 1000\n{more}",
        dir.join("bot.db")
    );
    Config::parse("test.toml", &text).unwrap()
}

pub fn state(config: Config) -> Arc<State> {
    let policy = PolicyHolder::load(&config.policy).unwrap();
    let store = Store::open(&config.store.path, config.store.max_queue).unwrap();
    Arc::new(State::new(config, policy, store).unwrap())
}

pub fn router(state: &Arc<State>) -> Router {
    server::router(state.clone())
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error} in {:?}", self.text()))
    }
}

pub async fn send(router: &Router, request: Request<Body>) -> Answer {
    let response = router.clone().oneshot(request).await.unwrap();
    let (parts, body) = response.into_parts();
    Answer { status: parts.status, headers: parts.headers, body: body.collect().await.unwrap().to_bytes().to_vec() }
}

pub async fn get(router: &Router, path: &str) -> Answer {
    let request = Request::get(path).header("authorization", format!("Bearer {KEY}"));
    send(router, request.body(Body::empty()).unwrap()).await
}

pub async fn classify(router: &Router, body: &Value) -> Answer {
    let request = Request::post("/v1/classify").header("authorization", format!("Bearer {KEY}")).header("content-type", "application/json");
    send(router, request.body(Body::from(body.to_string())).unwrap()).await
}
