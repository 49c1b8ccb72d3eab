//! Learns the weights of a model from labelled tickets.
//!
//! One log-linear model over all topics and "none": features from the rules and from the words, soft targets over the accepted topics, an L2
//! penalty, and everything that has to be chosen after that (calibration, thresholds) on tickets the weights were not learned from.

mod choose;
mod measured;
mod optimise;
mod sparse;

use std::collections::BTreeMap;

use crate::classifier::{Classifier, Scratch};
use crate::decide::pick;
use crate::error::{Error, ErrorKind};
use crate::evaluation::{Evaluation, Label, LabelledTicket, Prediction, evaluate, measure};
use crate::learned::Families;
use crate::learned::features::{self, Family, family_of};
use crate::learned::format::{Calibration, Model, short};
use crate::policy::Policy;
use crate::policy::model::Thresholds;
use crate::verdict::{Side, Verdict};
use choose::Held;
pub use measured::Measured;
use optimise::{Problem, Weights, fit};
use sparse::{Matrix, WIDTH};

/// How to learn.
///
/// # Examples
///
/// ```
/// use support_triage::tune::TuneOptions;
///
/// let small = TuneOptions { rows: 20_000, ..TuneOptions::default() };
/// assert_eq!(small.folds, 5);
/// ```
#[derive(Clone, Debug)]
pub struct TuneOptions {
    /// Parts of the tickets for cross-validation; 5 by default.
    pub folds: usize,
    /// Strength of the L2 penalty per ticket; 3·10⁻⁷ by default.
    pub penalty: f32,
    /// Most steps of the optimiser; 60 by default.
    pub steps: usize,
    /// Features kept in the model; 54,000 by default, which makes a file of about 3 MB.
    pub rows: usize,
    /// Also cross-validate words alone and rules alone, to see what each part brings; takes twice the time. On by default.
    pub compare: bool,
    /// Tickets to measure on, never learned from: the rules alone, words alone, and the new model. None by default.
    ///
    /// ```no_run
    /// use support_triage::{LabelledTicket, Policy, tune::{TuneOptions, tune}};
    ///
    /// let read = |path| LabelledTicket::parse_jsonl(&std::fs::read_to_string(path).unwrap());
    /// let options = TuneOptions { measure: read("unseen.jsonl")?, ..TuneOptions::default() };
    /// let tuned = tune(&Policy::builtin(), &read("tickets.jsonl")?, &options, &mut |_| {})?;
    /// println!("{}", tuned.measured.unwrap().words_only.verdict_accuracy.value());
    /// # Ok::<(), support_triage::Error>(())
    /// ```
    pub measure: Vec<LabelledTicket>,
}

impl Default for TuneOptions {
    fn default() -> TuneOptions {
        TuneOptions { folds: 5, penalty: 3e-7, steps: 60, rows: 54_000, compare: true, measure: Vec::new() }
    }
}

/// What came out of learning.
///
/// # Examples
///
/// See [`tune`].
#[derive(Clone, Debug)]
pub struct Tuned {
    /// The model file, to be stored as `model.bin` beside the rules or given to [`Policy::with_model`].
    pub model: Vec<u8>,
    /// The rules alone, on all tickets.
    pub rules_only: Option<Evaluation>,
    /// Words alone, on tickets not learned from.
    pub words_only: Option<Evaluation>,
    /// Rules and words, on tickets not learned from.
    pub both: Evaluation,
    /// Figures on the tickets of [`TuneOptions::measure`]; `None` if there were none.
    pub measured: Option<Measured>,
    /// Features before pruning.
    pub features: usize,
}

/// How much each family of features may say, before learning: the share of the kernel it has. Chosen by cross-validation on the training tickets.
const PRIORS: &[(Family, f64)] = &[
    (Family::Stem, 1.0),
    (Family::Pair, 0.4),
    (Family::Skip, 0.2),
    (Family::Letters2, 0.2),
    (Family::Letters3, 1.0),
    (Family::Letters4, 1.0),
    (Family::Letters5, 0.7),
    (Family::Asking, 0.5),
    (Family::AskingPair, 0.2),
    (Family::Flag, 0.3),
    (Family::Condition, 0.5),
    (Family::Points, 0.5),
    (Family::Concept, 0.4),
    (Family::Want, 0.2),
    (Family::ConceptWant, 0.4),
];

/// Share of the target that the primary topic has where several are accepted.
const PRIMARY: f32 = 0.75;
/// Features in fewer tickets than this are left out: one ticket teaches nothing.
const LEAST: u32 = 2;
/// Tickets that stand together in a file go into the same fold: neighbours are often variants of each other.
const BLOCK: usize = 12;

