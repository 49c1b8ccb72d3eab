//! The classifier in use, replaced as a whole when the policy's files change.

use std::sync::{Arc, RwLock};

use jiff::Timestamp;
use support_triage::Classifier;

/// A policy that has been loaded.
#[derive(Debug)]
pub struct Loaded {
    /// Decides by it.
    pub classifier: Classifier,
    /// Names the version of the policy.
    pub hash: String,
    /// Since when it is in use.
    pub loaded_at: Timestamp,
}

/// Holds the policy in use.
#[derive(Debug)]
pub struct PolicyHolder {
    current: RwLock<Arc<Loaded>>,
}

impl PolicyHolder {
    /// The built-in policy.
    pub fn builtin() -> PolicyHolder {
        let classifier = Classifier::builtin();
        let hash = classifier.policy().version().to_string();
        PolicyHolder { current: RwLock::new(Arc::new(Loaded { classifier, hash, loaded_at: Timestamp::now() })) }
    }

    /// The policy in use now.
    pub fn current(&self) -> Arc<Loaded> {
        self.current.read().unwrap_or_else(|poisoned| poisoned.into_inner()).clone()
    }

    /// Why the last reload was refused, if it was.
    pub fn last_error(&self) -> Option<String> {
        None
    }
}
