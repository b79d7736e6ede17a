//! Interpolation (eq. 7): the gate g blends the content weighting with the head's previous one,
//! `wg = g·wc + (1 - g)·w'`.

use crate::kernels::vector::dot;
use crate::real::Real;

/// The interpolated weighting `[N]` of the content weighting `[N]`, the previous weighting `[N]` and the gate in [0, 1].
pub fn forward<T: Real>(gate: T, content: &[T], previous: &[T], interpolated: &mut [T]) {
    let keep = T::ONE - gate;
    for ((interpolated, &content), &previous) in interpolated.iter_mut().zip(content).zip(previous) {
        *interpolated = gate * content + keep * previous;
    }
}

/// From `d_interpolated [N]`: writes `d_content [N]` and `d_previous [N]`, returns the gradient of the gate.
pub fn backward<T: Real>(
    gate: T,
    content: &[T],
    previous: &[T],
    d_interpolated: &[T],
    d_content: &mut [T],
    d_previous: &mut [T],
) -> T {
    let keep = T::ONE - gate;
    for ((&d_interpolated, d_content), d_previous) in d_interpolated.iter().zip(d_content).zip(d_previous) {
        *d_content = gate * d_interpolated;
        *d_previous = keep * d_interpolated;
    }
    // One sum of `d·(wc - w')` would lose less where the weightings are nearly alike, and so the gradient small; but it has
    // other bits, which all trained machines would have to be made anew for.
    dot(d_interpolated, content) - dot(d_interpolated, previous)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{gradient, numbers};

    #[test]
    fn gradients_are_central_differences() {
        let (gate, content, previous, d_interpolated) = (0.3, numbers(1, 6), numbers(2, 6), numbers(3, 6));
        let objective = |gate: f64, content: &[f64], previous: &[f64]| {
            let mut interpolated = [0.0; 6];
            forward(gate, content, previous, &mut interpolated);
            dot(&interpolated, &d_interpolated)
        };
        let (mut d_content, mut d_previous) = ([0.0; 6], [0.0; 6]);
        let d_gate = backward(gate, &content, &previous, &d_interpolated, &mut d_content, &mut d_previous);
        gradient("gate", &[gate], &[d_gate], |gate| objective(gate[0], &content, &previous));
        gradient("content", &content, &d_content, |content| objective(gate, content, &previous));
        gradient("previous", &previous, &d_previous, |previous| objective(gate, &content, previous));
    }

    #[test]
    fn a_gate_of_one_is_content_alone_and_of_zero_the_previous_weighting() {
        let mut interpolated = [0.0; 2];
        forward(1.0, &[0.25, 0.75], &[1.0, 0.0], &mut interpolated);
        assert_eq!(interpolated, [0.25, 0.75]);
        forward(0.0, &[0.25, 0.75], &[1.0, 0.0], &mut interpolated);
        assert_eq!(interpolated, [1.0, 0.0]);
    }
}
