//! Reductions of vectors, register by register, and updates, plain loops that the compiler turns into SIMD.

use super::lanes::{Lanes, WIDTH};
use crate::real::Real;

/// How many registers of partial results a reduction keeps, so that one addition does not wait for the one before.
const REGISTERS: usize = 4;

/// Numbers that these hold.
const BLOCK: usize = REGISTERS * WIDTH;

/// Reduces vectors of equal length, register by register: lanes of [`REGISTERS`] registers first, then these. The last
/// entries, too few for a register, are left.
#[inline(always)]
fn reduce<T: Real, const COUNT: usize>(
    vectors: [&[T]; COUNT],
    start: T::Lanes,
    each: impl Fn(T::Lanes, [T::Lanes; COUNT]) -> T::Lanes,
    combine: impl Fn(T::Lanes, T::Lanes) -> T::Lanes,
) -> T::Lanes {
    let mut partial = [start; REGISTERS];
    let parts = vectors.map(|vector| vector.as_chunks::<BLOCK>());
    for block in 0..parts[0].0.len() {
        // In whole blocks an engine has one place for four registers of a vector.
        let blocks = parts.map(|(blocks, _)| blocks[block].as_chunks::<WIDTH>().0);
        for (register, partial) in partial.iter_mut().enumerate() {
            *partial = each(*partial, blocks.map(|block| T::Lanes::load(&block[register])));
        }
    }
    let rests = parts.map(|(_, rest)| rest.as_chunks::<WIDTH>().0);
    for (register, partial) in partial.iter_mut().enumerate().take(rests[0].len()) {
        *partial = each(*partial, rests.map(|rest| T::Lanes::load(&rest[register])));
    }
    combine(combine(partial[0], partial[1]), combine(partial[2], partial[3]))
}

/// The last entries of a vector, too few for a register.
fn rest<T>(a: &[T]) -> &[T] {
    a.as_chunks::<WIDTH>().1
}

/// Σ aₙ·bₙ.
pub fn dot<T: Real>(a: &[T], b: &[T]) -> T {
    assert!(a.len() == b.len());
    let sums = reduce([a, b], T::Lanes::splat(T::ZERO), |sum, [a, b]| sum.multiply_add(a, b), Lanes::add);
    let rest = rest(a).iter().zip(rest(b)).fold(T::ZERO, |rest, (&a, &b)| rest + a * b);
    sums.sum() + rest
}

/// Σ aₙ.
pub fn sum<T: Real>(a: &[T]) -> T {
    let sums = reduce([a], T::Lanes::splat(T::ZERO), |sum, [a]| sum.add(a), Lanes::add);
    sums.sum() + rest(a).iter().fold(T::ZERO, |rest, &a| rest + a)
}

/// The greatest entry of a vector that has one.
pub fn max<T: Real>(a: &[T]) -> T {
    let greatest = reduce([a], T::Lanes::splat(a[0]), |greatest, [a]| greatest.max(a), Lanes::max);
    let mut lanes = [T::ZERO; WIDTH];
    greatest.store(&mut lanes);
    rest(a).iter().chain(&lanes).fold(a[0], |greatest, &entry| greatest.max(entry))
}

/// y ← y + a·x.
#[inline(always)]
pub fn add_scaled<T: Real>(y: &mut [T], a: T, x: &[T]) {
    for (y, &x) in y.iter_mut().zip(x) {
        *y += a * x;
    }
}

/// y ← y + x. Not inlined, which would be half a kB more to download and no faster.
#[inline(never)]
pub fn add<T: Real>(y: &mut [T], x: &[T]) {
    for (y, &x) in y.iter_mut().zip(x) {
        *y += x;
    }
}

/// Each entry kept within ± the bound; one that is no number stays so.
#[inline(never)]
pub fn clip<T: Real>(y: &mut [T], bound: T) {
    for y in y {
        let below = if *y > bound { bound } else { *y };
        *y = if below < -bound { -bound } else { below };
    }
}

/// Whether every entry is finite.
pub fn all_finite<T: Real>(a: &[T]) -> bool {
    // 0·x is 0 for a finite x and NaN for every other, and NaN survives the sum: no branch in the loop.
    let zero = T::Lanes::splat(T::ZERO);
    let zeros = reduce([a], zero, |sum, [a]| sum.multiply_add(a, zero), Lanes::add);
    zeros.sum().is_finite() && rest(a).iter().all(|entry| entry.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::numbers;

    #[test]
    fn reductions_of_every_length_agree_with_plain_loops() {
        for length in 1..70 {
            let a = numbers(length, length as usize);
            let b = numbers(length + 100, length as usize);
            let plain: f64 = a.iter().zip(&b).map(|(a, b)| a * b).sum();
            assert!((dot(&a, &b) - plain).abs() < 1e-14);
            assert!((sum(&a) - a.iter().sum::<f64>()).abs() < 1e-14);
            assert_eq!(max(&a), a.iter().copied().fold(f64::MIN, f64::max));
        }
    }

    #[test]
    fn what_is_clipped_lies_within_both_bounds_and_no_number_stays_none() {
        let mut entries = [-3.0_f32, -2.0, -0.5, -0.0, 0.5, 2.0, 3.0, f32::NEG_INFINITY, f32::INFINITY];
        clip(&mut entries, 2.0);
        assert_eq!(entries, [-2.0, -2.0, -0.5, -0.0, 0.5, 2.0, 2.0, -2.0, 2.0]);
        for length in 1..10 {
            let mut none = vec![f32::NAN; length];
            clip(&mut none, 2.0);
            assert!(none.iter().all(|entry| entry.is_nan()));
        }
    }

    #[test]
    fn one_entry_that_is_not_finite_is_found_wherever_it_stands() {
        for length in 1..40 {
            for place in 0..length {
                let mut a = vec![f32::MAX; length];
                assert!(all_finite(&a));
                a[place] = if place % 2 == 0 { f32::NAN } else { f32::NEG_INFINITY };
                assert!(!all_finite(&a), "length {length}, place {place}");
            }
        }
    }
}
