//! What breaks around a run: disks, rights, names. One clear error each, and nothing half-written under the output's name.

use std::fs::File;
use std::process::Stdio;

use crate::{Folder, export, name, run, text, tool};

#[test]
fn mistakes_are_told_in_one_line() {
    let folder = Folder::new();
    let input = folder.file("in.csv", "id;text\n1;Привет\n");
    let (input, out) = (name(&input).to_string(), name(&folder.path("out.csv")).to_string());
    let nowhere = name(&folder.path("no/such/folder.csv")).to_string();
    let empty = name(&folder.file("empty.csv", "")).to_string();
    let none = name(&folder.path("*.none")).to_string();
    let rows: &[(&[&str], &str)] = &[
        (&["classify", &input, "-o", &nowhere], "cannot write"),
        (&["classify", &input, "-o", &input], "it would be overwritten"),
        (&["classify", &input, "-o", "out.docx"], "cannot tell the format of out.docx"),
        (&["classify", &input, "--format", "xlsx"], "name it with --output"),
        (&["classify", &empty, "-o", &out], "there is no header row"),
        (&["classify", &none], "no file is named like"),
        (&["classify", &input, "-"], "standard input can be read only alone"),
        (&["classify", &input, "--columns", "нет"], "no column \"нет\" to copy; there are: id, text"),
        (&["classify", &input, "--encoding", "utf-99"], "no such encoding"),
        (&["classify", &input, "--sample", "0%"], "a number of tickets"),
    ];
    for (args, want) in rows {
        let output = run(args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        let said = text(&output.stderr);
        assert!(said.contains(want) && !said.contains("panicked"), "{args:?}: {said}");
    }
    assert_eq!(folder.names(), ["empty.csv", "in.csv"], "a run that cannot begin leaves nothing");
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_is_told() {
    let folder = Folder::new();
    let input = folder.file("in.csv", &export(300));
    for format in ["jsonl", "csv", "table"] {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let output =
            tool().args(["classify", name(&input), "--format", format, "--quiet"]).stdout(full).stderr(Stdio::piped()).output().unwrap();
        let said = text(&output.stderr);
        assert!(output.status.code() == Some(2) && said.contains("cannot write the output: No space left on device"), "{said}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn nobody_to_tell_is_no_reason_to_fail() {
    let folder = Folder::new();
    let (input, out) = (folder.file("in.csv", "id;text\n1;Привет\n2\n"), folder.path("out.csv"));
    let full = File::options().write(true).open("/dev/full").unwrap();
    let output = tool().args(["classify", name(&input), "-o", name(&out)]).stderr(full).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(std::fs::read_to_string(&out).unwrap().lines().count(), 2);
}

#[cfg(target_os = "linux")]
#[test]
fn a_file_that_cannot_be_read_on_is_told() {
    // The kernel answers a read at the beginning of this file with an error, whoever asks.
    let output = run(&["classify", "/proc/self/mem", "--input-format", "jsonl"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("cannot read /proc/self/mem"), "{}", text(&output.stderr));
}

#[cfg(unix)]
#[test]
fn rights_that_are_missing_are_told() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::new();
    let input = folder.file("in.csv", "id;text\n1;Привет\n");
    std::fs::set_permissions(&input, std::fs::Permissions::from_mode(0o000)).unwrap();
    let output = run(&["classify", name(&input)]);
    // The administrator may read everything.
    if File::open(&input).is_err() {
        assert_eq!(output.status.code(), Some(2));
        assert!(text(&output.stderr).contains("Permission denied"), "{}", text(&output.stderr));
    }
}

#[test]
fn rejected_rows_are_kept_with_place_and_reason() {
    let folder = Folder::new();
    let input = folder.file("in.csv", "id;text\n1;Привет\n\"2;пароль: Qwe123\n3;Пока\n4;а;б\n");
    let out = folder.path("out.csv");
    let output = run(&["classify", name(&input), "-o", name(&out), "--redact"]);
    assert_eq!(output.status.code(), Some(1));
    let said = text(&output.stderr);
    assert!(said.contains("2 rows could not be read; they are in") && said.contains("in.csv:3: a quote is not closed"), "{said}");
    let kept = std::fs::read_to_string(folder.path("out.csv.rejects.jsonl")).unwrap();
    let kept: Vec<serde_json::Value> = kept.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!((kept[0]["line"].as_u64(), kept[0]["row"].as_u64()), (Some(3), Some(2)));
    assert!(kept[0]["raw"].as_str().unwrap().starts_with("\"2;пароль: [пароль]"), "{}", kept[0]);
    assert!(kept[1]["reason"].as_str().unwrap().contains("3 cells, the header 2"));
    assert_eq!(std::fs::read_to_string(&out).unwrap().lines().count(), 3);
    // A run without rejects takes the file of the run before away.
    std::fs::write(&input, "id;text\n1;Привет\n").unwrap();
    assert!(run(&["classify", name(&input), "-o", name(&out)]).status.success());
    assert_eq!(folder.names(), ["in.csv", "out.csv"]);
}
