//! The three products of matrices that a layer needs: `A·Bᵀ` forwards, `A·B` back to the inputs, `Aᵀ·B` for the weights.
//!
//! All add to `C` and read every matrix as it lies: nothing is packed. A tile of `C` is kept in registers while the inner
//! dimension runs. What an element of `C` becomes does not depend on the tile that it falls in, so a row has the same bits
//! whatever rows are beside it.

use super::lanes::{Lanes, WIDTH};
use super::matrix::{Matrix, MatrixMut};
use crate::real::Real;

/// `C ← C + A·Bᵀ` for `A [m, k]`, `B [n, k]`, `C [m, n]`: the rows of `A` through a layer of weights `B`.
pub fn add_a_bt<T: Real>(c: &mut MatrixMut<T>, a: Matrix<T>, b: Matrix<T>) {
    assert_eq!(a.width(), b.width(), "inner dimensions of A·Bᵀ");
    assert_eq!(c.height(), a.height(), "rows of A·Bᵀ");
    assert_eq!(c.width(), b.height(), "columns of A·Bᵀ");
    let (rows, columns) = (c.height(), c.width());
    let mut row = 0;
    while row + 2 <= rows {
        let mut column = 0;
        while column + 4 <= columns {
            dot_tile::<T, 2, 4>(c, a, b, row, column);
            column += 4;
        }
        while column < columns {
            dot_tile::<T, 2, 1>(c, a, b, row, column);
            column += 1;
        }
        row += 2;
    }
    if row < rows {
        let mut column = 0;
        while column + 8 <= columns {
            dot_tile::<T, 1, 8>(c, a, b, row, column);
            column += 8;
        }
        while column < columns {
            dot_tile::<T, 1, 1>(c, a, b, row, column);
            column += 1;
        }
    }
}

/// A tile of `A·Bᵀ`: `R × C` inner products of rows, their lanes along the inner dimension.
#[inline(always)]
fn dot_tile<T: Real, const R: usize, const C: usize>(
    c: &mut MatrixMut<T>,
    a: Matrix<T>,
    b: Matrix<T>,
    row: usize,
    column: usize,
) {
    let a: [_; R] = std::array::from_fn(|r| a.row(row + r).as_chunks::<WIDTH>());
    let b: [_; C] = std::array::from_fn(|c| b.row(column + c).as_chunks::<WIDTH>());
    let blocks = a[0].0.len();
    let a_blocks: [_; R] = std::array::from_fn(|r| &a[r].0[..blocks]);
    let b_blocks: [_; C] = std::array::from_fn(|c| &b[c].0[..blocks]);
    let mut sums = [[T::Lanes::splat(T::ZERO); C]; R];
    for block in 0..blocks {
        let a: [_; R] = std::array::from_fn(|r| T::Lanes::load(&a_blocks[r][block]));
        for c in 0..C {
            let b = T::Lanes::load(&b_blocks[c][block]);
            for r in 0..R {
                sums[r][c] = sums[r][c].multiply_add(a[r], b);
            }
        }
    }
    for r in 0..R {
        let target = &mut c.row(row + r)[column..][..C];
        for (c, target) in target.iter_mut().enumerate() {
            let rest = a[r].1.iter().zip(b[c].1).fold(T::ZERO, |rest, (&a, &b)| rest + a * b);
            *target += sums[r][c].sum() + rest;
        }
    }
}

/// `C ← C + A·B` for `A [m, n]`, `B [n, k]`, `C [m, k]`: gradients `A` of a layer's outputs back through its weights `B`.
pub fn add_a_b<T: Real>(c: &mut MatrixMut<T>, a: Matrix<T>, b: Matrix<T>) {
    assert_eq!(a.width(), b.height(), "inner dimensions of A·B");
    assert_eq!(c.height(), a.height(), "rows of A·B");
    assert_eq!(c.width(), b.width(), "columns of A·B");
    let inner = a.width();
    add_outer(c, inner, |row, step| a.row(row)[step], b);
}

