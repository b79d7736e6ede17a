//! The losses of one step of one sequence, over its outputs `[Y]`.

use crate::activation::{ln_one_plus, sigmoid, softmax};
use crate::config::LossKind;
use crate::kernels::vector::sum;
use crate::real::Real;

/// The loss in nats (of squared error, in squares of the target's unit) of logits `[Y]` against a target `[Y]`.
pub fn forward<T: Real>(kind: LossKind, logits: &[T], target: &[T]) -> T {
    let pairs = logits.iter().zip(target);
    match kind {
        // Of an answer that is right and sure, softplus(z) - y·z would leave their rounding alone. So max(z, 0) - y·z is a
        // sum of two numbers ≥ 0, one of which is 0, and what is left of softplus is added last.
        LossKind::BinaryCrossEntropy => {
            let cost =
                |(&z, &y): (&T, &T)| z.positive() * (T::ONE - y) + (-z).positive() * y + ln_one_plus((-z.abs()).exp());
            pairs.map(cost).sum()
        }
        LossKind::SoftmaxCrossEntropy => {
            let place = argmax(logits);
            let greatest = logits[place];
            let mut others = T::ZERO;
            for (index, &z) in logits.iter().enumerate() {
                if index != place {
                    others += (z - greatest).exp();
                }
            }
            let log_total = ln_one_plus(others);
            // Between logits that are far enough apart lies ∞, of which a target of 0 takes nothing.
            pairs.map(|(&z, &y)| if y == T::ZERO { y } else { y * (log_total - (z - greatest)) }).sum()
        }
        LossKind::MeanSquaredError => pairs.map(|(&z, &y)| (z - y) * (z - y)).sum(),
    }
}

/// Writes the gradient of [`forward`] by the logits, times `scale`.
pub fn backward<T: Real>(kind: LossKind, logits: &[T], target: &[T], scale: T, d_logits: &mut [T]) {
    output(kind, logits, d_logits);
    let (factor, scale) = match kind {
        LossKind::BinaryCrossEntropy => (T::ONE, scale),
        LossKind::SoftmaxCrossEntropy => (sum(target), scale),
        LossKind::MeanSquaredError => (T::ONE, scale + scale),
    };
    for (d_logit, &y) in d_logits.iter_mut().zip(target) {
        *d_logit = scale * (factor * *d_logit - y);
    }
}

/// The output `[Y]` that belongs to the loss: σ, softmax or the logits themselves.
pub fn output<T: Real>(kind: LossKind, logits: &[T], output: &mut [T]) {
    match kind {
        LossKind::BinaryCrossEntropy => {
            for (output, &z) in output.iter_mut().zip(logits) {
                *output = sigmoid(z);
            }
        }
        LossKind::SoftmaxCrossEntropy => softmax(T::ONE, logits, output),
        LossKind::MeanSquaredError => output.copy_from_slice(logits),
    }
}

/// How many of the answers are wrong: bits with `(z > 0) ≠ (y > ½)`; for softmax 1 where the greatest logit is not the
/// greatest target; `None` for squared error, where none is right or wrong.
pub fn wrong<T: Real>(kind: LossKind, logits: &[T], target: &[T]) -> Option<usize> {
    match kind {
        LossKind::BinaryCrossEntropy => {
            let half = T::from_f64(0.5);
            let pairs = logits.iter().zip(target);
            Some(pairs.filter(|&(&z, &y)| (z > T::ZERO) != (y > half)).count())
        }
        LossKind::SoftmaxCrossEntropy => Some(usize::from(argmax(logits) != argmax(target))),
        LossKind::MeanSquaredError => None,
    }
}

/// How many answers a step of `outputs` outputs has: each of them, or the one that a softmax gives.
pub fn answers(kind: LossKind, outputs: usize) -> usize {
    match kind {
        LossKind::BinaryCrossEntropy | LossKind::MeanSquaredError => outputs,
        LossKind::SoftmaxCrossEntropy => 1,
    }
}