/// Learns a model for the rules of `policy` from labelled tickets. Deterministic: the same policy, tickets and options give the same bytes. Takes minutes and about 1 GB for ten
/// thousand tickets.
///
/// # Errors
///
/// [`ErrorKind::Data`] if there are fewer than 20 tickets a fold, or a label names a topic that the policy does not have.
///
/// # Examples
///
/// ```no_run
/// use support_triage::{LabelledTicket, Policy, tune::{TuneOptions, tune}};
///
/// let tickets = LabelledTicket::parse_jsonl(&std::fs::read_to_string("tickets.jsonl")?)?;
/// let tuned = tune(&Policy::builtin(), &tickets, &TuneOptions::default(), &mut |step| eprintln!("{step}"))?;
/// std::fs::write("model.bin", &tuned.model)?;
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn tune(policy: &Policy, tickets: &[LabelledTicket], options: &TuneOptions, progress: &mut dyn FnMut(&str)) -> Result<Tuned, Error> {
    let folds = options.folds.max(2);
    if tickets.len() < folds * 20 {
        return Err(Error::new(ErrorKind::Data(format!(
            "{} labelled tickets are too few for {folds} folds, at least {} are needed",
            tickets.len(),
            folds * 20
        ))));
    }
    let rules = policy.rules_only();
    let task = Task::new(&rules, tickets, options)?;
    progress("reading features");
    let both = Families { rules: true, words: true };
    let matrix = task.matrix(both)?;
    let (held, both_evaluation) = task.cross_validate(&matrix, folds, progress, "rules and words")?;
    let words_only = match options.compare {
        true => Some(task.cross_validate(&task.matrix(Families { rules: false, words: true })?, folds, progress, "words only")?.1),
        false => None,
    };
    let rules_only = match options.compare {
        true => Some(evaluate(&Classifier::new(&rules)?, tickets)),
        false => None,
    };
    let settings = choose::settings(&held, &task.sides);
    let held_back = both_evaluation.verdict_accuracy.value() as f32;
    let model = Model { held_back, ..task.learn(&matrix, both, settings, progress) }.write(&task.names());
    let measured = match options.measure.as_slice() {
        [] => None,
        tickets => Some(task.measured(tickets, &model, folds, progress)?),
    };
    Ok(Tuned { model, rules_only, words_only, both: both_evaluation, measured, features: matrix.keys.len() })
}

/// Share of right verdicts that the model of a policy had on the folds held back when it was learned; `None` without a model.
///
/// # Errors
///
/// [`ErrorKind::Model`] if the model is damaged.
///
/// # Examples
///
/// ```
/// use support_triage::{Policy, tune::held_back};
///
/// assert!(held_back(&Policy::builtin())? > Some(0.9));
/// assert_eq!(held_back(&Policy::builtin().rules_only())?, None);
/// # Ok::<(), support_triage::Error>(())
/// ```
pub fn held_back(policy: &Policy) -> Result<Option<f32>, Error> {
    let names: Vec<&str> = policy.topics().iter().map(|topic| topic.id()).collect();
    policy.parts().model.as_ref().map(|bytes| Ok(Model::read(bytes, &names, names.len() + 1)?.held_back)).transpose()
}

struct Task<'a> {
    policy: &'a Policy,
    tickets: &'a [LabelledTicket],
    options: &'a TuneOptions,
    topics: Vec<String>,
    sides: Vec<Side>,
    classes: usize,
    width: usize,
    targets: Vec<f32>,
    balance: Vec<f32>,
}

