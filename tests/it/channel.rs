//! The literal messages of the support channel are recognised with near certainty wherever they stand, and answered with cause and steps.

use std::fs;
use std::path::Path;

use support_triage::requirements::Requirements;
use support_triage::{Classifier, Lang, Policy, Reply, Verdict};

fn rows() -> Vec<(String, String)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/testdata/channel_errors.tsv");
    let text = fs::read_to_string(path).unwrap();
    let rows = text.lines().filter(|line| !line.starts_with('#')).map(|line| line.split_once('\t').unwrap());
    rows.map(|(topic, message)| (topic.to_string(), message.to_string())).collect()
}

#[test]
fn every_message_of_the_channel_is_recognised_inside_any_ticket() {
    let frames = [
        "{}",
        "Добрый день. Вчера меняли железо под порталом, сегодня чат с вами пишет: «{}». Перезагрузка сервера не помогла, что проверить?",
        "В ходе подключения открытой линии поддержки возникла ошибка: [B]{}[/B]",
        "В ходе автоматического обновления параметров открытой линии поддержки возникла ошибка: {}",
        "коллеги, {} - это как понимать",
        "[code]{}[/code] вот что вылезло при нажатии на кнопку, обновления стоят, лицензия есть, кеш чистили",
    ];
    let classifier = Classifier::builtin();
    let mut wrong = Vec::new();
    for (topic, message) in rows() {
        for frame in frames {
            let decision = classifier.classify(&frame.replace("{}", &message));
            if decision.topic() != Some(&topic) || decision.confidence() < 0.9 {
                wrong.push(format!("{topic} ≠ {:?} {:.2}: {message} in {frame}", decision.topic(), decision.confidence()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What the reply of each topic of the channel must name, so that an administrator can act on it.
const STEPS: &[(&str, &[&str])] = &[
    ("connection.activation", &["Чат-боты Битрикс24", "бот"]),
    ("connection.invalid_public_address", &["https://"]),
    ("connection.private_address", &["прокси"]),
    ("connection.network_error", &["marta.bitrix24.tech", "/pub/imbot.php", "ертификат"]),
    ("connection.license_invalid", &["лицензи"]),
    ("connection.contacts_only", &["Сотрудники"]),
    ("connection.screenshots_expired", &["/pub/"]),
];

#[test]
fn the_reply_to_a_channel_error_names_what_to_change_in_both_languages() {
    let classifier = Classifier::builtin();
    let mut seen = Vec::new();
    for (topic, message) in rows() {
        let decision = classifier.classify(&message);
        let (_, steps) = STEPS.iter().find(|(known, _)| *known == topic).unwrap();
        let [ru, en] = [Lang::Ru, Lang::En].map(|lang| Reply::new(&decision).lang(lang).render());
        assert!(steps.iter().all(|step| ru.contains(step)), "{topic}: {ru}");
        let literal = steps.iter().filter(|step| step.is_ascii());
        assert!(literal.clone().all(|step| en.contains(step)) && en.len() > 100, "{topic}: {en}");
        seen.push(topic);
    }
    assert!(STEPS.iter().all(|(topic, _)| seen.iter().any(|seen| seen == topic)), "{seen:?}");
}

#[test]
fn the_official_bot_and_its_look_alikes_are_a_matter_of_activation() {
    for ticket in [
        "Нашли в поиске двух ботов поддержки, какой из них настоящий?",
        "Как на коробке включить чат с поддержкой? Где кнопка?",
        "Открытая линия поддержки успешно подключена, а как отличить вашего бота от чужих?",
    ] {
        let decision = Classifier::builtin().classify(ticket);
        assert_eq!((decision.verdict(), decision.topic()), (Verdict::InScope, Some("connection.activation")), "{ticket}");
    }
}

#[test]
fn requirements_refer_to_topics_of_the_policy() {
    let policy = Policy::builtin();
    for yaml in
        ["", "licence: demo\npublic_address: http://192.168.0.1\nemployee: false\npub_readable: false\ncertificate: {self_signed: true}"]
    {
        let facts = support_triage::requirements::Facts::from_yaml("facts.yaml", yaml).unwrap();
        for result in Requirements::builtin().check(&facts, jiff::Timestamp::UNIX_EPOCH) {
            assert!(result.topic().is_none_or(|topic| policy.topic(topic).is_some()), "{:?}", result.topic());
        }
    }
}