/// `C ← C + Aᵀ·B` for `A [m, n]`, `B [m, k]`, `C [n, k]`: the gradient of a layer's weights, of its output gradients `A` and
/// inputs `B` over all rows.
pub fn add_at_b<T: Real>(c: &mut MatrixMut<T>, a: Matrix<T>, b: Matrix<T>) {
    assert_eq!(a.height(), b.height(), "inner dimensions of Aᵀ·B");
    assert_eq!(c.height(), a.width(), "rows of Aᵀ·B");
    assert_eq!(c.width(), b.width(), "columns of Aᵀ·B");
    let inner = a.height();
    add_outer(c, inner, |row, step| a.row(step)[row], b);
}

/// `C[row] ← C[row] + Σ_step left(row, step)·B[step]`, the lanes along the rows of `B`.
#[inline(always)]
fn add_outer<T: Real>(c: &mut MatrixMut<T>, inner: usize, left: impl Fn(usize, usize) -> T + Copy, b: Matrix<T>) {
    let (rows, columns) = (c.height(), c.width());
    let mut row = 0;
    while row + 4 <= rows {
        let mut column = 0;
        while column + 8 <= columns {
            outer_tile::<T, 4, 2>(c, inner, left, b, row, column);
            column += 8;
        }
        while column + 4 <= columns {
            outer_tile::<T, 4, 1>(c, inner, left, b, row, column);
            column += 4;
        }
        outer_edge::<T, 4>(c, inner, left, b, row, column);
        row += 4;
    }
    while row < rows {
        let mut column = 0;
        while column + 32 <= columns {
            outer_tile::<T, 1, 8>(c, inner, left, b, row, column);
            column += 32;
        }
        while column + 4 <= columns {
            outer_tile::<T, 1, 1>(c, inner, left, b, row, column);
            column += 4;
        }
        outer_edge::<T, 1>(c, inner, left, b, row, column);
        row += 1;
    }
}

/// A tile of `R` rows and `C` registers of columns.
#[inline(always)]
fn outer_tile<T: Real, const R: usize, const C: usize>(
    c: &mut MatrixMut<T>,
    inner: usize,
    left: impl Fn(usize, usize) -> T,
    b: Matrix<T>,
    row: usize,
    column: usize,
) {
    let mut sums = [[T::Lanes::splat(T::ZERO); C]; R];
    for step in 0..inner {
        let (b, _) = b.row(step)[column..][..C * WIDTH].as_chunks::<WIDTH>();
        let b: [_; C] = std::array::from_fn(|c| T::Lanes::load(&b[c]));
        for (r, sums) in sums.iter_mut().enumerate() {
            let factor = T::Lanes::splat(left(row + r, step));
            for (sum, b) in sums.iter_mut().zip(b) {
                *sum = sum.multiply_add(factor, b);
            }
        }
    }
    for (r, sums) in sums.iter().enumerate() {
        let target = &mut c.row(row + r)[column..][..C * WIDTH];
        for (target, sum) in target.as_chunks_mut::<WIDTH>().0.iter_mut().zip(sums) {
            T::Lanes::load(target).add(*sum).store(target);
        }
    }
}

/// The columns that no register fills.
#[inline(always)]
fn outer_edge<T: Real, const R: usize>(
    c: &mut MatrixMut<T>,
    inner: usize,
    left: impl Fn(usize, usize) -> T,
    b: Matrix<T>,
    row: usize,
    column: usize,
) {
    let rest = c.width() - column;
    if rest == 0 {
        return;
    }
    let mut sums = [[T::ZERO; WIDTH]; R];
    for step in 0..inner {
        let b = &b.row(step)[column..];
        for (r, sum) in sums.iter_mut().enumerate() {
            let factor = left(row + r, step);
            for (sum, &b) in sum.iter_mut().zip(b) {
                *sum += factor * b;
            }
        }
    }
    for (r, sums) in sums.iter().enumerate() {
        for (target, &sum) in c.row(row + r)[column..].iter_mut().zip(sums) {
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
        for (m, n, k) in [(1, 1, 1), (1, 9, 5), (2, 4, 8), (3, 33, 41), (5, 17, 3), (9, 40, 67), (16, 7, 4)] {
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
