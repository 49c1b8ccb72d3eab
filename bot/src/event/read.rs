//! Looking into a decoded body, where every value may be missing, empty, a string or (in JSON) typed.

use serde_json::Value;

/// The value at a path, if every step is there.
pub fn at<'a>(value: &'a Value, path: &[&str]) -> Option<&'a Value> {
    path.iter().try_fold(value, |value, key| match value {
        Value::Object(map) => map.get(*key),
        Value::Array(items) => items.get(key.parse::<usize>().ok()?),
        _ => None,
    })
}

/// A string that is not empty. Numbers are taken as they are written; objects, arrays and null are not.
pub fn text(value: &Value, path: &[&str]) -> Option<String> {
    match at(value, path)? {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A whole number, typed or as a string.
pub fn int(value: &Value, path: &[&str]) -> Option<i64> {
    match at(value, path)? {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

/// `Y`, `1`, `true`; everything else, and nothing at all, is no.
pub fn flag(value: &Value, path: &[&str]) -> bool {
    match at(value, path) {
        Some(Value::Bool(flag)) => *flag,
        Some(Value::String(text)) => matches!(text.as_str(), "Y" | "1" | "true"),
        Some(Value::Number(number)) => number.as_i64() == Some(1),
        _ => false,
    }
}

/// Whether something is there that is not empty.
pub fn filled(value: &Value, path: &[&str]) -> bool {
    match at(value, path) {
        Some(Value::Object(map)) => !map.is_empty(),
        Some(Value::Array(items)) => !items.is_empty(),
        Some(Value::String(text)) => !text.is_empty(),
        _ => false,
    }
}

/// The entries of an object or an array.
pub fn entries<'a>(value: &'a Value, path: &[&str]) -> Vec<(String, &'a Value)> {
    match at(value, path) {
        Some(Value::Object(map)) => map.iter().map(|(key, value)| (key.clone(), value)).collect(),
        Some(Value::Array(items)) => items.iter().enumerate().map(|(at, value)| (at.to_string(), value)).collect(),
        _ => Vec::new(),
    }
}
