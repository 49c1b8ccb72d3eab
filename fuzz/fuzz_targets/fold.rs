//! Folding and its map back: a policy whose terms match nearly every word, so that nearly every word gives a span.
#![no_main]

use std::cell::RefCell;

use libfuzzer_sys::fuzz_target;
use support_triage::{Classifier, Policy, Scratch};

const RULES: &str = "category: c\ntitle: { ru: К, en: C }\nin_scope:\n  - topic: t\n    title: { ru: Т, en: T }\n    when: [ { phrase: [\"по*\", \"ст*\", \"на*\", \"об*\", \"se*\", \"po*\", \"co*\", портал, сервер, не, и], weight: 3 }, { near: [не, \"по*\"], within: 9 }, { regex: 'error \\d+' } ]\n    reply: { ru: Да., en: Yes. }\n    tests: { hit: [портал], miss: [дом] }\n";

thread_local! {
    static STATE: RefCell<(Classifier, Scratch)> = RefCell::new((
        Classifier::new(&Policy::from_strings([("rules.yaml", RULES)]).expect("the rules are sound")).expect("no model"),
        Scratch::default(),
    ));
}

fuzz_target!(|ticket: &str| {
    STATE.with(|state| {
        let (classifier, scratch) = &mut *state.borrow_mut();
        let decision = classifier.classify_with(ticket, scratch);
        for evidence in decision.evidence() {
            let part = &ticket[evidence.span().range()];
            assert!(!part.is_empty());
        }
    });
});
