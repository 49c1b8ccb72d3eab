//! An integrator's own rules over the built-in policy: a new topic, and own words in a reply, without copying anything.
//!
//! `cargo run --example own_rules`

use support_triage::{Classifier, Lang, Policy};

const OWN: &str = r#"
category: integrator
title: { ru: Наши услуги, en: Our services }
in_scope:
  - topic: callback
    title: { ru: Обратный звонок, en: Call back }
    when:
      - { phrase: ["перезвоните", "прошу перезвонить", "наберите меня"], weight: 4, decisive: true }
    reply: { ru: "Перезвоним в течение рабочего часа.", en: "We will call back within a working hour." }
    tests:
      hit: [ "[[Перезвоните]] мне, пожалуйста" ]
      miss: [ "Звонки в портале не работают" ]
"#;

const REPLY: &str = r#"
category: performance
out_of_scope:
  - topic: hands_on_tuning
    reply:
      ru: "Сервер настроит наш инженер, это платная услуга: ответьте «да», и мы пришлём смету. {source}"
      en: "Our engineer can tune the server as a paid service: reply “yes” for a quote. {source}"
"#;

fn main() -> Result<(), support_triage::Error> {
    let policy = Policy::builder().builtin().strings([("callback.yaml", OWN), ("replies.yaml", REPLY)]).load()?;
    let classifier = Classifier::new(&policy)?;
    for ticket in ["Перезвоните мне сегодня после обеда", "Настройте нам php-fpm и nginx, портал тормозит, сами не умеем"]
    {
        let decision = classifier.classify(ticket);
        println!("{ticket}\n  {} → {}\n", decision.topic().unwrap_or("-"), decision.reply(Lang::Ru));
    }
    Ok(())
}
