//! The HTTP API, by what it answers.

use crate::support::{KEY, classify, config, get, router, send, state};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use serde_json::{Value, json};

const TUNING: &str = "Подскажите, какое значение memory_limit ставить для портала?";

#[tokio::test]
async fn one_ticket_is_answered_with_everything_a_caller_needs() {
    let dir = tempfile::tempdir().unwrap();
    let router = router(&state(config(dir.path(), "", "")));
    let facts = json!({ "licence": "demo", "administrator": true });
    let answer = classify(
        &router,
        &json!({ "id": "T-1", "text": TUNING, "facts": facts, "explain": true, "why_not": ["performance.hands_on_tuning"] }),
    )
    .await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text());
    let decision = answer.json();
    assert_eq!(decision["id"], "T-1");
    assert_eq!(decision["verdict"], "in_scope");
    assert_eq!(decision["topic"], "performance.tuning_parameters");
    assert!(decision["confidence"].as_f64().unwrap() > 0.5);
    let first = &decision["evidence"][0];
    let (start, end) = (first["start"].as_u64().unwrap() as usize, first["end"].as_u64().unwrap() as usize);
    assert_eq!(&TUNING[start..end], first["text"].as_str().unwrap(), "offsets are bytes of the ticket");
    let states: Vec<(&str, &str)> = decision["requirements"]
        .as_array()
        .unwrap()
        .iter()
        .map(|requirement| (requirement["id"].as_str().unwrap(), requirement["state"].as_str().unwrap()))
        .collect();
    assert!(
        states.contains(&("licence", "unmet")) && states.contains(&("administrator", "met")) && states.contains(&("employee", "unknown"))
    );
    assert!(decision["reply"].as_str().unwrap().chars().count() > 40);
    assert_eq!(decision["why"]["why_not"][0]["topic"], "performance.hands_on_tuning");
    assert!(decision["why"]["why_not"][0]["because"].as_str().unwrap().contains("вероятность"));

    let policy = get(&router, "/v1/policy").await.json();
    assert_eq!(policy["policy"], decision["policy"], "every decision names the version of the policy");
    let topics: usize = policy["categories"].as_array().unwrap().iter().map(|category| category["topics"].as_array().unwrap().len()).sum();
    assert_eq!(topics, 48);
}

#[tokio::test]
async fn a_thousand_tickets_come_back_in_order_each_in_its_language() {
    let dir = tempfile::tempdir().unwrap();
    let router = router(&state(config(dir.path(), "", "")));
    let ticket = |id: usize| json!({ "id": id, "text": TUNING, "lang": if id.is_multiple_of(2) { "en" } else { "ru" } });
    let tickets: Vec<Value> = (0..1_000).map(ticket).collect();
    let answer = classify(&router, &json!({ "tickets": tickets })).await.json();
    let decisions = answer["decisions"].as_array().unwrap();
    assert_eq!(decisions.len(), 1_000);
    for (at, decision) in decisions.iter().enumerate() {
        assert_eq!(decision["id"], at);
        assert_eq!(decision["policy"], answer["policy"]);
        let english = decision["explanation"].as_str().unwrap().contains("support takes it");
        assert_eq!(english, at % 2 == 0);
    }
    let none = classify(&router, &json!({ "tickets": [] })).await.json();
    assert_eq!(none["decisions"], json!([]));
}

#[tokio::test]
async fn whatever_a_ticket_says_it_is_answered_in_bounded_size() {
    let dir = tempfile::tempdir().unwrap();
    let router = router(&state(config(dir.path(), "", "")));
    for text in [
        String::new(),
        "👍".into(),
        "\u{0}\u{202e}\u{feff}\u{1b}[2J".into(),
        "и\u{306}".repeat(20_000),
        "memory_limit значение настройки параметры php ".repeat(6_000),
        "</script><img src=x onerror=alert(1)>".into(),
    ] {
        let answer = classify(&router, &json!({ "text": text, "explain": true })).await;
        assert_eq!(answer.status, StatusCode::OK, "{:?}: {}", text.chars().take(20).collect::<String>(), answer.text());
        assert!(answer.json()["evidence"].as_array().unwrap().len() <= 200);
        assert!(answer.body.len() < 200_000, "{} bytes", answer.body.len());
    }
}

