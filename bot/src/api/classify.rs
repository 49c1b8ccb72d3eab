//! `POST /v1/classify`.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::extract::State as Shared;
use axum::http::{HeaderValue, Request, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use serde_json::Value;
use support_triage::requirements::{Facts, RequirementResult};
use support_triage::{Decision, Explanation, Lang, Verdict};

use super::access::{Caller, Peer};
use super::problem::{INTERNAL, INVALID, Problem, TOO_MANY};
use super::types::{ClassifyRequest, Decided, Decisions, Evidence, Place, Ranked, Requirement, Ticket, Why, WhyNot};
use super::{Api, body};
use crate::policy::Loaded;
use crate::state::State;

/// Evidence in one list of an answer: a ticket made of nothing but cues would else be answered with a hundred times its size.
const EVIDENCE: usize = 200;
/// Topics whose defeat is explained in one request.
const WHY_NOT: usize = 64;
/// Longest id of a ticket.
const ID_BYTES: usize = 256;
/// What a visitor without a key may send: the page asks for one ticket in two languages.
const VISITOR_TICKETS: usize = 2;
const VISITOR_BYTES: usize = 128 << 10;

/// Decides on one ticket, or on several at once.
///
/// All tickets of a request are decided by one policy. Deciding takes time linear in the length of the tickets; what they say never makes a request fail.
#[utoipa::path(
    post,
    path = "/v1/classify",
    operation_id = "classify",
    tag = "triage",
    request_body = ClassifyRequest,
    responses(
        (status = 200, description = "The decision if `text` was sent, all decisions if `tickets` was", body = super::openapi::Answer),
        (status = "4XX", description = "The request is wrong", body = Problem, content_type = "application/problem+json"),
        (status = 429, description = "Too many requests; see `Retry-After`", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "Too much to do; see `Retry-After`", body = Problem, content_type = "application/problem+json"),
    ),
    security(("key" = []))
)]
pub(crate) async fn classify(Shared((state, api)): Shared<(Arc<State>, Arc<Api>)>, request: Request<Body>) -> Result<Response, Problem> {
    let caller = api.access.admit(request.headers(), request.extensions().get::<Peer>().copied())?;
    let config = &state.config.api;
    let (source, tickets, bytes) = match caller {
        Caller::Holder(_) => ("api", config.max_tickets, config.max_body_bytes),
        Caller::Visitor => ("page", VISITOR_TICKETS, VISITOR_BYTES.min(config.max_body_bytes)),
    };
    let announced = body::announced(request.headers(), bytes)?;
    let memory = api.admission.memory(announced)?;
    // A little less than the server gives a request, so that it is this answer the client gets.
    let patience = Duration::from_secs(state.config.server.request_seconds).mul_f32(0.6);
    let bytes = body::read(request, announced, patience).await?;
    let turn = api.admission.turn().await?;
    let work = tokio::task::spawn_blocking(move || {
        let answer = answer(&state, source, &bytes, tickets);
        drop((turn, memory));
        answer
    });
    // A panic says only where it was, never what was in the ticket.
    let json = work.await.map_err(|_| Problem::new(INTERNAL, "deciding failed; the log of the server says where"))??;
    Ok(([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))], json).into_response())
}

fn answer(state: &State, source: &'static str, bytes: &[u8], most: usize) -> Result<Vec<u8>, Problem> {
    let mut request: ClassifyRequest = body::parse(bytes)?;
    let loaded = state.policy.current();
    check(&request, &loaded, most)?;
    let one = request.text.take().map(|text| Ticket { id: request.id.take(), text, facts: None, lang: None });
    let tickets = request.tickets.take().unwrap_or_default();
    let now = Timestamp::now();
    let decide = |ticket: &Ticket| {
        let begun = Instant::now();
        let judged = Judged::new(&loaded, &request, ticket, now);
        let decision = judged.explanation.decision();
        state.metrics.decision(source, decision.category(), decision.verdict().as_str(), begun.elapsed());
        judged
    };
    let json = match &one {
        Some(ticket) => {
            let judged = decide(ticket);
            serde_json::to_vec(&judged.shown(&loaded, &request, ticket))
        }
        None => {
            let judged: Vec<Judged> = tickets.iter().map(decide).collect();
            let decisions = judged.iter().zip(&tickets).map(|(judged, ticket)| judged.shown(&loaded, &request, ticket)).collect();
            serde_json::to_vec(&Decisions { policy: &loaded.hash, decisions })
        }
    };
    json.map_err(|error| Problem::new(INTERNAL, error.to_string()))
}

