//! Writing (eq. 3 and 4), all write heads together: `mem[n] = mem'[n] ⊙ Π_h (1 - w_h(n)·e_h) + Σ_h w_h(n)·a_h`.
//!
//! Every erasure comes before every addition, so the order of the heads does not matter. The erase and the add vector
//! of a head lie side by side, `[W, 2M]`.

use crate::kernels::lanes::Lanes;
use crate::kernels::matrix::{Matrix, MatrixMut};
use crate::kernels::product::{add_a_b, add_a_bt, add_at_b};
use crate::kernels::sweep::sweep;
use crate::real::Real;

/// Heads that erase side by side: what they hold of a few rows stays in registers.
const GROUP: usize = 4;

/// The memory `after [M, N]` of the memory `before [M, N]`, the weightings `[W, N]` and the erase and add vectors
/// `[W, 2M]`.
pub fn forward<T: Real>(weightings: Matrix<T>, erase_add: Matrix<T>, before: Matrix<T>, after: &mut MatrixMut<T>) {
    match weightings.height() {
        1 => together::<T, 1>(weightings, erase_add, before, after),
        GROUP => together::<T, GROUP>(weightings, erase_add, before, after),
        heads => {
            let columns = before.height();
            for m in 0..columns {
                after.row(m).copy_from_slice(before.row(m));
                for group in 0..groups(heads) {
                    Erasure::of(weightings, erase_add, group, m).forward(after.row(m));
                }
            }
            add_at_b(after, erase_add.columns(columns..2 * columns), weightings);
        }
    }
}

/// From `d_memory [M, N]`, the gradient of the memory after the write, which becomes that of the memory `before`: adds
/// to `d_weightings [W, N]`, writes `d_erase_add [W, 2M]`. `scratch` is `[W, N]`.
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
    if heads == 1 {
        return alone_backward(weightings, erase_add, before, d_memory, d_weightings, d_erase_add);
    }
    (0..heads).for_each(|head| d_erase_add.row(head).fill(T::ZERO));
    let adds = columns..2 * columns;
    add_a_bt(&mut d_erase_add.borrow().columns(adds.clone()), weightings, d_memory.as_matrix());
    add_a_b(d_weightings, erase_add.columns(adds), d_memory.as_matrix());
    for m in 0..columns {
        // What each group but the first meets: the column after the erasures of the groups before it.
        let mut met = before.row(m);
        let mut rest = &mut *scratch;
        for group in 1..groups(heads) {
            let (next, others) = rest.split_at_mut(rows);
            next.copy_from_slice(met);
            Erasure::of(weightings, erase_add, group - 1, m).forward(next);
            (met, rest) = (next, others);
        }
        for group in (0..groups(heads)).rev() {
            let met = if group == 0 { before.row(m) } else { &scratch[(group - 1) * rows..][..rows] };
            let d_column = d_memory.row(m);
            Erasure::of(weightings, erase_add, group, m).backward(met, d_column, d_weightings, d_erase_add);
        }
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
    for m in 0..columns {
        let heads = Group::<T, W>::of(weightings, erase_add, 0, m);
        let add: [_; W] = std::array::from_fn(|head| T::Lanes::splat(erase_add.row(head)[columns + m]));
        sweep(rows, (before.row(m), heads.weightings), after.row(m), |(before, weights), _| {
            let erased = heads.kept(weights).into_iter().fold(before, Lanes::multiply);
            weights.into_iter().zip(add).fold(erased, |after, (weight, add)| after.multiply_add(weight, add))
        });
    }
}

/// One head: erasing and adding in one pass.
fn alone_backward<T: Real>(
    weightings: Matrix<T>,
    erase_add: Matrix<T>,
    before: Matrix<T>,
    d_memory: &mut MatrixMut<T>,
    d_weightings: &mut MatrixMut<T>,
    d_erase_add: &mut MatrixMut<T>,
) {
    let (columns, rows) = (before.height(), before.width());
    let (weighting, d_weighting, d_vectors) = (weightings.row(0), d_weightings.row(0), d_erase_add.row(0));
    let [zero, one] = [T::ZERO, T::ONE].map(T::Lanes::splat);
    for m in 0..columns {
        let [erase, add] = [m, columns + m].map(|index| T::Lanes::splat(erase_add.row(0)[index]));
        let [mut d_erase, mut d_add] = [zero; 2];
        let to = (d_memory.row(m), &mut *d_weighting);
        sweep(rows, (before.row(m), weighting), to, |(before, weight), (d_after, d_weight)| {
            let share = d_after.multiply(before);
            d_add = d_add.multiply_add(weight, d_after);
            d_erase = d_erase.multiply_add(weight, share);
            let d_weight = d_weight.multiply_add(add, d_after).subtract(erase.multiply(share));
            (d_after.multiply(one.subtract(weight.multiply(erase))), d_weight)
        });
        (d_vectors[m], d_vectors[columns + m]) = (-d_erase.sum(), d_add.sum());
    }
}

/// Heads erase in groups of four, those that are left one by one.
fn groups(heads: usize) -> usize {
    heads / GROUP + heads % GROUP
}

