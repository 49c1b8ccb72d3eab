//! The route that the portal's events arrive at.
//!
//! An event is believed if it carries the application token of a portal of the configuration. It is in the store before the portal gets its 200, since the
//! portal does not repeat what failed; the work itself comes after.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::State as Shared;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use http_body_util::BodyExt;
use subtle::ConstantTimeEq;

use crate::config::{EventMode, Secret};
use crate::event::{self, Auth, DecodeError, Event, Incoming};
use crate::portal::Portal;
use crate::state::State;
use crate::store::StoreError;
use crate::work::intake::{self, Intake};

/// Bytes of a body.
pub const MAX_BODY: usize = 256 * 1024;
/// Bytes of a body that is too large which are read before it is refused.
const DISCARDED: usize = 4 << 20;

/// The route `/bitrix/event`.
pub fn routes() -> Router<Arc<State>> {
    Router::new().route("/bitrix/event", post(receive))
}

/// What the sender is told: as little as possible, and the same for every reason of a kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    Taken,
    /// Taken before. Not told apart outside.
    Again,
    NothingToDo,
    Unreadable,
    NoToken,
    Forbidden,
    TooLarge,
    Encoded,
    Later,
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let (status, text) = match self {
            Answer::Taken | Answer::Again => (StatusCode::OK, "ok"),
            Answer::NothingToDo => (StatusCode::ACCEPTED, "nothing to do"),
            Answer::Unreadable => (StatusCode::BAD_REQUEST, "not an event"),
            Answer::NoToken => (StatusCode::UNAUTHORIZED, "no application token"),
            Answer::Forbidden => (StatusCode::FORBIDDEN, "forbidden"),
            Answer::TooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "too large"),
            Answer::Encoded => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "send it without a content encoding"),
            Answer::Later => (StatusCode::SERVICE_UNAVAILABLE, "come back later"),
        };
        let mut response = (status, text).into_response();
        if self == Answer::Later {
            response.headers_mut().insert(header::RETRY_AFTER, header::HeaderValue::from_static("30"));
        }
        response
    }
}

async fn receive(Shared(state): Shared<Arc<State>>, headers: HeaderMap, body: Body) -> Answer {
    let answer = take(&state, &headers, body).await;
    state.metrics.event(match answer {
        Answer::Taken => "queued",
        Answer::Again => "duplicate",
        Answer::NothingToDo => "ignored",
        _ => "refused",
    });
    answer
}

/// The body, if it is not too large. Of one that is, some more is read and thrown away: a sender that is still writing when the connection closes sees a
/// broken connection instead of the refusal.
async fn whole(mut body: Body) -> Result<Vec<u8>, Answer> {
    let (mut kept, mut length) = (Vec::new(), 0);
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Answer::Unreadable)?;
        let Some(data) = frame.data_ref() else { continue };
        length += data.len();
        match length {
            0..=MAX_BODY => kept.extend_from_slice(data),
            _ if length > MAX_BODY + DISCARDED => return Err(Answer::TooLarge),
            _ => kept = Vec::new(),
        }
    }
    if length > MAX_BODY { Err(Answer::TooLarge) } else { Ok(kept) }
}

async fn take(state: &State, headers: &HeaderMap, body: Body) -> Answer {
    if headers.get(header::CONTENT_ENCODING).is_some_and(|encoding| encoding != "identity") {
        return Answer::Encoded;
    }
    let body = match whole(body).await {
        Ok(body) => body,
        Err(answer) => return answer,
    };
    let incoming = match event::decode(&body) {
        Ok(incoming) => incoming,
        Err(DecodeError::TooLarge(_)) => return Answer::TooLarge,
        Err(DecodeError::Malformed(_)) => return Answer::Unreadable,
    };
    let Some(token) = &incoming.auth.application_token else { return Answer::NoToken };
    let installs = incoming.events.iter().any(|event| matches!(event, Event::Installed | Event::Updated));
    let mut portals: Vec<&Arc<Portal>> = state
        .portals
        .iter()
        .filter(|portal| if installs { may_install(portal, &incoming.auth) } else { is_true(portal, &incoming.auth, token) })
        .collect();
    if portals.is_empty() {
        return Answer::Forbidden;
    }
    let age = incoming.sent_at.map_or(0, |sent| jiff::Timestamp::now().as_second().saturating_sub(sent));
    if age > state.config.server.max_event_age_hours as i64 * 3_600 {
        return Answer::NothingToDo;
    }
    if installs {
        portals.retain(|portal| portal.admits_install());
        if portals.is_empty() {
            return Answer::Later;
        }
    }
    portals.sort_by(|a, b| a.config().name.cmp(&b.config().name));
    queue(state, &portals, incoming).await
}

