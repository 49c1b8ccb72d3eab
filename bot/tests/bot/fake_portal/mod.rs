//! A portal for tests: the documented REST and OAuth behaviour that the bot relies on, and the faults that it must live with.
//!
//! It counts what the bot may never do: more calls than its leaky bucket lets through, calls with unknown tokens, answers to what nobody asked.

pub mod events;
mod methods;

use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::{Value, json};

pub const CLIENT_ID: &str = "local.67c0ffee";
pub const CLIENT_SECRET: &str = "client-secret-of-the-test";
/// With the port of the portal behind it.
pub const APPLICATION_TOKEN: &str = "831c76b092f9f135d9b6b36c3a7";
pub const WEBHOOK_SECRET: &str = "hook-secret-of-the-test";
pub const BOT: i64 = 567;

/// How often a call goes wrong, each a share of one.
#[derive(Clone, Copy, Debug, Default)]
pub struct Faults {
    pub slow: f64,
    /// Answers only after the bot has stopped waiting, and does what was asked.
    pub too_slow: f64,
    pub busy: f64,
    pub over_time: f64,
    pub expired: f64,
    pub fails_before: f64,
    pub fails_after: f64,
    pub drops_before: f64,
    pub drops_after: f64,
}

impl Faults {
    pub fn all() -> Faults {
        Faults {
            slow: 0.05,
            too_slow: 0.002,
            busy: 0.02,
            over_time: 0.005,
            expired: 0.01,
            fails_before: 0.003,
            fails_after: 0.003,
            drops_before: 0.005,
            drops_after: 0.005,
        }
    }
}

/// A message in a dialog.
#[derive(Clone, Debug)]
pub struct Stored {
    pub id: i64,
    pub dialog: String,
    pub author: i64,
    pub text: String,
    pub uuid: String,
    pub params: Value,
}

#[derive(Debug)]
pub struct Inner {
    pub next_id: i64,
    pub messages: Vec<Stored>,
    by_dialog: HashMap<String, Vec<usize>>,
    pub calls: HashMap<String, u64>,
    pub updates: Vec<(i64, String)>,
    pub transfers: Vec<i64>,
    /// Calls over the bucket.
    pub over_limit: u64,
    /// Calls with a token that never was.
    pub strange_tokens: u64,
    valid: HashSet<String>,
    given: HashSet<String>,
    refreshes: HashMap<String, ()>,
    pairs: u64,
    pub faults: Faults,
    rng: fastrand::Rng,
    rate: f64,
    burst: f64,
    level: (f64, Instant),
    /// Events for the fetch mode, with the offset that was confirmed.
    pub queue: Vec<(i64, &'static str, Value)>,
    pub confirmed: i64,
    /// Answers of a bot that may not look back.
    pub blind: bool,
    /// No call gets an answer.
    pub down: bool,
}

#[derive(Clone, Debug)]
pub struct FakePortal {
    pub address: SocketAddr,
    inner: Arc<Mutex<Inner>>,
}

impl FakePortal {
    pub async fn start(seed: u64) -> FakePortal {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let inner = Arc::new(Mutex::new(Inner {
            next_id: 1_000,
            messages: Vec::new(),
            by_dialog: HashMap::new(),
            calls: HashMap::new(),
            updates: Vec::new(),
            transfers: Vec::new(),
            over_limit: 0,
            strange_tokens: 0,
            valid: HashSet::from(["bot-access-0".into(), "app-access-0".into()]),
            given: HashSet::from(["bot-access-0".into(), "app-access-0".into()]),
            refreshes: HashMap::from([("bot-refresh-0".into(), ()), ("app-refresh-0".into(), ())]),
            pairs: 0,
            faults: Faults::default(),
            rng: fastrand::Rng::with_seed(seed),
            rate: 100_000.0,
            burst: 100_000.0,
            level: (0.0, Instant::now()),
            queue: Vec::new(),
            confirmed: 0,
            blind: false,
            down: false,
        }));
        let portal = FakePortal { address, inner };
        let app = Router::new()
            .route("/rest/{method}", post(rest))
            .route("/rest/1/{secret}/{method}", post(hook))
            .route("/oauth/token/", get(oauth))
            .with_state(portal.clone());
        tokio::spawn(async move { axum::serve(listener, app).await.unwrap() });
        portal
    }

