//! The three products of matrices: `A·Bᵀ` of inner products, `A·B` back to a layer's inputs and of weights laid out in
//! panels, `Aᵀ·B` for its weights.
//!
//! All add to `C` and read every matrix as it lies. A tile of `C` is kept in registers while the inner dimension runs.
//! What an element of `C` becomes does not depend on the tile that it falls in, so a row has the same bits whatever
//! rows are beside it.

// Tiles read through pointers: bounds are asserted once for a whole product, not for each of its numbers.
#![allow(unsafe_code)]

use std::ops::Range;

use super::lanes::{Lanes, WIDTH, padded, turned};
use super::matrix::{Matrix, MatrixMut};
use crate::real::Real;

/// `C ← C + A·Bᵀ` for `A [m, k]`, `B [n, k]` and `C [m, n]`: inner products of rows, as reading takes of weightings and
/// memory. Rows through a layer are the products of [`super::panels`].
pub fn add_a_bt<T: Real>(c: &mut MatrixMut<T>, a: Matrix<T>, b: Matrix<T>) {
    assert!(a.width() == b.width(), "inner dimensions of A·Bᵀ");
    assert!(c.height() == a.height(), "rows of A·Bᵀ");
    assert!(c.width() == b.height(), "columns of A·Bᵀ");
    if c.height() == 0 {
        return;
    }
    // Every row of A passes a few rows of B before the next of them are read: B is the larger.
    let (rows, columns) = (c.height(), c.width());
    let twos = rows - rows % 2;
    let mut column = 0;
    if twos > 0 {
        while column + 4 <= columns {
            for row in (0..twos).step_by(2) {
                dot_tile::<T, 2, 4>(c, a, b, row, column);
            }
            if twos < rows {
                dot_tile::<T, 1, 4>(c, a, b, twos, column);
            }
            column += 4;
        }
    } else {
        while column + 8 <= columns {
            dot_tile::<T, 1, 8>(c, a, b, 0, column);
            column += 8;
        }
        if column + 4 <= columns {
            dot_tile::<T, 1, 4>(c, a, b, 0, column);
            column += 4;
        }
    }
    for column in column..columns {
        for row in 0..rows {
            dot_tile::<T, 1, 1>(c, a, b, row, column);
        }
    }
}

/// A tile of `A·Bᵀ`: `R × C` inner products of rows, their lanes along the inner dimensions. The tile lies within `c`,
/// which has the shape of the products.
#[inline(always)]
fn dot_tile<T: Real, const R: usize, const C: usize>(
    c: &mut MatrixMut<T>,
    a: Matrix<T>,
    b: Matrix<T>,
    row: usize,
    column: usize,
) {
    let mut sums = [[T::Lanes::splat(T::ZERO); C]; R];
    let inner = a.width();
    let whole = inner - inner % WIDTH;
    let (a_rows, b_rows) = (a.pointers::<R>(row), b.pointers::<C>(column));
    for k in (0..whole).step_by(WIDTH) {
        // SAFETY: k + 3 is within each of these rows.
        let a = a_rows.map(|row| unsafe { T::Lanes::read(row.add(k)) });
        for c in 0..C {
            // SAFETY: k + 3 is within each of the rows of B, too.
            let b = unsafe { T::Lanes::read(b_rows[c].add(k)) };
            for r in 0..R {
                sums[r][c] = sums[r][c].multiply_add(a[r], b);
            }
        }
    }
    if whole < inner {
        let fresh = fresh::<T>(inner);
        let a = std::array::from_fn::<_, R, _>(|r| last::<T>(a.row(row + r)).multiply(fresh));
        let b = std::array::from_fn::<_, C, _>(|c| last::<T>(b.row(column + c)));
        for (sums, a) in sums.iter_mut().zip(a) {
            for (sum, b) in sums.iter_mut().zip(b) {
                *sum = sum.multiply_add(a, b);
            }
        }
    }
    for r in 0..R {
        let mut totals = [T::ZERO; C];
        for (totals, sums) in totals.chunks_mut(WIDTH).zip(sums[r].chunks(WIDTH)) {
            match (totals.first_chunk_mut::<WIDTH>(), sums.first_chunk::<WIDTH>()) {
                (Some(totals), Some(sums)) => Lanes::sums(*sums).store(totals),
                _ => totals.iter_mut().zip(sums).for_each(|(total, sum)| *total = sum.sum()),
            }
        }
        for (target, total) in c.row(row + r)[column..][..C].iter_mut().zip(totals) {
            *target += total;
        }
    }
}

