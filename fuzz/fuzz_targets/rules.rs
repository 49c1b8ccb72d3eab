//! Rule files of any bytes: refused with places, or accepted and then usable.
#![no_main]

use libfuzzer_sys::fuzz_target;
use support_triage::{Classifier, Limits, Policy};

fuzz_target!(|text: &str| {
    let limits = Limits { file_bytes: 1 << 16, ..Limits::default() };
    match Policy::builder().limits(limits).strings([("any.yaml", text)]).load() {
        Ok(policy) => {
            let classifier = Classifier::new(&policy).expect("a policy that loads compiles");
            let _ = classifier.classify("Портал не работает, настройте сервер");
        }
        Err(error) => {
            for diagnostic in error.diagnostics() {
                assert!(diagnostic.line() >= 1 && diagnostic.column() >= 1 && !diagnostic.help().is_empty());
                let _ = diagnostic.to_string();
            }
        }
    }
});
