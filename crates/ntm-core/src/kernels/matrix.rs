//! A matrix as the kernels read it: a slice, its height and width, and the distance between two rows.

use std::ops::Range;

/// A borrowed row-major matrix, possibly some columns of a wider one. Of one with rows, `(height - 1)·stride + width` is
/// at most the number of entries: what kernels that read by pointers rely on.
#[derive(Clone, Copy, Debug)]
pub struct Matrix<'a, T> {
    entries: &'a [T],
    height: usize,
    width: usize,
    stride: usize,
}

/// Kernels read by what this asserts, so the product of sizes must not wrap. Not inlined, which would be more to download.
#[inline(never)]
fn assert_size(entries: usize, height: usize, width: usize) {
    assert!(height.checked_mul(width) == Some(entries), "a matrix of {height} × {width}");
}

impl<'a, T> Matrix<'a, T> {
    /// The matrix `[height, width]` that `entries` holds row after row.
    pub fn new(entries: &'a [T], height: usize, width: usize) -> Self {
        assert_size(entries.len(), height, width);
        Matrix { entries, height, width, stride: width }
    }

    /// Some neighbouring columns of every row.
    pub fn columns(self, range: Range<usize>) -> Self {
        assert!(range.start <= range.end && range.end <= self.width);
        let start = range.start.min(self.entries.len());
        Matrix { entries: &self.entries[start..], width: range.len(), ..self }
    }

    /// Number of rows.
    pub fn height(&self) -> usize {
        self.height
    }

    /// Number of columns.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Where the first row starts, and how far it is from one row to the next.
    #[inline(always)]
    pub(super) fn origin(&self) -> (*const T, usize) {
        (self.entries.as_ptr(), self.stride)
    }

    /// Where each of some rows starts.
    #[inline(always)]
    pub(super) fn pointers<const COUNT: usize>(&self, first: usize) -> [*const T; COUNT] {
        std::array::from_fn(|index| self.row(first + index).as_ptr())
    }

    /// One row.
    #[inline(always)]
    pub fn row(&self, index: usize) -> &'a [T] {
        &self.entries[index * self.stride..][..self.width]
    }
}

/// A mutably borrowed row-major matrix, possibly some columns of a wider one, as [`Matrix`] is.
#[derive(Debug)]
pub struct MatrixMut<'a, T> {
    entries: &'a mut [T],
    height: usize,
    width: usize,
    stride: usize,
}

impl<'a, T> MatrixMut<'a, T> {
    /// The matrix `[height, width]` that `entries` holds row after row.
    pub fn new(entries: &'a mut [T], height: usize, width: usize) -> Self {
        assert_size(entries.len(), height, width);
        MatrixMut { entries, height, width, stride: width }
    }

    /// The same matrix, borrowed from here.
    pub fn borrow(&mut self) -> MatrixMut<'_, T> {
        MatrixMut { entries: self.entries, ..*self }
    }

    /// The same matrix, to read.
    pub fn as_matrix(&self) -> Matrix<'_, T> {
        Matrix { entries: self.entries, height: self.height, width: self.width, stride: self.stride }
    }

    /// Some rows from `first` on, all at once.
    pub fn rows<const COUNT: usize>(&mut self, first: usize) -> [&mut [T]; COUNT] {
        let mut rows = self.entries.chunks_mut(self.stride).skip(first);
        std::array::from_fn(|_| &mut rows.next().expect("as many rows")[..self.width])
    }

    /// Some neighbouring columns of every row.
    pub fn columns(self, range: Range<usize>) -> Self {
        assert!(range.start <= range.end && range.end <= self.width);
        let start = range.start.min(self.entries.len());
        MatrixMut { entries: &mut self.entries[start..], width: range.len(), ..self }
    }

    /// Number of rows.
    pub fn height(&self) -> usize {
        self.height
    }

    /// Number of columns.
    pub fn width(&self) -> usize {
        self.width
    }

    /// One row.
    #[inline(always)]
    pub fn row(&mut self, index: usize) -> &mut [T] {
        &mut self.entries[index * self.stride..][..self.width]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[should_panic(expected = "a matrix of")]
    fn sizes_whose_product_wraps_are_no_matrix() {
        Matrix::<f32>::new(&[], 1 << (usize::BITS / 2), 1 << (usize::BITS / 2));
    }
}
