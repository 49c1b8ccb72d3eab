//! The commands as a user runs them.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn run(args: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_support-triage"))
        .args(args)
        .current_dir(root())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn lines(output: &Output) -> Vec<Value> {
    text(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_line_per_ticket_in_input_order_with_spans_on_the_words() {
    let output = run(&["classify", "data/dev.jsonl", "--format", "jsonl"], "");
    assert!(output.status.success(), "{}", text(&output.stderr));
    let input = fs::read_to_string(root().join("data/dev.jsonl")).unwrap();
    let tickets: Vec<Value> = input.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let decisions = lines(&output);
    assert_eq!(decisions.len(), 420);
    for (ticket, decision) in tickets.iter().zip(&decisions) {
        assert_eq!(ticket["id"], decision["id"]);
        for key in ["category", "topic", "verdict", "confidence", "topics", "evidence", "explanation"] {
            assert!(decision.get(key).is_some(), "{key} is missing");
        }
        let confidence = decision["confidence"].as_f64().unwrap();
        assert!((0.0..=1.0).contains(&confidence));
        assert_eq!(decision["topic"].is_null(), decision["verdict"] == "undetermined");
        let typed = ticket["text"].as_str().unwrap();
        for evidence in decision["evidence"].as_array().unwrap() {
            let (start, end) = (evidence["start"].as_u64().unwrap() as usize, evidence["end"].as_u64().unwrap() as usize);
            assert_eq!(typed.get(start..end).unwrap(), evidence["text"].as_str().unwrap());
        }
    }
}

#[test]
fn the_sample_export_is_read_as_it_is() {
    let output = run(&["classify", "examples/data/tickets.csv", "--format", "jsonl"], "");
    assert!(output.status.success(), "{}", text(&output.stderr));
    let decisions = lines(&output);
    assert_eq!(decisions.len(), 120);
    assert_eq!(decisions[0]["id"], "1001");
    let answered = decisions.iter().filter(|decision| decision["verdict"] != "undetermined").count();
    assert!(answered > 80, "{answered}");
}

#[test]
fn forms_of_input_and_output() {
    let ticket = "Как очистить кеш портала?";
    let json = lines(&run(&["classify"], ticket));
    assert_eq!((json.len(), &json[0]["topic"]), (1, &Value::from("performance.caching")));
    let csv =
        run(&["classify", "-", "--input-format", "csv", "--format", "csv"], "ID,Тема,Описание\n=7,Кеш,\"Как очистить\nкеш портала?\"\n");
    let out = text(&csv.stdout);
    let want = "ID,Тема,Описание,category,topic,verdict,confidence,explanation,reason,question\n'=7,Кеш,\"Как очистить\nкеш портала?\",performance,performance.caching,in_scope,";
    assert!(out.starts_with(want), "{out}");
    let with_reply = text(&run(&["classify", "--format", "csv", "--reply"], ticket).stdout);
    assert!(with_reply.starts_with("id,category,topic,verdict,confidence,explanation,reason,question,reply\n"), "{with_reply}");
    let table = text(&run(&["classify", "--format", "table"], ticket).stdout);
    assert!(table.contains("in_scope") && table.contains("performance.caching") && !table.contains('\u{1b}'), "{table}");
    let reply = lines(&run(&["classify", "--reply", "--lang", "en"], ticket));
    let reply = reply[0]["reply"].as_str().unwrap();
    let russian = reply.chars().filter(|c| matches!(c, 'а'..='я')).count();
    assert!(reply.contains("support") && russian * 4 < reply.chars().count(), "{reply}");
}

#[test]
fn a_row_that_cannot_be_read_ends_nothing() {
    let input = "{\"id\":1,\"text\":\"Как очистить кеш?\"}\nне json\n{\"id\":3}\n{\"id\":4,\"text\":\"Спасибо\"}\n";
    let output = run(&["classify", "-", "--input-format", "jsonl"], input);
    assert_eq!(output.status.code(), Some(1));
    let ids: Vec<Value> = lines(&output).iter().map(|decision| decision["id"].clone()).collect();
    assert_eq!(ids, [Value::from(1), Value::from(4)]);
    let said = text(&output.stderr);
    assert!(said.contains("-:2: not JSON") && said.contains("-:3: no `text`") && said.contains("2 rows could not be read"), "{said}");
}

#[test]
fn what_cannot_be_done_is_one_clear_error() {
    let rows: &[(&[&str], &str)] = &[
        (&["classify", "no-such-file.jsonl"], "cannot read no-such-file.jsonl"),
        (&["classify", "rules"], "it is a folder"),
        (&["classify", "examples/data/tickets.csv", "--text", "Нет такой"], "has no column \"Нет такой\""),
        (&["check", "no-such-dir"], "cannot read no-such-dir"),
        (&["evaluate", "rules/policy.yaml"], "line 1: not a labelled ticket"),
        (&["classify", "--rules", "no-such-dir"], "cannot read no-such-dir"),
    ];
    for (args, want) in rows {
        let output = run(args, "");
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(text(&output.stderr).contains(want), "{args:?}: {}", text(&output.stderr));
    }
}

#[test]
fn a_closed_pipe_is_no_error() {
    let tickets = "{\"id\":1,\"text\":\"Как очистить кеш портала?\"}\n".repeat(3_000);
    let mut child = Command::new(env!("CARGO_BIN_EXE_support-triage"))
        .args(["classify", "-", "--input-format", "jsonl"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    // The other end may be gone before all is written: that is the point.
    let _ = child.stdin.take().unwrap().write_all(tickets.as_bytes());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{:?} {}", output.status, text(&output.stderr));
}

#[test]
fn rules_are_checked_and_tested() {
    let check = run(&["check", "rules", "--deny-warnings"], "");
    assert!(check.status.success() && check.stderr.is_empty(), "{}", text(&check.stderr));
    let test = run(&["test", "rules"], "");
    assert!(test.status.success(), "{}", text(&test.stdout));
    let passed: usize = text(&test.stdout).split_whitespace().next().unwrap().parse().unwrap();
    assert!(passed >= 576);
    assert!(run(&["schema", "rules/schema", "--check"], "").status.success());
}

#[test]
fn a_faulty_overlay_is_told_with_its_place() {
    let dir = std::env::temp_dir().join(format!("support-triage-overlay-{}", std::process::id()));
    fs::create_dir_all(&dir).unwrap();
    fs::write(dir.join("own.yaml"), "category: performance\nin_scope:\n  - topic: caching\n    wehn: []\n").unwrap();
    let output = run(&["check", dir.to_str().unwrap(), "--overlay"], "");
    fs::remove_dir_all(&dir).unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output.stderr);
    assert!(
        said.contains("error[E020]: unknown key \"wehn\"") && said.contains("own.yaml:4:5") && said.contains("did you mean `when`?"),
        "{said}"
    );
}

#[test]
fn explain_marks_and_says_why_not() {
    let output = run(&["explain", "Настройте нам nginx на сервере, портал тормозит", "--why-not", "performance.tuning_parameters"], "");
    let out = text(&output.stdout);
    assert!(out.contains("out_of_scope") && out.contains("asked:") && out.contains("performance.tuning_parameters:"), "{out}");
}

#[test]
fn topics_lists_the_policy() {
    let topics = lines(&run(&["topics", "--json"], ""));
    assert_eq!(topics.len(), 48);
    assert_eq!(topics.iter().filter(|topic| topic["side"] == "out").count(), 21);
}

#[test]
fn evaluate_prints_writes_and_compares() {
    let dir = std::env::temp_dir().join(format!("support-triage-evaluate-{}", std::process::id()));
    fs::create_dir_all(&dir).unwrap();
    let (json, html) = (dir.join("e.json"), dir.join("e.html"));
    let labelled = "examples/data/labelled.jsonl";
    let output = run(&["evaluate", labelled, "--json", json.to_str().unwrap(), "--html", html.to_str().unwrap()], "");
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("verdict accuracy"));
    let page = fs::read_to_string(&html).unwrap();
    assert!(
        page.contains("<svg") && !page.contains("http:")
            || page.matches("http").count() == page.matches("http://www.w3.org/2000/svg").count() + page.matches("https://").count()
    );
    let same = run(&["evaluate", labelled, "--errors", "0", "--against", json.to_str().unwrap(), "--tolerance", "0"], "");
    assert!(same.status.success() && text(&same.stdout).contains("0 tickets flipped"), "{}", text(&same.stdout));
    let worse = run(&["evaluate", labelled, "--rules-only", "--errors", "0", "--against", json.to_str().unwrap(), "--tolerance", "0"], "");
    fs::remove_dir_all(&dir).unwrap();
    assert!(text(&worse.stdout).contains("flipped"));
}

#[test]
fn explain_tells_which_words_were_read_otherwise() {
    let out = text(&run(&["explain", "ghbdtn, ne otkryvaetsya портал, резрвная копия"], "").stdout);
    assert!(out.contains("ghbdtn → привет") && out.contains("otkryvaetsya → открывается") && out.contains("резрвная → резервная"), "{out}");
    assert!(!out.contains("портал →"), "{out}");
}

#[test]
fn a_topic_that_is_not_there_is_an_error_not_an_answer() {
    let output = run(&["explain", "Как очистить кеш?", "--why-not", "performance.cache"], "");
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("no topic \"performance.cache\""));
    let won = run(&["explain", "Как очистить кеш портала?", "--why-not", "performance.caching"], "");
    assert!(text(&won.stdout).contains("performance.caching: победила"), "{}", text(&won.stdout));
    let labelled = std::env::temp_dir().join(format!("support-triage-labels-{}.jsonl", std::process::id()));
    for (line, said) in [
        (r#"{"id":"7","text":"Кеш","primary":"performance.cache","accept":[],"verdict":"in"}"#, "ticket 7: the policy has no topic"),
        ("", "no labelled tickets"),
    ] {
        fs::write(&labelled, line).unwrap();
        let output = run(&["evaluate", labelled.to_str().unwrap()], "");
        assert!(output.status.code() == Some(2) && text(&output.stderr).contains(said), "{}", text(&output.stderr));
    }
    fs::remove_file(&labelled).unwrap();
}

#[test]
fn a_folder_that_is_only_whole_as_an_overlay_is_told_so() {
    let dir = std::env::temp_dir().join(format!("support-triage-overlay-{}", std::process::id()));
    fs::create_dir_all(&dir).unwrap();
    fs::write(
        dir.join("own.yaml"),
        "category: performance\nin_scope:\n  - topic: caching\n    reply: { ru: Наш ответ., en: Our reply. }\n",
    )
    .unwrap();
    for command in ["check", "test"] {
        let output = run(&[command, dir.to_str().unwrap()], "");
        assert!(!output.status.success() && text(&output.stderr).contains("--overlay"), "{command}: {}", text(&output.stderr));
    }
    assert!(run(&["check", dir.to_str().unwrap(), "--overlay"], "").status.success());
    fs::remove_dir_all(&dir).unwrap();
}
