//! RMSProp in the form of Graves, *Generating Sequences with Recurrent Neural Networks* (2013), eq. 38–41:
//!
//! `n ← ρn + (1-ρ)g²; m ← ρm + (1-ρ)g; Δ ← μΔ - η·g/√(max(n - m², 0) + ε); θ ← θ + Δ`.

use crate::real::Real;

/// The names of what it remembers of each parameter, as in a checkpoint.
pub(crate) const SLOTS: [&str; 3] = ["n", "m", "delta"];

/// The values of RMSProp.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RmsProp {
    /// ρ, how much of the running means is kept.
    pub decay: f64,
    /// μ, how much of the last step is kept.
    pub momentum: f64,
    /// ε, the least variance.
    pub epsilon: f64,
}

impl Default for RmsProp {
    fn default() -> Self {
        RmsProp { decay: 0.95, momentum: 0.9, epsilon: 1e-4 }
    }
}

/// What an update starts from, each as long as the gradient.
pub(crate) struct Old<'a, T> {
    pub parameters: &'a [T],
    pub n: &'a [T],
    pub m: &'a [T],
    pub delta: &'a [T],
}

/// What an update comes to.
pub(crate) struct New<'a, T> {
    pub parameters: &'a mut [T],
    pub n: &'a mut [T],
    pub m: &'a mut [T],
    pub delta: &'a mut [T],
}

impl RmsProp {
    /// Returns whether all that it comes to is certainly finite.
    pub(crate) fn update<T: Real>(
        &self,
        learning_rate: f64,
        old: Old<T>,
        new: New<T>,
        gradient: &[T],
        clip: impl Fn(T) -> T,
    ) -> bool {
        let [decay, fresh, momentum, rate, epsilon] =
            [self.decay, 1.0 - self.decay, self.momentum, learning_rate, self.epsilon].map(T::from_f64);
        let count = gradient.len();
        let Old { parameters, n, m, delta } = old;
        let (parameters, n, m, delta) = (&parameters[..count], &n[..count], &m[..count], &delta[..count]);
        let (new_parameters, new_n) = (&mut new.parameters[..count], &mut new.n[..count]);
        let (new_m, new_delta) = (&mut new.m[..count], &mut new.delta[..count]);
        let mut finite = true;
        for i in 0..count {
            let g = clip(gradient[i]);
            let n = decay * n[i] + fresh * g * g;
            let m = decay * m[i] + fresh * g;
            let deviation = ((n - m * m).positive() + epsilon).sqrt();
            let delta = momentum * delta[i] - rate * g / deviation;
            let parameter = parameters[i] + delta;
            (new_parameters[i], new_n[i], new_m[i], new_delta[i]) = (parameter, n, m, delta);
            finite &= (parameter + n + m + delta).is_finite();
        }
        finite
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_updates_by_hand() {
        let rmsprop = RmsProp::default();
        let (mut theta, mut n, mut m, mut delta) = ([1.0_f64], [0.0], [0.0], [0.0]);
        let (mut by_hand, mut hand_n, mut hand_m, mut hand_delta) = (1.0, 0.0, 0.0, 0.0);
        for g in [2.0, -1.0] {
            let old = (theta, n, m, delta);
            rmsprop.update(
                1e-2,
                Old { parameters: &old.0, n: &old.1, m: &old.2, delta: &old.3 },
                New { parameters: &mut theta, n: &mut n, m: &mut m, delta: &mut delta },
                &[g],
                |g| g,
            );
            hand_n = 0.95 * hand_n + 0.05 * g * g;
            hand_m = 0.95 * hand_m + 0.05 * g;
            hand_delta = 0.9 * hand_delta - 1e-2 * g / f64::sqrt(hand_n - hand_m * hand_m + 1e-4);
            by_hand += hand_delta;
            assert!((theta[0] - by_hand).abs() < 1e-14);
        }
    }

    #[test]
    fn a_variance_that_rounding_makes_negative_is_0() {
        let rmsprop = RmsProp { decay: 1.0 - 1e-9, momentum: 0.0, epsilon: 1e-4 };
        let (mut theta, mut n, mut m, mut delta) = ([0.0_f64], [0.0], [0.0], [0.0]);
        // n - m² is -1 here: with ε alone under the root the step is 100·η.
        rmsprop.update(
            1e-2,
            Old { parameters: &[0.0], n: &[3.0], m: &[2.0], delta: &[0.0] },
            New { parameters: &mut theta, n: &mut n, m: &mut m, delta: &mut delta },
            &[1.0],
            |g| g,
        );
        assert!((theta[0] + 1.0).abs() < 1e-6, "{}", theta[0]);
    }
}
