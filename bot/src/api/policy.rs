//! `GET /v1/policy`.

use std::sync::Arc;

use axum::Json;
use axum::extract::State as Shared;
use axum::http::Request;
use axum::response::{IntoResponse, Response};
use support_triage::{Lang, Side, Topic};

use super::Api;
use super::access::Peer;
use super::problem::Problem;
use super::types::{CategoryAnswer, PolicyAnswer, Texts, TopicAnswer};
use crate::state::State;

/// The policy in use: its version, categories and topics.
#[utoipa::path(
    get,
    path = "/v1/policy",
    operation_id = "policy",
    tag = "triage",
    responses(
        (status = 200, description = "The policy in use", body = PolicyAnswer),
        (status = "4XX", description = "The request is wrong", body = Problem, content_type = "application/problem+json"),
    ),
    security(("key" = []))
)]
pub(crate) async fn policy(
    Shared((state, api)): Shared<(Arc<State>, Arc<Api>)>,
    request: Request<axum::body::Body>,
) -> Result<Response, Problem> {
    api.access.admit(request.headers(), request.extensions().get::<Peer>().copied())?;
    let loaded = state.policy.current();
    let policy = loaded.classifier.policy();
    let categories = policy.categories().iter().map(|category| CategoryAnswer {
        id: category.id(),
        title: Texts { ru: category.title(Lang::Ru), en: category.title(Lang::En) },
        topics: policy.topics().iter().filter(|topic| topic.category() == category.id()).map(topic_answer).collect(),
    });
    let answer = PolicyAnswer {
        name: policy.name(),
        source: policy.source(),
        policy: &loaded.hash,
        loaded_at: loaded.loaded_at.to_string(),
        has_model: policy.has_model(),
        categories: categories.collect(),
    };
    Ok(Json(answer).into_response())
}

fn topic_answer(topic: &Topic) -> TopicAnswer<'_> {
    TopicAnswer {
        id: topic.id(),
        side: if topic.side() == Side::In { "in" } else { "out" },
        advice: topic.advice(),
        title: Texts { ru: topic.title(Lang::Ru), en: topic.title(Lang::En) },
    }
}
