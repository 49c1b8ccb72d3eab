//! What the bot itself says and understands beside the policy: a call for a person, thanks, and its own short texts.

use std::sync::OnceLock;

use support_triage::{Classifier, Policy, Verdict};

/// A message that is about the talk and not about a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Talk {
    /// "Позовите человека".
    Person,
    /// "Спасибо", and nothing else.
    Thanks,
}

/// The engine knows word forms, misprints and wrong layouts, so what a call for a person looks like is a small policy of its own.
const PERSON: &str = r#"
category: talk
title: { ru: Разговор, en: Talk }
in_scope:
  - topic: person
    title: { ru: Позвать человека, en: Call a person }
    when:
      - phrase:
          - "позовите|позови|пригласите|вызовите … человек|человека|оператора|сотрудника|специалиста|менеджера|консультанта"
          - "=соедините|=соедини|=переключите|=переключи|=переведите … человеком|человека|оператором|оператора|сотрудником|сотрудника|специалистом|специалиста|менеджером|менеджера"
          - "=нужен|=хочу|=дайте живой|живого человек|оператор|сотрудник|специалист"
          - "хочу|можно|нужно поговорить|пообщаться … человеком|оператором|сотрудником|специалистом"
          - "с =живым человеком"
          - "=дайте человека|оператора|специалиста"
          - "call|need … =person|=human|=operator"
        weight: 5
        decisive: true
    reply: { ru: Зову., en: Calling. }
    tests: { hit: ["[[Позовите человека]]"], miss: ["Оператор открытой линии не видит чат"] }
"#;

const THANKS: [&str; 5] = ["спасибо", "благодарю", "спс", "thanks", "thank"];

/// Words that may stand beside thanks in a message that wants no answer of substance.
const BESIDE_THANKS: [&str; 33] = [
    "большое",
    "огромное",
    "вам",
    "за",
    "помощь",
    "ответ",
    "все",
    "всё",
    "понял",
    "поняла",
    "понятно",
    "ясно",
    "ок",
    "хорошо",
    "получилось",
    "заработало",
    "работает",
    "помогло",
    "уже",
    "и",
    "да",
    "ваш",
    "быстрый",
    "отлично",
    "супер",
    "очень",
    "you",
    "very",
    "much",
    "разобрался",
    "разобралась",
    "всем",
    "теперь",
];

/// Whether a message is about the talk. Costs about as much as deciding on it.
pub fn understand(text: &str) -> Option<Talk> {
    let folded = text.to_lowercase();
    let words: Vec<&str> = folded.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    if words.len() <= 8
        && words.iter().any(|word| THANKS.contains(word))
        && words.iter().all(|word| THANKS.contains(word) || BESIDE_THANKS.contains(word))
    {
        return Some(Talk::Thanks);
    }
    // A person is called in a sentence, not in the middle of a long log.
    if text.len() > 4_000 {
        return None;
    }
    (person().classify(text).verdict() == Verdict::InScope).then_some(Talk::Person)
}

fn person() -> &'static Classifier {
    static PERSON_CLASSIFIER: OnceLock<Classifier> = OnceLock::new();
    PERSON_CLASSIFIER.get_or_init(|| {
        // The tests load it, so a broken one is never released.
        Policy::from_strings([("talk.yaml", PERSON)])
            .and_then(|policy| Classifier::new(&policy))
            .unwrap_or_else(|error| panic!("the policy of the talk is broken: {error}"))
    })
}

/// Whether to speak English: the text has no Cyrillic letter and the portal is not Russian.
pub fn english(text: &str, language: Option<&str>) -> bool {
    static SPEAK_RUSSIAN: [&str; 6] = ["ru", "by", "be", "kz", "kk", "ua"];
    let cyrillic = text.chars().any(|c| ('\u{400}'..='\u{4FF}').contains(&c));
    !cyrillic && language.is_some_and(|language| !SPEAK_RUSSIAN.contains(&language))
}

macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident: $ru:literal, $en:literal;)*) => {
        $($(#[$doc])* pub fn $name(english: bool) -> &'static str { if english { $en } else { $ru } })*

        /// All texts, to be looked through by a test.
        #[cfg(test)]
        fn all() -> Vec<(&'static str, &'static str)> {
            vec![$(($ru, $en)),*]
        }
    };
}

texts! {
    /// Before the first answer of a dialog.
    hello: "Здравствуйте!", "Hello!";
    /// Said when the bot is let into a chat.
    welcome: "Здравствуйте! Я бот поддержки. Опишите одним сообщением, что случилось или что нужно сделать: я отвечу, берёт ли это поддержка и что делать дальше. Если понадобится сотрудник, напишите «позовите человека».",
        "Hello! I am the support bot. Tell me in one message what happened or what you need: I will say whether support takes it and what to do next. If you need a person, write “call a person”.";
    /// To a message without words.
    words_please: "Я понимаю только текст. Напишите, пожалуйста, словами, что случилось: что вы делали, чего ждали и что увидели вместо этого. Снимок экрана увидит сотрудник.",
        "I only understand text. Please describe in words what happened: what you did, what you expected and what you saw instead. A person will see the screenshot.";
    /// To thanks.
    welcome_back: "Пожалуйста! Если появится ещё вопрос, напишите.", "You are welcome! Write again if another question comes up.";
    /// A person comes because one was asked for.
    person_comes: "Передаю разговор сотруднику. Он увидит всё, что вы уже написали.", "I am handing this over to a person, who will see all that you have written.";
    /// A person comes because the bot is unsure.
    unsure: "Не могу уверенно сказать, к какой теме это относится, поэтому передаю разговор сотруднику. Он увидит всё, что вы уже написали.",
        "I cannot tell for sure what this is about, so I am handing it over to a person, who will see all that you have written.";
    /// Nobody is there to come.
    nobody: "Позвать сотрудника из этого чата я не могу. Напишите, пожалуйста, в поддержку обычным способом.",
        "I cannot call a person into this chat. Please write to support in the usual way.";
    /// To the button "Это не то".
    noted: "Понял, это не то; отметил для разбора. Опишите, пожалуйста, иначе или подробнее, или позовите человека.",
        "I see, that was not it; I have noted it for review. Please put it differently or in more detail, or call a person.";
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn talk_is_told_from_tickets() {
        for (text, want) in [
            ("Позовите человека", Some(Talk::Person)),
            ("позовите пожалуйста оператора!!", Some(Talk::Person)),
            ("Да соедините уже с живым человеком", Some(Talk::Person)),
            ("Бот не помогает, нужен живой оператор", Some(Talk::Person)),
            ("хочу поговорить с человеком", Some(Talk::Person)),
            ("Gjpjdbnt xtkjdtrf", Some(Talk::Person)),
            ("Спасибо!", Some(Talk::Thanks)),
            ("всё получилось, спасибо большое за помощь", Some(Talk::Thanks)),
            ("Спасибо, но всё равно не открывается календарь", None),
            ("Оператор открытой линии не видит новые чаты", None),
            ("Человек не может войти на портал", None),
            ("Как добавить сотрудника в оргструктуру?", None),
            ("Нужен специалист, который настроит nginx на нашем сервере", None),
            ("", None),
        ] {
            assert_eq!(understand(text), want, "{text}");
        }
    }

    #[test]
    fn texts_are_there_in_both_languages() {
        for (ru, en) in all() {
            assert!(ru.chars().any(|c| ('а'..='я').contains(&c)) && en.is_ascii() | en.contains('“'), "{ru} {en}");
        }
    }

    #[test]
    fn the_language_is_that_of_the_writer() {
        for (text, language, want) in
            [("Привет", Some("en"), false), ("Hello", Some("en"), true), ("Hello", Some("ru"), false), ("Hello", None, false)]
        {
            assert_eq!(english(text, language), want, "{text}");
        }
    }

    #[test]
    fn no_word_is_listed_twice() {
        let mut seen = HashSet::new();
        assert!(BESIDE_THANKS.iter().chain(&THANKS).all(|word| seen.insert(*word)));
    }
}