    pub fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub fn application_token(&self) -> String {
        format!("{APPLICATION_TOKEN}{}", self.address.port())
    }

    pub fn member_id(&self) -> String {
        format!("bac1cd5c8940947a75e0d71b1a8{}", self.address.port())
    }

    pub fn set_faults(&self, faults: Faults) {
        self.lock().faults = faults;
    }

    pub fn set_rate(&self, per_second: f64, burst: f64) {
        let mut inner = self.lock();
        (inner.rate, inner.burst) = (per_second, burst);
    }

    /// The access tokens expire, all of them.
    pub fn expire(&self) {
        self.lock().valid.clear();
    }

    /// The bot's messages in a dialog.
    pub fn answers(&self, dialog: &str) -> Vec<String> {
        let inner = self.lock();
        let places = inner.by_dialog.get(dialog).cloned().unwrap_or_default();
        places.iter().map(|&at| &inner.messages[at]).filter(|message| message.author == BOT).map(|message| message.text.clone()).collect()
    }

    /// Answers a dialog has got, for all dialogs at once.
    pub fn answer_counts(&self) -> HashMap<String, usize> {
        let mut counts = HashMap::new();
        for message in self.lock().messages.iter().filter(|message| message.author == BOT) {
            *counts.entry(message.dialog.clone()).or_default() += 1;
        }
        counts
    }

    pub fn calls(&self, method: &str) -> u64 {
        self.lock().calls.get(method).copied().unwrap_or(0)
    }

    pub fn all_calls(&self) -> u64 {
        self.lock().calls.values().sum()
    }

    /// A person writes something.
    pub fn say(&self, dialog: &str, author: i64, text: &str) -> i64 {
        self.lock().store(dialog, author, text, "", Value::Null)
    }
}

impl Inner {
    pub fn store(&mut self, dialog: &str, author: i64, text: &str, uuid: &str, params: Value) -> i64 {
        self.next_id += 1;
        let stored = Stored { id: self.next_id, dialog: dialog.into(), author, text: text.into(), uuid: uuid.into(), params };
        self.by_dialog.entry(dialog.into()).or_default().push(self.messages.len());
        self.messages.push(stored);
        self.next_id
    }

    fn of_dialog(&self, dialog: &str) -> Vec<&Stored> {
        self.by_dialog.get(dialog).into_iter().flatten().map(|&at| &self.messages[at]).collect()
    }

    fn chance(&mut self, share: f64) -> bool {
        share > 0.0 && self.rng.f64() < share
    }

