//! One HTTP exchange with a portal, and what its answer means.

use std::time::Duration;

use serde_json::Value;

use super::error::CallError;
use crate::config::Secret;

/// Bytes of an answer that are read; more is no answer of the portal's.
const MAX_ANSWER: usize = 4 << 20;

/// A client that follows no redirect, so that it never calls a host that the configuration does not name.
pub(super) fn client(timeout: Duration) -> Result<reqwest::Client, String> {
    // Whoever is first installs it; that another has done so is fine.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(timeout)
        .connect_timeout(Duration::from_secs(10))
        .pool_idle_timeout(Duration::from_secs(30))
        .user_agent(concat!("support-triage-bot/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|error| format!("the HTTP client cannot be built: {error}"))
}

pub(super) async fn post(http: &reqwest::Client, address: &Secret, parameters: &Value) -> Result<Value, CallError> {
    // The error of reqwest names the address, which may hold a secret: it is never shown.
    let response = http.post(address.reveal()).json(parameters).send().await.map_err(|error| {
        if error.is_connect() || error.is_builder() {
            CallError::Unreachable("no connection")
        } else if error.is_timeout() {
            CallError::Unknown("timed out")
        } else {
            CallError::Unknown("the connection broke")
        }
    })?;
    let status = response.status().as_u16();
    let retry_after = response.headers().get("retry-after").and_then(|value| value.to_str().ok()?.parse().ok()).map(Duration::from_secs);
    let body = body(response).await;
    read(status, retry_after, body)
}

pub(super) async fn body(mut response: reqwest::Response) -> Result<Vec<u8>, CallError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|_| CallError::Unknown("the answer broke off"))? {
        if body.len() + chunk.len() > MAX_ANSWER {
            return Err(CallError::Unknown("the answer is too large"));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn read(status: u16, retry_after: Option<Duration>, body: Result<Vec<u8>, CallError>) -> Result<Value, CallError> {
    let parsed = body.and_then(|body| serde_json::from_slice::<Value>(&body).map_err(|_| CallError::Unknown("the answer is not JSON")));
    let code = parsed.as_ref().ok().and_then(|value| value.get("error")).and_then(|code| match code {
        Value::String(code) if !code.is_empty() => Some(code.chars().filter(|c| c.is_ascii_graphic()).take(64).collect::<String>()),
        Value::Number(code) => Some(code.to_string()),
        _ => None,
    });
    match (status, code) {
        (429 | 503, code) => {
            let reset = parsed.ok().and_then(|value| pause_of(&value));
            Err(CallError::Busy { code: code.unwrap_or_else(|| format!("HTTP_{status}")), pause: reset.or(retry_after) })
        }
        (_, Some(code)) if code == "QUERY_LIMIT_EXCEEDED" => Err(CallError::Busy { code, pause: retry_after }),
        // The portal broke while it was at work, or a proxy gave up on it.
        (500.., _) => Err(CallError::Unknown("the portal failed")),
        (_, Some(code)) => Err(CallError::Refused { code, status }),
        (200..300, None) => {
            let mut value = parsed?;
            match value.get_mut("result") {
                Some(result) => Ok(result.take()),
                None => Err(CallError::Unknown("the answer has no result")),
            }
        }
        // A redirect or an error page: not the REST of a portal, so nothing was done.
        (status, None) => Err(CallError::Refused { code: format!("HTTP_{status}"), status }),
    }
}

/// Until when the portal's time budget is used up, as it says in `operating_reset_at`; at most ten minutes.
fn pause_of(value: &Value) -> Option<Duration> {
    let at = value.get("time")?.get("operating_reset_at")?.as_i64()?;
    let seconds = at - jiff::Timestamp::now().as_second();
    Some(Duration::from_secs(seconds.clamp(0, 600).unsigned_abs()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_an_answer_means() {
        let unknown = |why| Err(CallError::Unknown(why));
        let refused = |code: &str, status| Err(CallError::Refused { code: code.into(), status });
        let busy = |code: &str, pause| Err(CallError::Busy { code: code.into(), pause });
        for (status, body, want) in [
            (200, r#"{"result": 5}"#, Ok(json!(5))),
            (200, r#"{"result": false}"#, Ok(json!(false))),
            (200, "<html>", unknown("the answer is not JSON")),
            (200, "{}", unknown("the answer has no result")),
            (200, r#"{"error": "DIALOG_ID_EMPTY"}"#, refused("DIALOG_ID_EMPTY", 200)),
            (401, r#"{"error": "expired_token"}"#, refused("expired_token", 401)),
            (403, "<html>", refused("HTTP_403", 403)),
            (302, "", refused("HTTP_302", 302)),
            (503, r#"{"error": "QUERY_LIMIT_EXCEEDED"}"#, busy("QUERY_LIMIT_EXCEEDED", Some(Duration::from_secs(3)))),
            (503, "Service Unavailable", busy("HTTP_503", Some(Duration::from_secs(3)))),
            (
                429,
                r#"{"error": "OPERATION_TIME_LIMIT", "time": {"operating_reset_at": 1}}"#,
                busy("OPERATION_TIME_LIMIT", Some(Duration::ZERO)),
            ),
            (500, r#"{"error": "INTERNAL_SERVER_ERROR"}"#, unknown("the portal failed")),
            (502, "Bad Gateway", unknown("the portal failed")),
        ] {
            assert_eq!(read(status, Some(Duration::from_secs(3)), Ok(body.as_bytes().to_vec())), want, "{status} {body}");
        }
    }
}
