//! Writing (eq. 3 and 4), all write heads together: `mem[n] = mem'[n] ⊙ Π_h (1 - w_h(n)·e_h) + Σ_h w_h(n)·a_h`.
//!
//! Every erasure comes before every addition, so the order of the heads does not matter. The erase and the add vector of a
//! head lie side by side, `[W, 2M]`.

use crate::kernels::lanes::Lanes;
use crate::kernels::matrix::{Matrix, MatrixMut};
use crate::kernels::sweep::sweep;
use crate::kernels::vector::{add_scaled, dot};
use crate::real::Real;

/// The memory `after [M, N]` of the memory `before [M, N]`, the weightings `[W, N]` and the erase and add vectors `[W, 2M]`.
pub fn forward<T: Real>(weightings: Matrix<T>, erase_add: Matrix<T>, before: Matrix<T>, after: &mut MatrixMut<T>) {
    match weightings.height() {
        0 => (0..before.height()).for_each(|m| after.row(m).copy_from_slice(before.row(m))),
        1 => together::<T, 1>(weightings, erase_add, before, after),
        2 => together::<T, 2>(weightings, erase_add, before, after),
        3 => together::<T, 3>(weightings, erase_add, before, after),
        4 => together::<T, 4>(weightings, erase_add, before, after),
        _ => in_turn(weightings, erase_add, before, after),
    }
}

/// From `d_memory [M, N]`, the gradient of the memory after the write, which becomes that of the memory `before`: adds to
/// `d_weightings [W, N]`, writes `d_erase_add [W, 2M]`. `scratch` is `[W, N]`.
pub fn backward<T: Real>(
    weightings: Matrix<T>,
    erase_add: Matrix<T>,
    before: Matrix<T>,
    d_memory: &mut MatrixMut<T>,
    d_weightings: &mut MatrixMut<T>,
    d_erase_add: &mut MatrixMut<T>,
    scratch: &mut [T],
) {
    match weightings.height() {
        0 => {}
        1 => together_backward::<T, 1>(weightings, erase_add, before, d_memory, d_weightings, d_erase_add),
        2 => together_backward::<T, 2>(weightings, erase_add, before, d_memory, d_weightings, d_erase_add),
        3 => together_backward::<T, 3>(weightings, erase_add, before, d_memory, d_weightings, d_erase_add),
        4 => together_backward::<T, 4>(weightings, erase_add, before, d_memory, d_weightings, d_erase_add),
        _ => in_turn_backward(weightings, erase_add, before, d_memory, d_weightings, d_erase_add, scratch),
    }
}

/// A few heads: what they do to an entry of the memory is done in registers, in one pass over it.
fn together<T: Real, const W: usize>(
    weightings: Matrix<T>,
    erase_add: Matrix<T>,
    before: Matrix<T>,
    after: &mut MatrixMut<T>,
) {
    let (columns, rows) = (before.height(), before.width());
    let weightings: [&[T]; W] = std::array::from_fn(|head| weightings.row(head));
    for m in 0..columns {
        let entries = Entries::<T, W>::of(erase_add, columns, m);
        sweep(rows, (before.row(m), weightings), after.row(m), |(before, weights), _| entries.write(weights, before));
    }
}

fn together_backward<T: Real, const W: usize>(
    weightings: Matrix<T>,
    erase_add: Matrix<T>,
    before: Matrix<T>,
    d_memory: &mut MatrixMut<T>,
    d_weightings: &mut MatrixMut<T>,
    d_erase_add: &mut MatrixMut<T>,
) {
    let (columns, rows) = (before.height(), before.width());
    let weightings: [&[T]; W] = std::array::from_fn(|head| weightings.row(head));
    let mut d_weightings = d_weightings.rows::<W>();
    for m in 0..columns {
        let entries = Entries::<T, W>::of(erase_add, columns, m);
        let mut d_entries = Entries::zero();
        let to = (d_memory.row(m), d_weightings.each_mut().map(|row| &mut **row));
        sweep(rows, (before.row(m), weightings), to, |(before, weights), (d_after, d_weights)| {
            entries.back(weights, before, d_after, d_weights, &mut d_entries)
        });
        for head in 0..W {
            let d_vectors = d_erase_add.row(head);
            d_vectors[m] = -d_entries.erase[head].sum();
            d_vectors[columns + m] = d_entries.add[head].sum();
        }
    }
}

/// What `W` heads have for one column of the memory, or the gradients of it, in every lane.
struct Entries<T: Real, const W: usize> {
    erase: [T::Lanes; W],
    add: [T::Lanes; W],
}

impl<T: Real, const W: usize> Entries<T, W> {
    fn of(erase_add: Matrix<T>, columns: usize, m: usize) -> Self {
        Entries {
            erase: std::array::from_fn(|head| T::Lanes::splat(erase_add.row(head)[m])),
            add: std::array::from_fn(|head| T::Lanes::splat(erase_add.row(head)[columns + m])),
        }
    }