/// What a group of heads does to one column of the memory.
enum Erasure<'a, T: Real> {
    Together(Group<'a, T, GROUP>),
    Alone(Group<'a, T, 1>),
}

impl<'a, T: Real> Erasure<'a, T> {
    /// A group, by its index, at column `m`. Inlined, this and `forward` would be there three times, 2 kB of wasm.
    #[inline(never)]
    fn of(weightings: Matrix<'a, T>, erase_add: Matrix<T>, group: usize, m: usize) -> Self {
        let whole = weightings.height() / GROUP;
        let first = group + group.min(whole) * (GROUP - 1);
        if group < whole {
            Erasure::Together(Group::of(weightings, erase_add, first, m))
        } else {
            Erasure::Alone(Group::of(weightings, erase_add, first, m))
        }
    }

    #[inline(never)]
    fn forward(&self, column: &mut [T]) {
        match self {
            Erasure::Together(heads) => heads.erase(column),
            Erasure::Alone(head) => head.erase(column),
        }
    }

    /// From `d_column`, the gradient of the column after the erasures, which becomes that of the column `met` by them:
    /// adds to those of the weightings and writes those of what is erased.
    fn backward(&self, met: &[T], d_column: &mut [T], d_weightings: &mut MatrixMut<T>, d_erase_add: &mut MatrixMut<T>) {
        match self {
            Erasure::Together(heads) => heads.erase_backward(met, d_column, d_weightings, d_erase_add),
            Erasure::Alone(head) => head.erase_backward(met, d_column, d_weightings, d_erase_add),
        }
    }
}

/// Some heads at one column of the memory: their weightings, and what each erases there, in every lane.
struct Group<'a, T: Real, const H: usize> {
    first: usize,
    m: usize,
    weightings: [&'a [T]; H],
    erase: [T::Lanes; H],
}

impl<'a, T: Real, const H: usize> Group<'a, T, H> {
    fn of(weightings: Matrix<'a, T>, erase_add: Matrix<T>, first: usize, m: usize) -> Self {
        Group {
            first,
            m,
            weightings: std::array::from_fn(|head| weightings.row(first + head)),
            erase: std::array::from_fn(|head| T::Lanes::splat(erase_add.row(first + head)[m])),
        }
    }

    /// `1 - w_h·e_h`, what each head leaves.
    #[inline(always)]
    fn kept(&self, weights: [T::Lanes; H]) -> [T::Lanes; H] {
        let one = T::Lanes::splat(T::ONE);
        std::array::from_fn(|head| one.subtract(weights[head].multiply(self.erase[head])))
    }

    fn erase(&self, column: &mut [T]) {
        sweep(column.len(), self.weightings, column, |weights, before| {
            self.kept(weights).into_iter().fold(before, Lanes::multiply)
        });
    }

    fn erase_backward(
        &self,
        met: &[T],
        d_column: &mut [T],
        d_weightings: &mut MatrixMut<T>,
        d_erase_add: &mut MatrixMut<T>,
    ) {
        let mut d_erase = [T::Lanes::splat(T::ZERO); H];
        let to = (d_column, d_weightings.rows::<H>(self.first));
        sweep(met.len(), (met, self.weightings), to, |(met, weights), (mut d, mut d_weights)| {
            let kept = self.kept(weights);
            // What each head meets: the column after the erasures of the heads before it.
            let mut met = [met; H];
            for head in 1..H {
                met[head] = met[head - 1].multiply(kept[head - 1]);
            }
            for head in (0..H).rev() {
                let share = d.multiply(met[head]);
                d_erase[head] = d_erase[head].subtract(weights[head].multiply(share));
                d_weights[head] = d_weights[head].subtract(self.erase[head].multiply(share));
                d = d.multiply(kept[head]);
            }
            (d, d_weights)
        });
        let vectors = d_erase_add.rows::<H>(self.first).into_iter();
        vectors.zip(d_erase).for_each(|(vectors, d_erase)| vectors[self.m] = d_erase.sum());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{gradient, numbers};
    use crate::kernels::vector::{add_scaled, dot};

    const ROWS: usize = 5;
    const COLUMNS: usize = 3;

    type Forward = fn(Matrix<f64>, Matrix<f64>, Matrix<f64>, &mut MatrixMut<f64>);
    type Backward = fn(
        Matrix<f64>,
        Matrix<f64>,
        Matrix<f64>,
        &mut MatrixMut<f64>,
        &mut MatrixMut<f64>,
        &mut MatrixMut<f64>,
        &mut [f64],
    );

    /// One head after the other, in plain loops.
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
        for heads in 0..10 {
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
    fn heads_together_write_and_give_back_what_they_do_in_turn() {
        for heads in 1..12 {
            let (weightings, erase_add) = (numbers(1, heads * ROWS), numbers(2, heads * 2 * COLUMNS));
            let (before, d_after) = (numbers(3, COLUMNS * ROWS), numbers(4, COLUMNS * ROWS));
            let (weightings, erase_add) =
                (Matrix::new(&weightings, heads, ROWS), Matrix::new(&erase_add, heads, 2 * COLUMNS));
            let before = Matrix::new(&before, COLUMNS, ROWS);
            let [together, in_turn] =
                [(forward as Forward, backward as Backward), (in_turn, in_turn_backward)].map(|(forward, backward)| {
                    let (mut after, mut d_memory) = (vec![0.0; COLUMNS * ROWS], d_after.clone());
                    let (mut d_weightings, mut d_erase_add) =
                        (numbers(5, heads * ROWS), vec![0.0; heads * 2 * COLUMNS]);
                    forward(weightings, erase_add, before, &mut MatrixMut::new(&mut after, COLUMNS, ROWS));
                    backward(
                        weightings,
                        erase_add,
                        before,
                        &mut MatrixMut::new(&mut d_memory, COLUMNS, ROWS),
                        &mut MatrixMut::new(&mut d_weightings, heads, ROWS),
                        &mut MatrixMut::new(&mut d_erase_add, heads, 2 * COLUMNS),
                        &mut vec![0.0; heads * ROWS],
                    );
                    [after, d_memory, d_weightings, d_erase_add].concat()
                });
            assert!(together.iter().zip(&in_turn).all(|(a, b)| (a - b).abs() < 1e-14), "{heads} heads");
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
