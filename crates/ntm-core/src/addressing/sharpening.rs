//! Sharpening (eq. 9): `w(n) = ws(n)^γ / Σ_k ws(k)^γ` for γ ≥ 1.
//!
//! Computed of `ws(n)/m` with `m` the greatest entry, so that nothing underflows at a large γ or many rows. `m` is a
//! factor of every term and drops out of the gradient.

use crate::kernels::vector::{dot, max, sum};
use crate::real::Real;

/// The sharpened weighting `[N]` of the shifted one `[N]`, whose entries are ≥ 0 and not all 0. `log_shifted [N]`
/// becomes `ln(ws/m)`, which [`backward`] needs.
pub fn forward<T: Real>(sharpening: T, shifted: &[T], log_shifted: &mut [T], weighting: &mut [T]) {
    let greatest = max(shifted);
    let scale = T::ONE / greatest;
    for ((weight, log), &shifted) in weighting.iter_mut().zip(log_shifted).zip(shifted) {
        // Of 0 the logarithm is -∞, and the power 0.
        *log = (shifted * scale).ln();
        *weight = (sharpening * *log).exp();
    }
    let mut inverse = T::ONE / sum(weighting);
    // m·(1/m) may round to just below 1, of which a γ beyond 1e9 leaves nothing: then only the greatest entries weigh.
    if inverse == T::from_f64(f64::INFINITY) {
        for (weight, &shifted) in weighting.iter_mut().zip(shifted) {
            *weight = if shifted == greatest { T::ONE } else { T::ZERO };
        }
        inverse = T::ONE / sum(weighting);
    }
    for weight in weighting {
        *weight *= inverse;
    }
}

/// What [`forward`] was given and gave, each `[N]`.
#[derive(Clone, Copy)]
pub struct Forward<'a, T> {
    /// The shifted weighting.
    pub shifted: &'a [T],
    /// `ln(ws/m)`.
    pub log_shifted: &'a [T],
    /// The sharpened weighting.
    pub weighting: &'a [T],
}

