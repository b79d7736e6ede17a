//! Reductions and updates of vectors, in lanes that the compiler turns into SIMD.

use crate::real::Real;

/// How many partial sums a reduction keeps: four registers of four.
const LANES: usize = 16;

/// Adds up lanes in a fixed order.
#[inline(always)]
fn collect<T: Real, const N: usize>(mut lanes: [T; N], combine: impl Fn(T, T) -> T) -> T {
    let mut width = N;
    while width > 1 {
        width /= 2;
        for lane in 0..width {
            lanes[lane] = combine(lanes[lane], lanes[lane + width]);
        }
    }
    lanes[0]
}

/// Σ aₙ·bₙ.
pub fn dot<T: Real>(a: &[T], b: &[T]) -> T {
    debug_assert_eq!(a.len(), b.len());
    let mut lanes = [T::ZERO; LANES];
    let (a_blocks, a_rest) = a.as_chunks::<LANES>();
    let (b_blocks, b_rest) = b.as_chunks::<LANES>();
    for (a, b) in a_blocks.iter().zip(b_blocks) {
        for lane in 0..LANES {
            lanes[lane] += a[lane] * b[lane];
        }
    }
    for (lane, (&a, &b)) in a_rest.iter().zip(b_rest).enumerate() {
        lanes[lane] += a * b;
    }
    collect(lanes, |a, b| a + b)
}

/// Σ aₙ.
pub fn sum<T: Real>(a: &[T]) -> T {
    let mut lanes = [T::ZERO; LANES];
    let (blocks, rest) = a.as_chunks::<LANES>();
    for block in blocks {
        for lane in 0..LANES {
            lanes[lane] += block[lane];
        }
    }
    for (lane, &a) in rest.iter().enumerate() {
        lanes[lane] += a;
    }
    collect(lanes, |a, b| a + b)
}

/// The greatest entry of a vector that has one.
pub fn max<T: Real>(a: &[T]) -> T {
    let mut lanes = [a[0]; LANES];
    let (blocks, rest) = a.as_chunks::<LANES>();
    for block in blocks {
        for lane in 0..LANES {
            lanes[lane] = lanes[lane].max(block[lane]);
        }
    }
    for (lane, &a) in rest.iter().enumerate() {
        lanes[lane] = lanes[lane].max(a);
    }
    collect(lanes, T::max)
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

/// Whether every entry is finite.
pub fn all_finite<T: Real>(a: &[T]) -> bool {
    // 0·x is 0 for a finite x and NaN for every other, and NaN survives the sum: no branch in the loop.
    let mut lanes = [T::ZERO; LANES];
    let (blocks, rest) = a.as_chunks::<LANES>();
    for block in blocks {
        for lane in 0..LANES {
            lanes[lane] += block[lane] * T::ZERO;
        }
    }
    collect(lanes, |a, b| a + b).is_finite() && rest.iter().all(|entry| entry.is_finite())
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
