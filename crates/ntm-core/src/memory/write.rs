//! Writing (eq. 3 and 4), all write heads together: `mem[n] = mem'[n] ⊙ Π_h (1 - w_h(n)·e_h) + Σ_h w_h(n)·a_h`.
//!
//! Every erasure comes before every addition, so the order of the heads does not matter. The erase and the add vector of a
//! head lie side by side, `[W, 2M]`.

use crate::kernels::matrix::{Matrix, MatrixMut};
use crate::kernels::vector::{add_scaled, dot};
use crate::real::Real;

/// The memory `after [M, N]` of the memory `before [M, N]`, the weightings `[W, N]` and the erase and add vectors `[W, 2M]`.
pub fn forward<T: Real>(weightings: Matrix<T>, erase_add: Matrix<T>, before: &[T], after: &mut [T]) {
    let columns = erase_add.width() / 2;
    let rows = before.len() / columns;
    let pairs = before.chunks_exact(rows).zip(after.chunks_exact_mut(rows));
    for (m, (before, after)) in pairs.enumerate() {
        after.copy_from_slice(before);
        for head in 0..weightings.height() {
            let erase = erase_add.row(head)[m];
            for (entry, &weight) in after.iter_mut().zip(weightings.row(head)) {
                *entry *= T::ONE - weight * erase;
            }
        }
        for head in 0..weightings.height() {
            add_scaled(after, erase_add.row(head)[columns + m], weightings.row(head));
        }
    }
}

/// From `d_memory [M, N]`, the gradient of the memory after the write, which becomes that of the memory `before`: adds to
/// `d_weightings [W, N]`, writes `d_erase_add [W, 2M]`. `scratch` is `[W + 1, N]`.
pub fn backward<T: Real>(
    weightings: Matrix<T>,
    erase_add: Matrix<T>,
    before: &[T],
    d_memory: &mut [T],
    d_weightings: &mut MatrixMut<T>,
    d_erase_add: &mut MatrixMut<T>,
    scratch: &mut [T],
) {
    let heads = weightings.height();
    let columns = erase_add.width() / 2;
    let rows = before.len() / columns;
    let pairs = before.chunks_exact(rows).zip(d_memory.chunks_exact_mut(rows));
    for (m, (before, d_column)) in pairs.enumerate() {
        // partial[h] = the entry after the erasures of the heads before h.
        scratch[..rows].copy_from_slice(before);
        for head in 0..heads {
            let (weighting, erase) = (weightings.row(head), erase_add.row(head)[m]);
            let (done, next) = scratch[head * rows..].split_at_mut(rows);
            for n in 0..rows {
                next[n] = done[n] * (T::ONE - weighting[n] * erase);
            }
            let add = erase_add.row(head)[columns + m];
            add_scaled(d_weightings.row(head), add, d_column);
            d_erase_add.row(head)[columns + m] = dot(weighting, d_column);
        }
        // d_column takes in the erasures of the heads after h, from the last back.
        for head in (0..heads).rev() {
            let (weighting, erase) = (weightings.row(head), erase_add.row(head)[m]);
            let partial = &mut scratch[head * rows..][..rows];
            for n in 0..rows {
                partial[n] *= d_column[n];
                d_column[n] *= T::ONE - weighting[n] * erase;
            }
            add_scaled(d_weightings.row(head), -erase, partial);
            d_erase_add.row(head)[m] = -dot(weighting, partial);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{gradient, numbers};

    const ROWS: usize = 5;
    const COLUMNS: usize = 3;

    fn write(heads: usize, weightings: &[f64], erase_add: &[f64], before: &[f64]) -> Vec<f64> {
        let mut after = vec![0.0; before.len()];
        forward(Matrix::new(weightings, heads, ROWS), Matrix::new(erase_add, heads, 2 * COLUMNS), before, &mut after);
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
                &before,
                &mut d_before,
                &mut MatrixMut::new(&mut d_weightings, heads, ROWS),
                &mut MatrixMut::new(&mut d_erase_add, heads, 2 * COLUMNS),
                &mut vec![0.0; (heads + 1) * ROWS],
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
