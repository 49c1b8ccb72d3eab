//! The built-in policy, embedded.

use std::sync::OnceLock;

use super::Policy;
use super::files::{Layer, Raw};

macro_rules! embedded {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../rules/", $name)))),*]
    };
}

/// Every rule file of `rules/`; a test holds the list to the folder.
pub(crate) const FILES: &[(&str, &str)] = embedded![
    "policy.yaml",
    "questions.yaml",
    "lexicon/wants.yaml",
    "lexicon/server.yaml",
    "lexicon/product.yaml",
    "lexicon/state.yaml",
    "lexicon/installation.yaml",
    "lexicon/performance.yaml",
    "lexicon/update.yaml",
    "lexicon/product_errors.yaml",
    "lexicon/development.yaml",
    "lexicon/theory.yaml",
    "lexicon/connection.yaml",
    "installation.yaml",
    "performance.yaml",
    "update.yaml",
    "product_errors.yaml",
    "development.yaml",
    "theory.yaml",
    "connection.yaml",
];

pub(crate) fn layer() -> Layer {
    let mut rules: Vec<Raw> =
        FILES.iter().map(|(name, text)| Raw { name: format!("rules/{name}"), bytes: text.as_bytes().into(), checked: true }).collect();
    // The order of a folder: the numbers of terms follow from it, and so the last digit of a sum.
    rules.sort_by(|a, b| a.name.cmp(&b.name));
    let model: &[u8] = include_bytes!("../../rules/model.bin");
    Layer {
        rules,
        words: Some(include_str!("../../rules/words.txt").into()),
        // An empty file stands for no model, so that a first one can be learned.
        model: (!model.is_empty()).then(|| model.into()),
    }
}

#[allow(clippy::expect_used)]
pub(crate) fn policy() -> Policy {
    static POLICY: OnceLock<Policy> = OnceLock::new();
    // The tests load it, so a broken one is never released.
    POLICY
        .get_or_init(|| Policy::builder().builtin().load().unwrap_or_else(|error| panic!("the built-in policy is broken:\n{error}")))
        .clone()
}
