//! One pass along vectors of equal length, a register of each at a time: what a stage computes of its numbers is a
//! closure on registers, and where they come from and go to is safe, checked once.

// Registers are read and written through pointers: lengths are asserted once for a pass, not for each of its steps.
#![allow(unsafe_code)]

use super::lanes::{Lanes, WIDTH, padded};
use crate::real::Real;

/// Vectors to read: one, several in an array, or a tuple of such.
pub trait Source<T: Real> {
    /// A register of each.
    type At: Copy;
    /// Whether all have this length.
    fn have(&self, length: usize) -> bool;
    /// The numbers from `n` on.
    ///
    /// # Safety
    /// `n + WIDTH` is at most the length.
    unsafe fn at(&self, n: usize) -> Self::At;
    /// The last numbers, from `n` on, fewer than a register holds, and 0.
    fn rest(&self, n: usize) -> Self::At;
}

/// Vectors to write, as a [`Source`] reads them.
pub trait Target<T: Real>: Source<T> {
    /// Gives numbers from `n` on.
    ///
    /// # Safety
    /// `n + WIDTH` is at most the length.
    unsafe fn put(&mut self, n: usize, values: Self::At);
    /// Gives the last numbers, from `n` on.
    fn put_rest(&mut self, n: usize, values: Self::At);
}

/// Goes along `from` and `to` once; `each` gives what `to` becomes of what they hold. Where the length is no multiple
/// of a register, the last one is filled up with 0, and what `each` gives for these is lost.
#[inline(always)]
pub fn sweep<T: Real, S: Source<T>, D: Target<T>>(
    length: usize,
    from: S,
    mut to: D,
    mut each: impl FnMut(S::At, D::At) -> D::At,
) {
    assert!(from.have(length) && to.have(length), "vectors of equal length");
    let whole = length - length % WIDTH;
    for n in (0..whole).step_by(WIDTH) {
        // SAFETY: n + WIDTH is at most `whole`.
        unsafe {
            let values = each(from.at(n), to.at(n));
            to.put(n, values);
        }
    }
    if whole < length {
        let values = each(from.rest(whole), to.rest(whole));
        to.put_rest(whole, values);
    }
}

/// What [`Target::put_rest`] does to one vector, as [`padded`] reads it.
#[inline(never)]
fn put_rest_of<T: Real>(vector: &mut [T], n: usize, values: T::Lanes) {
    let mut all = [T::ZERO; WIDTH];
    values.store(&mut all);
    for (lane, from) in all.into_iter().enumerate() {
        if let Some(to) = vector.get_mut(n + lane) {
            *to = from;
        }
    }
}

impl<T: Real> Source<T> for &[T] {
    type At = T::Lanes;
    #[inline(always)]
    fn have(&self, length: usize) -> bool {
        self.len() == length
    }
    #[inline(always)]
    unsafe fn at(&self, n: usize) -> T::Lanes {
        // SAFETY: the caller's.
        unsafe { T::Lanes::read(self.as_ptr().add(n)) }
    }
    #[inline(always)]
    fn rest(&self, n: usize) -> T::Lanes {
        padded::<T>(self, n)
    }
}

impl<T: Real> Source<T> for &mut [T] {
    type At = T::Lanes;
    #[inline(always)]
    fn have(&self, length: usize) -> bool {
        self.len() == length
    }
    #[inline(always)]
    unsafe fn at(&self, n: usize) -> T::Lanes {
        // SAFETY: the caller's.
        unsafe { (&**self).at(n) }
    }
    #[inline(always)]
    fn rest(&self, n: usize) -> T::Lanes {
        (&**self).rest(n)
    }
}

impl<T: Real> Target<T> for &mut [T] {
    #[inline(always)]
    unsafe fn put(&mut self, n: usize, values: T::Lanes) {
        // SAFETY: the caller's.
        unsafe { values.write(self.as_mut_ptr().add(n)) }
    }
    #[inline(always)]
    fn put_rest(&mut self, n: usize, values: T::Lanes) {
        put_rest_of(self, n, values);
    }
}

impl<T: Real, S: Source<T>, const COUNT: usize> Source<T> for [S; COUNT] {
    type At = [S::At; COUNT];
    #[inline(always)]
    fn have(&self, length: usize) -> bool {
        self.iter().all(|vector| vector.have(length))
    }
    #[inline(always)]
    unsafe fn at(&self, n: usize) -> Self::At {
        // SAFETY: the caller's.
        std::array::from_fn(|index| unsafe { self[index].at(n) })
    }
    #[inline(always)]
    fn rest(&self, n: usize) -> Self::At {
        std::array::from_fn(|index| self[index].rest(n))
    }
}

impl<T: Real, D: Target<T>, const COUNT: usize> Target<T> for [D; COUNT] {
    #[inline(always)]
    unsafe fn put(&mut self, n: usize, values: Self::At) {
        for index in 0..COUNT {
            // SAFETY: the caller's.
            unsafe { self[index].put(n, values[index]) };
        }
    }
    #[inline(always)]
    fn put_rest(&mut self, n: usize, values: Self::At) {
        for index in 0..COUNT {
            self[index].put_rest(n, values[index]);
        }
    }
}

impl<T: Real, A: Source<T>, B: Source<T>> Source<T> for (A, B) {
    type At = (A::At, B::At);
    #[inline(always)]
    fn have(&self, length: usize) -> bool {
        self.0.have(length) && self.1.have(length)
    }
    #[inline(always)]
    unsafe fn at(&self, n: usize) -> Self::At {
        // SAFETY: the caller's.
        unsafe { (self.0.at(n), self.1.at(n)) }
    }
    #[inline(always)]
    fn rest(&self, n: usize) -> Self::At {
        (self.0.rest(n), self.1.rest(n))
    }
}

impl<T: Real, A: Target<T>, B: Target<T>> Target<T> for (A, B) {
    #[inline(always)]
    unsafe fn put(&mut self, n: usize, values: Self::At) {
        // SAFETY: the caller's.
        unsafe {
            self.0.put(n, values.0);
            self.1.put(n, values.1);
        }
    }
    #[inline(always)]
    fn put_rest(&mut self, n: usize, values: Self::At) {
        self.0.put_rest(n, values.0);
        self.1.put_rest(n, values.1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_is_met_once_and_nothing_beyond() {
        for length in 0..12 {
            let from: Vec<f32> = (0..length).map(|n| n as f32 + 1.0).collect();
            let (mut once, mut twice) = (vec![1.0_f32; length], vec![2.0_f32; length]);
            let mut total = Lanes::splat(0.0);
            let one = <f32 as Real>::Lanes::splat(1.0);
            sweep::<f32, _, _>(
                length,
                ([&from[..], &from[..]], &from[..]),
                (&mut once[..], [&mut twice[..]]),
                |([a, b], c), (d, [e])| {
                    total = Lanes::add(total, c);
                    (a.add(d), [b.multiply(e).add(one)])
                },
            );
            assert_eq!(total.sum(), from.iter().sum::<f32>());
            assert!(once.iter().zip(&from).all(|(&once, &from)| once == from + 1.0));
            assert!(twice.iter().zip(&from).all(|(&twice, &from)| twice == 2.0 * from + 1.0));
        }
    }

    #[test]
    #[should_panic(expected = "equal length")]
    fn vectors_of_unequal_length_are_refused() {
        let mut to = [0.0_f32; 5];
        sweep::<f32, _, _>(5, &[0.0_f32; 4][..], &mut to[..], |from, _| from);
    }
}
