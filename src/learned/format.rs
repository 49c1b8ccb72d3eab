//! The model file: `rules/model.bin`.
//!
//! All numbers little-endian. Header: the bytes `STM1`, the families (u8: bit 0 rules, bit 1 words), the calibration (2 × f32), the thresholds (3 × f32), the share of right verdicts on held-back folds (f32), the number of
//! classes C and of rows R (u32 each), the names of the topics (u8 length and text each; "none" is the last class and has no name). Then C biases (f32), R keys (u32,
//! ascending), R scales (f32), R × C weights (i8); a weight counts `scale × weight` logits.

use super::Families;
use crate::error::{Error, ErrorKind};
use crate::policy::model::Thresholds;

const MAGIC: &[u8; 4] = b"STM1";

/// A model as it is in memory, its classes those of the policy at hand.
pub(crate) struct Model {
    pub(crate) families: Families,
    pub(crate) calibration: Calibration,
    pub(crate) thresholds: Thresholds,
    /// Share of right verdicts on the folds held back when it was learned.
    pub(crate) held_back: f32,
    pub(crate) bias: Vec<f32>,
    pub(crate) keys: Vec<u32>,
    pub(crate) scales: Vec<f32>,
    pub(crate) weights: Vec<i8>,
}

/// Platt's scaling of the probability of the winning side.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Calibration {
    pub(crate) slope: f32,
    pub(crate) offset: f32,
}

impl Calibration {
    pub(crate) fn apply(self, share: f32) -> f32 {
        let share = share.clamp(1e-4, 1.0 - 1e-4);
        let logit = (share / (1.0 - share)).ln();
        1.0 / (1.0 + (-(self.slope * logit + self.offset)).exp())
    }
}

/// The part of a feature's hash that the file keeps: enough to tell some ten thousand features apart.
pub(crate) fn short(key: u64) -> u32 {
    (key >> 32) as u32 ^ (key as u32)
}

impl Model {
    /// Writes the model; `topics` are the names of its classes but for the last.
    pub(crate) fn write(&self, topics: &[&str]) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.weights.len() + self.keys.len() * 8 + 4096);
        out.extend_from_slice(MAGIC);
        out.push(u8::from(self.families.rules) | u8::from(self.families.words) << 1);
        for number in [
            self.calibration.slope,
            self.calibration.offset,
            self.thresholds.answer,
            self.thresholds.refuse,
            self.thresholds.none,
            self.held_back,
        ] {
            out.extend_from_slice(&number.to_le_bytes());
        }
        out.extend_from_slice(&(self.bias.len() as u32).to_le_bytes());
        out.extend_from_slice(&(self.keys.len() as u32).to_le_bytes());
        for topic in topics {
            out.push(topic.len() as u8);
            out.extend_from_slice(topic.as_bytes());
        }
        self.bias.iter().for_each(|bias| out.extend_from_slice(&bias.to_le_bytes()));
        self.keys.iter().for_each(|key| out.extend_from_slice(&key.to_le_bytes()));
        self.scales.iter().for_each(|scale| out.extend_from_slice(&scale.to_le_bytes()));
        out.extend(self.weights.iter().map(|weight| *weight as u8));
        out
    }

    /// Reads a model and brings its classes into the order of `topics`. A row has `width` weights, zeros behind those of the classes.
    pub(crate) fn read(bytes: &[u8], topics: &[&str], width: usize) -> Result<Model, Error> {
        let mut reader = Reader { bytes };
        if reader.take(4)? != MAGIC {
            return Err(damaged("it does not begin like a model of this version; learn it anew with `support-triage tune`"));
        }
        let flags = reader.take(1)?[0];
        let families = Families { rules: flags & 1 != 0, words: flags & 2 != 0 };
        let calibration = Calibration { slope: reader.f32()?, offset: reader.f32()? };
        let thresholds = Thresholds { answer: reader.f32()?, refuse: reader.f32()?, none: reader.f32()?, points: 0.0 };
        let held_back = reader.f32()?;
        let (classes, rows) = (reader.u32()? as usize, reader.u32()? as usize);
        if classes == 0 || classes > 4096 || rows.saturating_mul(classes + 8) > bytes.len() {
            return Err(damaged("its size does not fit its header"));
        }
        let mut names = Vec::new();
        for _ in 1..classes {
            let len = reader.take(1)?[0] as usize;
            let name = std::str::from_utf8(reader.take(len)?).map_err(|_| damaged("a topic's name is not text"))?;
            names.push(name.to_string());
        }
        let mut stored_bias = Vec::new();
        for _ in 0..classes {
            stored_bias.push(reader.f32()?);
        }
        let mut keys = Vec::with_capacity(rows);
        for _ in 0..rows {
            keys.push(reader.u32()?);
        }
        if keys.windows(2).any(|pair| pair[0] >= pair[1]) {
            return Err(damaged("its keys do not ascend"));
        }
        let mut scales = Vec::with_capacity(rows);
        for _ in 0..rows {
            scales.push(reader.f32()?);
        }
        let stored = reader.take(rows * classes)?;
        if !reader.bytes.is_empty() {
            return Err(damaged("there is more in it than its header says"));
        }
        let finite = stored_bias
            .iter()
            .chain(&scales)
            .chain(&[calibration.slope, calibration.offset, thresholds.answer, thresholds.refuse, thresholds.none, held_back])
            .all(|number| number.is_finite());
        if !finite {
            return Err(damaged("a number in it is not finite"));
        }
        // A topic that the model never saw starts like an average one: its rules must speak for it.
        let mean = stored_bias.iter().sum::<f32>() / classes as f32;
        let column: Vec<Option<usize>> =
            topics.iter().map(|topic| names.iter().position(|name| name == topic)).chain([Some(classes - 1)]).collect();
        let bias = column.iter().map(|column| column.map_or(mean, |column| stored_bias[column])).collect();
        let mut weights = Vec::with_capacity(rows * width);
        let as_stored = column.len() == classes && column.iter().enumerate().all(|(at, column)| *column == Some(at));
        for (at, row) in stored.chunks_exact(classes).enumerate() {
            if as_stored {
                weights.extend(row.iter().map(|weight| *weight as i8));
            } else {
                weights.extend(column.iter().map(|column| column.map_or(0, |column| row[column] as i8)));
            }
            weights.resize((at + 1) * width, 0);
        }
        Ok(Model { families, calibration, thresholds, held_back, bias, keys, scales, weights })
    }
}

