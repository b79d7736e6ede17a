//! Writing (eq. 3 and 4), all write heads together: `mem[n] = mem'[n] ⊙ Π_h (1 - w_h(n)·e_h) + Σ_h w_h(n)·a_h`.
//!
//! Every erasure comes before every addition, so the order of the heads does not matter. The erase and the add vector of a
//! head lie side by side, `[W, 2M]`.

use crate::kernels::lanes::{Lanes, WIDTH};
use crate::kernels::matrix::{Matrix, MatrixMut};
use crate::kernels::vector::add_scaled;
use crate::real::Real;

/// `to = from ⊙ (1 - e·w)`: a column of the memory under the erasure of one head.
fn erase<T: Real>(weighting: &[T], erase: T, from: &[T], to: &mut [T]) {
    for ((to, &from), &weight) in to.iter_mut().zip(from).zip(weighting) {
        *to = from * (T::ONE - weight * erase);
    }
}

/// The memory `after [M, N]` of the memory `before [M, N]`, the weightings `[W, N]` and the erase and add vectors `[W, 2M]`.
pub fn forward<T: Real>(weightings: Matrix<T>, erase_add: Matrix<T>, before: Matrix<T>, after: &mut MatrixMut<T>) {
    let (heads, columns) = (weightings.height(), before.height());
    let vectors = |head: usize, m: usize| (erase_add.row(head)[m], erase_add.row(head)[columns + m]);
    for m in 0..columns {
        let (before, after) = (before.row(m), after.row(m));
        if heads == 1 {
            // The usual machine has one write head: erasing and adding in one go.
            let (erase, add) = vectors(0, m);
            for ((after, &before), &weight) in after.iter_mut().zip(before).zip(weightings.row(0)) {
                *after = before * (T::ONE - weight * erase) + weight * add;
            }
            continue;
        }
        after.copy_from_slice(before);
        for head in 0..heads {
            let erase = vectors(head, m).0;
            for (entry, &weight) in after.iter_mut().zip(weightings.row(head)) {
                *entry *= T::ONE - weight * erase;
            }
        }
        for head in 0..heads {
            add_scaled(after, vectors(head, m).1, weightings.row(head));
        }
    }
}

/// From `d_memory [M, N]`, the gradient of the memory after the write, which becomes that of the memory `before`: adds to
/// `d_weightings [W, N]`, writes `d_erase_add [W, 2M]`. One pass over the memory for all heads; `scratch` is `[W, N]`.
pub fn backward<T: Real>(
    weightings: Matrix<T>,
    erase_add: Matrix<T>,
    before: Matrix<T>,
    d_memory: &mut MatrixMut<T>,
    d_weightings: &mut MatrixMut<T>,
    d_erase_add: &mut MatrixMut<T>,
    scratch: &mut [T],
) {
    let (heads, columns, rows) = (weightings.height(), before.height(), before.width());
    if heads == 0 {
        return;
    }
    // partial[h - 1]: a column after the erasures of the heads before h.
    let (d_after, partial) = scratch[..heads * rows].split_at_mut(rows);
    for m in 0..columns {
        let (before, d_column) = (before.row(m), d_memory.row(m));
        d_after.copy_from_slice(d_column);
        for head in 1..heads {
            let (done, next) = partial.split_at_mut((head - 1) * rows);
            let from = if head == 1 { before } else { &done[(head - 2) * rows..] };
            erase(weightings.row(head - 1), erase_add.row(head - 1)[m], from, &mut next[..rows]);
        }
        for head in (0..heads).rev() {
            let vectors = erase_add.row(head);
            let column = Column {
                weighting: weightings.row(head),
                erase: vectors[m],
                add: vectors[columns + m],
                partial: if head == 0 { before } else { &partial[(head - 1) * rows..][..rows] },
                d_after,
            };
            let [d_erase, d_add] = column.backward(d_column, d_weightings.row(head));
            let d_vectors = d_erase_add.row(head);
            (d_vectors[m], d_vectors[columns + m]) = (d_erase, d_add);
        }
    }
}

/// What one head does to one column of the memory.
struct Column<'a, T> {
    weighting: &'a [T],
    erase: T,
    add: T,
    /// The column after the erasures of the heads before this one.
    partial: &'a [T],
    /// The gradient of the column after the whole write.
    d_after: &'a [T],
}

