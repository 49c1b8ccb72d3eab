//! The house keeps its floors: no file imports upwards, no two rooms import each other.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Rooms by floor. A room imports only from rooms before it.
const FLOORS: &[&[&str]] = &[
    &["span", "verdict", "diagnostic", "limits", "hash", "beside"],
    &["error", "words"],
    &["text", "address", "hours"],
    &["token", "requirements"],
    &["policy"],
    &["matcher"],
    &["evidence", "terms"],
    &["learned"],
    &["decide"],
    &["explain"],
    &["compose"],
    &["classifier"],
    &["evaluation", "selftest"],
    &["tune"],
];

fn floor(room: &str) -> Option<usize> {
    FLOORS.iter().position(|rooms| rooms.contains(&room))
}

fn files(dir: &Path, out: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, out);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            out.push(path);
        }
    }
}

fn sources() -> Vec<(PathBuf, String)> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = Vec::new();
    files(&src, &mut paths);
    paths.into_iter().map(|path| (path.strip_prefix(&src).unwrap().to_path_buf(), fs::read_to_string(&path).unwrap())).collect()
}

/// The room of a file: `text/map.rs` → text.
fn room(path: &Path) -> String {
    let first = path.components().next().unwrap().as_os_str().to_str().unwrap();
    first.trim_end_matches(".rs").to_string()
}

#[test]
fn no_file_imports_upwards() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let from = room(&path);
        if from == "lib" {
            continue;
        }
        let here = floor(&from).unwrap_or_else(|| panic!("the room {from} stands on no floor: add it to FLOORS and to ARCHITECTURE.md"));
        let code = text.split("#[cfg(test)]").next().unwrap();
        for line in code.lines().filter(|line| !line.trim_start().starts_with("//")) {
            for part in line.split("crate::").skip(1) {
                let to: String = part.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                if let Some(there) = floor(&to).filter(|there| *there > here || *there == here && to != from) {
                    wrong.push(format!("{} (floor {here}) uses {to} (floor {there})", path.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn files_stay_small() {
    let large: BTreeMap<PathBuf, usize> =
        sources().into_iter().map(|(path, text)| (path, text.lines().count())).filter(|(_, lines)| *lines > 600).collect();
    assert!(large.is_empty(), "too large to hold in the head: {large:?}");
}