impl<'a> Task<'a> {
    fn new(policy: &'a Policy, tickets: &'a [LabelledTicket], options: &'a TuneOptions) -> Result<Task<'a>, Error> {
        let topics: Vec<String> = policy.topics().iter().map(|topic| topic.id().to_string()).collect();
        let classes = topics.len() + 1;
        let width = classes.div_ceil(WIDTH) * WIDTH;
        let mut targets = vec![0.0; tickets.len() * width];
        for (row, ticket) in tickets.iter().enumerate() {
            let target = &mut targets[row * width..(row + 1) * width];
            match &ticket.label {
                Label::None => target[classes - 1] = 1.0,
                Label::Topic { primary, accept, .. } => {
                    let others = accept.iter().filter(|topic| *topic != primary).count();
                    for topic in accept {
                        let Some(class) = topics.iter().position(|known| known == topic) else {
                            return Err(Error::new(ErrorKind::Data(format!("ticket {}: the policy has no topic \"{topic}\"", ticket.id))));
                        };
                        target[class] += match (topic == primary, others) {
                            (true, 0) => 1.0,
                            (true, _) => PRIMARY,
                            (false, others) => (1.0 - PRIMARY) / others as f32,
                        };
                    }
                }
            }
        }
        // Rare classes count more, by the square root: as many errors of theirs should be worth mending.
        let mut mass = vec![0.0f32; width];
        for row in targets.chunks_exact(width) {
            mass.iter_mut().zip(row).for_each(|(mass, share)| *mass += share);
        }
        let mut balance: Vec<f32> = targets
            .chunks_exact(width)
            .map(|row| row.iter().zip(&mass).filter(|(share, _)| **share > 0.0).map(|(share, mass)| share / mass).sum::<f32>().sqrt())
            .collect();
        let mean = balance.iter().sum::<f32>() / balance.len() as f32;
        balance.iter_mut().for_each(|weight| *weight /= mean);
        let sides = policy.topics().iter().map(|topic| topic.side()).collect();
        Ok(Task { policy, tickets, options, topics, sides, classes, width, targets, balance })
    }

    /// The features of all tickets, scaled by what their families may say.
    fn matrix(&self, families: Families) -> Result<Matrix, Error> {
        let classifier = Classifier::new(self.policy)?;
        let mut scratch = Scratch::default();
        let rows: Vec<Vec<(u64, f32)>> = self
            .tickets
            .iter()
            .map(|ticket| {
                let (scan, weighing) = classifier.features(&ticket.text, families, &mut scratch);
                let found = &weighing.features;
                let mut sums: BTreeMap<u64, f32> = BTreeMap::new();
                for &word in &found.words {
                    features::of_word(scan.memo.get(word), families, &mut |key| *sums.entry(key).or_default() += found.norm);
                }
                for &key in &found.pairs {
                    *sums.entry(key).or_default() += found.norm;
                }
                for &(key, value) in &found.flags {
                    *sums.entry(key).or_default() += value;
                }
                sums.into_iter().collect()
            })
            .collect();
        let mut matrix = Matrix::new(&rows, LEAST);
        let total = self.tickets.len() as f32;
        let rarity: Vec<f32> = (0..matrix.keys.len()).map(|column| (1.0 + total / matrix.count(column) as f32).ln().sqrt()).collect();
        matrix.scale(&rarity);
        let mut squares = [0.0f64; 256];
        for (key, square) in matrix.keys.iter().zip(matrix.squares()) {
            squares[family_of(*key) as usize] += square / f64::from(total);
        }
        let all: f64 = PRIORS.iter().filter(|(family, _)| squares[*family as usize] > 0.0).map(|(_, prior)| prior).sum();
        let factor = |family: u8| {
            let prior = PRIORS.iter().find(|(known, _)| *known as u8 == family).map_or(0.0, |(_, prior)| *prior);
            (prior / all / squares[family as usize].max(1e-12)).sqrt() as f32
        };
        let factors: Vec<f32> = matrix.keys.iter().map(|key| factor(family_of(*key))).collect();
        matrix.scale(&factors);
        Ok(matrix)
    }

    /// Learns from all tickets, keeps the features that matter, and learns those again.
    fn learn(&self, matrix: &Matrix, families: Families, settings: (Calibration, Thresholds), progress: &mut dyn FnMut(&str)) -> Model {
        progress("learning from all tickets");
        let all = vec![1.0; self.tickets.len()];
        let kept = matrix.select(&self.important(matrix, &self.fit(matrix, &all), self.options.rows));
        progress("learning again with the features kept");
        self.model(&kept, &self.fit(&kept, &all), families, settings)
    }

    fn names(&self) -> Vec<&str> {
        self.topics.iter().map(String::as_str).collect()
    }

    fn fit(&self, matrix: &Matrix, include: &[f32]) -> Weights {
        let weights: Vec<f32> = self.balance.iter().zip(include).map(|(balance, include)| balance * include).collect();
        fit(&Problem {
            matrix,
            targets: &self.targets,
            weights: &weights,
            width: self.width,
            classes: self.classes,
            penalty: self.options.penalty,
            steps: self.options.steps,
        })
    }

    /// Probabilities of all tickets, each by a model that has not seen it, and what they are worth.
    fn cross_validate(
        &self,
        matrix: &Matrix,
        folds: usize,
        progress: &mut dyn FnMut(&str),
        what: &str,
    ) -> Result<(Vec<Held>, Evaluation), Error> {
        let fold_of = |row: usize| (row / BLOCK) % folds;
        let mut held: Vec<Option<Held>> = vec![None; self.tickets.len()];
        for fold in 0..folds {
            progress(&format!("{what}: fold {} of {folds}", fold + 1));
            let include: Vec<f32> = (0..self.tickets.len()).map(|row| f32::from(u8::from(fold_of(row) != fold))).collect();
            let weights = self.fit(matrix, &include);
            let mut logits = vec![0.0; self.tickets.len() * self.width];
            matrix.to_rows(&weights.columns, self.width, &mut logits);
            for (row, held) in held.iter_mut().enumerate().filter(|(row, _)| fold_of(*row) == fold) {
                let mut chances: Vec<f32> = logits[row * self.width..row * self.width + self.classes]
                    .iter()
                    .zip(&weights.bias)
                    .map(|(logit, bias)| logit + bias)
                    .collect();
                crate::decide::softmax(&mut chances);
                let (accept, verdict) = match &self.tickets[row].label {
                    Label::None => (Vec::new(), Verdict::Undetermined),
                    Label::Topic { accept, verdict, .. } => {
                        (self.topics.iter().enumerate().filter(|(_, topic)| accept.contains(topic)).map(|(at, _)| at).collect(), *verdict)
                    }
                };
                *held = Some(Held { chances, accept, verdict });
            }
        }
        let held: Vec<Held> = held.into_iter().flatten().collect();
        let settings = choose::settings(&held, &self.sides);
        let predictions: Vec<Prediction> = held.iter().map(|held| self.prediction(held, settings)).collect();
        Ok((held, measure(self.policy, self.tickets, &predictions)))
    }

    fn prediction(&self, held: &Held, (calibration, thresholds): (Calibration, Thresholds)) -> Prediction {
        let (chances, none) = (&held.chances[..self.classes - 1], held.chances[self.classes - 1]);
        let pick = pick(&self.sides, chances, none, thresholds);
        let topic = pick.topic.filter(|_| !pick.none && !pick.close);
        let mut order: Vec<usize> = (0..chances.len()).collect();
        order.sort_by(|a, b| chances[*b].total_cmp(&chances[*a]));
        Prediction {
            verdict: topic.map_or(Verdict::Undetermined, |_| pick.side.verdict()),
            topic: topic.map(|topic| self.topics[topic].clone()),
            confidence: calibration.apply(pick.share),
            ranked: order.iter().take(3).map(|topic| self.topics[*topic].clone()).collect(),
            explanation: String::new(),
            rules: Vec::new(),
        }
    }

    /// The columns that matter most, ascending: how much a row of weights moves the logits over all tickets.
    fn important(&self, matrix: &Matrix, weights: &Weights, rows: usize) -> Vec<usize> {
        let importance = |column: usize| {
            let row = self.row(weights, column);
            // What is the same for all classes moves nothing.
            let mean = row.iter().sum::<f32>() / row.len() as f32;
            let spread: f32 = row.iter().map(|weight| (weight - mean) * (weight - mean)).sum();
            spread * matrix.mean_square(column)
        };
        let mut order: Vec<(f32, usize)> = (0..matrix.keys.len()).map(|column| (importance(column), column)).collect();
        order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        // Two features whose short keys are equal cannot both be kept; the more important one is.
        let mut taken = std::collections::HashSet::new();
        let mut kept: Vec<usize> =
            order.into_iter().map(|(_, column)| column).filter(|column| taken.insert(short(matrix.keys[*column]))).take(rows).collect();
        kept.sort_unstable();
        kept
    }

    fn row<'w>(&self, weights: &'w Weights, column: usize) -> &'w [f32] {
        &weights.columns[column * self.width..column * self.width + self.classes]
    }

    /// Folds the factors into the weights and rounds them to bytes.
    fn model(&self, matrix: &Matrix, weights: &Weights, families: Families, (calibration, thresholds): (Calibration, Thresholds)) -> Model {
        let mut order: Vec<usize> = (0..matrix.keys.len()).collect();
        order.sort_by_key(|column| short(matrix.keys[*column]));
        let bias = weights.bias[..self.classes].to_vec();
        let mut model =
            Model { families, calibration, thresholds, held_back: 0.0, bias, keys: Vec::new(), scales: Vec::new(), weights: Vec::new() };
        for column in order {
            let row = self.row(weights, column);
            let mean = row.iter().sum::<f32>() / row.len() as f32;
            let most = row.iter().map(|weight| (weight - mean).abs()).fold(1e-12, f32::max);
            model.keys.push(short(matrix.keys[column]));
            model.scales.push(most / 127.0 * matrix.factors[column]);
            model.weights.extend(row.iter().map(|weight| ((weight - mean) / most * 127.0).round() as i8));
        }
        model
    }
}
