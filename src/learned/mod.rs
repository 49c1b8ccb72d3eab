//! Learned evidence: one log-linear model over all topics and "none of them".
//!
//! The features are what the rules found and the words themselves ([`features`]); the weights are data ([`format`]), learned from labelled tickets by
//! [`crate::tune`]. Most features belong to a single word, so what a word contributes is worked out once and remembered with its form.

pub(crate) mod features;
pub(crate) mod format;

use std::collections::HashMap;

pub(crate) use features::{Families, Features};
use format::Model;

use crate::error::Error;
use crate::matcher::Scan;
use crate::matcher::lexicon::Fast;
use crate::policy::model::Thresholds;

/// A loaded model, ready to score.
pub(crate) struct Learned {
    model: Model,
    /// Row of each feature.
    rows: HashMap<u32, u32, Fast>,
    classes: usize,
}

impl Learned {
    /// Reads a model for a policy with these topics; topics the model does not know get no learned evidence.
    pub(crate) fn new(bytes: &[u8], topics: &[&str]) -> Result<Learned, Error> {
        let model = Model::read(bytes, topics)?;
        let mut rows = HashMap::with_capacity_and_hasher(model.keys.len(), Fast::default());
        for (row, &key) in model.keys.iter().enumerate() {
            rows.insert(key, row as u32);
        }
        Ok(Learned { classes: topics.len() + 1, model, rows })
    }

    pub(crate) fn families(&self) -> Families {
        self.model.families
    }

    /// Adds `scale` times the weights of a feature to `out`, if the model knows it.
    #[inline]
    fn add(&self, key: u64, scale: f32, out: &mut [f32]) -> bool {
        let Some(&row) = self.rows.get(&format::short(key)) else { return false };
        let at = row as usize * self.classes;
        let scale = scale * self.model.scales[row as usize];
        for (out, &weight) in out.iter_mut().zip(&self.model.weights[at..at + self.classes]) {
            *out += scale * f32::from(weight);
        }
        true
    }

    /// The logits of all topics and of "none", last.
    pub(crate) fn logits(&self, features: &mut Features, scan: &Scan, out: &mut Vec<f32>) {
        out.clear();
        out.resize(self.classes, 0.0);
        features.cache.prepare(scan.memo.generation(), self.classes);
        for &word in &features.words {
            let vector = features.cache.get(word, |vector| {
                features::of_word(scan.memo.get(word), self.model.families, &mut |key| {
                    self.add(key, 1.0, vector);
                });
            });
            for (out, weight) in out.iter_mut().zip(vector) {
                *out += weight;
            }
        }
        for &key in &features.pairs {
            self.add(key, 1.0, out);
        }
        for out in out.iter_mut() {
            *out *= features.norm;
        }
        for &(key, value) in &features.flags {
            self.add(key, value, out);
        }
        for (out, bias) in out.iter_mut().zip(&self.model.bias) {
            *out += bias;
        }
    }

    /// What a word, alone and with its neighbour, contributes to one class: for explanations.
    pub(crate) fn of_word(&self, features: &Features, scan: &Scan, word: u32, class: usize) -> f32 {
        let mut vector = vec![0.0; self.classes];
        features::of_word(scan.memo.get(word), self.model.families, &mut |key| {
            self.add(key, features.norm, &mut vector);
        });
        vector[class]
    }

    /// The weight of a pair of words for one class.
    pub(crate) fn of_pair(&self, features: &Features, key: u64, class: usize) -> f32 {
        let mut vector = vec![0.0; self.classes];
        self.add(key, features.norm, &mut vector);
        vector[class]
    }

    /// Whether the model has weights for a condition of the rules.
    pub(crate) fn knows(&self, topic: &str, label: &str) -> bool {
        self.rows.contains_key(&format::short(features::key(features::Family::Condition, &[topic, label])))
    }

    /// The share of tickets that are right where the winning side has this probability.
    pub(crate) fn calibrate(&self, share: f32) -> f32 {
        self.model.calibration.apply(share)
    }

    /// When to answer, as chosen with the weights.
    pub(crate) fn thresholds(&self) -> Thresholds {
        self.model.thresholds
    }

    pub(crate) fn memory_usage(&self) -> usize {
        self.model.weights.len() + self.model.scales.len() * 4 + self.model.keys.len() * 4 + self.rows.capacity() * 9
    }
}
