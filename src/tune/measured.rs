//! What rules, words and both are worth on tickets that took no part in learning.

use std::sync::Arc;

use super::{Families, Task};
use crate::classifier::Classifier;
use crate::error::Error;
use crate::evaluation::{Evaluation, LabelledTicket, evaluate};
use crate::policy::Policy;
use crate::policy::model::Parts;

/// Figures on tickets that were neither learned from nor used to choose anything.
///
/// # Examples
///
/// See [`TuneOptions::measure`](super::TuneOptions::measure).
#[derive(Clone, Debug)]
pub struct Measured {
    /// The rules alone.
    pub rules_only: Evaluation,
    /// A model of words alone, without any rule.
    pub words_only: Evaluation,
    /// The model that was learned.
    pub both: Evaluation,
}

impl Task<'_> {
    pub(super) fn measured(
        &self,
        tickets: &[LabelledTicket],
        model: &[u8],
        folds: usize,
        progress: &mut dyn FnMut(&str),
    ) -> Result<Measured, Error> {
        let words = Families { rules: false, words: true };
        let matrix = self.matrix(words)?;
        let (held, _) = self.cross_validate(&matrix, folds, progress, "words only")?;
        progress("learning from words only");
        let alone = self.learn(&matrix, words, super::choose::settings(&held, &self.sides), progress).write(&self.names());
        let both = self.policy.with_model(model.to_vec());
        Ok(Measured {
            rules_only: evaluate(&Classifier::new(self.policy)?, tickets),
            words_only: evaluate(&Classifier::new(&without_conditions(self.policy).with_model(alone))?, tickets),
            both: evaluate(&Classifier::new(&both)?, tickets),
        })
    }
}

/// The same topics without what the rules know of them: not even a literal error message may help words that are to be measured alone.
fn without_conditions(policy: &Policy) -> Policy {
    let mut parts: Parts = policy.parts().clone();
    for topic in &mut parts.topics {
        topic.when.clear();
        topic.unless.clear();
    }
    Policy::from_parts(Arc::new(parts))
}
