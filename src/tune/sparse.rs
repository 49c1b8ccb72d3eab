//! The tickets as a sparse matrix of features, and its products.

use std::collections::HashMap;
use std::thread;

/// Classes are padded to this, so that the loops over them have a fixed length the compiler can unroll.
pub(crate) const WIDTH: usize = 8;

/// Rows are tickets, columns features.
pub(crate) struct Matrix {
    pub(crate) rows: usize,
    pub(crate) keys: Vec<u64>,
    starts: Vec<u32>,
    columns: Vec<u32>,
    values: Vec<f32>,
    /// The same by column.
    column_starts: Vec<u32>,
    column_rows: Vec<u32>,
    column_values: Vec<f32>,
    /// What the values of each column were multiplied by so far: a model folds it into its weights.
    pub(crate) factors: Vec<f32>,
}

impl Matrix {
    /// Builds the matrix of rows given as (key, value), keeping keys that stand in at least `least` rows.
    pub(crate) fn new(rows: &[Vec<(u64, f32)>], least: u32) -> Matrix {
        let mut counts: HashMap<u64, u32> = HashMap::new();
        for row in rows {
            for (key, _) in row {
                *counts.entry(*key).or_default() += 1;
            }
        }
        let mut keys: Vec<u64> = counts.into_iter().filter(|(_, count)| *count >= least).map(|(key, _)| key).collect();
        keys.sort_unstable();
        let number: HashMap<u64, u32> = keys.iter().enumerate().map(|(at, key)| (*key, at as u32)).collect();
        let (mut starts, mut columns, mut values) = (vec![0], Vec::new(), Vec::new());
        for row in rows {
            let mut kept: Vec<(u32, f32)> = row.iter().filter_map(|(key, value)| number.get(key).map(|column| (*column, *value))).collect();
            kept.sort_by_key(|(column, _)| *column);
            columns.extend(kept.iter().map(|(column, _)| *column));
            values.extend(kept.iter().map(|(_, value)| *value));
            starts.push(columns.len() as u32);
        }
        let factors = vec![1.0; keys.len()];
        Matrix::assemble(keys, factors, starts, columns, values)
    }

    fn assemble(keys: Vec<u64>, factors: Vec<f32>, starts: Vec<u32>, columns: Vec<u32>, values: Vec<f32>) -> Matrix {
        let rows = starts.len() - 1;
        let mut matrix =
            Matrix { rows, keys, starts, columns, values, column_starts: vec![], column_rows: vec![], column_values: vec![], factors };
        matrix.transpose();
        matrix
    }