/// The last four numbers of a row; of a shorter one all, and 0.
#[inline(always)]
fn last<T: Real>(row: &[T]) -> T::Lanes {
    match row.last_chunk::<WIDTH>() {
        Some(chunk) => T::Lanes::load(chunk),
        None => padded::<T>(row, 0),
    }
}

/// 1 for those of the last four numbers of a row that no whole register before them has held, 0 for the others.
#[inline(always)]
fn fresh<T: Real>(length: usize) -> T::Lanes {
    let lanes = match length % WIDTH {
        1 if length > WIDTH => [T::ZERO, T::ZERO, T::ZERO, T::ONE],
        2 if length > WIDTH => [T::ZERO, T::ZERO, T::ONE, T::ONE],
        3 if length > WIDTH => [T::ZERO, T::ONE, T::ONE, T::ONE],
        _ => [T::ONE; WIDTH],
    };
    T::Lanes::load(&lanes)
}

/// The right factor of a product, in parts that have some of its columns each.
pub(super) trait Right<T: Real>: Copy {
    /// How many columns all parts have.
    fn columns(&self) -> usize;
    /// The parts from left to right: which columns each has, and these.
    fn parts(&self) -> impl Iterator<Item = (Range<usize>, Matrix<'_, T>)>;
}

impl<T: Real> Right<T> for Matrix<'_, T> {
    #[inline(always)]
    fn columns(&self) -> usize {
        self.width()
    }
    #[inline(always)]
    fn parts(&self) -> impl Iterator<Item = (Range<usize>, Matrix<'_, T>)> {
        std::iter::once((0..self.width(), *self))
    }
}

/// `C ← C + A·B` for `A [m, n]`, `B [n, k]`, `C [m, k]`: gradients `A` of a layer's outputs back through its weights
/// `B`.
pub fn add_a_b<T: Real>(c: &mut MatrixMut<T>, a: Matrix<T>, b: Matrix<T>) {
    assert!(a.width() == b.height(), "inner dimensions of A·B");
    add_outer::<T, false>(c, a, b);
}

/// `C ← C + Aᵀ·B` for `A [m, n]`, `B [m, k]`, `C [n, k]`: the gradient of a layer's weights, of its output gradients
/// `A` and inputs `B` over all rows.
pub fn add_at_b<T: Real>(c: &mut MatrixMut<T>, a: Matrix<T>, b: Matrix<T>) {
    assert!(a.height() == b.height(), "inner dimensions of Aᵀ·B");
    add_outer::<T, true>(c, a, b);
}

/// Steps of the inner dimension that are taken at once, at most: as many rows of one matrix or panel as stay in the
/// nearest cache. The panels of a layer come from the next one, once for four rows.
const STEPS: usize = 128;

/// Rows of `C` that take all their steps before the next ones do, so that they stay in a near cache.
const BLOCK: usize = 64;

