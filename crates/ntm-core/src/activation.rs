//! The squashing functions of the machine, finite for every finite x; softmax with its gradient, the others' stand where they are used.

use crate::kernels::vector;
use crate::real::Real;

/// σ(x) = 1 / (1 + e⁻ˣ).
#[inline(always)]
pub fn sigmoid<T: Real>(x: T) -> T {
    T::ONE / (T::ONE + (-x).exp())
}

/// softplus(x) = ln(1 + eˣ), exact to rounding for every x.
#[inline(always)]
pub fn softplus<T: Real>(x: T) -> T {
    x.positive() + ln_one_plus((-x.abs()).exp())
}

/// ln(1 + x) for x ≥ 0 without losing a small x (Kahan's correction of the rounded sum).
#[inline(always)]
pub fn ln_one_plus<T: Real>(x: T) -> T {
    let sum = T::ONE + x;
    if sum == T::ONE { x } else { sum.ln() * (x / (sum - T::ONE)) }
}

/// softmax of `scale · logits`, written over `weights`; stable where the logits' differences are finite.
pub fn softmax<T: Real>(scale: T, logits: &[T], weights: &mut [T]) {
    // The greatest of scale·x: scale is a strength ≥ 0.
    let greatest = vector::max(logits);
    for (weight, &logit) in weights.iter_mut().zip(logits) {
        *weight = (scale * (logit - greatest)).exp();
    }
    let total = vector::sum(weights);
    let inverse = T::ONE / total;
    for weight in weights {
        *weight *= inverse;
    }
}

/// Turns the gradient of softmax's weights into that of its (scaled) logits: `weights ⊙ (gradient - weights·gradient)`.
pub fn softmax_backward<T: Real>(weights: &[T], gradient: &mut [T]) {
    let mean = vector::dot(weights, gradient);
    for (gradient, &weight) in gradient.iter_mut().zip(weights) {
        *gradient = weight * (*gradient - mean);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn squashing_is_finite_and_exact_far_out() {
        for x in [-1e30_f32, -100.0, -20.0, 0.0, 20.0, 100.0, 1e30] {
            assert!(sigmoid(x).is_finite() && softplus(x).is_finite(), "{x}");
        }
        assert_eq!(sigmoid(-1e30_f32), 0.0);
        assert_eq!(sigmoid(1e30_f32), 1.0);
        assert_eq!(softplus(1e30_f32), 1e30);
        let small = softplus(-20.0_f32);
        assert!((small / (-20.0_f64).exp().ln_1p() as f32 - 1.0).abs() < 1e-6, "{small}");
    }

    #[test]
    fn softmax_of_huge_strengths_picks_the_greatest() {
        let mut weights = [0.0_f32; 3];
        softmax(1e30, &[0.5, 1.0, -1.0], &mut weights);
        assert_eq!(weights, [0.0, 1.0, 0.0]);
        softmax(0.0, &[0.5, 1.0, -1.0], &mut weights);
        assert!(weights.iter().all(|weight| (weight - 1.0 / 3.0).abs() < 1e-7));
    }

    #[test]
    fn softmax_gradient_is_the_central_difference() {
        let logits = [0.3_f64, -1.2, 0.9, 0.0];
        let d_weights = [0.7, -0.2, 0.5, 1.1];
        let objective = |logits: &[f64]| {
            let mut weights = [0.0; 4];
            softmax(1.0, logits, &mut weights);
            vector::dot(&weights, &d_weights)
        };
        let mut weights = [0.0; 4];
        softmax(1.0, &logits, &mut weights);
        let mut d_logits = d_weights;
        softmax_backward(&weights, &mut d_logits);
        crate::check::gradient("logits", &logits, &d_logits, objective);
    }
}
