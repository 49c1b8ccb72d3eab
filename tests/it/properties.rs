//! What holds for any text.

use proptest::prelude::*;
use support_triage::{Classifier, Policy};

/// Text made of what tickets are made of, in any order.
fn ticket() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[а-яёА-ЯЁ]{1,12}",
        "[a-zA-Z]{1,12}",
        "[ \n\t.,!?;:()«»—-]{1,4}",
        Just("[b]".to_string()),
        Just("[/quote]".to_string()),
        Just("[quote]".to_string()),
        Just("[code]".to_string()),
        Just("[/code]".to_string()),
        Just("[url=https://a.example]".to_string()),
        Just("&nbsp;".to_string()),
        Just("<br>".to_string()),
        Just("```\n".to_string()),
        Just("\n>> ".to_string()),
        Just("и\u{306}".to_string()),
        Just("\u{AD}\u{200B}".to_string()),
        Just("ﬁ½№🙂".to_string()),
        Just("не нужно настраивать ".to_string()),
        Just("подскажите как очистить кеш ".to_string()),
        Just("gjhnfk ".to_string()),
        Just("pozhaluista ".to_string()),
        "\\PC{0,4}",
    ];
    proptest::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn spans_are_parts_of_the_ticket(ticket in ticket()) {
        let explanation = Classifier::builtin().explain(&ticket);
        for evidence in explanation.evidence() {
            let part = ticket.get(evidence.span().range());
            prop_assert!(part.is_some_and(|part| !part.is_empty()));
        }
        for span in explanation.refused() {
            prop_assert!(ticket.get(span.range()).is_some());
        }
    }

    #[test]
    fn the_same_ticket_gets_the_same_answer(ticket in ticket()) {
        let classifier = Classifier::builtin();
        let (one, two) = (classifier.classify(&ticket), classifier.classify(&ticket));
        prop_assert_eq!(one.topic(), two.topic());
        prop_assert_eq!(one.confidence(), two.confidence());
        let chances: f32 = one.topics().map(|topic| topic.score).sum();
        prop_assert!(chances <= 1.001);
    }

    #[test]
    fn invisible_characters_change_nothing(words in proptest::collection::vec("[а-я]{3,9}", 1..12), at in 0usize..12) {
        let plain = words.join(" ");
        let mut marked = words.clone();
        let index = at % marked.len();
        marked[index] = marked[index].chars().flat_map(|c| [c, '\u{AD}', '\u{200B}']).collect();
        let classifier = Classifier::builtin();
        let marked = marked.join(" ");
        let (one, two) = (classifier.classify(&plain), classifier.classify(&marked));
        prop_assert_eq!(one.topic(), two.topic());
        prop_assert_eq!(one.confidence(), two.confidence());
    }

    #[test]
    fn rule_files_never_panic(text in "(category|title|in_scope|topic|when|phrase|[a-zа-я@*|=…]{1,8}|[\\[\\]{}:,\n\" -]){0,60}") {
        if let Err(error) = Policy::from_strings([("any.yaml", text.as_str())]) {
            for diagnostic in error.diagnostics() {
                prop_assert!(diagnostic.line() >= 1 && diagnostic.column() >= 1);
                prop_assert!(!diagnostic.help().is_empty());
            }
        }
    }
}
