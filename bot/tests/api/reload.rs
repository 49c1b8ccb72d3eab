//! The policy's files change under a running server: what is whole is taken, what is not is refused, and the server never stops answering.

use std::path::Path;
use std::sync::Arc;

use crate::support::{classify, config, get, router, state};
use serde_json::{Value, json};
use support_triage_bot::policy::Reload;
use support_triage_bot::state::State;

const TICKET: &str = "Перезвоните мне после обеда";

fn rules(reply: &str) -> String {
    format!(
        "category: integrator\ntitle: {{ ru: Наши услуги, en: Our services }}\nin_scope:\n  - topic: callback\n    title: {{ ru: Обратный звонок, en: Call back }}\n    \
         when: [ {{ phrase: [перезвоните, \"прошу перезвонить\"], weight: 4, decisive: true }} ]\n    reply: {{ ru: \"{reply}\", en: \"{reply}\" }}\n    \
         tests: {{ hit: [\"[[Перезвоните]] мне\"], miss: [\"Звонки в портале не работают\"] }}\n"
    )
}

fn serving(dir: &Path) -> Arc<State> {
    let rules_dir = dir.join("rules");
    std::fs::create_dir_all(&rules_dir).unwrap();
    std::fs::write(rules_dir.join("own.yaml"), rules("Перезвоним.")).unwrap();
    state(config(dir, "", &format!("[policy]\nbuiltin = false\ndir = {rules_dir:?}\n")))
}

/// As often as it takes a change to stand still.
fn looks(state: &State) -> Reload {
    match state.policy.look() {
        Reload::Unsettled => state.policy.look(),
        other => other,
    }
}

async fn decided(state: &Arc<State>) -> Value {
    classify(&router(state), &json!({ "text": TICKET })).await.json()
}

#[tokio::test]
async fn a_whole_change_is_taken_and_named_in_every_decision() {
    let dir = tempfile::tempdir().unwrap();
    let state = serving(dir.path());
    let before = decided(&state).await;
    assert!(before["reply"].as_str().unwrap().contains("Перезвоним."));
    assert_eq!(looks(&state), Reload::Unchanged);
    std::fs::write(dir.path().join("rules/own.yaml"), rules("Наберём вас.")).unwrap();
    assert_eq!(state.policy.look(), Reload::Unsettled, "it may still be written");
    assert_eq!(state.policy.look(), Reload::Taken);
    let after = decided(&state).await;
    assert!(after["reply"].as_str().unwrap().contains("Наберём вас."));
    assert_ne!(before["policy"], after["policy"]);
    // Back again: the same files, the same name.
    std::fs::write(dir.path().join("rules/own.yaml"), rules("Перезвоним.")).unwrap();
    assert_eq!(looks(&state), Reload::Taken);
    assert_eq!(decided(&state).await["policy"], before["policy"]);
}

#[tokio::test]
async fn requirements_and_calendar_of_the_folder_are_part_of_the_version() {
    let dir = tempfile::tempdir().unwrap();
    let state = serving(dir.path());
    let before = decided(&state).await["policy"].clone();
    let rules = dir.path().join("rules");
    std::fs::create_dir(rules.join("calendar")).unwrap();
    let calendar = include_str!("../../../rules/calendar/ru.yaml").replace("\"10:00\"", "\"09:00\"");
    assert_ne!(calendar, include_str!("../../../rules/calendar/ru.yaml"));
    std::fs::write(rules.join("calendar/ru.yaml"), calendar).unwrap();
    assert_eq!(looks(&state), Reload::Taken);
    assert_ne!(decided(&state).await["policy"], before);
    assert!(state.policy.current().calendar.is_open("2026-11-25T09:30:00+03:00".parse().unwrap()));
    let facts = json!({ "at": "2026-11-25T09:30:00+03:00" });
    let answer = classify(&router(&state), &json!({ "text": TICKET, "facts": facts })).await.json();
    let hours = answer["requirements"].as_array().unwrap().iter().find(|found| found["id"] == "working_hours").unwrap();
    assert_eq!(hours["state"], "met");
    std::fs::write(rules.join("requirements.yaml"), "requirements: []\n").unwrap();
    assert_eq!(looks(&state), Reload::Refused);
    assert!(state.policy.last_error().unwrap().contains("requirements.yaml:1:"));
}

/// `(name, what happens to the folder, a code of a diagnostic if there is one)`
type Damage = (&'static str, fn(&Path), Option<&'static str>);

const DAMAGES: &[Damage] = &[
    ("a misspelt field", |rules| change(rules, |text| text.replace("reply:", "repley:")), Some("E")),
    ("half a file", |rules| change(rules, |text| text[..text.len() / 2].trim_end_matches(|c: char| !c.is_ascii()).to_string()), Some("E")),
    ("an empty file", |rules| change(rules, |_| String::new()), Some("E")),
    ("windows-1251", |rules| std::fs::write(rules.join("own.yaml"), b"category: \xcf\xee").unwrap(), Some("E")),
    ("an alias bomb", |rules| change(rules, |_| "category: &a [x, x]\nin_scope: [*a, *a]\n".into()), Some("E")),
    ("a broken model", |rules| std::fs::write(rules.join("model.bin"), b"not a model").unwrap(), None),
    ("the only file deleted", |rules| std::fs::remove_file(rules.join("own.yaml")).unwrap(), None),
    ("the folder deleted", |rules| std::fs::remove_dir_all(rules).unwrap(), None),
    (
        "the folder replaced by a file",
        |rules| {
            std::fs::remove_dir_all(rules).unwrap();
            std::fs::write(rules, "x").unwrap()
        },
        None,
    ),
    ("a symlink to nowhere", |rules| dangling(&rules.join("two.yaml")), None),
];

