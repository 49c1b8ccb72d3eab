//! Whole composed replies, as they are sent; and what must hold of any of them.

use proptest::prelude::*;
use support_triage::hours::Calendar;
use support_triage::requirements::{Facts, RequirementResult, Requirements};
use support_triage::{Classifier, Decision, Lang, Policy, Reply, ReplyFormat};

const CASES: &[(&str, &str, &str, &str)] = &[
    // name, ticket, facts, instant
    ("taken", "Как правильно почистить кеш портала, чтобы пользователей не выкинуло?", "administrator: true", "2026-11-24T12:00:00+03:00"),
    (
        "taken_on_new_years_eve",
        "После обновления модуля crm пропали все дела в сделках",
        "licence: commercial\nlicence_valid_until: 2027-05-01",
        "2026-12-31T20:15:00+05:00",
    ),
    ("refused", "Установите нам nginx и php 8.2 на наш сервер, доступ дадим", "administrator: true", "2026-11-24T12:00:00+03:00"),
    ("refused_with_advice", "Переведите наш портал с MySQL 5.7 на 8.0 за нас, вот доступы по ssh", "", "2026-11-27T19:00:00+03:00"),
    ("undetermined", "Помогите, пожалуйста", "", "2026-11-24T09:59:59+03:00"),
    (
        "blocked",
        "В ходе подключения открытой линии поддержки возникла ошибка: Публичный адрес сайта указывает на локальный хост: portal.local",
        "licence: demo\nadministrator: false\npublic_address: http://portal.local\ncertificate: {self_signed: true}",
        "2026-11-21T13:00:00+03:00",
    ),
];

fn decide(ticket: &str, facts: &str, at: &str) -> (Decision, Vec<RequirementResult>, jiff::Timestamp) {
    let now = at.parse().unwrap();
    let results = Requirements::builtin().check(&Facts::from_yaml("facts.yaml", facts).unwrap(), now);
    (Classifier::builtin().classify(ticket), results, now)
}

#[test]
fn whole_replies_read_as_meant() {
    for &(name, ticket, facts, at) in CASES {
        let (decision, results, now) = decide(ticket, facts, at);
        let whole = Reply::new(&decision).greeting(true).requirements(&results).answer_time(&Calendar::builtin(), now);
        let mut page = format!("> {ticket}\n");
        for (lang, format, check) in [
            (Lang::Ru, ReplyFormat::Plain, false),
            (Lang::En, ReplyFormat::Plain, false),
            (Lang::Ru, ReplyFormat::BbCode, name == "taken"),
            (Lang::En, ReplyFormat::Html, false),
        ] {
            let text = whole.clone().lang(lang).format(format).please_check(check).render();
            page.push_str(&format!("\n=== {lang:?} {format:?}\n{text}\n"));
        }
        insta::with_settings!({ snapshot_suffix => name, omit_expression => true }, { insta::assert_snapshot!(page) });
    }
}

#[test]
fn a_policy_without_sentences_still_replies() {
    let rules = r#"
category: access
title: { ru: Доступ, en: Access }
in_scope:
  - topic: password
    title: { ru: Пароль, en: Password }
    when: [ { phrase: "сбросить пароль", weight: 3 } ]
    reply: { ru: "Сбросим {opening}.", en: "We will reset it {opening}." }
    tests: { hit: ["[[Сбросьте пароль]]!"], miss: ["Спасибо"] }
"#;
    let classifier = Classifier::new(&Policy::from_strings([("access.yaml", rules)]).unwrap()).unwrap();
    let decision = classifier.classify("Прошу сбросить пароль");
    let now = "2026-11-24T12:00:00+03:00".parse().unwrap();
    let reply = Reply::new(&decision).greeting(true).answer_time(&Calendar::builtin(), now);
    assert_eq!(reply.render(), "Сбросим сегодня до 19:00 по Москве.");
    assert_eq!(decision.reply(Lang::En), "We will reset it in working hours.");
    let undecided = classifier.classify("Где лежат обои рабочего стола?");
    assert!(!Reply::new(&undecided).render().is_empty());
}

/// Names that would be markup, as facts of a stranger may have them.
const HOSTILE: &str = "https://<script>alert(1)</script>[URL=https://evil.example]x[/URL]&#91;b&#93;#BR#\"'.ru";

#[test]
fn nothing_a_stranger_wrote_becomes_markup() {
    let facts = Facts { public_address: Some(HOSTILE.into()), ..Facts::default() };
    let results = Requirements::builtin().check(&facts, jiff::Timestamp::UNIX_EPOCH);
    let ticket = "Сбросьте <b onload=x>кеш</b> [b]портала[/b] & «[url=https://evil.example]кеш[/url]»: как его чистить?";
    let decision = Classifier::builtin().classify(ticket);
    let reply = Reply::new(&decision).requirements(&results).please_check(true);
    let html = reply.clone().format(ReplyFormat::Html).render();
    for tag in html.split('<').skip(1) {
        let name: String = tag.trim_start_matches('/').chars().take_while(|c| c.is_ascii_alphanumeric()).collect();
        assert!(["p", "ul", "li", "a", "br"].contains(&name.as_str()), "<{tag}");
    }
    let bbcode = reply.format(ReplyFormat::BbCode).render();
    let tags: Vec<&str> = bbcode.split('[').skip(1).map(|rest| rest.split(']').next().unwrap()).collect();
    assert!(tags.iter().all(|tag| ["b", "/b"].contains(tag)), "{tags:?}");
    assert!(!bbcode.to_lowercase().contains("#br#"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn a_reply_is_never_longer_than_allowed(limit in 0usize..3_000, which in 0usize..CASES.len(), format in 0usize..3, host in "[a-z&<>\\[\\]а-я]{0,40}") {
        let (_, ticket, facts, at) = CASES[which];
        let (decision, _, now) = decide(ticket, facts, at);
        let facts = Facts { public_address: Some(host), ..Facts::default() };
        let results = Requirements::builtin().check(&facts, now);
        let format = [ReplyFormat::Plain, ReplyFormat::BbCode, ReplyFormat::Html][format];
        let text = Reply::new(&decision).greeting(true).requirements(&results).please_check(true).answer_time(&Calendar::builtin(), now).format(format).limit(limit).render();
        prop_assert!(text.chars().count() <= limit);
        // A cut never leaves half an entity or half a tag.
        if format == ReplyFormat::Html {
            prop_assert_eq!(text.matches('<').count(), text.matches('>').count());
            prop_assert!(text.split('&').skip(1).all(|rest| rest.split(';').next().is_some_and(|name| name.len() <= 5)), "{}", text);
        }
    }
}