fn damaged(message: &str) -> Error {
    Error::new(ErrorKind::Model(message.to_string()))
}

struct Reader<'a> {
    bytes: &'a [u8],
}

impl<'a> Reader<'a> {
    fn take(&mut self, len: usize) -> Result<&'a [u8], Error> {
        if len > self.bytes.len() {
            return Err(damaged("it ends too early"));
        }
        let (head, tail) = self.bytes.split_at(len);
        self.bytes = tail;
        Ok(head)
    }

    fn u32(&mut self) -> Result<u32, Error> {
        Ok(u32::from_le_bytes(self.take(4)?.try_into().unwrap_or_default()))
    }

    fn f32(&mut self) -> Result<f32, Error> {
        Ok(f32::from_bits(self.u32()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model() -> Model {
        Model {
            families: Families { rules: true, words: true },
            calibration: Calibration { slope: 1.0, offset: 0.0 },
            thresholds: Thresholds::default(),
            held_back: 0.9,
            bias: vec![0.5, -0.5, 0.25],
            keys: vec![7, 9],
            scales: vec![0.1, 0.2],
            weights: vec![1, 2, 3, 4, 5, 6],
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let bytes = model().write(&["a.x", "a.y"]);
        let read = Model::read(&bytes, &["a.x", "a.y"], 3).unwrap();
        assert_eq!((read.bias, read.keys, read.weights), (model().bias, model().keys, model().weights));
    }

    #[test]
    fn classes_follow_the_policy_at_hand() {
        let bytes = model().write(&["a.x", "a.y"]);
        let read = Model::read(&bytes, &["a.y", "new", "a.x"], 5).unwrap();
        assert_eq!(read.bias, [-0.5, 0.25 / 3.0, 0.5, 0.25]);
        assert_eq!(read.weights, [2, 0, 1, 3, 0, 5, 0, 4, 6, 0]);
    }

    #[test]
    fn every_cut_is_refused() {
        let bytes = model().write(&["a.x", "a.y"]);
        for len in 0..bytes.len() {
            assert!(Model::read(&bytes[..len], &["a.x"], 2).is_err(), "{len}");
        }
        let mut longer = bytes.clone();
        longer.push(0);
        assert!(Model::read(&longer, &["a.x"], 2).is_err());
    }
}
