//! Products with a matrix that is used many times, laid out once in the order in which they read it.

use std::ops::Range;

use super::lanes::{Lanes, WIDTH, turned};
use super::matrix::{Matrix, MatrixMut};
use super::product::{Right, add_outer};
use crate::real::Real;

/// Columns of a panel, about: as many as one row of a product is formed in at once. The last panel takes the few that
/// are left over.
const COLUMNS: usize = 8 * WIDTH;

/// The weights `B [n, k]` of a layer, transposed in panels: of some of its rows the first column, the second column,
/// and so on; then the same of the next rows.
#[derive(Clone, Debug)]
pub struct Panels<T> {
    height: usize,
    width: usize,
    entries: Vec<T>,
}

/// Which rows of the weights the panels hold.
fn panels(height: usize) -> impl Iterator<Item = Range<usize>> {
    let registers = height / WIDTH;
    let count = height.div_ceil(COLUMNS);
    // Of nearly equal width: in a narrow one an addition waits for the one before.
    // In 64 bits: in 32 the product of many registers and many panels wraps.
    let start = move |panel: usize| match panel == count {
        true => height,
        false => (registers as u64 * panel as u64 / count as u64) as usize * WIDTH,
    };
    (0..count).map(move |panel| start(panel)..start(panel + 1))
}

impl<T: Real> Panels<T> {
    /// All 0.
    pub fn zeros(height: usize, width: usize) -> Self {
        Panels { height, width, entries: vec![T::ZERO; height * width] }
    }

    /// Takes the entries of `B`.
    pub fn set(&mut self, b: Matrix<T>) {
        assert!([b.height(), b.width()] == [self.height, self.width], "the shape of the weights");
        for rows in panels(self.height) {
            let to = &mut self.entries[self.width * rows.start..self.width * rows.end];
            let (count, whole) = (rows.len(), rows.len() - rows.len() % WIDTH);
            let columns = self.width - self.width % WIDTH;
            for place in (0..whole).step_by(WIDTH) {
                let from: [&[T]; WIDTH] = std::array::from_fn(|row| &b.row(rows.start + place + row)[..self.width]);
                for column in (0..columns).step_by(WIDTH) {
                    for (lanes, to) in turned(from, column).into_iter().zip(to[column * count..].chunks_mut(count)) {
                        lanes.store(to[place..].first_chunk_mut().expect("within `whole`"));
                    }
                }
                for column in columns..self.width {
                    to[column * count + place..][..WIDTH].copy_from_slice(&from.map(|row| row[column]));
                }
            }
            for place in whole..count {
                for (to, &from) in to.chunks_exact_mut(count).zip(b.row(rows.start + place)) {
                    to[place] = from;
                }
            }
        }
    }

    /// `C ← C + A·Bᵀ` for `A [m, k]` and `C [m, n]`: rows `A` through the layer.
    #[inline(never)]
    pub fn add_product(&self, c: &mut MatrixMut<T>, a: Matrix<T>) {
        assert!(a.width() == self.width, "inner dimensions of A·Bᵀ");
        add_outer::<T, false>(c, a, self);
    }
}

impl<T: Real> Right<T> for &Panels<T> {
    #[inline(always)]
    fn columns(&self) -> usize {
        self.height
    }
    #[inline(always)]
    fn parts(&self) -> impl Iterator<Item = (Range<usize>, Matrix<'_, T>)> {
        panels(self.height).map(|rows| {
            let panel = &self.entries[self.width * rows.start..self.width * rows.end];
            let panel = Matrix::new(panel, self.width, rows.len());
            (rows, panel)
        })
    }
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::*;
    use crate::check::numbers;

    #[test]
    fn products_of_every_shape_agree_with_ndarray() {
        let small = [(1, 3, 0), (1, 0, 3), (2, 1, 1), (3, 9, 5), (1, 33, 41), (4, 29, 130), (5, 64, 20), (9, 100, 9)];
        // And one in several blocks of rows and of steps.
        for (m, n, k) in small.into_iter().chain([(150, 70, 130)]) {
            let array = |seed, height, width| {
                Array2::<f64>::from_shape_vec((height, width), numbers(seed, height * width)).unwrap()
            };
            let (a, b, mut c) = (array(1, m, k), array(2, n, k), array(3, m, n));
            let expected = &c + &a.dot(&b.t());
            let mut panels = Panels::zeros(n, k);
            panels.set(Matrix::new(b.as_slice().unwrap(), n, k));
            let a = Matrix::new(a.as_slice().unwrap(), m, k);
            panels.add_product(&mut MatrixMut::new(c.as_slice_mut().unwrap(), m, n), a);
            let most = (&c - &expected).iter().fold(0.0_f64, |most, error| most.max(error.abs()));
            assert!(most < 1e-12, "{m} × {n} × {k}: off by {most}");
        }
    }

    #[test]
    fn a_row_has_the_same_bits_whatever_rows_are_beside_it() {
        // Longer than the steps that are taken at once.
        let (rows, n, k) = (11, 29, 130);
        let numbers = |seed, count| numbers(seed, count).into_iter().map(|entry| entry as f32).collect::<Vec<_>>();
        let (a, b) = (numbers(1, rows * k), numbers(2, n * k));
        let mut panels = Panels::zeros(n, k);
        panels.set(Matrix::new(&b, n, k));
        let product = |a: &[f32]| {
            let mut c = vec![0.1; a.len() / k * n];
            panels.add_product(&mut MatrixMut::new(&mut c, a.len() / k, n), Matrix::new(a, a.len() / k, k));
            c.into_iter().map(f32::to_bits).collect::<Vec<_>>()
        };
        let alone: Vec<_> = a.chunks(k).flat_map(&product).collect();
        assert_eq!(product(&a), alone);
    }
}
