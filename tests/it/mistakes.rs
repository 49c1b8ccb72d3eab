//! Every mistake in a rule file has a golden test named after it: `testdata/mistakes/<mistake>.yaml` and what is said of it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use support_triage::{Limits, Policy};

const DIR: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/testdata/mistakes");

/// What a lone rule set needs around it to be judged on its own mistake.
const REST: &[(&str, &str)] = &[(
    "rest.yaml",
    "category: other\ntitle: { ru: Другое, en: Other }\nin_scope:\n  - topic: thing\n    title: { ru: Дело, en: Thing }\n    when: [ дело ]\n    reply: { ru: Да., en: Yes. }\n    tests: { hit: [дело], miss: [слово] }\n",
)];

fn said_of(path: &Path) -> String {
    let dir = std::env::temp_dir().join(format!(
        "support-triage-mistakes-{}-{}",
        std::process::id(),
        path.file_stem().unwrap().to_str().unwrap()
    ));
    fs::create_dir_all(&dir).unwrap();
    fs::copy(path, dir.join(path.file_name().unwrap())).unwrap();
    let alone = path.file_stem().unwrap() == "no-topics";
    let rest: &[(&str, &str)] = if alone { &[] } else { REST };
    let result = Policy::builder().strings(rest.iter().copied()).dir(&dir).load();
    fs::remove_dir_all(&dir).unwrap();
    let text = match result {
        Err(error) => error.to_string(),
        Ok(policy) => policy.warnings().iter().map(|warning| warning.to_string()).collect::<Vec<_>>().join("\n\n"),
    };
    text.replace(&format!("{}/", dir.display()), "")
}

#[test]
fn every_mistake_is_told_with_place_and_mend() {
    insta::glob!("../testdata/mistakes", "*.yaml", |path| {
        let said = said_of(path);
        assert!(said.contains("= help: "), "{}: no help in {said:?}", path.display());
        insta::assert_snapshot!(said);
    });
}

#[test]
fn codes_are_documented() {
    let reference = fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/rules/README.md")).unwrap();
    let mut codes = BTreeSet::new();
    for entry in fs::read_dir(DIR).unwrap() {
        let said = said_of(&entry.unwrap().path());
        for part in said.split("error[").skip(1).chain(said.split("warning[").skip(1)) {
            codes.insert(part[..4].to_string());
        }
    }
    let missing: Vec<&String> = codes.iter().filter(|code| !reference.contains(code.as_str())).collect();
    assert!(codes.len() >= 25 && missing.is_empty(), "{} codes, not in rules/README.md: {missing:?}", codes.len());
}

#[test]
fn all_mistakes_of_a_file_are_told_at_once() {
    let said = said_of(&Path::new(DIR).join("several-mistakes-at-once.yaml"));
    for code in ["E020", "E055", "E040", "E051", "E070", "E073"] {
        assert!(said.contains(code), "{code} is missing in\n{said}");
    }
}

#[test]
fn a_file_over_the_limit_is_refused_without_being_read() {
    let limits = Limits { file_bytes: 1000, ..Limits::default() };
    let long = format!("# {}\n{}", "х".repeat(600), REST[0].1);
    let error = Policy::builder().limits(limits).strings([("long.yaml", long.as_str())]).load().unwrap_err();
    assert_eq!(error.diagnostics()[0].code(), "E001");
}