    fn let_through(&mut self) -> bool {
        let now = Instant::now();
        self.level.0 = (self.level.0 - now.duration_since(self.level.1).as_secs_f64() * self.rate).max(0.0);
        self.level.1 = now;
        if self.level.0 + 1.0 > self.burst + 0.5 {
            self.over_limit += 1;
            return false;
        }
        self.level.0 += 1.0;
        true
    }
}

fn error(status: u16, code: &str) -> Response {
    let body = json!({"error": code, "error_description": "what a portal says"});
    (StatusCode::from_u16(status).unwrap(), axum::Json(body)).into_response()
}

/// An answer that begins and breaks off.
fn broken() -> Response {
    let stream = OneError(false);
    Response::builder().header("content-length", "500").body(Body::new(stream)).unwrap()
}

/// A body that fails before its first byte.
struct OneError(bool);

impl hyper::body::Body for OneError {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<hyper::body::Frame<Bytes>, std::io::Error>>> {
        if self.0 {
            return std::task::Poll::Ready(None);
        }
        self.0 = true;
        std::task::Poll::Ready(Some(Err(std::io::Error::other("cut"))))
    }
}

async fn rest(State(portal): State<FakePortal>, Path(method): Path<String>, body: Bytes) -> Response {
    let parameters: Value = serde_json::from_slice(&body).unwrap_or(Value::Null);
    let token = parameters["auth"].as_str().unwrap_or_default().to_string();
    let refused = {
        let mut inner = portal.lock();
        if !inner.given.contains(&token) {
            inner.strange_tokens += 1;
            Some(error(401, "NO_AUTH_FOUND"))
        } else {
            let share = inner.faults.expired;
            if inner.chance(share) {
                inner.valid.remove(&token);
            }
            (!inner.valid.contains(&token)).then(|| error(401, "expired_token"))
        }
    };
    match refused {
        Some(refused) => refused,
        None => exchange(portal, method, parameters, token.starts_with("bot")).await,
    }
}

async fn hook(State(portal): State<FakePortal>, Path((secret, method)): Path<(String, String)>, body: Bytes) -> Response {
    let parameters: Value = serde_json::from_slice(&body).unwrap_or(Value::Null);
    if secret != WEBHOOK_SECRET {
        portal.lock().strange_tokens += 1;
        return error(401, "NO_AUTH_FOUND");
    }
    exchange(portal, method, parameters, false).await
}

/// One call with its faults. What is asked is done in a task of its own: a portal does not stop because the caller hung up.
async fn exchange(portal: FakePortal, method: String, parameters: Value, as_bot: bool) -> Response {
    let (slow, too_slow, before, drop_before, fail_after, drop_after) = {
        let mut inner = portal.lock();
        if inner.down {
            return error(502, "BAD_GATEWAY");
        }
        if !inner.let_through() {
            return error(503, "QUERY_LIMIT_EXCEEDED");
        }
        let faults = inner.faults;
        if inner.chance(faults.busy) {
            return error(503, "QUERY_LIMIT_EXCEEDED");
        }
        if inner.chance(faults.over_time) {
            return error(429, "OPERATION_TIME_LIMIT");
        }
        (
            inner.chance(faults.slow),
            inner.chance(faults.too_slow),
            inner.chance(faults.fails_before),
            inner.chance(faults.drops_before),
            inner.chance(faults.fails_after),
            inner.chance(faults.drops_after),
        )
    };
    let done = tokio::spawn(async move {
        if too_slow {
            tokio::time::sleep(Duration::from_millis(1_500)).await;
        } else if slow {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        if before {
            return error(500, "INTERNAL_SERVER_ERROR");
        }
        if drop_before {
            return broken();
        }
        let answer = {
            let mut inner = portal.lock();
            *inner.calls.entry(method.clone()).or_default() += 1;
            methods::call(&mut inner, &method, &parameters, as_bot)
        };
        match answer {
            _ if fail_after => error(500, "INTERNAL_SERVER_ERROR"),
            _ if drop_after => broken(),
            Ok(result) => axum::Json(json!({"result": result, "time": {"operating": 0.1}})).into_response(),
            Err((status, code)) => error(status, code),
        }
    });
    done.await.unwrap()
}

async fn oauth(State(portal): State<FakePortal>, Query(query): Query<HashMap<String, String>>) -> Response {
    let get = |key: &str| query.get(key).map_or("", String::as_str);
    let mut inner = portal.lock();
    *inner.calls.entry("oauth".into()).or_default() += 1;
    if get("client_id") != CLIENT_ID || get("client_secret") != CLIENT_SECRET || get("grant_type") != "refresh_token" {
        return error(400, "invalid_client");
    }
    let refresh = get("refresh_token").to_string();
    if !inner.refreshes.contains_key(&refresh) {
        return error(400, "invalid_grant");
    }
    inner.pairs += 1;
    let who = if refresh.starts_with("bot") { "bot" } else { "app" };
    let (access, renewed) = (format!("{who}-access-{}", inner.pairs), format!("{who}-refresh-{}", inner.pairs));
    inner.valid.insert(access.clone());
    inner.given.insert(access.clone());
    inner.refreshes.insert(renewed.clone(), ());
    let answer = json!({"access_token": access, "refresh_token": renewed, "expires_in": 3600, "member_id": portal.member_id(), "domain": "oauth.bitrix24.tech"});
    axum::Json(answer).into_response()
}
