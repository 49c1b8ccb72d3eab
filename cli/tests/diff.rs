//! What changes between two rule sets.

mod runner;

use std::path::Path;

use runner::{file, root, run, text};
use serde_json::Value;

const CALLBACK: &str = r#"
category: integrator
title: { ru: Наши услуги, en: Our services }
in_scope:
  - topic: callback
    title: { ru: Обратный звонок, en: Call back }
    when: [ { phrase: [перезвоните, перезвонить], weight: 4, decisive: true } ]
    reply: { ru: Перезвоним., en: We will call back. }
    tests: { hit: ["[[Перезвоните]] мне"], miss: ["Звонки в портале не работают"] }
"#;

/// A small rule set of its own, with holes for what a test changes.
fn small(dir: &Path, name: &str, when: &str, concept: &str, rest: &str) -> String {
    let rules = format!(
        r#"
category: access
title: {{ ru: Доступ, en: Access }}
in_scope:
  - topic: password
    title: {{ ru: Пароль, en: Password }}
    when: [ {when} ]
{rest}
    tests: {{ hit: ["[[Сбросьте пароль]]!"], miss: ["Спасибо"] }}
"#
    );
    file(dir, &format!("{name}/lexicon/words.yaml"), &format!("concepts:\n  - concept: lost\n    terms: {concept}\n"));
    let path = file(dir, &format!("{name}/access.yaml"), &rules);
    Path::new(&path).parent().unwrap().to_str().unwrap().to_string()
}

/// The groups of a run as `(kind, topic, ids)`.
fn groups(args: &[&str], code: i32) -> Vec<(String, Option<String>, Vec<String>)> {
    let output = run(&[&["diff", "--json"], args].concat());
    assert_eq!(output.status.code(), Some(code), "{}", text(&output.stderr));
    let whole: Value = serde_json::from_slice(&output.stdout).unwrap();
    let group = |group: &Value| {
        let ids = group["tickets"].as_array().unwrap().iter().map(|ticket| ticket["id"].as_str().unwrap().to_string());
        let cause = &group["cause"];
        (cause["kind"].as_str().unwrap().to_string(), cause["topic"].as_str().map(str::to_string), ids.collect())
    };
    whole["groups"].as_array().unwrap().iter().map(group).collect()
}

const EXPORT: &str = concat!(
    r#"{"id":"a","text":"Прошу сбросить пароль, очень нужно, заранее благодарен"}"#,
    "\n",
    r#"{"id":"b","text":"Прошу сбросить пароль"}"#,
    "\n",
    r#"{"id":"c","text":"Не могу вспомнить пароль от портала"}"#,
    "\n",
    r#"{"id":"d","text":"Где скачать договор?"}"#,
    "\n"
);

#[test]
fn each_change_is_laid_to_the_rule_behind_it() {
    let dir = tempfile::tempdir().unwrap();
    let export = file(dir.path(), "e.jsonl", EXPORT);
    let reply = "    reply: { ru: Сбросим., en: We will reset it. }";
    let phrase = r#"{ phrase: "сбросить пароль", weight: 3 }"#;
    let recall = r#"{ phrase: "@lost", weight: 3 }"#;
    let set = |name: &str, when: &str, concept: &str, rest: &str| small(dir.path(), name, when, concept, rest);
    let base = set("base", phrase, "[вспомнить пароль]", reply);
    let both = format!("{phrase}, {recall}");
    let with_concept = set("concept", &both, "[потерял пароль]", reply);
    let cases = [
        // (first, second, expected cause, tickets it is laid to)
        (&base, set("added", &both, "[вспомнить пароль]", reply), "rule_added", vec!["c"]),
        (&base, set("removed", recall, "[забыл логин]", reply), "rule_removed", vec!["b", "a"]),
        (&with_concept, set("terms", &both, "[потерял пароль, вспомнить пароль]", reply), "rule_holds", vec!["c"]),
        (
            &base,
            set("reply", phrase, "[вспомнить пароль]", "    reply: { ru: Сами., en: We will reset it. }"),
            "reply_text",
            vec!["b", "a"],
        ),
        // A change of the reply that is not shown counts as well.
        (&base, set("english", phrase, "[вспомнить пароль]", "    reply: { ru: Сбросим., en: Done. }"), "reply_text", vec!["b", "a"]),
        (
            &base,
            set("unless", phrase, "[вспомнить пароль]", &format!("    unless: [ {{ phrase: очень }} ]\n{reply}")),
            "exception_holds",
            vec!["a"],
        ),
    ];
    for (first, second, kind, ids) in cases {
        let found = groups(&["--no-builtin", "--rules", first, "--rules", &second, &export], 1);
        let expected: Vec<String> = ids.into_iter().map(str::to_string).collect();
        assert_eq!(found, [(kind.to_string(), Some("access.password".to_string()), expected)], "{second}");
    }
    let back = groups(
        &["--no-builtin", "--rules", &set("terms", &both, "[потерял пароль, вспомнить пароль]", reply), "--rules", &with_concept, &export],
        1,
    );
    assert_eq!(back[0].0, "rule_lapsed");
}

