//! Learned evidence: one log-linear model over all topics and "none of them".
//!
//! The features are what the rules found and the words themselves ([`features`]); the weights are data ([`format`]), learned from labelled tickets by
//! [`crate::tune`]. Most features belong to a single word, so what a word contributes is worked out once and remembered with its form.

mod asking;
mod cache;
pub(crate) mod features;
pub(crate) mod format;

pub(crate) use features::{Families, Features, RuleKeys, SIGNS};
use format::Model;

use crate::error::Error;
use crate::matcher::Scan;
use crate::policy::model::Thresholds;

/// Upper bits of a key that make its bucket.
const BUCKETS: u32 = 16;

/// A loaded model, ready to score.
pub(crate) struct Learned {
    model: Model,
    /// For each value of a key's upper bits, where its rows begin: keys are hashes, so a handful of them share one.
    starts: Vec<u32>,
    classes: usize,
    /// Weights of a row: the classes, and zeros up to a multiple of [`LANES`].
    width: usize,
}

/// Numbers the processor takes at a time.
const LANES: usize = 8;

impl Learned {
    /// Reads a model for a policy with these topics; topics the model does not know get no learned evidence.
    pub(crate) fn new(bytes: &[u8], topics: &[&str]) -> Result<Learned, Error> {
        let classes = topics.len() + 1;
        let width = classes.next_multiple_of(LANES);
        let model = Model::read(bytes, topics, width)?;
        let mut starts = vec![0; (1 << BUCKETS) + 2];
        for &key in &model.keys {
            starts[(key >> (32 - BUCKETS)) as usize + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        Ok(Learned { classes, model, starts, width })
    }

    /// The row of a feature, if the model knows it.
    #[inline]
    fn row(&self, key: u64) -> Option<usize> {
        let key = format::short(key);
        let bucket = (key >> (32 - BUCKETS)) as usize;
        let (from, to) = (self.starts[bucket] as usize, self.starts[bucket + 1] as usize);
        self.model.keys[from..to].iter().position(|known| *known == key).map(|at| from + at)
    }

    pub(crate) fn families(&self) -> Families {
        self.model.families
    }

    /// Adds `scale` times the weights of a feature to `out`, if the model knows it.
    #[inline]
    fn add(&self, key: u64, scale: f32, out: &mut [f32]) -> bool {
        let Some(row) = self.row(key) else { return false };
        let scale = scale * self.model.scales[row];
        let weights = &self.model.weights[row * self.width..(row + 1) * self.width];
        for (out, weights) in out.chunks_exact_mut(LANES).zip(weights.chunks_exact(LANES)) {
            // Whole arrays, or the compiler converts one number at a time.
            let (Ok(out), Ok(weights)) = (<&mut [f32; LANES]>::try_from(out), <&[i8; LANES]>::try_from(weights)) else { continue };
            let weights = weights.map(f32::from);
            for lane in 0..LANES {
                out[lane] += scale * weights[lane];
            }
        }
        true
    }

    /// Whether the model has weights for a feature.
    #[inline]
    pub(crate) fn has(&self, key: u64) -> bool {
        self.row(key).is_some()
    }

    /// The logits of all topics and of "none", last.
    pub(crate) fn logits(&self, features: &mut Features, scan: &Scan, out: &mut Vec<f32>) {
        out.clear();
        out.resize(self.width, 0.0);
        features.cache.prepare(scan.memo.generation(), self.width);
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
        out.truncate(self.classes);
    }

    /// What a word, alone and with its neighbour, contributes to one class: for explanations.
    pub(crate) fn of_word(&self, features: &Features, scan: &Scan, word: u32, class: usize) -> f32 {
        let mut vector = vec![0.0; self.width];
        features::of_word(scan.memo.get(word), self.model.families, &mut |key| {
            self.add(key, features.norm, &mut vector);
        });
        vector[class]
    }

    /// The weight of a pair of words for one class.
    pub(crate) fn of_pair(&self, features: &Features, key: u64, class: usize) -> f32 {
        let mut vector = vec![0.0; self.width];
        self.add(key, features.norm, &mut vector);
        vector[class]
    }

    /// Whether the model has weights for a condition of the rules.
    pub(crate) fn knows(&self, topic: &str, label: &str) -> bool {
        self.row(features::key(features::Family::Condition, &[topic, label])).is_some()
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
        self.model.weights.len() + self.model.scales.len() * 4 + self.model.keys.len() * 4 + self.starts.len() * 4
    }
}