    fn zero() -> Self {
        let zero = T::Lanes::splat(T::ZERO);
        Entries { erase: [zero; W], add: [zero; W] }
    }

    /// `1 - w_h·e_h`, what each head leaves.
    #[inline(always)]
    fn kept(&self, weights: [T::Lanes; W]) -> [T::Lanes; W] {
        let one = T::Lanes::splat(T::ONE);
        std::array::from_fn(|head| one.subtract(weights[head].multiply(self.erase[head])))
    }

    /// The column at some rows after the write, of the heads' weights there and the column before.
    #[inline(always)]
    fn write(&self, weights: [T::Lanes; W], before: T::Lanes) -> T::Lanes {
        let erased = self.kept(weights).into_iter().fold(before, Lanes::multiply);
        weights.into_iter().zip(self.add).fold(erased, |after, (weight, add)| after.multiply_add(weight, add))
    }

    /// The gradients of the column before at these rows and of the weights, of those of the column after and of the weights so
    /// far; adds those of the entries, of erasing with the opposite sign.
    #[inline(always)]
    fn back(
        &self,
        weights: [T::Lanes; W],
        before: T::Lanes,
        d_after: T::Lanes,
        mut d_weights: [T::Lanes; W],
        d_entries: &mut Self,
    ) -> (T::Lanes, [T::Lanes; W]) {
        let kept = self.kept(weights);
        // What each head meets: the column after the erasures of the heads before it.
        let mut met = [before; W];
        for head in 1..W {
            met[head] = met[head - 1].multiply(kept[head - 1]);
        }
        let mut d = d_after;
        for head in (0..W).rev() {
            let share = d.multiply(met[head]);
            d_entries.add[head] = d_entries.add[head].multiply_add(weights[head], d_after);
            d_entries.erase[head] = d_entries.erase[head].multiply_add(weights[head], share);
            d_weights[head] =
                d_weights[head].multiply_add(self.add[head], d_after).subtract(self.erase[head].multiply(share));
            d = d.multiply(kept[head]);
        }
        (d, d_weights)
    }
}

/// Any number of heads, one after the other: plain loops, which [`together`] is tested against.
fn in_turn<T: Real>(weightings: Matrix<T>, erase_add: Matrix<T>, before: Matrix<T>, after: &mut MatrixMut<T>) {
    let columns = before.height();
    for m in 0..columns {
        let after = after.row(m);
        after.copy_from_slice(before.row(m));
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

fn in_turn_backward<T: Real>(
    weightings: Matrix<T>,
    erase_add: Matrix<T>,
    before: Matrix<T>,
    d_memory: &mut MatrixMut<T>,
    d_weightings: &mut MatrixMut<T>,
    d_erase_add: &mut MatrixMut<T>,
    scratch: &mut [T],
) {
    let (heads, columns, rows) = (weightings.height(), before.height(), before.width());
    for m in 0..columns {
        let d_column = d_memory.row(m);
        for head in 0..heads {
            let (weighting, add) = (weightings.row(head), erase_add.row(head)[columns + m]);
            d_erase_add.row(head)[columns + m] = dot(weighting, d_column);
            add_scaled(d_weightings.row(head), add, d_column);
        }
        // What each head meets: the column after the erasures of the heads before it.
        let met = &mut scratch[..heads * rows];
        met[..rows].copy_from_slice(before.row(m));
        for head in 1..heads {
            let (done, next) = met.split_at_mut(head * rows);
            let (weighting, erase) = (weightings.row(head - 1), erase_add.row(head - 1)[m]);
            let met = done[(head - 1) * rows..].iter().zip(weighting);
            next.iter_mut().zip(met).for_each(|(next, (&met, &weight))| *next = met * (T::ONE - weight * erase));
        }
        for head in (0..heads).rev() {
            let (weighting, met) = (weightings.row(head), &mut met[head * rows..][..rows]);
            let erase = erase_add.row(head)[m];
            for n in 0..rows {
                met[n] *= d_column[n];
                d_column[n] *= T::ONE - weighting[n] * erase;
            }
            d_erase_add.row(head)[m] = -dot(weighting, met);
            add_scaled(d_weightings.row(head), -erase, met);
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
        for heads in 0..6 {
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
    fn heads_together_write_what_they_write_in_turn() {
        for heads in 1..5 {
            let (weightings, erase_add) = (numbers(1, heads * ROWS), numbers(2, heads * 2 * COLUMNS));
            let before = numbers(3, COLUMNS * ROWS);
            let mut after = vec![0.0; COLUMNS * ROWS];
            in_turn(
                Matrix::new(&weightings, heads, ROWS),
                Matrix::new(&erase_add, heads, 2 * COLUMNS),
                Matrix::new(&before, COLUMNS, ROWS),
                &mut MatrixMut::new(&mut after, COLUMNS, ROWS),
            );
            let together = write(heads, &weightings, &erase_add, &before);
            assert!(together.iter().zip(&after).all(|(a, b)| (a - b).abs() < 1e-15), "{heads} heads");
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