    fn transpose(&mut self) {
        let mut starts = vec![0u32; self.keys.len() + 1];
        for column in &self.columns {
            starts[*column as usize + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut next = starts.clone();
        self.column_rows = vec![0; self.columns.len()];
        self.column_values = vec![0.0; self.columns.len()];
        for row in 0..self.rows {
            for at in self.starts[row] as usize..self.starts[row + 1] as usize {
                let slot = &mut next[self.columns[at] as usize];
                self.column_rows[*slot as usize] = row as u32;
                self.column_values[*slot as usize] = self.values[at];
                *slot += 1;
            }
        }
        self.column_starts = starts;
    }

    /// The matrix of some columns, given ascending.
    pub(crate) fn select(&self, kept: &[usize]) -> Matrix {
        let mut number = vec![u32::MAX; self.keys.len()];
        for (new, old) in kept.iter().enumerate() {
            number[*old] = new as u32;
        }
        let (mut starts, mut columns, mut values) = (vec![0], Vec::new(), Vec::new());
        for row in 0..self.rows {
            for at in self.starts[row] as usize..self.starts[row + 1] as usize {
                let new = number[self.columns[at] as usize];
                if new != u32::MAX {
                    columns.push(new);
                    values.push(self.values[at]);
                }
            }
            starts.push(columns.len() as u32);
        }
        let keys = kept.iter().map(|old| self.keys[*old]).collect();
        let factors = kept.iter().map(|old| self.factors[*old]).collect();
        Matrix::assemble(keys, factors, starts, columns, values)
    }

    /// In how many rows a column stands.
    pub(crate) fn count(&self, column: usize) -> u32 {
        self.column_starts[column + 1] - self.column_starts[column]
    }

    /// Multiplies every value by the factor of its column.
    pub(crate) fn scale(&mut self, factors: &[f32]) {
        self.factors.iter_mut().zip(factors).for_each(|(all, factor)| *all *= factor);
        for (column, value) in self.columns.iter().zip(&mut self.values) {
            *value *= factors[*column as usize];
        }
        for (column, factor) in factors.iter().enumerate() {
            for value in &mut self.column_values[self.column_starts[column] as usize..self.column_starts[column + 1] as usize] {
                *value *= factor;
            }
        }
    }

    /// Sum of squares by column.
    pub(crate) fn squares(&self) -> Vec<f64> {
        (0..self.keys.len())
            .map(|column| {
                self.column_values[self.column_starts[column] as usize..self.column_starts[column + 1] as usize]
                    .iter()
                    .map(|value| f64::from(value * value))
                    .sum()
            })
            .collect()
    }

    /// Mean of the squares of a column over all rows.
    pub(crate) fn mean_square(&self, column: usize) -> f32 {
        let values = &self.column_values[self.column_starts[column] as usize..self.column_starts[column + 1] as usize];
        values.iter().map(|value| value * value).sum::<f32>() / self.rows as f32
    }

    /// `Xᵀ·g`: what rows (of `width` numbers each) give to columns; rows not in use are zero in `g`.
    pub(crate) fn to_columns(&self, g: &[f32], width: usize, out: &mut [f32]) {
        gather(&self.column_starts, &self.column_rows, &self.column_values, g, width, out);
    }

    /// `X·w`: what columns give to rows.
    pub(crate) fn to_rows(&self, w: &[f32], width: usize, out: &mut [f32]) {
        gather(&self.starts, &self.columns, &self.values, w, width, out);
    }
}

/// `out[i] = Σ values[j] · from[index[j]]` over the entries of `i`. Two threads; each output is summed by one of them in a fixed order, so the result does not depend on
/// how many there are.
fn gather(starts: &[u32], index: &[u32], values: &[f32], from: &[f32], width: usize, out: &mut [f32]) {
    let lines = starts.len() - 1;
    let half = starts.partition_point(|start| *start < index.len() as u32 / 2).min(lines);
    let (left, right) = out.split_at_mut(half * width);
    let work = |first: usize, out: &mut [f32]| {
        for (line, sums) in out.chunks_exact_mut(width).enumerate() {
            sums.fill(0.0);
            for at in starts[first + line] as usize..starts[first + line + 1] as usize {
                let (value, start) = (values[at], index[at] as usize * width);
                for (sums, numbers) in sums.chunks_exact_mut(WIDTH).zip(from[start..start + width].chunks_exact(WIDTH)) {
                    for (sum, number) in sums.iter_mut().zip(numbers) {
                        *sum += value * number;
                    }
                }
            }
        }
    };
    thread::scope(|scope| {
        scope.spawn(|| work(half, right));
        work(0, left);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products() {
        let rows = vec![vec![(5, 1.0), (9, 2.0)], vec![(9, 3.0), (7, 1.0)], vec![]];
        let matrix = Matrix::new(&rows, 1);
        assert_eq!(matrix.keys, [5, 7, 9]);
        let mut columns = vec![0.0; 3 * WIDTH];
        let mut g = vec![0.0; 3 * WIDTH];
        (g[0], g[WIDTH]) = (1.0, 10.0);
        matrix.to_columns(&g, WIDTH, &mut columns);
        assert_eq!([columns[0], columns[WIDTH], columns[2 * WIDTH]], [1.0, 10.0, 32.0]);
        let mut back = vec![0.0; 3 * WIDTH];
        matrix.to_rows(&columns, WIDTH, &mut back);
        assert_eq!([back[0], back[WIDTH], back[2 * WIDTH]], [65.0, 106.0, 0.0]);
        assert_eq!(Matrix::new(&rows, 2).keys, [9]);
    }
}
