//! As a filter between programs.

use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use crate::{text, tool};

fn fed(args: &[&str], input: &[u8]) -> Output {
    let mut child = tool().args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    child.wait_with_output().unwrap()
}

#[test]
fn each_line_is_answered_before_the_next_is_sent() {
    let mut child = tool()
        .args(["classify", "-", "--format", "jsonl", "--line-buffered"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut answers = BufReader::new(child.stdout.take().unwrap());
    let mut ask = |line: &str| -> Value {
        // Nothing more is sent until the answer is there: a filter that waits for more would hang here.
        input.write_all(format!("{line}\n").as_bytes()).unwrap();
        input.flush().unwrap();
        let mut answer = String::new();
        answers.read_line(&mut answer).unwrap();
        serde_json::from_str(&answer).unwrap()
    };
    assert_eq!(ask("{\"id\":1,\"text\":\"Как очистить кеш портала?\"}")["topic"], "performance.caching");
    let broken = ask("не json");
    assert!(broken["id"].is_null() && broken["error"].as_str().unwrap().starts_with("not JSON"), "{broken}");
    assert_eq!(broken["verdict"], "undetermined");
    assert!(ask("")["error"].is_string(), "a blank line is owed an answer, too");
    assert_eq!(ask("{\"id\":2,\"text\":\"Спасибо\"}")["id"], 2);
    drop(input);
    assert_eq!(child.wait().unwrap().code(), Some(1));
}

#[test]
fn standard_input_is_told_by_what_it_holds() {
    let csv = "ID;Тема;Сообщение\n7;Кеш;Как очистить кеш портала?\n8;Почта;Не уходит почта\n";
    let koi8 = encoding_rs::KOI8_R.encode(csv).0;
    let rows: &[(&[u8], &[&str], &[&str])] = &[
        (csv.as_bytes(), &[], &["7", "8"]),
        (&koi8, &[], &["7", "8"]),
        ("{\"id\":\"a\",\"text\":\"Кеш\"}\n{\"id\":\"b\",\"text\":\"Почта\"}\n".as_bytes(), &[], &["a", "b"]),
        ("[{\"id\":\"a\",\"text\":\"Кеш\"}]".as_bytes(), &[], &["a"]),
        ("Как очистить кеш?\nИ почему, кстати, он растёт; не понимаю".as_bytes(), &[], &["-"]),
        (csv.as_bytes(), &["--input-format", "text"], &["-"]),
    ];
    for (input, more, want) in rows {
        let output = fed(&[&["classify", "-", "--format", "jsonl"], *more].concat(), input);
        let answers: Vec<Value> = text(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let ids: Vec<&str> = answers.iter().map(|answer| answer["id"].as_str().unwrap()).collect();
        assert_eq!(ids, *want, "{}", String::from_utf8_lossy(input));
    }
}

#[cfg(unix)]
#[test]
fn a_reader_that_goes_away_is_no_error() {
    let tool = env!("CARGO_BIN_EXE_support-triage");
    let script = format!(
        "yes '{{\"id\":1,\"text\":\"Как очистить кеш портала?\"}}' | '{tool}' classify - --format jsonl | head -1; echo ${{PIPESTATUS[1]}}"
    );
    let output = Command::new("bash").args(["-c", &script]).output().unwrap();
    assert!(text(&output.stdout).ends_with("\n0\n"), "{}", text(&output.stdout));
    assert!(!text(&output.stderr).contains("panicked") && !text(&output.stderr).contains("error"), "{}", text(&output.stderr));
}
