//! What is chosen on tickets the weights were not learned from: calibration and thresholds.

use crate::decide::pick;
use crate::learned::format::Calibration;
use crate::policy::model::Thresholds;
use crate::verdict::{Side, Verdict};

/// A ticket with the probabilities of a model that has not seen it.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    /// By topic; "none" last.
    pub(crate) chances: Vec<f32>,
    /// Accepted topics; none for an uncovered ticket.
    pub(crate) accept: Vec<usize>,
    pub(crate) verdict: Verdict,
}

/// What an answer is worth. A wrong refusal turns a client away, so it costs as much as three right answers bring; to abstain costs nothing.
const RIGHT: f64 = 1.0;
const WRONG: f64 = -0.5;
const WRONG_REFUSAL: f64 = -3.0;
const UNCOVERED_ANSWERED: f64 = -2.0;

/// Calibration and thresholds.
pub(crate) fn settings(held: &[Held], sides: &[Side]) -> (Calibration, Thresholds) {
    let mut best = (f64::NEG_INFINITY, Thresholds::default());
    for answer in (6..=14).map(|step| step as f32 * 0.05) {
        for refuse in (10..=18).map(|step| step as f32 * 0.05) {
            for none in (4..=16).map(|step| step as f32 * 0.25) {
                let thresholds = Thresholds { answer, refuse, none, points: 0.0 };
                let worth: f64 = held.iter().map(|held| worth(held, sides, thresholds)).sum();
                if worth > best.0 {
                    best = (worth, thresholds);
                }
            }
        }
    }
    let thresholds = best.1;
    let mut answered = Vec::new();
    for held in held {
        let (right, share) = outcome(held, sides, thresholds);
        answered.extend(right.map(|right| (share, right)));
    }
    (platt(&answered), thresholds)
}

/// Whether the answer is right (`None`: no answer), and the probability of its side.
fn outcome(held: &Held, sides: &[Side], thresholds: Thresholds) -> (Option<bool>, f32) {
    let topics = sides.len();
    let pick = pick(sides, &held.chances[..topics], held.chances[topics], thresholds);
    let right = |topic: usize| {
        let verdict = pick.side.verdict();
        !held.accept.is_empty() && (verdict == held.verdict || held.accept.contains(&topic))
    };
    (pick.topic.filter(|_| !pick.none && !pick.close).map(right), pick.share)
}

fn worth(held: &Held, sides: &[Side], thresholds: Thresholds) -> f64 {
    let topics = sides.len();
    let pick = pick(sides, &held.chances[..topics], held.chances[topics], thresholds);
    match outcome(held, sides, thresholds).0 {
        None => f64::from(u8::from(held.accept.is_empty())) * RIGHT,
        Some(true) => RIGHT,
        Some(false) if held.accept.is_empty() => UNCOVERED_ANSWERED,
        Some(false) if pick.side == Side::Out && held.accept.iter().all(|topic| sides[*topic] == Side::In) => WRONG_REFUSAL,
        Some(false) => WRONG,
    }
}

/// Fits right ~ σ(slope · logit(share) + offset) by Newton's method (Platt 1999, with his smoothed targets).
fn platt(answers: &[(f32, bool)]) -> Calibration {
    let right = answers.iter().filter(|answer| answer.1).count() as f64;
    let wrong = answers.len() as f64 - right;
    if right < 1.0 || wrong < 1.0 {
        return Calibration { slope: 1.0, offset: 0.0 };
    }
    let targets = [1.0 / (wrong + 2.0), (right + 1.0) / (right + 2.0)];
    let (mut slope, mut offset) = (1.0f64, 0.0f64);
    for _ in 0..50 {
        let (mut g, mut h) = ([0.0; 2], [[1e-6, 0.0], [0.0, 1e-6]]);
        for &(share, is_right) in answers {
            let share = f64::from(share.clamp(1e-4, 1.0 - 1e-4));
            let x = [(share / (1.0 - share)).ln(), 1.0];
            let p = 1.0 / (1.0 + (-(slope * x[0] + offset)).exp());
            let miss = p - targets[usize::from(is_right)];
            for i in 0..2 {
                g[i] += miss * x[i];
                for j in 0..2 {
                    h[i][j] += p * (1.0 - p) * x[i] * x[j];
                }
            }
        }
        let det = h[0][0] * h[1][1] - h[0][1] * h[1][0];
        let step = [(h[1][1] * g[0] - h[0][1] * g[1]) / det, (h[0][0] * g[1] - h[1][0] * g[0]) / det];
        slope -= step[0];
        offset -= step[1];
        if step[0].abs() + step[1].abs() < 1e-9 {
            break;
        }
    }
    Calibration { slope: slope as f32, offset: offset as f32 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overconfidence_is_taken_back() {
        // Where the model says 0.9, eight of ten are right; where it says 0.6, six.
        let answers: Vec<(f32, bool)> = (0..1000).map(|n| (if n % 2 == 0 { 0.9 } else { 0.6 }, n % 10 < 7)).collect();
        let calibration = platt(&answers);
        for (share, right) in [(0.9, 0.8), (0.6, 0.6)] {
            assert!((calibration.apply(share) - right).abs() < 0.02, "{share}: {}", calibration.apply(share));
        }
    }
}