fn change(rules: &Path, with: fn(&str) -> String) {
    let path = rules.join("own.yaml");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(path, with(&text)).unwrap();
}

fn dangling(at: &Path) {
    #[cfg(unix)]
    std::os::unix::fs::symlink("/nowhere/at/all", at).unwrap();
    #[cfg(not(unix))]
    std::fs::write(at, "x").unwrap();
}

#[tokio::test]
async fn what_cannot_be_used_is_refused_and_the_old_policy_serves_on() {
    for (name, damage, code) in DAMAGES {
        let dir = tempfile::tempdir().unwrap();
        let state = serving(dir.path());
        let before = decided(&state).await;
        damage(&dir.path().join("rules"));
        assert_eq!(looks(&state), Reload::Refused, "{name}");
        let after = decided(&state).await;
        assert_eq!((&after["policy"], &after["topic"]), (&before["policy"], &json!("integrator.callback")), "{name}");
        let ready = get(&router(&state), "/readyz").await;
        assert_eq!((ready.status.as_u16(), &ready.json()["status"]), (200, &json!("degraded")), "{name}");
        let refused = ready.json()["refused"].clone();
        match code {
            Some(code) => {
                let first = &refused["diagnostics"][0];
                assert!(first["code"].as_str().unwrap().starts_with(code), "{name}: {refused}");
                assert_eq!(first["file"], "own.yaml", "{name}: where the folder lies is nobody's business");
            }
            None => assert_eq!(refused["diagnostics"], json!([]), "{name}"),
        }
        assert!(!ready.text().contains(dir.path().to_str().unwrap()), "{name}: {}", ready.text());
        // Mended, it is taken as if nothing had been.
        let rules_dir = dir.path().join("rules");
        let _ = std::fs::remove_file(&rules_dir);
        let _ = std::fs::remove_dir_all(&rules_dir);
        std::fs::create_dir_all(&rules_dir).unwrap();
        std::fs::write(rules_dir.join("own.yaml"), rules("Снова целы.")).unwrap();
        assert_eq!(looks(&state), Reload::Taken, "{name}");
        assert_eq!(get(&router(&state), "/readyz").await.json()["status"], "ready", "{name}");
    }
}

#[tokio::test]
async fn a_broken_policy_at_the_start_is_told_with_its_place() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("own.yaml"), "category: [\n").unwrap();
    let config = config(dir.path(), "", &format!("[policy]\ndir = {:?}\n", dir.path()));
    let error = support_triage_bot::policy::PolicyHolder::load(&config.policy).unwrap_err();
    assert!(error.contains("own.yaml:1:") || error.contains("own.yaml:2:"), "{error}");
    assert!(error.contains("help:"), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reloads_under_load_fail_no_request() {
    let dir = tempfile::tempdir().unwrap();
    let state = serving(dir.path());
    let hashes = Arc::new(std::sync::Mutex::new(std::collections::BTreeSet::new()));
    let stop = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let client = tokio::spawn({
        let (state, hashes, stop) = (state.clone(), hashes.clone(), stop.clone());
        async move {
            let router = router(&state);
            let mut answered = 0;
            while !stop.load(std::sync::atomic::Ordering::Relaxed) {
                let answer = classify(&router, &json!({ "text": TICKET })).await;
                assert!(answer.status == 200 || answer.status == 429, "{}", answer.text());
                if answer.status == 200 {
                    let json = answer.json();
                    hashes.lock().unwrap().insert((json["policy"].to_string(), json["reply"].to_string()));
                    answered += 1;
                }
            }
            answered
        }
    });
    let path = dir.path().join("rules/own.yaml");
    let (mut taken, mut refused) = (0, 0);
    for round in 0..8 {
        let text = if round % 2 == 0 { rules(if round % 4 == 0 { "Один." } else { "Два." }) } else { "category: [".into() };
        std::fs::write(&path, text).unwrap();
        let state = state.clone();
        match tokio::task::spawn_blocking(move || state.policy.reload()).await.unwrap() {
            Reload::Taken => taken += 1,
            Reload::Refused => refused += 1,
            other => panic!("round {round}: {other:?}"),
        }
    }
    stop.store(true, std::sync::atomic::Ordering::Relaxed);
    assert!(client.await.unwrap() > 0);
    assert_eq!((taken, refused), (4, 4));
    // One version, one reply: no answer was made of two policies.
    let hashes = hashes.lock().unwrap();
    let versions: std::collections::BTreeSet<&String> = hashes.iter().map(|(version, _)| version).collect();
    assert_eq!(versions.len(), hashes.len(), "{hashes:?}");
}