/// Whether an event of this portal may be believed.
fn is_true(portal: &Portal, auth: &Auth, token: &Secret) -> bool {
    let config = portal.config();
    if config.events != EventMode::Webhook {
        return false;
    }
    let known = portal.known();
    let Some(expected) = config.application_token.as_ref().or(known.application_token.as_ref()) else { return false };
    let member = config.member_id.as_ref().or(known.member_id.as_ref());
    // v2 sends no member_id at the top; if there is one, it must be the right one.
    let other_portal = matches!((&auth.member_id, member), (Some(sent), Some(known)) if sent != known);
    bool::from(expected.reveal().as_bytes().ct_eq(token.reveal().as_bytes())) && !other_portal
}

/// Whether an install event may be tried out. Its token is not known yet, so only its names are looked at; what it claims is proved by [`crate::work`].
fn may_install(portal: &Portal, auth: &Auth) -> bool {
    let config = portal.config();
    let host = config.host();
    let same = |name: &str| name.eq_ignore_ascii_case(host);
    let endpoint = auth.client_endpoint.as_deref();
    config.accept_install
        && matches!(config.auth, crate::config::Auth::Oauth { .. })
        && auth.tokens.is_some()
        && auth.domain.as_deref().is_some_and(same)
        && endpoint.is_none_or(|endpoint| crate::config::host_of(endpoint).is_some_and(same))
        && auth.member_id.is_some()
        && config.member_id.as_ref().is_none_or(|member| Some(member) == auth.member_id.as_ref())
}

async fn queue(state: &State, portals: &[&Arc<Portal>], incoming: Incoming) -> Answer {
    let Incoming { auth, events, .. } = incoming;
    let mut tasks = Vec::new();
    let mut events = events;
    // One portal but for two bots of one application; each event goes to the bot that it names.
    for event in events.drain(..) {
        let portal = match &event {
            Event::Message { bot, .. }
            | Event::Deleted { bot, .. }
            | Event::Joined { bot, .. }
            | Event::Command { bot, .. }
            | Event::BotDeleted { bot } => {
                let Some(portal) = portals.iter().find(|portal| intake::is_ours(portal, bot)) else { continue };
                if portal.bot_id().is_none() && portal.learn_bot_id(bot.id).await.is_err() {
                    return Answer::Later;
                }
                if let Some(tokens) = &bot.tokens
                    && matches!(portal.config().auth, crate::config::Auth::Oauth { .. })
                    && portal.offer_tokens("bot", tokens).await.is_err()
                {
                    return Answer::Later;
                }
                portal
            }
            _ => portals[0],
        };
        match intake::sort(portal, event, &auth) {
            Intake::Task(task) => tasks.push(task),
            Intake::Ignored => {}
            Intake::BotDeleted => tracing::warn!(portal = %portal.config().name, "the bot was removed from the portal"),
            Intake::Uninstalled => {
                if state.store.forget_portal(&portal.config().name).await.is_err() || portal.learn().await.is_err() {
                    return Answer::Later;
                }
                tracing::warn!(portal = %portal.config().name, "the application was removed from the portal: its tokens are deleted");
            }
        }
    }
    if tasks.is_empty() {
        return Answer::NothingToDo;
    }
    match state.store.enqueue(tasks).await {
        Ok(queued) if queued.iter().all(Option::is_none) => Answer::Again,
        Ok(queued) => {
            state.inbox.announce(queued.into_iter().flatten());
            Answer::Taken
        }
        Err(error) => {
            if !matches!(error, StoreError::Full) {
                tracing::error!(%error, "an event could not be stored");
            }
            Answer::Later
        }
    }
}