fn check(request: &ClassifyRequest, loaded: &Loaded, most: usize) -> Result<(), Problem> {
    let invalid = |detail: String| Err(Problem::new(INVALID, detail));
    match (&request.text, &request.tickets) {
        (Some(_), Some(_)) | (None, None) => return invalid("send either `text` (one ticket) or `tickets` (several)".into()),
        (None, Some(_)) if request.id.is_some() => return invalid("id: with `tickets` each ticket has its own".into()),
        (None, Some(tickets)) if tickets.len() > most => {
            return Err(Problem::new(TOO_MANY, format!("{} tickets, at most {most} are taken at once", tickets.len())));
        }
        _ => {}
    }
    if let Some(id) = &request.id {
        check_id("id", id)?;
    }
    for (at, ticket) in request.tickets.iter().flatten().enumerate() {
        if let Some(id) = &ticket.id {
            check_id(&format!("tickets[{at}].id"), id)?;
        }
    }
    if request.why_not.len() > WHY_NOT {
        return invalid(format!("why_not: {} topics, at most {WHY_NOT} are taken", request.why_not.len()));
    }
    match request.why_not.iter().find(|topic| loaded.classifier.policy().topic(topic).is_none()) {
        Some(topic) => invalid(format!("why_not: there is no topic {topic:?}; GET /v1/policy lists them")),
        None => Ok(()),
    }
}

fn check_id(place: &str, id: &Value) -> Result<(), Problem> {
    match id {
        Value::Null | Value::Number(_) => Ok(()),
        Value::String(text) if text.len() <= ID_BYTES => Ok(()),
        Value::String(text) => Err(Problem::new(INVALID, format!("{place}: {} bytes, at most {ID_BYTES} are taken", text.len()))),
        _ => Err(Problem::new(INVALID, format!("{place}: must be a text or a number"))),
    }
}

/// A ticket decided, with all that its answer borrows from.
struct Judged {
    explanation: Explained,
    results: Option<Vec<RequirementResult>>,
    lang: Lang,
    reply: String,
}

/// With the explanation if it was asked for; it costs about a third more.
enum Explained {
    Briefly(Box<Decision>),
    Fully(Box<Explanation>),
}

impl Explained {
    fn decision(&self) -> &Decision {
        match self {
            Explained::Briefly(decision) => decision,
            Explained::Fully(explanation) => explanation.decision(),
        }
    }
}

impl Judged {
    fn new(loaded: &Loaded, request: &ClassifyRequest, ticket: &Ticket, now: Timestamp) -> Judged {
        let explanation = if request.explain || !request.why_not.is_empty() {
            Explained::Fully(Box::new(loaded.classifier.explain(&ticket.text)))
        } else {
            Explained::Briefly(Box::new(loaded.classifier.classify(&ticket.text)))
        };
        let facts: Option<&Facts> = ticket.facts.as_ref().or(request.facts.as_ref());
        let results = facts.map(|facts| loaded.requirements.check(facts, now));
        let lang = ticket.lang.or(request.lang).unwrap_or_default();
        let at = facts.and_then(|facts| facts.at).unwrap_or(now);
        let reply = super::reply::compose(explanation.decision(), results.as_deref(), lang, loaded, at);
        Judged { explanation, results, lang, reply }
    }

    fn shown<'a>(&'a self, loaded: &'a Loaded, request: &'a ClassifyRequest, ticket: &'a Ticket) -> Decided<'a> {
        let (decision, lang) = (self.explanation.decision(), self.lang);
        let question = decision.question(lang);
        Decided {
            id: ticket.id.as_ref().unwrap_or(&Value::Null),
            category: decision.category(),
            topic: decision.topic(),
            verdict: decision.verdict().as_str(),
            confidence: decision.confidence(),
            topics: decision.topics().map(|ranked| Ranked { topic: ranked.id, score: ranked.score }).collect(),
            evidence: evidence(decision.evidence(), &ticket.text),
            explanation: decision.explanation(lang),
            reason: decision.reason().map(|reason| reason.as_str()),
            question: (decision.verdict() == Verdict::Undetermined && !question.is_empty()).then_some(question),
            reply: self.reply.clone(),
            requirements: self.results.as_ref().map(|results| results.iter().map(|result| requirement(result, lang)).collect()),
            why: match &self.explanation {
                Explained::Briefly(_) => None,
                Explained::Fully(explanation) => Some(why(explanation, request, &ticket.text)),
            },
            truncated: decision.is_truncated(),
            policy: &loaded.hash,
        }
    }
}

fn why<'a>(explanation: &'a Explanation, request: &'a ClassifyRequest, text: &'a str) -> Why<'a> {
    Why {
        evidence: evidence(explanation.evidence(), text),
        wants: explanation.wants().to_vec(),
        refused: explanation.refused().iter().take(EVIDENCE).map(|span| Place { start: span.start(), end: span.end() }).collect(),
        why_not: request
            .why_not
            .iter()
            .map(|topic| WhyNot { topic, because: explanation.why_not(topic, request.lang.unwrap_or_default()) })
            .collect(),
    }
}

fn evidence<'a>(found: &'a [support_triage::Evidence], text: &'a str) -> Vec<Evidence<'a>> {
    let shown = |evidence: &'a support_triage::Evidence| {
        let span = evidence.span();
        let (topic, weight, rule) = (evidence.topic(), evidence.weight(), evidence.rule());
        Evidence { start: span.start(), end: span.end(), text: span.slice(text), topic, weight, rule }
    };
    found.iter().take(EVIDENCE).map(shown).collect()
}

fn requirement(result: &RequirementResult, lang: Lang) -> Requirement {
    Requirement {
        id: result.id().as_str(),
        state: result.state().as_str(),
        case: result.case(),
        topic: result.topic().map(str::to_string),
        title: result.title(lang).to_string(),
        text: result.text(lang).to_string(),
    }
}