/// From `d_weighting [N]`: writes `d_shifted [N]`, returns the gradient of γ.
///
/// With `v = ws^γ`: where `ws(n) = 0`, `∂v/∂γ = 0` and `∂v/∂ws` is 0, or 1 if γ = 1.
pub fn backward<T: Real>(sharpening: T, forward: Forward<T>, d_weighting: &[T], d_shifted: &mut [T]) -> T {
    let Forward { shifted, log_shifted, weighting } = forward;
    let rows = shifted.len();
    let (weighting, log_shifted) = (&weighting[..rows], &log_shifted[..rows]);
    let (d_weighting, d_shifted) = (&d_weighting[..rows], &mut d_shifted[..rows]);
    let mean = dot(weighting, d_weighting);
    for n in 0..rows {
        let share = weighting[n] * (d_weighting[n] - mean) * log_shifted[n];
        d_shifted[n] = if weighting[n] > T::ZERO { share } else { T::ZERO };
    }
    let d_sharpening = sum(d_shifted);
    // At γ = 1 the weighting is the shifted one over its sum, at entries of 0 too.
    let at_zero = if sharpening == T::ONE { T::ONE / sum(shifted) } else { T::ZERO };
    for n in 0..rows {
        let slope = sharpening * weighting[n] / shifted[n];
        let slope = if shifted[n] > T::ZERO { slope } else { at_zero };
        d_shifted[n] = slope * (d_weighting[n] - mean);
    }
    d_sharpening
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{gradient, numbers};

    fn weights(seed: u32, rows: usize) -> Vec<f64> {
        let entries: Vec<f64> = numbers(seed, rows).iter().map(|entry| entry.abs() + 0.01).collect();
        let total: f64 = entries.iter().sum();
        entries.iter().map(|entry| entry / total).collect()
    }

    /// The gradients of γ and of the shifted weighting.
    fn run_backward<T: Real>(sharpening: T, shifted: &[T], d_weighting: &[T]) -> (T, Vec<T>) {
        let [mut log_shifted, mut weighting, mut d_shifted] = [(); 3].map(|()| vec![T::ZERO; shifted.len()]);
        forward(sharpening, shifted, &mut log_shifted, &mut weighting);
        let forward = Forward { shifted, log_shifted: &log_shifted, weighting: &weighting };
        (backward(sharpening, forward, d_weighting, &mut d_shifted), d_shifted)
    }

    #[test]
    fn gradients_are_central_differences() {
        for (rows, sharpening) in [(5, 1.0 + 1e-3), (5, 1.9), (8, 20.0), (1, 3.0)] {
            let (shifted, d_weighting) = (weights(1, rows), numbers(2, rows));
            let objective = |sharpening: f64, shifted: &[f64]| {
                let [mut log_shifted, mut weighting] = [(); 2].map(|()| vec![0.0; rows]);
                forward(sharpening, shifted, &mut log_shifted, &mut weighting);
                dot(&weighting, &d_weighting)
            };
            let (d_sharpening, d_shifted) = run_backward(sharpening, &shifted, &d_weighting);
            gradient("sharpening", &[sharpening], &[d_sharpening], |sharpening| objective(sharpening[0], &shifted));
            gradient("shifted", &shifted, &d_shifted, |shifted| objective(sharpening, shifted));
        }
    }

    #[test]
    fn entries_of_zero_stay_zero_and_their_slope_is_one_only_at_a_sharpening_of_one() {
        let shifted = [0.0_f32, 1.0, 0.0];
        let [mut log_shifted, mut weighting] = [[0.0; 3]; 2];
        for sharpening in [1.0, 1.0 + f32::EPSILON, 1.5, 1000.0] {
            forward(sharpening, &shifted, &mut log_shifted, &mut weighting);
            assert_eq!(weighting, shifted);
            let (d_sharpening, d_shifted) = run_backward(sharpening, &shifted, &[3.0, 1.0, 2.0]);
            assert_eq!(d_sharpening, 0.0);
            assert_eq!(d_shifted, if sharpening == 1.0 { [2.0, 0.0, 1.0] } else { [0.0; 3] });
        }
        // The slope of the power is one; that of the weighting is one over the sum.
        assert_eq!(run_backward(1.0, &[0.0, 2.0, 0.0], &[3.0, 1.0, 2.0]).1, [1.0, 0.0, 0.5]);
    }

    #[test]
    fn nan_stays() {
        let [mut log_shifted, mut weighting] = [[0.0_f32; 3]; 2];
        forward(1.5, &[f32::NAN, 0.6, 0.5], &mut log_shifted, &mut weighting);
        assert!(weighting.iter().all(|weight| weight.is_nan()));
    }

    #[test]
    fn where_no_power_is_left_the_greatest_entries_weigh_alike() {
        // 41/64 times its inverse is 1 - 2^-24 in 32 bits. At 1.75e9 the powers' sum is so small that its inverse is
        // infinite.
        for (shifted, expected) in
            [([0.640_625_f32, 0.359_375, 0.0], [1.0, 0.0, 0.0]), ([0.640_625; 3], [1.0 / 3.0; 3])]
        {
            for sharpening in [1.7e9, 1.75e9, 2e9, 1e30] {
                let [mut log_shifted, mut weighting] = [[0.0; 3]; 2];
                forward(sharpening, &shifted, &mut log_shifted, &mut weighting);
                let total: f32 =
                    weighting.iter().zip(expected).map(|(weight, expected)| (weight - expected).abs()).sum();
                assert!(total < 1e-6, "{sharpening}: {weighting:?}");
                let (d_sharpening, d_shifted) = run_backward(sharpening, &shifted, &[3.0, 1.0, 2.0]);
                assert!(d_sharpening.abs() < 1e-6, "{sharpening}: {d_sharpening}");
                assert!(d_shifted.iter().all(|entry| entry.is_finite()), "{sharpening}: {d_shifted:?}");
            }
        }
    }

    #[test]
    fn nothing_underflows_with_many_rows_at_a_large_sharpening() {
        let mut shifted = vec![1.0_f32 / 4096.0; 4096];
        shifted[7] *= 1.01;
        let [mut log_shifted, mut weighting] = [(); 2].map(|()| vec![0.0; 4096]);
        forward(1e4, &shifted, &mut log_shifted, &mut weighting);
        assert!((weighting[7] - 1.0).abs() < 1e-5, "{}", weighting[7]);
        let d_weighting: Vec<f32> = numbers(1, 4096).iter().map(|&entry| entry as f32).collect();
        let (d_sharpening, d_shifted) = run_backward(1e4, &shifted, &d_weighting);
        assert!(d_sharpening.is_finite() && d_shifted.iter().all(|entry| entry.is_finite()));
    }
}