impl<T: Real> Column<'_, T> {
    /// `d_column`, which has taken in the erasures of the heads after this one, takes in this one's; gives the gradients of
    /// the entries of the erase and of the add vector.
    fn backward(&self, d_column: &mut [T], d_weighting: &mut [T]) -> [T; 2] {
        let (weights, weights_rest) = self.weighting.as_chunks::<WIDTH>();
        let blocks = weights.len();
        let (partial, partial_rest) = self.partial.as_chunks::<WIDTH>();
        let (after, after_rest) = self.d_after.as_chunks::<WIDTH>();
        let (columns, columns_rest) = d_column.as_chunks_mut::<WIDTH>();
        let (weightings, weightings_rest) = d_weighting.as_chunks_mut::<WIDTH>();
        let (partial, after) = (&partial[..blocks], &after[..blocks]);
        let (columns, weightings) = (&mut columns[..blocks], &mut weightings[..blocks]);

        let [one, erase, add] = [T::ONE, self.erase, self.add].map(T::Lanes::splat);
        let [mut d_erase, mut d_add] = [T::Lanes::splat(T::ZERO); 2];
        for n in 0..blocks {
            let (weight, d_after) = (T::Lanes::load(&weights[n]), T::Lanes::load(&after[n]));
            let d = T::Lanes::load(&columns[n]);
            let share = d.multiply(T::Lanes::load(&partial[n]));
            d_add = d_add.multiply_add(weight, d_after);
            d_erase = d_erase.multiply_add(weight, share);
            let d_weight = T::Lanes::load(&weightings[n]).multiply_add(add, d_after);
            d_weight.subtract(erase.multiply(share)).store(&mut weightings[n]);
            d.multiply(one.subtract(weight.multiply(erase))).store(&mut columns[n]);
        }
        let [mut d_erase, mut d_add] = [d_erase, d_add].map(Lanes::sum);
        for n in 0..weights_rest.len() {
            let (weight, share) = (weights_rest[n], columns_rest[n] * partial_rest[n]);
            d_add += weight * after_rest[n];
            d_erase += weight * share;
            weightings_rest[n] += self.add * after_rest[n] - self.erase * share;
            columns_rest[n] *= T::ONE - weight * self.erase;
        }
        [-d_erase, d_add]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{gradient, numbers};
    use crate::kernels::vector::dot;

    const ROWS: usize = 5;
    const COLUMNS: usize = 3;

    fn write(heads: usize, weightings: &[f64], erase_add: &[f64], before: &[f64]) -> Vec<f64> {
        let mut after = vec![0.0; before.len()];
        forward(
            Matrix::new(weightings, heads, ROWS),
            Matrix::new(erase_add, heads, 2 * COLUMNS),
            Matrix::new(before, COLUMNS, ROWS),
            &mut MatrixMut::new(&mut after, COLUMNS, ROWS),
        );
        after
    }

    #[test]
    fn gradients_are_central_differences_for_any_number_of_heads() {
        for heads in 0..4 {
            let weightings = numbers(1, heads * ROWS);
            let erase_add = numbers(2, heads * 2 * COLUMNS);
            let before = numbers(3, COLUMNS * ROWS);
            let d_after = numbers(4, COLUMNS * ROWS);
            let mut d_before = d_after.clone();
            let (mut d_weightings, mut d_erase_add) = (vec![0.0; heads * ROWS], vec![0.0; heads * 2 * COLUMNS]);
            backward(
                Matrix::new(&weightings, heads, ROWS),
                Matrix::new(&erase_add, heads, 2 * COLUMNS),
                Matrix::new(&before, COLUMNS, ROWS),
                &mut MatrixMut::new(&mut d_before, COLUMNS, ROWS),
                &mut MatrixMut::new(&mut d_weightings, heads, ROWS),
                &mut MatrixMut::new(&mut d_erase_add, heads, 2 * COLUMNS),
                &mut vec![0.0; heads * ROWS],
            );
            let objective = |weightings: &[f64], erase_add: &[f64], before: &[f64]| {
                dot(&write(heads, weightings, erase_add, before), &d_after)
            };
            gradient("before", &before, &d_before, |before| objective(&weightings, &erase_add, before));
            gradient("weightings", &weightings, &d_weightings, |weightings| objective(weightings, &erase_add, &before));
            gradient("erase_add", &erase_add, &d_erase_add, |erase_add| objective(&weightings, erase_add, &before));
        }
    }

    #[test]
    fn a_full_erasure_at_a_full_weighting_leaves_what_is_added() {
        let after = write(1, &[0.0, 1.0, 0.0, 0.0, 0.0], &[1.0, 1.0, 1.0, 7.0, 8.0, 9.0], &[3.0; 15]);
        let expected = [[3.0, 7.0, 3.0, 3.0, 3.0], [3.0, 8.0, 3.0, 3.0, 3.0], [3.0, 9.0, 3.0, 3.0, 3.0]].concat();
        assert_eq!(after, expected);
    }

    #[test]
    fn the_order_of_heads_does_not_matter() {
        let (weightings, erase_add, before) =
            (numbers(1, 2 * ROWS), numbers(2, 4 * COLUMNS), numbers(3, COLUMNS * ROWS));
        let swapped = |entries: &[f64]| {
            let (first, second) = entries.split_at(entries.len() / 2);
            [second, first].concat()
        };
        let one = write(2, &weightings, &erase_add, &before);
        let other = write(2, &swapped(&weightings), &swapped(&erase_add), &before);
        assert!(one.iter().zip(&other).all(|(a, b)| (a - b).abs() < 1e-15));
    }
}
