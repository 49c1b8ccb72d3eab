//! JSON Schemas of the rule files, from the types that read them.

use super::syntax;

/// The schemas, each with its file name under `rules/schema/`.
///
/// # Examples
///
/// ```
/// let names: Vec<&str> = support_triage::schemas().iter().map(|(name, _)| *name).collect();
/// assert!(names.contains(&"rule-set.schema.json"));
/// ```
pub fn schemas() -> Vec<(&'static str, String)> {
    let text = |schema: schemars::Schema| serde_json::to_string_pretty(&schema).map(|text| text + "\n").unwrap_or_default();
    vec![
        ("rule-set.schema.json", text(schemars::schema_for!(syntax::RuleSet))),
        ("lexicon.schema.json", text(schemars::schema_for!(syntax::Lexicon))),
        ("policy.schema.json", text(schemars::schema_for!(syntax::PolicyFile))),
        ("questions.schema.json", text(schemars::schema_for!(syntax::Questions))),
    ]
}
