//! `application/x-www-form-urlencoded` with the nesting of PHP, as the portal posts its events: `data[PARAMS][MESSAGE]=…`.
//!
//! The bytes come from anybody, so every dimension has a cap; what is over a cap is an error, never a cut.

use serde_json::{Map, Value};

/// Caps on a form.
pub const MAX_FIELDS: usize = 1_024;
/// Levels of brackets, the name before them included.
pub const MAX_DEPTH: usize = 8;
/// Bytes of a key as it arrives.
pub const MAX_KEY: usize = 512;
/// Bytes of a decoded value.
pub const MAX_VALUE: usize = 64 * 1024;

/// Why a body could not be read. Says nothing of what is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// Over one of the caps.
    #[error("the form is too large: {0}")]
    TooLarge(&'static str),
    /// Neither a form nor JSON.
    #[error("the body is not readable: {0}")]
    Malformed(&'static str),
}

/// Decodes a form into nested objects whose leaves are strings.
///
/// Like PHP, a later value of the same key wins, `a[]` counts up, and a name with an open bracket that never closes is taken as it stands.
/// Bytes that are not UTF-8 become U+FFFD.
pub fn decode(body: &[u8]) -> Result<Value, DecodeError> {
    let mut root = Map::new();
    let mut fields = 0;
    for pair in body.split(|&byte| byte == b'&') {
        if pair.is_empty() {
            continue;
        }
        fields += 1;
        if fields > MAX_FIELDS {
            return Err(DecodeError::TooLarge("fields"));
        }
        let cut = pair.iter().position(|&byte| byte == b'=');
        let (key, value) = cut.map_or((pair, &pair[..0]), |cut| (&pair[..cut], &pair[cut + 1..]));
        if key.len() > MAX_KEY {
            return Err(DecodeError::TooLarge("a key"));
        }
        if value.len() > 3 * MAX_VALUE {
            return Err(DecodeError::TooLarge("a value"));
        }
        let value = unescape(value);
        if value.len() > MAX_VALUE {
            return Err(DecodeError::TooLarge("a value"));
        }
        let key = unescape(key);
        let path = path_of(&key)?;
        if path[0].is_empty() {
            continue;
        }
        insert(&mut root, &path, value);
    }
    if root.is_empty() {
        return Err(DecodeError::Malformed("no fields"));
    }
    Ok(Value::Object(root))
}

fn unescape(bytes: &[u8]) -> String {
    let hex = |byte: u8| (byte as char).to_digit(16).map(|digit| digit as u8);
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        match (bytes[at], bytes.get(at + 1).copied().and_then(hex), bytes.get(at + 2).copied().and_then(hex)) {
            (b'%', Some(high), Some(low)) => {
                out.push(high << 4 | low);
                at += 3;
            }
            (b'+', ..) => {
                out.push(b' ');
                at += 1;
            }
            (byte, ..) => {
                out.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8(out).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}

/// `a[b][]` → `a`, `b`, ``.
fn path_of(key: &str) -> Result<Vec<&str>, DecodeError> {
    let Some((name, mut rest)) = key.split_once('[').filter(|(name, _)| !name.is_empty()) else { return Ok(vec![key]) };
    let mut path = vec![name];
    loop {
        // No closing bracket at the first level: not nesting at all. Further on: what follows is dropped.
        let Some((part, after)) = rest.split_once(']') else { return Ok(if path.len() == 1 { vec![key] } else { path }) };
        if path.len() == MAX_DEPTH {
            return Err(DecodeError::TooLarge("nesting"));
        }
        path.push(part);
        match after.strip_prefix('[') {
            Some(next) => rest = next,
            None => return Ok(path),
        }
    }
}

fn insert(map: &mut Map<String, Value>, path: &[&str], value: String) {
    let key = if path[0].is_empty() { map.len().to_string() } else { path[0].to_string() };
    if path.len() == 1 {
        map.insert(key, Value::String(value));
        return;
    }
    let slot = map.entry(key).or_insert_with(|| Value::Object(Map::new()));
    if !slot.is_object() {
        *slot = Value::Object(Map::new());
    }
    if let Value::Object(inner) = slot {
        insert(inner, &path[1..], value);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn nesting_is_that_of_php() {
        for (body, want) in [
            ("a=1&b=2", json!({"a": "1", "b": "2"})),
            ("a%5Bb%5D%5Bc%5D=x+y%21", json!({"a": {"b": {"c": "x y!"}}})),
            ("a[b][c]=x", json!({"a": {"b": {"c": "x"}}})),
            ("a[]=x&a[]=y", json!({"a": {"0": "x", "1": "y"}})),
            ("a=1&a=2", json!({"a": "2"})),
            ("a=1&a[b]=2", json!({"a": {"b": "2"}})),
            ("a[b]=1&a=2", json!({"a": "2"})),
            ("a[b=1", json!({"a[b": "1"})),
            ("a[b]c[d]=1", json!({"a": {"b": "1"}})),
            ("[b]=1&c=2", json!({"[b]": "1", "c": "2"})),
            ("a", json!({"a": ""})),
            ("=1&a=2&&", json!({"a": "2"})),
            ("a=%D0%B4%D0%B0", json!({"a": "да"})),
            ("a=%FF%zz%", json!({"a": "\u{FFFD}%zz%"})),
            ("a=b=c", json!({"a": "b=c"})),
        ] {
            assert_eq!(decode(body.as_bytes()), Ok(want), "{body}");
        }
    }

    #[test]
    fn every_cap_holds_at_the_limit_and_not_one_further() {
        let nested = |depth: usize| format!("a{}=1", "[b]".repeat(depth - 1));
        let fields = |count: usize| vec!["a=1"; count].join("&");
        let value = |length: usize| format!("a={}", "x".repeat(length));
        let key = |length: usize| format!("{}=1", "k".repeat(length));
        for (at_limit, over) in [
            (nested(MAX_DEPTH), nested(MAX_DEPTH + 1)),
            (fields(MAX_FIELDS), fields(MAX_FIELDS + 1)),
            (value(MAX_VALUE), value(MAX_VALUE + 1)),
            (key(MAX_KEY), key(MAX_KEY + 1)),
        ] {
            assert!(decode(at_limit.as_bytes()).is_ok());
            assert!(matches!(decode(over.as_bytes()), Err(DecodeError::TooLarge(_))));
        }
        assert_eq!(decode(b""), Err(DecodeError::Malformed("no fields")));
    }
}
