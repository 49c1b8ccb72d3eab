//! Softmax regression with an L2 penalty, by L-BFGS.
//!
//! The best weights are always a combination of the training tickets, `W = Xᵀ·B`, so the search runs over `B` (tickets × classes, some 10⁶ numbers) instead of
//! over `W` (features × classes, some 10⁷), with inner products taken in the space of `W`. That is why no general optimiser is used here: they search over `W` with the plain
//! inner product and need gigabytes for their memory of steps. (Nocedal & Wright, *Numerical Optimization*, algorithm 7.4.)

use super::sparse::Matrix;

/// What to fit.
pub(crate) struct Problem<'a> {
    pub(crate) matrix: &'a Matrix,
    /// Rows × width: the share of each class that is right; zero in the padding.
    pub(crate) targets: &'a [f32],
    /// Weight of each row; 0 leaves it out.
    pub(crate) weights: &'a [f32],
    pub(crate) width: usize,
    pub(crate) classes: usize,
    /// Strength of the penalty, per unit of weight.
    pub(crate) penalty: f32,
    pub(crate) steps: usize,
}

/// Fitted weights: columns × width, and the bias.
pub(crate) struct Weights {
    pub(crate) columns: Vec<f32>,
    pub(crate) bias: Vec<f32>,
}

/// Square of the value that every row has in the column of the bias.
const BIAS: f32 = 0.05;
/// Steps remembered.
const MEMORY: usize = 8;

/// One remembered step: its direction, the change of the gradient, both also mapped to rows, and 1 / (their product).
struct Step {
    s: Vec<f32>,
    y: Vec<f32>,
    mapped_s: Vec<f32>,
    mapped_y: Vec<f32>,
    rho: f64,
}

pub(crate) fn fit(problem: &Problem) -> Weights {
    let size = problem.matrix.rows * problem.width;
    let strength = problem.penalty * problem.weights.iter().sum::<f32>();
    let mut columns = vec![0.0; problem.matrix.keys.len() * problem.width];
    let (mut b, mut logits) = (vec![0.0; size], vec![0.0; size]);
    let mut memory: Vec<Step> = Vec::new();
    let mut gradient = vec![0.0; size];
    let mut loss = problem.loss(&b, &logits, strength, Some(&mut gradient));
    let mut first_norm = None;
    let mut mapped = vec![0.0; size];
    problem.map(&gradient, &mut columns, &mut mapped);
    for _ in 0..problem.steps {
        let norm = dot(&gradient, &mapped);
        let first = *first_norm.get_or_insert(norm);
        if norm <= 4e-8 * first {
            break;
        }
        // Two loops over the remembered steps give the direction.
        let (mut q, mut mapped_q) = (gradient.clone(), mapped.clone());
        let mut alphas = Vec::with_capacity(memory.len());
        for step in memory.iter().rev() {
            let alpha = step.rho * dot(&step.mapped_s, &q);
            add(&mut q, -alpha, &step.y);
            add(&mut mapped_q, -alpha, &step.mapped_y);
            alphas.push(alpha);
        }
        let scale = match memory.last() {
            Some(step) => 1.0 / (step.rho * dot(&step.y, &step.mapped_y)),
            None => 1.0 / norm.sqrt().max(1.0),
        };
        q.iter_mut().chain(&mut mapped_q).for_each(|number| *number *= scale as f32);
        for (step, alpha) in memory.iter().zip(alphas.into_iter().rev()) {
            let beta = step.rho * dot(&step.mapped_y, &q);
            add(&mut q, alpha - beta, &step.s);
            add(&mut mapped_q, alpha - beta, &step.mapped_s);
        }
        // Backtrack along −q until the loss falls enough.
        let slope = -dot(&mapped_q, &gradient);
        let mut length = 1.0;
        let (mut new_b, mut new_logits) = (b.clone(), logits.clone());
        let mut new_loss;
        loop {
            new_b.copy_from_slice(&b);
            new_logits.copy_from_slice(&logits);
            add(&mut new_b, -length, &q);
            add(&mut new_logits, -length, &mapped_q);
            new_loss = problem.loss(&new_b, &new_logits, strength, None);
            if new_loss <= loss + 1e-4 * length * slope || length < 1e-4 {
                break;
            }
            length *= 0.5;
        }
        let mut new_gradient = vec![0.0; size];
        problem.loss(&new_b, &new_logits, strength, Some(&mut new_gradient));
        let mut y = new_gradient.clone();
        add(&mut y, -1.0, &gradient);
        // The one product of a step: what the new gradient gives to the rows.
        let mut new_mapped = vec![0.0; size];
        problem.map(&new_gradient, &mut columns, &mut new_mapped);
        let mut mapped_y = new_mapped.clone();
        add(&mut mapped_y, -1.0, &mapped);
        let s: Vec<f32> = q.iter().map(|number| -(length as f32) * number).collect();
        let mapped_s: Vec<f32> = mapped_q.iter().map(|number| -(length as f32) * number).collect();
        let product = dot(&mapped_s, &y);
        if product > 1e-12 {
            memory.push(Step { s, y, mapped_s, mapped_y, rho: 1.0 / product });
            if memory.len() > MEMORY {
                memory.remove(0);
            }
        }
        (b, logits, gradient, mapped, loss) = (new_b, new_logits, new_gradient, new_mapped, new_loss);
    }
    problem.matrix.to_columns(&b, problem.width, &mut columns);
    let bias = (0..problem.width).map(|class| BIAS * b.iter().skip(class).step_by(problem.width).sum::<f32>()).collect();
    Weights { columns, bias }
}

