//! Reading (eq. 2): `r = Σ_n w(n)·mem[n]`.

use crate::kernels::vector::{add_scaled, dot};
use crate::real::Real;

/// The read vector `[M]` of a weighting `[N]` over the memory `[M, N]`.
pub fn forward<T: Real>(weighting: &[T], memory: &[T], read: &mut [T]) {
    for (read, column) in read.iter_mut().zip(memory.chunks_exact(weighting.len())) {
        *read = dot(weighting, column);
    }
}

/// From `d_read [M]`: adds to `d_weighting [N]` and to `d_memory [M, N]`.
pub fn backward<T: Real>(weighting: &[T], memory: &[T], d_read: &[T], d_weighting: &mut [T], d_memory: &mut [T]) {
    let rows = weighting.len();
    let columns = memory.chunks_exact(rows).zip(d_memory.chunks_exact_mut(rows));
    for (&d_read, (column, d_column)) in d_read.iter().zip(columns) {
        add_scaled(d_weighting, d_read, column);
        add_scaled(d_column, d_read, weighting);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{gradient, numbers};

    #[test]
    fn gradients_are_central_differences() {
        let (weighting, memory, d_read) = (numbers(1, 5), numbers(2, 15), numbers(3, 3));
        let objective = |weighting: &[f64], memory: &[f64]| {
            let mut read = [0.0; 3];
            forward(weighting, memory, &mut read);
            dot(&read, &d_read)
        };
        let (mut d_weighting, mut d_memory) = ([0.0; 5], [0.0; 15]);
        backward(&weighting, &memory, &d_read, &mut d_weighting, &mut d_memory);
        gradient("weighting", &weighting, &d_weighting, |weighting| objective(weighting, &memory));
        gradient("memory", &memory, &d_memory, |memory| objective(&weighting, memory));
    }

    #[test]
    fn a_focus_on_one_row_reads_that_row() {
        let mut read = [0.0; 2];
        forward(&[0.0, 1.0, 0.0], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], &mut read);
        assert_eq!(read, [2.0, 5.0]);
    }
}
