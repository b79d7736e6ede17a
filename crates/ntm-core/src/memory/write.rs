//! Writing (eq. 3 and 4), all write heads together: `mem[n] = mem'[n] ⊙ Π_h (1 - w_h(n)·e_h) + Σ_h w_h(n)·a_h`.
//!
//! Every erasure comes before every addition, so the order of the heads does not matter. The erase and the add vector of a
//! head lie side by side, `[W, 2M]`.

use crate::kernels::lanes::{Lanes, WIDTH};
use crate::kernels::matrix::{Matrix, MatrixMut};
use crate::real::Real;

/// The neighbouring rows of the memory that a register holds: their first, and their number where the last are fewer.
fn blocks(rows: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..rows).step_by(WIDTH).map(move |start| (start, WIDTH.min(rows - start)))
}

/// Some entries in a register, 0 beyond them.
#[inline(always)]
fn load<T: Real>(entries: &[T], (start, count): (usize, usize)) -> T::Lanes {
    if let Some(whole) = entries[start..].first_chunk::<WIDTH>() {
        return T::Lanes::load(whole);
    }
    let mut lanes = [T::ZERO; WIDTH];
    lanes[..count].copy_from_slice(&entries[start..start + count]);
    T::Lanes::load(&lanes)
}

/// A register's first entries back in their place.
#[inline(always)]
fn store<T: Real>(lanes: T::Lanes, entries: &mut [T], (start, count): (usize, usize)) {
    if let Some(whole) = entries[start..].first_chunk_mut::<WIDTH>() {
        return lanes.store(whole);
    }
    let mut values = [T::ZERO; WIDTH];
    lanes.store(&mut values);
    entries[start..start + count].copy_from_slice(&values[..count]);
}

/// The memory `after [M, N]` of the memory `before [M, N]`, the weightings `[W, N]` and the erase and add vectors `[W, 2M]`.
pub fn forward<T: Real>(weightings: Matrix<T>, erase_add: Matrix<T>, before: Matrix<T>, after: &mut MatrixMut<T>) {
    let (heads, columns, rows) = (weightings.height(), before.height(), before.width());
    let one = T::Lanes::splat(T::ONE);
    for m in 0..columns {
        let (before, after) = (before.row(m), after.row(m));
        for block in blocks(rows) {
            let mut entries = load(before, block);
            for head in 0..heads {
                let erase = T::Lanes::splat(erase_add.row(head)[m]);
                let weight = load(weightings.row(head), block);
                entries = entries.multiply(one.subtract(weight.multiply(erase)));
            }
            for head in 0..heads {
                let add = T::Lanes::splat(erase_add.row(head)[columns + m]);
                entries = entries.multiply_add(load(weightings.row(head), block), add);
            }
            store(entries, after, block);
        }
    }
}

/// From `d_memory [M, N]`, the gradient of the memory after the write, which becomes that of the memory `before`: adds to
/// `d_weightings [W, N]`, writes `d_erase_add [W, 2M]`. One pass over the memory for all heads.
pub fn backward<T: Real>(
    weightings: Matrix<T>,
    erase_add: Matrix<T>,
    before: Matrix<T>,
    d_memory: &mut MatrixMut<T>,
    d_weightings: &mut MatrixMut<T>,
    d_erase_add: &mut MatrixMut<T>,
    scratch: &mut Scratch<T>,
) {
    let (heads, columns, rows) = (weightings.height(), before.height(), before.width());
    let (zero, one) = (T::Lanes::splat(T::ZERO), T::Lanes::splat(T::ONE));
    let Scratch { partial, d_erase, d_add } = scratch;
    let (partial, d_erase, d_add) = (&mut partial[..heads], &mut d_erase[..heads], &mut d_add[..heads]);
    for m in 0..columns {
        let (before, d_column) = (before.row(m), d_memory.row(m));
        d_erase.fill(zero);
        d_add.fill(zero);
        for block in blocks(rows) {
            let mut d = load(d_column, block);
            // partial[h]: the entries after the erasures of the heads before h.
            let mut entries = load(before, block);
            for head in 0..heads {
                let weight = load(weightings.row(head), block);
                partial[head] = entries;
                entries = entries.multiply(one.subtract(weight.multiply(T::Lanes::splat(erase_add.row(head)[m]))));
                d_add[head] = d_add[head].multiply_add(d, weight);
                let add = T::Lanes::splat(erase_add.row(head)[columns + m]);
                let d_weighting = d_weightings.row(head);
                store(load(d_weighting, block).multiply_add(d, add), d_weighting, block);
            }
            // d takes in the erasures of the heads after h, from the last back.
            for head in (0..heads).rev() {
                let weight = load(weightings.row(head), block);
                let erase = T::Lanes::splat(erase_add.row(head)[m]);
                let share = d.multiply(partial[head]);
                d_erase[head] = d_erase[head].subtract(share.multiply(weight));
                let d_weighting = d_weightings.row(head);
                store(load(d_weighting, block).subtract(share.multiply(erase)), d_weighting, block);
                d = d.multiply(one.subtract(weight.multiply(erase)));
            }
            store(d, d_column, block);
        }
        for head in 0..heads {
            let d_vectors = d_erase_add.row(head);
            (d_vectors[m], d_vectors[columns + m]) = (d_erase[head].sum(), d_add[head].sum());
        }
    }
}

/// Room for one register per write head of each kind.
#[derive(Debug)]
pub struct Scratch<T: Real> {
    partial: Vec<T::Lanes>,
    d_erase: Vec<T::Lanes>,
    d_add: Vec<T::Lanes>,
}

impl<T: Real> Scratch<T> {
    /// For so many write heads.
    pub fn new(heads: usize) -> Self {
        let zeros = || vec![T::Lanes::splat(T::ZERO); heads];
        Scratch { partial: zeros(), d_erase: zeros(), d_add: zeros() }
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
                &mut Scratch::new(heads),
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
