//! What people write, and what must come of it: markup, damage, negation, quotes.

use support_triage::{Classifier, Policy};

/// A policy of two topics that differ in what is asked only, so that each row tests one thing.
fn classifier() -> Classifier {
    let lexicon = "wants:\n  - { want: advice, terms: [подскажите, =как, какие] }\n  - { want: do_it, terms: [=настройте, настроить, установите] }\nconcepts:\n  - { concept: server, terms: [nginx, сервер, php] }\n";
    let rules = "category: c\ntitle: { ru: К, en: C }\nin_scope:\n  - topic: advice\n    title: { ru: А, en: A }\n    when: [ { about: \"@server\", wants: advice, weight: 3 } ]\n    reply: { ru: Да., en: Yes. }\n    tests: { hit: [Как настроить сервер], miss: [Спасибо] }\nout_of_scope:\n  - topic: order\n    title: { ru: О, en: O }\n    when: [ { about: \"@server\", wants: do_it, weight: 3, unless: [ \"подскажите\" ] } ]\n    reply: { ru: Нет., en: No. }\n    tests: { hit: [Настройте сервер], miss: [Спасибо] }\n";
    let settings = "name: test\nnegation: [\"не нужно\", \"не прошу\", \"не просим\"]\n";
    let policy = Policy::from_strings([("lexicon.yaml", lexicon), ("rules.yaml", rules), ("policy.yaml", settings)]).unwrap();
    Classifier::new(&policy).unwrap()
}

#[test]
fn the_request_decides() {
    let classifier = classifier();
    let quote = "-".repeat(54);
    let rows: Vec<(&str, String, Option<&str>)> = vec![
        ("order", "Настройте nginx".into(), Some("c.order")),
        ("advice", "Подскажите параметры nginx".into(), Some("c.advice")),
        ("negation strikes what follows", "Не нужно настраивать сервер, подскажите параметры nginx".into(), Some("c.advice")),
        ("negation strikes the word before", "Настроить не прошу, какие параметры php?".into(), Some("c.advice")),
        ("bare negation before a cue", "Не настройте, а подскажите про nginx".into(), Some("c.advice")),
        ("markup", "[b]Настройте[/b] нам [url=https://a.example]nginx[/url]".into(), Some("c.order")),
        ("html", "<p>Настройте&nbsp;нам</p><p><b>nginx</b></p>".into(), Some("c.order")),
        ("look-alike letters", "Нacтpoйтe cepвep".into(), Some("c.order")),
        ("stress and soft hyphens", "Настро\u{301}йте сер\u{AD}вер".into(), Some("c.order")),
        ("capitals and yo", "НАСТРОЙТЕ СЕРВЕР".into(), Some("c.order")),
        (
            "a quoted block does not decide",
            format!("{quote}\nИван [14:20]\nНастройте nginx\n{quote}\nПодскажите параметры php"),
            Some("c.advice"),
        ),
        ("quoted lines do not decide", ">> Настройте nginx\nПодскажите параметры php".into(), Some("c.advice")),
        ("a quote alone is read", ">> Настройте nginx".into(), Some("c.order")),
        ("code says what it is about, not what is wanted", "Подскажите, что не так\n```\nnginx установите\n```".into(), Some("c.advice")),
        ("nothing of the policy", "Спасибо, всё хорошо".into(), None),
    ];
    for (name, ticket, want) in rows {
        let explanation = classifier.explain(&ticket);
        let topic = explanation.decision().topic().map(str::to_string);
        assert_eq!(
            topic.as_deref(),
            want,
            "{name}: {ticket:?} {:?} {:?}",
            explanation.wants(),
            explanation.decision().topics().collect::<Vec<_>>()
        );
    }
}

#[test]
fn two_requests_name_both_topics() {
    let ids: Vec<String> = classifier()
        .classify("Установите php. И ещё: какие параметры nginx нужны?")
        .topics()
        .take(2)
        .map(|topic| topic.id.to_string())
        .collect();
    assert!(ids.contains(&"c.order".to_string()) && ids.contains(&"c.advice".to_string()), "{ids:?}");
}

#[test]
fn damage_is_undone_towards_known_words() {
    let classifier = Classifier::builtin();
    let clean = "Подскажите, пожалуйста, почему портал не обновляется";
    let want = classifier.classify(clean);
    for ticket in [
        "Gjlcrf;bnt? gj;fkeqcnf? gjxtve gjhnfk yt j,yjdkztncz",
        "podskazhite, pozhaluista, pochemu portal ne obnovlyaetsya",
        "Пoдcкaжитe, пoжaлyйcтa, пoчeмy пopтaл нe oбнoвляeтcя",
        "ПОДСКАЖИТЕ, ПОЖАЛУЙСТА, ПОЧЕМУ ПОРТАЛ НЕ ОБНОВЛЯЕТСЯ",
        "Подскажите пожалуйста почему портал необновляется",
    ] {
        assert_eq!(classifier.classify(ticket).category(), want.category(), "{ticket}");
    }
}
