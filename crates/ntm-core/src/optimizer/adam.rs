//! Adam (Kingma and Ba 2015): `m ← β₁m + (1-β₁)g; v ← β₂v + (1-β₂)g²; θ ← θ - η·(m/(1-β₁ᵗ)) / (√(v/(1-β₂ᵗ)) + ε)`, t
//! from 1.

use crate::real::Real;

/// The names of what it remembers of each parameter, as in a checkpoint.
pub(crate) const SLOTS: [&str; 2] = ["m", "v"];

/// The values of Adam.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Adam {
    /// β₁, how much of the running mean is kept.
    pub beta1: f64,
    /// β₂, how much of the running mean of squares is kept.
    pub beta2: f64,
    /// ε, added to the root of the mean of squares.
    pub epsilon: f64,
}

impl Default for Adam {
    fn default() -> Self {
        Adam { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }
    }
}

/// What an update starts from, each as long as the gradient.
pub(crate) struct Old<'a, T> {
    pub parameters: &'a [T],
    pub m: &'a [T],
    pub v: &'a [T],
}

/// What an update comes to.
pub(crate) struct New<'a, T> {
    pub parameters: &'a mut [T],
    pub m: &'a mut [T],
    pub v: &'a mut [T],
}

/// `base` to a whole power, by squaring: the same on every host.
fn power(mut base: f64, mut exponent: u64) -> f64 {
    let mut result = 1.0;
    while exponent > 0 {
        if exponent & 1 == 1 {
            result *= base;
        }
        base *= base;
        exponent >>= 1;
    }
    result
}

impl Adam {
    /// Update number `step`, counted from 1. Returns whether all that it comes to is certainly finite.
    pub(crate) fn update<T: Real>(
        &self,
        learning_rate: f64,
        step: u64,
        old: Old<T>,
        new: New<T>,
        gradient: &[T],
        clip: impl Fn(T) -> T,
    ) -> bool {
        let [beta1, fresh1, beta2, fresh2, epsilon, rate, of_v] = [
            self.beta1,
            1.0 - self.beta1,
            self.beta2,
            1.0 - self.beta2,
            self.epsilon,
            learning_rate / (1.0 - power(self.beta1, step)),
            1.0 / (1.0 - power(self.beta2, step)),
        ]
        .map(T::from_f64);
        let count = gradient.len();
        let Old { parameters, m, v } = old;
        let (parameters, m, v) = (&parameters[..count], &m[..count], &v[..count]);
        let (new_parameters, new_m) = (&mut new.parameters[..count], &mut new.m[..count]);
        let new_v = &mut new.v[..count];
        let mut finite = true;
        for i in 0..count {
            let g = clip(gradient[i]);
            let m = beta1 * m[i] + fresh1 * g;
            let v = beta2 * v[i] + fresh2 * g * g;
            let parameter = parameters[i] - rate * m / ((v * of_v).sqrt() + epsilon);
            (new_parameters[i], new_m[i], new_v[i]) = (parameter, m, v);
            finite &= (parameter + m + v).is_finite();
        }
        finite
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_update_is_the_rate_against_the_gradients_sign() {
        let mut theta = [0.0_f64; 2];
        let (mut m, mut v) = ([0.0; 2], [0.0; 2]);
        Adam::default().update(
            1e-3,
            1,
            Old { parameters: &[1.0, 1.0], m: &[0.0; 2], v: &[0.0; 2] },
            New { parameters: &mut theta, m: &mut m, v: &mut v },
            &[5.0, -0.01],
            |g| g,
        );
        assert!((theta[0] - 0.999).abs() < 1e-8 && (theta[1] - 1.001).abs() < 1e-8, "{theta:?}");
    }

    #[test]
    fn two_updates_are_as_by_hand() {
        let (mut theta, mut m, mut v) = ([1.0_f64], [0.0], [0.0]);
        let (mut by_hand, mut hand_m, mut hand_v) = (1.0, 0.0, 0.0);
        for (step, g) in [(1, 2.0), (2, -1.0)] {
            let old = (theta, m, v);
            Adam::default().update(
                1e-2,
                step,
                Old { parameters: &old.0, m: &old.1, v: &old.2 },
                New { parameters: &mut theta, m: &mut m, v: &mut v },
                &[g],
                |g| g,
            );
            hand_m = 0.9 * hand_m + 0.1 * g;
            hand_v = 0.999 * hand_v + 0.001 * g * g;
            let of_m = hand_m / (1.0 - 0.9_f64.powi(step as i32));
            let of_v = hand_v / (1.0 - 0.999_f64.powi(step as i32));
            by_hand -= 1e-2 * of_m / (of_v.sqrt() + 1e-8);
            assert!((theta[0] - by_hand).abs() < 1e-12, "{} {by_hand}", theta[0]);
        }
    }

    #[test]
    fn powers_by_squaring() {
        assert_eq!(power(0.9, 0), 1.0);
        assert!((power(0.999, 1000) - 0.999_f64.powi(1000)).abs() < 1e-13);
    }
}