/// The first place of the greatest entry.
fn argmax<T: Real>(entries: &[T]) -> usize {
    let mut place = 0;
    for (index, &entry) in entries.iter().enumerate() {
        if entry > entries[place] {
            place = index;
        }
    }
    place
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{gradient, numbers};

    #[test]
    fn gradients_are_central_differences() {
        for &kind in LossKind::ALL {
            let logits = numbers(1, 5);
            let target: Vec<f64> = numbers(2, 5).iter().map(|entry| entry.abs()).collect();
            let mut d_logits = [0.0; 5];
            backward(kind, &logits, &target, 0.7, &mut d_logits);
            gradient(&kind.to_string(), &logits, &d_logits, |logits| 0.7 * forward(kind, logits, &target));
        }
    }

    #[test]
    fn losses_are_finite_and_exact_for_logits_far_out() {
        let logits = [1e4_f32, -1e4];
        assert_eq!(forward(LossKind::BinaryCrossEntropy, &logits, &[1.0, 0.0]), 0.0);
        assert_eq!(forward(LossKind::BinaryCrossEntropy, &logits, &[0.0, 1.0]), 2e4);
        assert_eq!(forward(LossKind::SoftmaxCrossEntropy, &logits, &[1.0, 0.0]), 0.0);
        assert_eq!(forward(LossKind::SoftmaxCrossEntropy, &logits, &[0.0, 1.0]), 2e4);
        assert_eq!(forward(LossKind::SoftmaxCrossEntropy, &[3e38, -3e38], &[1.0, 0.0]), 0.0);
    }

    #[test]
    fn losses_of_sure_answers_are_exact_to_rounding() {
        for tenths in -400..=400 {
            let z = tenths as f32 / 10.0;
            let exact = |x: f64| x.max(0.0) + (-x.abs()).exp().ln_1p();
            let [right, wrong] = [-z, z].map(|z| exact(f64::from(z)));
            let between = |y: f32| f64::from(y) * right + f64::from(1.0 - y) * wrong;
            let soft = [0.25, 3e-7, 1.0 - 3e-7].map(|y| (y, between(y)));
            for (y, exact) in [(1.0, right), (0.0, wrong)].into_iter().chain(soft) {
                let found = forward(LossKind::BinaryCrossEntropy, &[z], &[y]);
                assert!((f64::from(found) / exact - 1.0).abs() < 4e-7, "{y} at {z}: {found:e}, not {exact:e}");
            }
            let found = forward(LossKind::SoftmaxCrossEntropy, &[z, 0.0], &[1.0, 0.0]);
            assert!((f64::from(found) / right - 1.0).abs() < 4e-7, "softmax at {z}: {found:e}, not {right:e}");
        }
    }

    #[test]
    fn wrong_answers_are_counted() {
        assert_eq!(wrong(LossKind::BinaryCrossEntropy, &[1.0, -1.0, 0.0], &[1.0, 1.0, 0.0]), Some(1));
        assert_eq!(wrong(LossKind::SoftmaxCrossEntropy, &[1.0, 3.0], &[1.0, 0.0]), Some(1));
        assert_eq!(wrong(LossKind::SoftmaxCrossEntropy, &[1.0, 0.0], &[1.0, 0.0]), Some(0));
        assert_eq!(wrong(LossKind::MeanSquaredError, &[1.0], &[1.0]), None);
    }

    #[test]
    fn a_target_of_a_half_asks_for_0_and_of_equals_the_first_counts() {
        assert_eq!(wrong(LossKind::BinaryCrossEntropy, &[-1.0, 1.0, 2.0], &[0.5; 3]), Some(2));
        for (logits, target) in [([2.0, 2.0, 1.0], [1.0, 0.0, 0.0]), ([3.0, 1.0, 2.0], [0.5, 0.0, 0.5])] {
            assert_eq!(wrong(LossKind::SoftmaxCrossEntropy, &logits, &target), Some(0), "{logits:?}, {target:?}");
        }
    }
}