impl Problem<'_> {
    /// `out = (X·Xᵀ + bias)·b`.
    fn map(&self, b: &[f32], columns: &mut [f32], out: &mut [f32]) {
        self.matrix.to_columns(b, self.width, columns);
        self.matrix.to_rows(columns, self.width, out);
        let mut sums = vec![0.0; self.width];
        for row in b.chunks_exact(self.width) {
            sums.iter_mut().zip(row).for_each(|(sum, number)| *sum += number);
        }
        for row in out.chunks_exact_mut(self.width) {
            row.iter_mut().zip(&sums).for_each(|(number, sum)| *number += BIAS * sum);
        }
    }

    /// The loss over the strength of the penalty, and its gradient in the space of `B`.
    fn loss(&self, b: &[f32], logits: &[f32], strength: f32, mut gradient: Option<&mut Vec<f32>>) -> f64 {
        let mut loss = 0.5 * dot(b, logits);
        let mut chances = vec![0.0f32; self.classes];
        for (row, weight) in self.weights.iter().enumerate() {
            let at = row * self.width;
            if *weight == 0.0 {
                if let Some(gradient) = gradient.as_deref_mut() {
                    gradient[at..at + self.width].copy_from_slice(&b[at..at + self.width]);
                }
                continue;
            }
            let logits = &logits[at..at + self.classes];
            let targets = &self.targets[at..at + self.classes];
            let most = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            let mut sum = 0.0;
            for (chance, logit) in chances.iter_mut().zip(logits) {
                *chance = (logit - most).exp();
                sum += *chance;
            }
            let log_sum = sum.ln() + most;
            let missed: f32 = logits.iter().zip(targets).map(|(logit, target)| target * (log_sum - logit)).sum();
            loss += f64::from(weight * missed / strength);
            if let Some(gradient) = gradient.as_deref_mut() {
                for class in 0..self.classes {
                    gradient[at + class] = weight * (chances[class] / sum - targets[class]) / strength + b[at + class];
                }
            }
        }
        loss
    }
}

fn dot(a: &[f32], b: &[f32]) -> f64 {
    // Partial sums in a fixed order: precise enough, and the same on every machine.
    a.chunks(4096).zip(b.chunks(4096)).map(|(a, b)| f64::from(a.iter().zip(b).map(|(x, y)| x * y).sum::<f32>())).sum()
}

fn add(to: &mut [f32], factor: f64, from: &[f32]) {
    let factor = factor as f32;
    to.iter_mut().zip(from).for_each(|(to, from)| *to += factor * from);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tune::sparse::WIDTH;

    #[test]
    fn classes_that_can_be_told_apart_are() {
        let rows: Vec<Vec<(u64, f32)>> = (0..40).map(|row| vec![(row % 4, 1.0), (100, 1.0)]).collect();
        let matrix = Matrix::new(&rows, 1);
        let mut targets = vec![0.0; rows.len() * WIDTH];
        for row in 0..rows.len() {
            targets[row * WIDTH + row % 4] = 1.0;
        }
        let problem =
            Problem { matrix: &matrix, targets: &targets, weights: &[1.0; 40], width: WIDTH, classes: 4, penalty: 1e-4, steps: 60 };
        let weights = fit(&problem);
        let mut logits = vec![0.0; rows.len() * WIDTH];
        matrix.to_rows(&weights.columns, WIDTH, &mut logits);
        for row in 0..rows.len() {
            let best =
                (0..4).max_by(|a, b| (logits[row * WIDTH + a] + weights.bias[*a]).total_cmp(&(logits[row * WIDTH + b] + weights.bias[*b])));
            assert_eq!(best, Some(row % 4));
        }
    }
}
