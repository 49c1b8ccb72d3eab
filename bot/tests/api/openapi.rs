//! The OpenAPI document: current, whole, and true of what is answered.

use crate::support::{classify, config, get, router, state};
use serde_json::{Value, json};
use support_triage::requirements::{Facts, RequirementState};
use support_triage::{Lang, Side, Verdict};
use support_triage_bot::api::openapi_json;

fn document() -> Value {
    serde_json::from_str(&openapi_json()).unwrap()
}

/// To write it anew: `UPDATE=1 cargo test -p support-triage-bot --test api`.
#[test]
fn the_kept_document_is_current() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.json");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, openapi_json()).unwrap();
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    assert!(kept == openapi_json(), "bot/openapi.json is not what the types say: UPDATE=1 cargo test -p support-triage-bot --test api");
}

#[test]
fn it_is_openapi_3_1_and_all_its_references_lead_somewhere() {
    let document = document();
    assert_eq!(document["openapi"], "3.1.0");
    let mut references = Vec::new();
    collect(&document, &mut references);
    assert!(references.len() > 20);
    for reference in references {
        assert!(document.pointer(reference.trim_start_matches('#')).is_some(), "{reference}");
    }
}

fn collect(value: &Value, references: &mut Vec<String>) {
    match value {
        Value::Object(fields) => {
            references.extend(fields.get("$ref").and_then(Value::as_str).map(str::to_string));
            fields.values().for_each(|value| collect(value, references));
        }
        Value::Array(items) => items.iter().for_each(|value| collect(value, references)),
        _ => {}
    }
}

#[test]
fn stand_ins_name_what_the_library_names() {
    let document = document();
    let schema = |name: &str| document["components"]["schemas"][name].clone();
    let mut known: Vec<String> = Vec::new();
    for (name, prefix) in [("Facts", ""), ("Certificate", "certificate.")] {
        let fields = schema(name)["properties"].as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        known.extend(fields.iter().filter(|field| *field != "certificate").map(|field| format!("{prefix}{field}")));
    }
    known.sort();
    let mut facts: Vec<String> = Facts::NAMES.iter().map(|name| name.to_string()).collect();
    facts.sort();
    assert_eq!(known, facts);
    let licences = json!(["commercial", "demo", "nfr", "expired"]);
    let editions = json!(["self_hosted", "cloud"]);
    for licence in licences.as_array().unwrap() {
        assert!(serde_json::from_value::<Facts>(json!({ "licence": licence })).is_ok());
    }
    for (name, values) in [
        ("Lang", json!([Lang::Ru, Lang::En])),
        ("Verdict", json!([Verdict::InScope, Verdict::OutOfScope, Verdict::Undetermined])),
        ("Side", json!([Side::In, Side::Out])),
        ("RequirementState", json!([RequirementState::Met.as_str(), RequirementState::Unmet.as_str(), RequirementState::Unknown.as_str()])),
        ("Licence", licences),
        ("Edition", editions),
    ] {
        assert_eq!(schema(name)["enum"], values, "{name}");
    }
}

#[tokio::test]
async fn answers_are_what_it_says() {
    let dir = tempfile::tempdir().unwrap();
    let router = router(&state(config(dir.path(), "", "")));
    let document = get(&router, "/v1/openapi.json").await.json();
    let of =
        |path: &str, method: &str| document["paths"][path][method]["responses"]["200"]["content"]["application/json"]["schema"].clone();
    let facts = json!({ "certificate": { "self_signed": true }, "public_address": "10.0.0.1" });
    for request in [
        json!({ "text": "Как очистить кеш портала?", "facts": facts, "explain": true, "why_not": ["update.failed_update", "performance.caching"] }),
        json!({ "text": "Помогите" , "id": 7}),
        json!({ "tickets": [{ "text": "Поставьте nginx", "id": "а" }, { "text": "Как очистить кеш?", "facts": {} }] }),
    ] {
        let answer = classify(&router, &request).await.json();
        check(&document, &of("/v1/classify", "post"), &answer, "$").unwrap_or_else(|wrong| panic!("{wrong}\n{answer:#}"));
    }
    for path in ["/v1/policy", "/readyz"] {
        let answer = get(&router, path).await.json();
        check(&document, &of(path, "get"), &answer, "$").unwrap_or_else(|wrong| panic!("{path}: {wrong}"));
    }
    let problem = classify(&router, &json!({})).await.json();
    check(&document, &document["components"]["schemas"]["Problem"], &problem, "$").unwrap();
}

/// Whether a value is as a schema says, for the part of JSON Schema that the document uses; a field the schema does not name is wrong.
fn check(document: &Value, schema: &Value, value: &Value, place: &str) -> Result<(), String> {
    if let Some(reference) = schema["$ref"].as_str() {
        return check(document, document.pointer(reference.trim_start_matches('#')).unwrap(), value, place);
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        let wrong: Vec<String> = choices.iter().filter_map(|choice| check(document, choice, value, place).err()).collect();
        return if wrong.len() < choices.len() { Ok(()) } else { Err(wrong.join(" | ")) };
    }
    if let Some(choices) = schema["enum"].as_array() {
        return if choices.contains(value) { Ok(()) } else { Err(format!("{place}: {value} is not one of {choices:?}")) };
    }
    let is = |kind: &str| match kind {
        "null" => value.is_null(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("{place}: unknown type {other}"),
    };
    let right = match &schema["type"] {
        Value::String(kind) => is(kind),
        Value::Array(kinds) => kinds.iter().filter_map(Value::as_str).any(is),
        _ => return Err(format!("{place}: no type in {schema}")),
    };
    if !right {
        return Err(format!("{place}: {value} is no {}", schema["type"]));
    }
    if let Some(items) = value.as_array() {
        for (at, item) in items.iter().enumerate() {
            check(document, &schema["items"], item, &format!("{place}[{at}]"))?;
        }
    }
    if let Some(fields) = value.as_object() {
        for (name, field) in fields {
            let known = schema["properties"].get(name).ok_or(format!("{place}.{name} is not in the schema"))?;
            check(document, known, field, &format!("{place}.{name}"))?;
        }
        for name in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            fields.get(name).ok_or(format!("{place}.{name} is missing"))?;
        }
    }
    Ok(())
}