/// `(name, request, status, end of the problem's type, part of its detail)`
fn refused() -> Vec<(&'static str, Request<Body>, u16, &'static str, &'static str)> {
    let post = |body: &str| {
        Request::post("/v1/classify")
            .header("content-type", "application/json")
            .header("authorization", format!("Bearer {KEY}"))
            .body(Body::from(body.to_string()))
            .unwrap()
    };
    let with = |name: &str, value: &str, body: String| {
        let mut request = post(&body);
        request.headers_mut().insert(name.parse::<axum::http::HeaderName>().unwrap(), value.parse().unwrap());
        request
    };
    let good = || json!({ "text": TUNING }).to_string();
    let without_key = |path: &str| Request::get(path).body(Body::empty()).unwrap();
    let get = |path: &str| Request::get(path).header("authorization", format!("Bearer {KEY}")).body(Body::empty()).unwrap();
    vec![
        (
            "no key",
            {
                let mut request = post(&good());
                request.headers_mut().remove("authorization");
                request
            },
            401,
            "unauthorized",
            "Authorization",
        ),
        ("wrong key", with("authorization", "Bearer test-key-0123456789abcdee", good()), 401, "unauthorized", "known"),
        ("key by another scheme", with("authorization", &format!("Basic {KEY}"), good()), 401, "unauthorized", "known"),
        (
            "the page's mark does not help while it is off",
            {
                let mut request = with("x-support-triage-page", "1", good());
                request.headers_mut().remove("authorization");
                request
            },
            401,
            "unauthorized",
            "",
        ),
        ("policy without a key", without_key("/v1/policy"), 401, "unauthorized", ""),
        ("metrics without a key", without_key("/metrics"), 401, "unauthorized", ""),
        ("no JSON", post("{"), 400, "not_json", "line 1"),
        ("two JSON texts", post("{\"text\":\"а\"} {}"), 400, "not_json", "trailing"),
        ("depth bomb", post(&"[".repeat(100_000)), 400, "not_json", "recursion"),
        ("deep inside", post(&format!("{{\"id\":{}", "[".repeat(100_000))), 400, "not_json", "recursion"),
        (
            "not UTF-8",
            {
                let mut body = b"{\"text\":\"".to_vec();
                body.extend([0xcf, 0xee, b'"', b'}']);
                let mut request = post("");
                *request.body_mut() = Body::from(body);
                request
            },
            400,
            "not_json",
            "",
        ),
        ("an empty body", post(""), 400, "not_json", "EOF"),
        ("a list", post("[]"), 422, "invalid_request", ""),
        ("nothing asked", post("{}"), 422, "invalid_request", "either"),
        ("both", post("{\"text\":\"а\",\"tickets\":[]}"), 422, "invalid_request", "either"),
        ("a misspelt field", post("{\"txet\":\"а\"}"), 422, "invalid_request", "txet"),
        ("a misspelt fact", post("{\"text\":\"а\",\"facts\":{\"license\":\"demo\"}}"), 422, "invalid_request", "facts.license"),
        (
            "a wrong fact",
            post("{\"tickets\":[{\"text\":\"а\"},{\"text\":\"б\",\"facts\":{\"administrator\":\"yes\"}}]}"),
            422,
            "invalid_request",
            "tickets[1].facts.administrator",
        ),
        ("a wrong type", post("{\"tickets\":[{\"text\":1}]}"), 422, "invalid_request", "tickets[0].text"),
        ("an unknown language", post("{\"text\":\"а\",\"lang\":\"de\"}"), 422, "invalid_request", "lang"),
        ("an id that is no id", post("{\"tickets\":[{\"text\":\"а\",\"id\":{}}]}"), 422, "invalid_request", "tickets[0].id"),
        ("a long id", post(&json!({ "text": "а", "id": "x".repeat(257) }).to_string()), 422, "invalid_request", "257 bytes"),
        ("an unknown topic", post("{\"text\":\"а\",\"why_not\":[\"no.such\"]}"), 422, "invalid_request", "no.such"),
        ("too many tickets", post(&json!({ "tickets": vec![json!({ "text": "а" }); 1_001] }).to_string()), 422, "too_many_tickets", "1001"),
        ("another media type", with("content-type", "text/plain", good()), 415, "unsupported_media_type", "application/json"),
        ("compressed", with("content-encoding", "gzip", good()), 415, "unsupported_media_type", "Content-Encoding"),
        ("announced too large", with("content-length", "3000000", good()), 413, "body_too_large", "2097152"),
        ("too large unannounced", post(&" ".repeat(2_097_153)), 413, "body_too_large", "2097152"),
        ("nothing there", get("/v1/nothing"), 404, "not_found", ""),
        ("wrong method", get("/v1/classify"), 405, "method_not_allowed", ""),
    ]
}

