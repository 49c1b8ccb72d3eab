//! Facts, composed replies, working hours and addresses on the command line.

use std::fs;
use std::process::{Command, Output};

use serde_json::Value;

fn run(args: &[&str]) -> Output {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    Command::new(env!("CARGO_BIN_EXE_support-triage")).args(args).current_dir(root).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn json(output: &Output) -> Vec<Value> {
    text(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn file(name: &str, content: &str) -> String {
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(&path, content).unwrap();
    path.display().to_string()
}

const EXPORT: &str = "ID;Тема;Описание;Лицензия;Адрес\n\
    1;Кеш;Как правильно чистить кеш портала?;commercial;https://portal.company.ru\n\
    2;Кеш;Как правильно чистить кеш портала?;demo;https://192.168.1.5\n\
    3;Кеш;Как правильно чистить кеш портала?;подарили;\n";

#[test]
fn facts_come_from_columns_options_and_files_in_this_order() {
    let export = file("facts.csv", EXPORT);
    let facts = file("facts.yaml", "licence: expired\nadministrator: false\n");
    let output = run(&[
        "classify",
        &export,
        "--format",
        "jsonl",
        "--facts",
        &facts,
        "--fact",
        "administrator=да",
        "--fact-column",
        "licence=Лицензия",
        "--fact-column",
        "public_address=адрес",
        "--at",
        "2026-12-31T12:00:00+03:00",
        "--reply",
    ]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let lines = json(&output);
    let state = |line: &Value, id: &str| {
        let all = line["requirements"].as_array().unwrap();
        all.iter().find(|result| result["id"] == id).unwrap()["case"].as_str().unwrap().to_string()
    };
    assert_eq!(lines.iter().map(|line| state(line, "licence")).collect::<Vec<_>>(), ["met", "demo", "expired"]);
    assert_eq!(state(&lines[0], "administrator"), "met");
    assert_eq!(state(&lines[1], "public_address"), "unusable");
    let reply = lines[1]["reply"].as_str().unwrap();
    assert!(reply.contains("демо-лицензии") && reply.contains("11 января"), "{reply}");
    let told = text(&output.stderr);
    assert!(told.contains("1 cells of fact columns") && told.contains("подарили") && told.contains("facts.csv:4"), "{told}");
}

#[test]
fn a_wrong_fact_is_one_clear_error() {
    let export = file("wrong.csv", EXPORT);
    let facts = file("wrong.yaml", "administrator: true\nlicense: demo\n");
    for (args, said) in [
        (vec!["--fact", "licence=trial"], "commercial, demo, nfr, expired"),
        (vec!["--fact", "licence"], "has no `=`"),
        (vec!["--fact-column", "license=Лицензия"], "there is no fact \"license\""),
        (vec!["--fact-column", "licence=Тариф"], "no column \"Тариф\""),
        (vec!["--facts", &facts], "wrong.yaml:2:"),
        (vec!["--facts", "no/such.yaml"], "cannot read no/such.yaml"),
    ] {
        let output = run(&[&["classify", export.as_str()][..], &args[..]].concat());
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(text(&output.stderr).contains(said), "{args:?}: {}", text(&output.stderr));
    }
}

#[test]
fn without_facts_nothing_is_said_of_requirements() {
    let export = file("plain.csv", EXPORT);
    let lines = json(&run(&["classify", &export, "--format", "jsonl"]));
    assert!(lines.iter().all(|line| line.get("requirements").is_none() && line.get("reply").is_none()));
}

#[test]
fn hours_at_an_instant() {
    // instant, open, next opening, answer time
    for (at, open, next, answer) in [
        ("2026-11-25T10:00:00+03:00", true, "2026-11-25T07:00:00Z", "сегодня до 19:00"),
        ("2026-11-25T19:00:00+03:00", false, "2026-11-26T07:00:00Z", "завтра, 26 ноября"),
        ("2026-12-31T12:00:00+03:00", false, "2027-01-11T07:00:00Z", "в понедельник, 11 января"),
        ("2027-02-20T12:00:00+03:00", false, "2027-02-24T07:00:00Z", "в среду, 24 февраля"),
    ] {
        let line = json(&run(&["hours", "--at", at, "--json"])).remove(0);
        assert_eq!(line["open"], open, "{at}");
        assert!(line["answer_time"].as_str().unwrap().starts_with(answer), "{at}: {line}");
        assert_eq!(line["next_opening"], next, "{at}");
    }
    let worked = json(&run(&["hours", "--at", "2026-12-30T18:00:00+03:00", "--until", "2027-01-11T11:00:00+03:00", "--json"])).remove(0);
    assert_eq!(worked["working_seconds"], 2 * 3600);
    let saturday = json(&run(&["hours", "--at", "2027-02-20T12:00:00+03:00", "--saturdays", "--json"])).remove(0);
    assert_eq!(saturday["open"], true);
    let page = text(&run(&["hours", "--at", "2026-12-30T18:00:00+03:00", "--until", "2027-01-11T11:00:00+03:00", "--lang", "en"]).stdout);
    assert!(page.starts_with("open") && page.contains("2 working hours"), "{page}");
    assert_eq!(run(&["hours", "--at", "yesterday"]).status.code(), Some(2));
}

#[test]
fn an_address_and_what_is_wrong_with_it() {
    let good = run(&["address", "https://портал.рф", "--json"]);
    assert_eq!((good.status.code(), json(&good)[0]["host"].as_str()), (Some(0), Some("xn--80awhdgm.xn--p1ai")));
    let bad = run(&["address", "http://0300.0250.1.5:8080", "--json"]);
    assert_eq!(bad.status.code(), Some(1));
    let line = json(&bad).remove(0);
    assert_eq!(line["usable"], false);
    let topics: Vec<&str> = line["findings"].as_array().unwrap().iter().map(|finding| finding["topic"].as_str().unwrap()).collect();
    assert!(topics.contains(&"connection.private_address"), "{line}");
    let page = text(&run(&["address", "portal.company.ru"]).stdout);
    assert!(page.contains("https://portal.company.ru"), "{page}");
}
