//! A table of equal rows, as the tape keeps them: `[rows, width]`.

use std::ops::Range;

use crate::kernels::matrix::{Matrix, MatrixMut};
use crate::real::Real;

/// Rows of equal width, one after the other. A row is a time step of a sequence, or a sequence.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Rows<T> {
    width: usize,
    entries: Vec<T>,
}

/// Makes tables of zeros, or only lists them.
///
/// What has tables makes them all by one of these, so that what is listed before and what is made then cannot differ.
pub(crate) enum Make<'a> {
    /// Each table.
    Zeros,
    /// None: adds to these the numbers that each would have, in the order in which they would be made.
    Listed(&'a mut Vec<u64>),
}

impl Make<'_> {
    /// A table of so many rows, or an empty one. The width is of 64 bits: what is listed may be past the address space.
    #[inline(never)]
    pub fn table<T: Real>(&mut self, count: usize, width: u64) -> Rows<T> {
        match self {
            Make::Zeros => Rows { width: width as usize, entries: vec![T::ZERO; count * width as usize] },
            Make::Listed(arrays) => {
                arrays.push((count as u64).saturating_mul(width));
                Rows { width: 0, entries: Vec::new() }
            }
        }
    }

    /// So many tables, all of one size.
    #[inline(never)]
    pub fn tables<T: Real>(&mut self, tables: usize, count: usize, width: u64) -> Vec<Rows<T>> {
        (0..tables).map(|_| self.table(count, width)).collect()
    }
}

impl<T: Real> Rows<T> {
    /// Its numbers alone.
    pub fn into_entries(self) -> Vec<T> {
        self.entries
    }

    pub fn width(&self) -> usize {
        self.width
    }

    pub fn all(&self) -> &[T] {
        &self.entries
    }

    pub fn all_mut(&mut self) -> &mut [T] {
        &mut self.entries
    }

    #[inline(always)]
    pub fn row(&self, index: usize) -> &[T] {
        let width = self.width();
        &self.all()[index * width..][..width]
    }

    #[inline(always)]
    pub fn row_mut(&mut self, index: usize) -> &mut [T] {
        let width = self.width();
        &mut self.all_mut()[index * width..][..width]
    }

    /// Some rows as a matrix.
    pub fn matrix(&self, rows: Range<usize>) -> Matrix<'_, T> {
        let width = self.width();
        Matrix::new(&self.all()[rows.start * width..rows.end * width], rows.len(), width)
    }

    /// Some rows as a matrix.
    pub fn matrix_mut(&mut self, rows: Range<usize>) -> MatrixMut<'_, T> {
        let width = self.width();
        MatrixMut::new(&mut self.all_mut()[rows.start * width..rows.end * width], rows.len(), width)
    }

    /// One row to read and a later one to write.
    #[inline(always)]
    pub fn pair_mut(&mut self, read: usize, write: usize) -> (&[T], &mut [T]) {
        let width = self.width();
        let (before, after) = self.all_mut().split_at_mut(write * width);
        (&before[read * width..][..width], &mut after[..width])
    }

    /// Copies some rows of `from`, which are as wide, to here, from row `at` on.
    pub fn copy_rows(&mut self, at: usize, from: &Rows<T>, rows: Range<usize>) {
        let width = self.width();
        assert!(width == from.width());
        let source = &from.all()[rows.start * width..rows.end * width];
        self.all_mut()[at * width..][..source.len()].copy_from_slice(source);
    }
}