/// `C[row] ← C[row] + Σ_step left(row, step)·B[step]`, the lanes along the rows of `B`, which are as wide as those of
/// `C`; the left factor is `A`, or `Aᵀ` where its steps run `DOWN` the columns of `A`. Rows of it are gathered once for
/// all parts of `B`.
#[inline(always)]
pub(super) fn add_outer<T: Real, const DOWN: bool>(c: &mut MatrixMut<T>, a: Matrix<T>, b: impl Right<T>) {
    let (rows, inner) = if DOWN { (a.width(), a.height()) } else { (a.height(), a.width()) };
    assert!([c.height(), c.width()] == [rows, b.columns()], "the shape of the product");
    // Down the columns of A as many rows of B as the layer is wide are read, else a panel's few columns or a layer's
    // few outputs.
    let steps_at_once = if DOWN { STEPS / 2 } else { STEPS };
    if rows == 1 && !DOWN {
        // A single row needs no buffer.
        for (columns, b) in b.parts() {
            let c = &mut c.borrow().columns(columns);
            for start in (0..inner).step_by(steps_at_once) {
                let factors = a.row(0)[start..inner.min(start + steps_at_once)].as_chunks::<1>().0;
                one_row(c, b, &Left { row: 0, start, factors });
            }
        }
        return;
    }
    let mut buffer = [T::ZERO; 4 * STEPS];
    for block in (0..rows).step_by(BLOCK) {
        let end = rows.min(block + BLOCK);
        let (fours, twos) = (end - (end - block) % 4, end - (end - block) % 2);
        for start in (0..inner).step_by(steps_at_once) {
            let steps = start..inner.min(start + steps_at_once);
            for row in (block..fours).step_by(4) {
                let left = &Left { row, start, factors: gather::<T, DOWN, 4>(a, row, steps.clone(), &mut buffer) };
                for (columns, b) in b.parts() {
                    some_rows::<T, 4, 2>(&mut c.borrow().columns(columns), b, left);
                }
            }
            if fours < twos {
                let factors = gather::<T, DOWN, 2>(a, fours, steps.clone(), &mut buffer);
                let left = &Left { row: fours, start, factors };
                for (columns, b) in b.parts() {
                    some_rows::<T, 2, 4>(&mut c.borrow().columns(columns), b, left);
                }
            }
            if twos < end {
                let left =
                    &Left { row: twos, start, factors: gather::<T, DOWN, 1>(a, twos, steps.clone(), &mut buffer) };
                for (columns, b) in b.parts() {
                    one_row(&mut c.borrow().columns(columns), b, left);
                }
            }
        }
    }
}

/// Some rows of the left factor over some steps.
struct Left<'a, T, const R: usize> {
    row: usize,
    start: usize,
    factors: &'a [[T; R]],
}

/// `R` rows of the left factor, step after step: close together, where they lie in `A` they can be a page apart.
#[inline(always)]
fn gather<'a, T: Real, const DOWN: bool, const R: usize>(
    a: Matrix<'a, T>,
    row: usize,
    steps: Range<usize>,
    buffer: &'a mut [T; 4 * STEPS],
) -> &'a [[T; R]] {
    if R == 1 && !DOWN {
        return a.row(row)[steps].as_chunks::<R>().0;
    }
    const { assert!(R <= WIDTH) };
    let factors = &mut buffer.as_chunks_mut::<R>().0[..steps.len()];
    if DOWN {
        for (factors, step) in factors.iter_mut().zip(steps) {
            factors.copy_from_slice(&a.row(step)[row..row + R]);
        }
    } else {
        let rows: [&[T]; R] = std::array::from_fn(|r| &a.row(row + r)[steps.clone()]);
        let mut whole = 0;
        if let Some(rows) = rows.first_chunk::<WIDTH>() {
            whole = factors.len() - factors.len() % WIDTH;
            for step in (0..whole).step_by(WIDTH) {
                let blocks = factors[step..].as_flattened_mut().as_chunks_mut().0;
                // Of a fixed number and by reference: arrays that move are copied in memory, by a call of the engine's.
                let blocks: &mut [_; WIDTH] = blocks.first_chunk_mut().expect("within `whole`");
                for (factors, lanes) in blocks.iter_mut().zip(&turned(*rows, step)) {
                    lanes.store(factors);
                }
            }
        }
        for (step, factors) in factors.iter_mut().enumerate().skip(whole) {
            *factors = rows.map(|row| row[step]);
        }
    }
    factors
}

/// `R` rows of `C`, in tiles of `C` registers.
fn some_rows<T: Real, const R: usize, const C: usize>(c: &mut MatrixMut<T>, b: Matrix<T>, left: &Left<'_, T, R>) {
    let mut column = 0;
    while column + C * WIDTH <= c.width() {
        outer_tile::<T, R, C>(c, b, left, column);
        column += C * WIDTH;
    }
    while column + WIDTH <= c.width() {
        outer_tile::<T, R, 1>(c, b, left, column);
        column += WIDTH;
    }
    outer_edge(c, b, left, column);
}

