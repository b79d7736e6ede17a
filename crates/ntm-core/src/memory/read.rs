//! Reading (eq. 2): `r_i = Σ_n w_i(n)·mem[n]`, all read heads together.

use crate::kernels::matrix::{Matrix, MatrixMut};
use crate::kernels::product::{add_a_b, add_a_bt, add_at_b};
use crate::real::Real;

/// The read vectors `[R, M]` of the weightings `[R, N]` over the memory `[M, N]`.
pub fn forward<T: Real>(weightings: Matrix<T>, memory: Matrix<T>, reads: &mut [T]) {
    reads.fill(T::ZERO);
    let reads = &mut MatrixMut::new(reads, weightings.height(), memory.height());
    add_a_bt(reads, weightings, memory);
}

/// From `d_reads [R, M]`: adds to `d_weightings [R, N]` and to `d_memory [M, N]`.
pub fn backward<T: Real>(
    weightings: Matrix<T>,
    memory: Matrix<T>,
    d_reads: Matrix<T>,
    d_weightings: &mut MatrixMut<T>,
    d_memory: &mut MatrixMut<T>,
) {
    add_a_b(d_weightings, d_reads, memory);
    add_at_b(d_memory, d_reads, weightings);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{gradient, numbers};
    use crate::kernels::vector::dot;

    const HEADS: usize = 2;
    const ROWS: usize = 5;
    const COLUMNS: usize = 3;

    fn read(weightings: &[f64], memory: &[f64]) -> Vec<f64> {
        let mut reads = vec![0.0; HEADS * COLUMNS];
        forward(Matrix::new(weightings, HEADS, ROWS), Matrix::new(memory, COLUMNS, ROWS), &mut reads);
        reads
    }

    #[test]
    fn gradients_are_central_differences() {
        let (weightings, memory) = (numbers(1, HEADS * ROWS), numbers(2, COLUMNS * ROWS));
        let d_reads = numbers(3, HEADS * COLUMNS);
        let [mut d_weightings, mut d_memory] = [vec![0.0; HEADS * ROWS], vec![0.0; COLUMNS * ROWS]];
        backward(
            Matrix::new(&weightings, HEADS, ROWS),
            Matrix::new(&memory, COLUMNS, ROWS),
            Matrix::new(&d_reads, HEADS, COLUMNS),
            &mut MatrixMut::new(&mut d_weightings, HEADS, ROWS),
            &mut MatrixMut::new(&mut d_memory, COLUMNS, ROWS),
        );
        gradient("weightings", &weightings, &d_weightings, |weightings| dot(&read(weightings, &memory), &d_reads));
        gradient("memory", &memory, &d_memory, |memory| dot(&read(&weightings, memory), &d_reads));
    }

    #[test]
    fn a_focus_on_one_row_reads_that_row() {
        let mut weightings = vec![0.0; HEADS * ROWS];
        (weightings[1], weightings[ROWS + 4]) = (1.0, 1.0);
        let memory: Vec<f64> = (0..15).map(f64::from).collect();
        assert_eq!(read(&weightings, &memory), [1.0, 6.0, 11.0, 4.0, 9.0, 14.0]);
    }
}