#[test]
fn an_overlay_is_compared_with_the_built_in_policy() {
    let dir = tempfile::tempdir().unwrap();
    file(dir.path(), "own/own.yaml", CALLBACK);
    let own = dir.path().join("own");
    let own = own.to_str().unwrap();
    let named = run(&["diff", "--rules", "builtin", "--rules", own, "examples/data/tickets.csv"]);
    let alone = run(&["diff", "--rules", own, "examples/data/tickets.csv"]);
    assert_eq!(named.status.code(), Some(1), "{}", text(&named.stderr));
    let shown = text(&named.stdout);
    assert_eq!(shown, text(&alone.stdout));
    assert!(shown.contains("new rule: integrator.callback  phrase: [перезвоните, перезвонить]"), "{shown}");
    // The shorter of the two comes first.
    assert!(
        shown.find("  1120 undetermined → in_scope integrator.callback").unwrap() < shown.find("  1022 out_of_scope").unwrap(),
        "{shown}"
    );
}

#[test]
fn the_same_rules_change_nothing() {
    let copy = root().join("rules");
    let args = ["diff", "--no-builtin", "--rules", "builtin", "--rules", copy.to_str().unwrap(), "examples/data/tickets.csv"];
    let output = run(&args);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
    assert!(text(&output.stdout).starts_with("0 of 120 tickets change"));
}

#[test]
fn texts_are_masked_on_request() {
    let dir = tempfile::tempdir().unwrap();
    file(dir.path(), "own/own.yaml", CALLBACK);
    let own = dir.path().join("own");
    let export = file(dir.path(), "e.jsonl", r#"{"id":"1","text":"Перезвоните на +7 (495) 555-01-68, пароль: Qwerty123!"}"#);
    let shown = |more: &[&str]| text(&run(&[&["diff", "--rules", own.to_str().unwrap(), &export], more].concat()).stdout);
    assert!(shown(&[]).contains("555-01-68"));
    for form in [&["--redact"][..], &["--redact", "--json"]] {
        let shown = shown(form);
        assert!(shown.contains("[пароль]") && !shown.contains("555-01-68") && !shown.contains("Qwerty123"), "{shown}");
    }
}

#[test]
fn fewer_examples_leave_no_ticket_out() {
    let dir = tempfile::tempdir().unwrap();
    file(dir.path(), "own/own.yaml", CALLBACK);
    let own = dir.path().join("own");
    let rows: String = (0..50).map(|at| format!("{{\"id\":\"t{at}\",\"text\":\"Перезвоните мне{}\"}}\n", "!".repeat(50 - at))).collect();
    let export = file(dir.path(), "e.jsonl", &rows);
    let output = run(&["diff", "--rules", own.to_str().unwrap(), &export, "--examples", "1", "--json"]);
    let whole: Value = serde_json::from_slice(&output.stdout).unwrap();
    let tickets = whole["groups"][0]["tickets"].as_array().unwrap();
    assert_eq!((tickets.len(), tickets[0]["id"].as_str()), (50, Some("t49")));
    assert_eq!(tickets.iter().filter(|ticket| ticket.get("text").is_some()).count(), 1);
    assert_eq!(whole["changed"]["all"], 50);
}

#[test]
fn what_cannot_be_compared_is_an_error() {
    let cases: [(&[&str], &str); 3] = [
        (&["examples/data/tickets.csv"], "two rule sets"),
        (&["--rules", "builtin", "--rules", "no-such", "examples/data/tickets.csv"], "no-such"),
        (&["--rules", "builtin", "no-such.csv"], "no-such.csv"),
    ];
    for (args, named) in cases {
        let output = run(&[&["diff"], args].concat());
        assert_eq!(output.status.code(), Some(2));
        assert!(text(&output.stderr).contains(named), "{}", text(&output.stderr));
    }
}
