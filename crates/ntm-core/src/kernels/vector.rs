//! Reductions and updates of vectors, in lanes that the compiler turns into SIMD.

use super::lanes::{Lanes, WIDTH};
use crate::real::Real;

/// How many registers of partial results a reduction keeps, so that one addition does not wait for the one before.
const REGISTERS: usize = 4;

/// Reduces entries, given block by block of a register: lanes of [`REGISTERS`] registers first, then these, then the rest.
#[inline(always)]
fn reduce<T: Real>(
    length: usize,
    start: T::Lanes,
    block: impl Fn(usize, T::Lanes) -> T::Lanes,
    combine: impl Fn(T::Lanes, T::Lanes) -> T::Lanes,
) -> T::Lanes {
    let mut partial = [start; REGISTERS];
    let blocks = length / WIDTH;
    let whole = blocks - blocks % REGISTERS;
    for first in (0..whole).step_by(REGISTERS) {
        for (register, partial) in partial.iter_mut().enumerate() {
            *partial = block(first + register, *partial);
        }
    }
    for index in whole..blocks {
        partial[index - whole] = block(index, partial[index - whole]);
    }
    combine(combine(partial[0], partial[1]), combine(partial[2], partial[3]))
}

/// Σ aₙ·bₙ.
pub fn dot<T: Real>(a: &[T], b: &[T]) -> T {
    assert_eq!(a.len(), b.len());
    let (a_blocks, a_rest) = a.as_chunks::<WIDTH>();
    let (b_blocks, b_rest) = b.as_chunks::<WIDTH>();
    let b_blocks = &b_blocks[..a_blocks.len()];
    let sums = reduce::<T>(
        a_blocks.len() * WIDTH,
        T::Lanes::splat(T::ZERO),
        |index, sum| sum.multiply_add(T::Lanes::load(&a_blocks[index]), T::Lanes::load(&b_blocks[index])),
        Lanes::add,
    );
    let rest = a_rest.iter().zip(b_rest).fold(T::ZERO, |rest, (&a, &b)| rest + a * b);
    sums.sum() + rest
}

/// Σ aₙ.
pub fn sum<T: Real>(a: &[T]) -> T {
    let (blocks, rest) = a.as_chunks::<WIDTH>();
    let sums = reduce::<T>(
        blocks.len() * WIDTH,
        T::Lanes::splat(T::ZERO),
        |index, sum| sum.add(T::Lanes::load(&blocks[index])),
        Lanes::add,
    );
    sums.sum() + rest.iter().fold(T::ZERO, |rest, &a| rest + a)
}

/// The greatest entry of a vector that has one.
pub fn max<T: Real>(a: &[T]) -> T {
    let (blocks, rest) = a.as_chunks::<WIDTH>();
    let greatest = reduce::<T>(
        blocks.len() * WIDTH,
        T::Lanes::splat(a[0]),
        |index, greatest| greatest.max(T::Lanes::load(&blocks[index])),
        Lanes::max,
    );
    let mut lanes = [T::ZERO; WIDTH];
    greatest.store(&mut lanes);
    rest.iter().chain(&lanes).fold(a[0], |greatest, &entry| greatest.max(entry))
}

/// y ← y + a·x.
#[inline(always)]
pub fn add_scaled<T: Real>(y: &mut [T], a: T, x: &[T]) {
    for (y, &x) in y.iter_mut().zip(x) {
        *y += a * x;
    }
}

/// y ← y + x.
#[inline(always)]
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
    let (blocks, rest) = a.as_chunks::<WIDTH>();
    let zero = T::Lanes::splat(T::ZERO);
    let zeros = reduce::<T>(
        blocks.len() * WIDTH,
        zero,
        |index, sum| sum.multiply_add(T::Lanes::load(&blocks[index]), zero),
        Lanes::add,
    );
    zeros.sum().is_finite() && rest.iter().all(|entry| entry.is_finite())
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
