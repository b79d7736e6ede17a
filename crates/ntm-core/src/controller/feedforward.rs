//! A feedforward layer: `h = tanh(·)` of the sums `weight·u + bias`, which `step.rs` forms.

use crate::real::Real;

/// The hidden units of their pre-activations, both `[H]`.
pub fn forward<T: Real>(sums: &[T], hidden: &mut [T]) {
    for (hidden, &sum) in hidden.iter_mut().zip(sums) {
        *hidden = sum.tanh();
    }
}

/// The gradient of the pre-activations of that of the hidden units, all `[H]`.
pub fn backward<T: Real>(hidden: &[T], d_hidden: &[T], d_sums: &mut [T]) {
    for ((d_sum, &hidden), &d_hidden) in d_sums.iter_mut().zip(hidden).zip(d_hidden) {
        *d_sum = d_hidden * (T::ONE - hidden * hidden);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{gradient, numbers};
    use crate::kernels::vector::dot;

    #[test]
    fn gradients_are_central_differences() {
        let (sums, d_hidden) = (numbers(1, 7), numbers(2, 7));
        let mut hidden = [0.0; 7];
        forward(&sums, &mut hidden);
        let mut d_sums = [0.0; 7];
        backward(&hidden, &d_hidden, &mut d_sums);
        gradient("sums", &sums, &d_sums, |sums| {
            let mut hidden = [0.0; 7];
            forward(sums, &mut hidden);
            dot(&hidden, &d_hidden)
        });
    }
}