#[tokio::test]
async fn every_refusal_is_a_problem_that_says_what_to_mend() {
    let dir = tempfile::tempdir().unwrap();
    let router = router(&state(config(dir.path(), "", "")));
    for (name, request, status, kind, detail) in refused() {
        let answer = send(&router, request).await;
        assert_eq!(answer.status.as_u16(), status, "{name}: {}", answer.text());
        assert_eq!(answer.headers["content-type"], "application/problem+json", "{name}");
        let problem = answer.json();
        assert_eq!(problem["status"], status, "{name}");
        assert_eq!(problem["type"], format!("urn:support-triage:problem:{kind}"), "{name}");
        assert!(problem["detail"].as_str().unwrap_or("").contains(detail), "{name}: {problem}");
        assert_eq!(answer.headers.contains_key("www-authenticate"), status == 401, "{name}");
    }
    // None of it may have used anything up.
    assert_eq!(classify(&router, &json!({ "text": TUNING })).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_key_has_its_limit_and_is_told_when_to_come_back() {
    let dir = tempfile::tempdir().unwrap();
    let mut config = config(dir.path(), "", "");
    (config.api.keys[0].per_second, config.api.keys[0].burst) = (0.1, 2);
    let router = router(&state(config));
    for expected in [200, 200, 429] {
        let answer = classify(&router, &json!({ "text": TUNING })).await;
        assert_eq!(answer.status.as_u16(), expected);
        if expected == 429 {
            let pause: u64 = answer.headers["retry-after"].to_str().unwrap().parse().unwrap();
            assert!((1..=10).contains(&pause), "{pause} s");
            assert_eq!(answer.json()["retry_after"], pause);
        }
    }
}

#[tokio::test]
async fn guessing_keys_is_slowed_down() {
    let dir = tempfile::tempdir().unwrap();
    let router = router(&state(config(dir.path(), "", "")));
    let mut seen = Vec::new();
    for attempt in 0..40 {
        let request = Request::get("/v1/policy").header("authorization", format!("Bearer guess-{attempt:020}"));
        seen.push(send(&router, request.body(Body::empty()).unwrap()).await.status.as_u16());
    }
    assert_eq!((seen[0], seen[39]), (401, 429));
    assert_eq!(get(&router, "/v1/policy").await.status, StatusCode::OK, "whoever has the key is not shut out by those who have not");
}

#[tokio::test]
async fn what_the_server_did_can_be_read_without_a_word_of_a_ticket() {
    let dir = tempfile::tempdir().unwrap();
    let router = router(&state(config(dir.path(), "", "")));
    classify(&router, &json!({ "text": TUNING })).await;
    classify(&router, &json!({ "text": "секретное-слово" })).await;
    let answer = get(&router, "/metrics").await;
    let text = answer.text();
    assert!(answer.headers["content-type"].to_str().unwrap().starts_with("application/openmetrics-text"));
    for line in [
        "support_triage_decisions_total{source=\"api\",category=\"performance\",verdict=\"in_scope\"} 1",
        "support_triage_http_requests_total{route=\"/v1/classify\",status=\"200\"} 2",
        "support_triage_queue_waiting 0",
    ] {
        assert!(text.lines().any(|found| found == line), "no {line} in\n{text}");
    }
    assert!(!text.contains("секретное"));
    assert_eq!(get(&router, "/healthz").await.text(), "ok\n");
    let ready = get(&router, "/readyz").await.json();
    assert_eq!(ready["status"], "ready");
}

#[tokio::test]
async fn what_is_switched_off_is_not_there() {
    let dir = tempfile::tempdir().unwrap();
    let mut config = config(dir.path(), "", "");
    config.api.enabled = false;
    let router = router(&state(config));
    assert_eq!(classify(&router, &json!({ "text": TUNING })).await.status, StatusCode::NOT_FOUND);
    assert_eq!(get(&router, "/").await.status, StatusCode::NOT_FOUND);
    assert_eq!(get(&router, "/healthz").await.status, StatusCode::OK);
}

/// A body of which nothing ever arrives.
struct Never;

impl hyper::body::Body for Never {
    type Data = bytes::Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<hyper::body::Frame<Self::Data>, Self::Error>>> {
        std::task::Poll::Pending
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_that_does_not_come_is_not_waited_for() {
    let dir = tempfile::tempdir().unwrap();
    let router = router(&state(config(dir.path(), "", "")));
    let request = Request::post("/v1/classify").header("content-type", "application/json").header("authorization", format!("Bearer {KEY}"));
    let answer = send(&router, request.body(Body::new(Never)).unwrap()).await;
    assert_eq!((answer.status.as_u16(), answer.json()["type"].as_str().unwrap()), (408, "urn:support-triage:problem:body_too_slow"));
}

#[tokio::test]
async fn over_its_strength_the_server_refuses_at_once_and_recovers() {
    let dir = tempfile::tempdir().unwrap();
    let mut config = config(dir.path(), "", "");
    (config.api.in_flight, config.api.queue) = (1, 2);
    let router = router(&state(config));
    let long = json!({ "text": "Подскажите, какое значение memory_limit ставить? ".repeat(5_000) });
    let mut asked = tokio::task::JoinSet::new();
    for _ in 0..30 {
        let (router, long) = (router.clone(), long.clone());
        asked.spawn(async move { classify(&router, &long).await });
    }
    let (mut answered, mut refused) = (0, 0);
    while let Some(answer) = asked.join_next().await {
        let answer = answer.unwrap();
        match answer.status.as_u16() {
            200 => answered += 1,
            503 => {
                assert_eq!(answer.json()["type"], "urn:support-triage:problem:overloaded");
                assert_eq!(answer.headers["retry-after"], "1");
                refused += 1;
            }
            other => panic!("{other}: {}", answer.text()),
        }
    }
    assert!(answered >= 3 && refused >= 1, "{answered} answered, {refused} refused");
    assert_eq!(classify(&router, &json!({ "text": TUNING })).await.status, StatusCode::OK);
}
