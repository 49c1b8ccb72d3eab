//! The built-in policy is whole.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use support_triage::{Classifier, Lang, Policy, Side, run_rule_tests};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// The items of the policy: id and side, fixed for good.
fn listed() -> BTreeMap<String, Side> {
    let text = fs::read_to_string(Path::new(ROOT).join("tests/testdata/topics.tsv")).unwrap();
    text.lines()
        .map(|line| line.split_once('\t').unwrap())
        .map(|(id, side)| (id.to_string(), if side == "in" { Side::In } else { Side::Out }))
        .collect()
}

#[test]
fn every_item_of_the_policy_is_a_topic_on_its_side() {
    let topics: BTreeMap<String, Side> = Policy::builtin().topics().iter().map(|topic| (topic.id().to_string(), topic.side())).collect();
    assert_eq!(topics.len(), 48);
    assert_eq!(topics, listed());
}

#[test]
fn advice_is_promised_where_the_policy_promises_it() {
    let promised: BTreeSet<String> =
        Policy::builtin().topics().iter().filter(|topic| topic.advice()).map(|topic| topic.id().to_string()).collect();
    let want = ["product_errors.database", "product_errors.installation_errors", "product_errors.server_configuration"];
    assert_eq!(promised, want.map(str::to_string).into());
}

#[test]
fn the_embedded_files_are_those_of_the_folder() {
    let from_dir = Policy::from_dir(Path::new(ROOT).join("rules")).unwrap();
    let builtin = Policy::builtin();
    let ids = |policy: &Policy| policy.topics().iter().map(|topic| topic.id().to_string()).collect::<Vec<_>>();
    assert_eq!(ids(&from_dir), ids(&builtin));
    let ticket = "Портал тормозит, какие параметры php-fpm поставить?";
    let (one, two) = (Classifier::new(&from_dir).unwrap().classify(ticket), Classifier::builtin().classify(ticket));
    assert_eq!((one.topic(), one.confidence()), (two.topic(), two.confidence()));
}

#[test]
fn the_rules_own_tests_hold() {
    let report = run_rule_tests(&Classifier::builtin());
    let failures: Vec<String> = report
        .failures
        .iter()
        .map(|failure| format!("{} {}:{} {}\n    {}", failure.topic, failure.file, failure.line, failure.ticket, failure.message))
        .collect();
    assert!(report.run >= 576, "only {} tests", report.run);
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[test]
fn every_topic_has_a_reply_in_both_languages_that_names_the_policy_page() {
    let policy = Policy::builtin();
    for topic in policy.topics() {
        for lang in [Lang::Ru, Lang::En] {
            assert!(!topic.title(lang).is_empty(), "{}", topic.id());
        }
    }
    let decision = Classifier::builtin().classify("Установите нам портал на наш сервер под ключ, сами не умеем");
    assert!(decision.reply(Lang::Ru).contains(policy.source()), "{}", decision.reply(Lang::Ru));
    assert!(decision.reply(Lang::En).contains(policy.source()));
}

#[test]
fn without_a_model_the_rules_decide() {
    let policy = Policy::builtin().rules_only();
    assert!(!policy.has_model());
    let decision = Classifier::new(&policy).unwrap().classify("Подскажите, как очистить кеш портала?");
    assert_eq!(decision.topic(), Some("performance.caching"));
}

#[test]
fn an_overlay_adds_and_replaces() {
    let own = "category: performance\nin_scope:\n  - topic: caching\n    reply: { ru: Наш ответ., en: Ours. }\n    when: [ { phrase: абракадабра, weight: 10, decisive: true } ]\n";
    let policy = Policy::builder().builtin().strings([("own.yaml", own)]).load().unwrap();
    let decision = Classifier::new(&policy).unwrap().classify("У нас абракадабра на портале");
    assert_eq!(decision.topic(), Some("performance.caching"));
    assert_eq!(decision.reply(Lang::Ru), "Наш ответ.");
    let replaced = "category: performance\nin_scope:\n  - topic: caching\n    replace: true\n    title: { ru: Кеш, en: Cache }\n    when: [ абракадабра ]\n    reply: { ru: Да., en: Yes. }\n    tests: { hit: [абракадабра], miss: [кеш] }\n";
    let policy = Policy::builder().builtin().strings([("own.yaml", replaced)]).load().unwrap();
    assert_eq!(policy.topic("performance.caching").unwrap().title(Lang::En), "Cache");
    assert_eq!(policy.topics().len(), 48);
}
