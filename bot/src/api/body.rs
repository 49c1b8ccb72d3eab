//! Reading a request's JSON body, bounded in size, memory and time.

use std::time::Duration;

use axum::body::Body;
use axum::http::{HeaderMap, Request, header};
use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use serde::de::DeserializeOwned;

use super::problem::{BROKEN_BODY, INVALID, MEDIA_TYPE, NOT_JSON, Problem, SLOW_BODY, TOO_LARGE};

/// Refuses what is surely not JSON or surely too large, before a byte of it is read. Returns how many bytes may come.
pub(crate) fn announced(headers: &HeaderMap, most: usize) -> Result<usize, Problem> {
    let media = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    let media = media.split(';').next().unwrap_or("").trim().to_ascii_lowercase();
    if media != "application/json" && !(media.starts_with("application/") && media.ends_with("+json")) {
        return Err(Problem::new(MEDIA_TYPE, "send the header Content-Type: application/json"));
    }
    if headers.get(header::CONTENT_ENCODING).is_some_and(|value| value != "identity") {
        return Err(Problem::new(MEDIA_TYPE, "send the body without Content-Encoding"));
    }
    let length = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()).and_then(|value| value.parse::<usize>().ok());
    match length {
        Some(length) if length > most => Err(too_large(most)),
        Some(length) => Ok(length),
        None => Ok(most),
    }
}

/// Reads the whole body.
pub(crate) async fn read(request: Request<Body>, most: usize, patience: Duration) -> Result<Bytes, Problem> {
    let whole = tokio::time::timeout(patience, Limited::new(request.into_body(), most).collect()).await;
    match whole {
        Err(_) => Err(Problem::new(SLOW_BODY, format!("it must arrive within {} s", patience.as_secs()))),
        Ok(Ok(body)) => Ok(body.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(too_large(most)),
        Ok(Err(_)) => Err(Problem::new(BROKEN_BODY, "the connection broke, or the framing is wrong")),
    }
}

fn too_large(most: usize) -> Problem {
    Problem::new(TOO_LARGE, format!("at most {most} bytes are taken; send fewer tickets at once"))
}

/// The body as a typed value; errors name the field.
pub(crate) fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let (path, inner) = (error.path().to_string(), error.inner());
        if inner.is_data() {
            Problem::new(INVALID, if path == "." { inner.to_string() } else { format!("{path}: {inner}") })
        } else {
            Problem::new(NOT_JSON, inner.to_string())
        }
    })?;
    json.end().map_err(|error| Problem::new(NOT_JSON, error.to_string()))?;
    Ok(value)
}
