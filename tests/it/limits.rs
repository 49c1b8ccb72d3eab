//! Each limit on rule files, on both sides of the border.

use support_triage::{Error, Limits, Policy};

fn rules(when: &str) -> String {
    format!(
        "category: c\ntitle: {{ ru: К, en: C }}\nin_scope:\n  - topic: t\n    title: {{ ru: Т, en: T }}\n    when: {when}\n    reply: {{ ru: Да., en: Yes. }}\n    tests: {{ hit: [слово], miss: [дело] }}\n"
    )
}

fn load(limits: Limits, text: &str) -> Result<Policy, Error> {
    Policy::builder().limits(limits).strings([("rules.yaml", text)]).load()
}

#[test]
fn limits_hold_on_both_sides() {
    let words = |count: usize| format!("[ {} ]", (0..count).map(|n| format!("слово{n}")).collect::<Vec<_>>().join(", "));
    let regex = |len: usize| format!("[ {{ regex: '{}' }} ]", "a".repeat(len));
    let plain = rules("[ слово ]");
    type Row<'a> = (&'a str, Limits, String, bool);
    let all = Limits::default;
    let rows: Vec<Row> = vec![
        ("file_bytes at", Limits { file_bytes: plain.len(), ..all() }, plain.clone(), true),
        ("file_bytes over", Limits { file_bytes: plain.len() - 1, ..all() }, plain.clone(), false),
        ("files at", Limits { files: 1, ..all() }, plain.clone(), true),
        ("files over", Limits { files: 0, ..all() }, plain.clone(), false),
        ("depth at", Limits { depth: 5, ..all() }, rules("[ { phrase: слово } ]"), true),
        ("depth over", Limits { depth: 4, ..all() }, rules("[ { phrase: слово } ]"), false),
        ("nodes over", Limits { nodes: 10, ..all() }, plain.clone(), false),
        ("scalar_bytes at", Limits { scalar_bytes: 20, ..all() }, rules(&format!("[ {} ]", "ж".repeat(10))), true),
        ("scalar_bytes over", Limits { scalar_bytes: 20, ..all() }, rules(&format!("[ {} ]", "ж".repeat(11))), false),
        ("topics at", Limits { topics: 1, ..all() }, plain.clone(), true),
        ("topics over", Limits { topics: 0, ..all() }, plain.clone(), false),
        ("terms at", Limits { terms: 30, ..all() }, rules(&words(30)), true),
        ("terms over", Limits { terms: 29, ..all() }, rules(&words(30)), false),
        ("term_chars at", Limits { term_chars: 10, ..all() }, rules(&format!("[ {} ]", "ж".repeat(10))), true),
        ("term_chars over", Limits { term_chars: 10, ..all() }, rules(&format!("[ {} ]", "ж".repeat(11))), false),
        ("term_words at", Limits { term_words: 2, ..all() }, rules("[ два слова ]"), true),
        ("term_words over", Limits { term_words: 2, ..all() }, rules("[ целых три слова ]"), false),
        ("regexes at", Limits { regexes: 1, ..all() }, rules(&regex(3)), true),
        ("regexes over", Limits { regexes: 0, ..all() }, rules(&regex(3)), false),
        ("regex_bytes at", Limits { regex_bytes: 50, ..all() }, rules(&regex(50)), true),
        ("regex_bytes over", Limits { regex_bytes: 50, ..all() }, rules(&regex(51)), false),
        ("regex_compiled_bytes over", Limits { regex_compiled_bytes: 1000, ..all() }, rules("[ { regex: 'x[а-я]{50}' } ]"), false),
    ];
    for (name, limits, text, accepted) in rows {
        let result = load(limits, &text);
        assert_eq!(result.is_ok(), accepted, "{name}: {:?}", result.err().map(|error| error.to_string()));
    }
}
