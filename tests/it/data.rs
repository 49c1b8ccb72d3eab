//! The data in the project is whole: training tickets, the sample export, the list of embedded files.

use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::path::Path;

use support_triage::{Label, LabelledTicket, Policy};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn training() -> Vec<LabelledTicket> {
    let mut paths: Vec<_> = fs::read_dir(Path::new(ROOT).join("data/tickets")).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
        .iter()
        .filter(|path| path.extension().is_some_and(|e| e == "jsonl"))
        .flat_map(|path| LabelledTicket::parse_jsonl(&fs::read_to_string(path).unwrap()).unwrap())
        .collect()
}

#[test]
fn labels_name_topics_of_the_policy() {
    let policy = Policy::builtin();
    let tickets = training();
    assert!(tickets.len() > 10_000);
    for ticket in &tickets {
        if let Label::Topic { accept, .. } = &ticket.label {
            for topic in accept {
                assert!(policy.topic(topic).is_some(), "{}: {topic}", ticket.id);
            }
        }
    }
}

#[test]
fn no_ticket_to_measure_on_is_learned_from() {
    let key = |text: &str| {
        text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase).collect::<Vec<_>>().join(" ")
    };
    let learned: HashSet<String> = training().iter().map(|ticket| key(&ticket.text)).collect();
    let measured = LabelledTicket::parse_jsonl(&fs::read_to_string(Path::new(ROOT).join("data/dev.jsonl")).unwrap()).unwrap();
    assert_eq!(measured.len(), 420);
    // Greetings of a word or two are the same for everybody.
    let shared: Vec<&str> = measured
        .iter()
        .filter(|ticket| ticket.text.chars().count() > 30 && learned.contains(&key(&ticket.text)))
        .map(|ticket| ticket.id.as_str())
        .collect();
    assert!(shared.is_empty(), "{shared:?}");
}

#[test]
fn every_rule_file_is_embedded() {
    let mut on_disk = BTreeSet::new();
    for folder in ["", "lexicon/"] {
        for entry in fs::read_dir(Path::new(ROOT).join("rules").join(folder)).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            if name.ends_with(".yaml") && name != "requirements.yaml" {
                on_disk.insert(format!("{folder}{name}"));
            }
        }
    }
    let source = fs::read_to_string(Path::new(ROOT).join("src/policy/builtin.rs")).unwrap();
    let embedded: BTreeSet<String> =
        source.split('"').filter(|part| part.ends_with(".yaml") && !part.contains("..")).map(str::to_string).collect();
    assert_eq!(on_disk, embedded);
}
