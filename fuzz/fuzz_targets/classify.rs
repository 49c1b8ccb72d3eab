//! The built-in policy on any text: there is a decision, and the explanation's spans are sound.
#![no_main]

use libfuzzer_sys::fuzz_target;
use support_triage::{Classifier, Lang};

fuzz_target!(|ticket: &str| {
    let explanation = Classifier::builtin().explain(ticket);
    for evidence in explanation.evidence() {
        assert!(!ticket[evidence.span().range()].is_empty());
    }
    for span in explanation.refused() {
        assert!(!ticket[span.range()].is_empty());
    }
    let decision = explanation.decision();
    assert!((0.0..=1.0).contains(&decision.confidence()));
    let _ = (decision.reply(Lang::Ru), decision.question(Lang::En));
});