/// One row of `C`, in tiles of at most 8 registers.
fn one_row<T: Real>(c: &mut MatrixMut<T>, b: Matrix<T>, left: &Left<'_, T, 1>) {
    let registers = c.width() / WIDTH;
    // Tiles of nearly equal width: a narrow last one would wait for its own additions.
    let tiles = registers.div_ceil(8);
    let mut done = 0;
    for tile in 0..tiles {
        let width = (registers - done).div_ceil(tiles - tile);
        let column = done * WIDTH;
        match width {
            8 => outer_tile::<T, 1, 8>(c, b, left, column),
            7 => outer_tile::<T, 1, 7>(c, b, left, column),
            6 => outer_tile::<T, 1, 6>(c, b, left, column),
            5 => outer_tile::<T, 1, 5>(c, b, left, column),
            4 => outer_tile::<T, 1, 4>(c, b, left, column),
            3 => outer_tile::<T, 1, 3>(c, b, left, column),
            2 => outer_tile::<T, 1, 2>(c, b, left, column),
            _ => outer_tile::<T, 1, 1>(c, b, left, column),
        }
        done += width;
    }
    outer_edge(c, b, left, done * WIDTH);
}

/// A tile of `R` rows and `C` registers of columns.
#[inline(always)]
fn outer_tile<T: Real, const R: usize, const C: usize>(
    c: &mut MatrixMut<T>,
    b: Matrix<T>,
    left: &Left<'_, T, R>,
    column: usize,
) {
    assert!(column + C * WIDTH <= b.width() && left.start + left.factors.len() <= b.height());
    let (right, stride) = b.origin();
    let mut from = right.wrapping_add(left.start * stride + column);
    let mut sums = [[T::Lanes::splat(T::ZERO); C]; R];
    for factors in left.factors {
        // SAFETY: `from` is in a row of B, which these columns are within.
        let b: [_; C] = std::array::from_fn(|c| unsafe { T::Lanes::read(from.add(c * WIDTH)) });
        for (sums, &factor) in sums.iter_mut().zip(factors) {
            let factor = T::Lanes::splat(factor);
            for (sum, b) in sums.iter_mut().zip(b) {
                *sum = sum.multiply_add(factor, b);
            }
        }
        from = from.wrapping_add(stride);
    }
    for (r, sums) in sums.iter().enumerate() {
        let target = &mut c.row(left.row + r)[column..][..C * WIDTH];
        for (target, sum) in target.as_chunks_mut::<WIDTH>().0.iter_mut().zip(sums) {
            T::Lanes::load(target).add(*sum).store(target);
        }
    }
}

/// The last columns, too few for a register: the last four are formed, and those that are done already left as they
/// are.
#[inline(always)]
fn outer_edge<T: Real, const R: usize>(c: &mut MatrixMut<T>, b: Matrix<T>, left: &Left<'_, T, R>, column: usize) {
    if column == c.width() {
        return;
    }
    let mut sums = [T::Lanes::splat(T::ZERO); R];
    for (step, factors) in left.factors.iter().enumerate() {
        let b = last::<T>(b.row(left.start + step));
        for (sum, &factor) in sums.iter_mut().zip(factors) {
            *sum = sum.multiply_add(T::Lanes::splat(factor), b);
        }
    }
    let first = c.width().saturating_sub(WIDTH);
    for (r, sums) in sums.iter().enumerate() {
        let mut lanes = [T::ZERO; WIDTH];
        sums.store(&mut lanes);
        for (target, &sum) in c.row(left.row + r)[column..].iter_mut().zip(&lanes[column - first..]) {
            *target += sum;
        }
    }
}

#[cfg(test)]
mod tests {
    use ndarray::{Array2, s};

    use super::*;
    use crate::check::numbers;

    fn matrix(seed: u32, height: usize, width: usize) -> Array2<f64> {
        Array2::from_shape_vec((height, width), numbers(seed, height * width)).unwrap()
    }

