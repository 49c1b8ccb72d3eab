//! Runs that are killed or stopped, and go on.

use std::path::Path;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant, SystemTime};

use crate::{Folder, export, name, run, text, tool};

fn start(input: &Path, output: &Path) -> Child {
    let args = ["classify", name(input), "-o", name(output), "--rules-only", "--resume", "--quiet", "--checkpoint-every", "0.02"];
    tool().args(args).stdin(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

/// Waits until the run has begun to write, or has ended.
fn begun(child: &mut Child, partial: &Path, before: u64) {
    let since = Instant::now();
    while child.try_wait().unwrap().is_none() && since.elapsed() < Duration::from_secs(60) {
        if partial.metadata().is_ok_and(|meta| meta.len() > before) {
            return;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
}

fn undisturbed(folder: &Folder, input: &Path, output: &str) -> (Vec<u8>, Vec<u8>) {
    let output = folder.path(output);
    let whole = run(&["classify", name(input), "-o", name(&output), "--rules-only", "--quiet"]);
    assert_eq!(whole.status.code(), Some(1), "{}", text(&whole.stderr));
    let rejects = folder.path(&format!("{}.rejects.jsonl", output.file_name().unwrap().to_str().unwrap()));
    (std::fs::read(output).unwrap(), std::fs::read(rejects).unwrap())
}

#[test]
fn a_run_that_is_killed_at_twenty_random_moments_ends_as_if_nothing_had_been() {
    let folder = Folder::new();
    let input = folder.file("in.csv", &export(6000));
    let began = Instant::now();
    let (want, want_rejects) = undisturbed(&folder, &input, "whole.csv");
    // Moments lie within a run, however fast the machine is.
    let span = (began.elapsed().as_millis() as u64 / 3).max(1);
    assert_eq!(want.iter().filter(|byte| **byte == b'\n').count(), 1 + 6000 - 62);
    let mut dice = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_nanos() as u64 | 1;
    let mut moments = Vec::new();
    let (mut kills, mut in_the_middle, mut round) = (0, 0, 0);
    while kills < 20 {
        round += 1;
        assert!(round < 400, "runs end before they can be killed");
        let output = folder.path(&format!("out{round}.csv"));
        let partial = folder.path(&format!("out{round}.csv.partial"));
        loop {
            let before = partial.metadata().map_or(0, |meta| meta.len());
            let mut child = start(&input, &output);
            if kills < 20 {
                begun(&mut child, &partial, before.min(want.len() as u64 - 1));
                dice ^= dice << 13;
                dice ^= dice >> 7;
                dice ^= dice << 17;
                let moment = dice % span;
                moments.push(moment);
                std::thread::sleep(Duration::from_millis(moment));
                if child.try_wait().unwrap().is_none() {
                    child.kill().unwrap();
                    child.wait().unwrap();
                    kills += 1;
                    in_the_middle += usize::from(folder.path(&format!("out{round}.csv.checkpoint")).exists());
                    // The end may have come just before the kill.
                    let complete = std::fs::read(&output).map_or(true, |bytes| bytes == want);
                    assert!(complete, "an incomplete output has its name");
                    continue;
                }
            }
            assert_eq!(child.wait().unwrap().code(), Some(1));
            break;
        }
        assert!(std::fs::read(&output).unwrap() == want, "killed after {moments:?} ms");
        let rejects = std::fs::read(folder.path(&format!("out{round}.csv.rejects.jsonl"))).unwrap();
        assert!(rejects == want_rejects, "rejects; killed after {moments:?} ms");
        assert!(!folder.names().iter().any(|name| name.starts_with(&format!("out{round}.")) && name.contains("partial")));
    }
    assert!(in_the_middle > 5, "only {in_the_middle} kills came after a checkpoint");
}

#[cfg(unix)]
#[test]
fn ctrl_c_and_sigterm_stop_at_a_row_and_excel_resumes_too() {
    let folder = Folder::new();
    let input = folder.file("in.csv", &export(6000));
    let (want, _) = undisturbed(&folder, &input, "whole.xlsx");
    let output = folder.path("out.xlsx");
    for (signal, code) in [("INT", 130), ("TERM", 143)] {
        let mut child = start(&input, &output);
        let before = folder.path("out.xlsx.partial").metadata().map_or(0, |meta| meta.len());
        begun(&mut child, &folder.path("out.xlsx.partial"), before);
        let sent = std::process::Command::new("kill").args(["-s", signal, &child.id().to_string()]).status().unwrap();
        assert!(sent.success());
        assert_eq!(child.wait().unwrap().code(), Some(code), "{signal}");
        assert!(folder.path("out.xlsx.checkpoint").exists() && !output.exists());
    }
    assert_eq!(start(&input, &output).wait().unwrap().code(), Some(1));
    assert!(std::fs::read(&output).unwrap() == want);
}

#[test]
fn a_run_goes_on_only_if_nothing_has_changed() {
    let folder = Folder::new();
    let input = folder.file("in.csv", &export(6000));
    let output = folder.path("out.csv");
    let mut child = start(&input, &output);
    begun(&mut child, &folder.path("out.csv.checkpoint"), 0);
    child.kill().unwrap();
    child.wait().unwrap();
    let again = |more: &[&str]| {
        let args = ["classify", name(&input), "-o", name(&output), "--rules-only", "--resume"];
        let output = run(&[&args[..], more].concat());
        (output.status.code(), text(&output.stderr))
    };
    let (code, said) = again(&["--lang", "en"]);
    assert!(code == Some(2) && said.contains("an option is not what it was"), "{said}");
    std::fs::write(&input, export(6001)).unwrap();
    let (code, said) = again(&[]);
    assert!(code == Some(2) && said.contains("an input file is not what it was"), "{said}");
    let piped = run(&["classify", "-", "-o", name(&output), "--resume"]);
    assert!(text(&piped.stderr).contains("only files can be resumed"), "{}", text(&piped.stderr));
}

/// Moments too short to be met by chance, made by hand.
#[test]
fn a_run_goes_on_from_every_state_it_can_end_in() {
    let folder = Folder::new();
    let input = folder.file("in.csv", &export(3000));
    let (want, want_rejects) = undisturbed(&folder, &input, "whole.csv");
    let stopped = || {
        let output = folder.path("out.csv");
        let _ = std::fs::remove_file(&output);
        let mut child = start(&input, &output);
        begun(&mut child, &folder.path("out.csv.checkpoint"), 0);
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(folder.path("out.csv.checkpoint").exists());
        output
    };
    type Make = fn(&Folder);
    let states: &[(&str, Make)] = &[
        ("the rejects have their name, the output has not", |folder| {
            std::fs::rename(folder.path("out.csv.rejects.jsonl.partial"), folder.path("out.csv.rejects.jsonl")).unwrap();
        }),
        ("stopped before the first row, after the header", |folder| {
            let path = folder.path("out.csv.checkpoint");
            let mut saved: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
            saved["rows"] = 0.into();
            std::fs::write(&path, saved.to_string()).unwrap();
        }),
        ("the checkpoint is gone, its output is not", |folder| std::fs::remove_file(folder.path("out.csv.checkpoint")).unwrap()),
        ("a new checkpoint was begun", |folder| std::fs::write(folder.path("out.csv.checkpoint.new"), "{\"ident").unwrap()),
    ];
    for (state, make) in states {
        let output = stopped();
        make(&folder);
        assert_eq!(start(&input, &output).wait().unwrap().code(), Some(1), "{state}");
        assert!(std::fs::read(&output).unwrap() == want, "{state}");
        assert!(std::fs::read(folder.path("out.csv.rejects.jsonl")).unwrap() == want_rejects, "{state}");
    }
}