    fn view(array: &Array2<f64>) -> Matrix<'_, f64> {
        Matrix::new(array.as_slice().unwrap(), array.nrows(), array.ncols())
    }

    fn view_mut(array: &mut Array2<f64>) -> MatrixMut<'_, f64> {
        let (height, width) = array.dim();
        MatrixMut::new(array.as_slice_mut().unwrap(), height, width)
    }

    fn assert_close(found: &Array2<f64>, expected: &Array2<f64>) {
        let most = (found - expected).iter().fold(0.0_f64, |most, error| most.max(error.abs()));
        assert!(most < 1e-12, "off by {most}");
    }

    #[test]
    fn products_of_every_shape_agree_with_ndarray() {
        // The last in several blocks of rows and of steps, however they are turned.
        for (m, n, k) in
            [(1, 1, 1), (1, 9, 5), (2, 4, 8), (3, 33, 41), (5, 17, 3), (9, 40, 67), (16, 7, 4), (150, 140, 70)]
        {
            let (rows, weights, outputs) = (matrix(1, m, k), matrix(2, n, k), matrix(3, m, n));

            let mut c = outputs.clone();
            add_a_bt(&mut view_mut(&mut c), view(&rows), view(&weights));
            assert_close(&c, &(&outputs + &rows.dot(&weights.t())));

            let mut c = rows.clone();
            add_a_b(&mut view_mut(&mut c), view(&outputs), view(&weights));
            assert_close(&c, &(&rows + &outputs.dot(&weights)));

            let mut c = weights.clone();
            add_at_b(&mut view_mut(&mut c), view(&outputs), view(&rows));
            assert_close(&c, &(&weights + &outputs.t().dot(&rows)));
        }
    }

    #[test]
    fn in_single_precision_too() {
        let (m, n, k) = (9, 40, 67);
        let arrays = [matrix(1, m, k), matrix(2, n, k), matrix(3, m, n)];
        let [rows, weights, outputs] = arrays.map(|array| array.mapv(|entry| entry as f32));
        let of = |array: &Array2<f32>| array.iter().copied().collect::<Vec<_>>();
        let (a, b, o) = (of(&rows), of(&weights), of(&outputs));
        let close = |found: &[f32], expected: &Array2<f32>| {
            let most = found.iter().zip(expected).fold(0.0_f32, |most, (x, y)| most.max((x - y).abs()));
            assert!(most < 1e-4, "off by {most}");
        };
        let (a_view, b_view, o_view) = (Matrix::new(&a, m, k), Matrix::new(&b, n, k), Matrix::new(&o, m, n));
        let mut c = o.clone();
        add_a_bt(&mut MatrixMut::new(&mut c, m, n), a_view, b_view);
        close(&c, &(&outputs + &rows.dot(&weights.t())));
        let mut c = a.clone();
        add_a_b(&mut MatrixMut::new(&mut c, m, k), o_view, b_view);
        close(&c, &(&rows + &outputs.dot(&weights)));
        let mut c = b.clone();
        add_at_b(&mut MatrixMut::new(&mut c, n, k), o_view, a_view);
        close(&c, &(&weights + &outputs.t().dot(&rows)));
    }

    #[test]
    fn some_columns_of_a_wider_matrix_are_a_matrix() {
        let (rows, weights) = (matrix(1, 3, 6), matrix(2, 5, 11));
        let mut c = Array2::zeros((3, 7));
        add_a_bt(&mut view_mut(&mut c).columns(1..6), view(&rows), view(&weights).columns(4..10));
        assert_close(&c.slice(s![.., 1..6]).to_owned(), &rows.dot(&weights.slice(s![.., 4..10]).t()));
        assert!(c.column(0).iter().chain(c.column(6)).all(|&entry| entry == 0.0));
    }

    #[test]
    fn a_row_has_the_same_bits_whatever_rows_are_beside_it() {
        let (rows, weights) = (matrix(1, 11, 37), matrix(2, 29, 37));
        let mut together = Array2::zeros((11, 29));
        add_a_bt(&mut view_mut(&mut together), view(&rows), view(&weights));
        let mut back = Array2::zeros((11, 37));
        add_a_b(&mut view_mut(&mut back), view(&together), view(&weights));
        for row in 0..11 {
            let one = rows.slice(s![row..=row, ..]).to_owned();
            let mut alone = Array2::zeros((1, 29));
            add_a_bt(&mut view_mut(&mut alone), view(&one), view(&weights));
            assert_eq!(alone.row(0), together.row(row));
            let mut back_alone = Array2::zeros((1, 37));
            add_a_b(&mut view_mut(&mut back_alone), view(&alone), view(&weights));
            assert_eq!(back_alone.row(0), back.row(row));
        }
    }
}
