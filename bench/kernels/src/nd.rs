//! The products of `ndarray`, which are those of `matrixmultiply`; with one row, of its own.

use ndarray::linalg::{general_mat_mul, general_mat_vec_mul};
use ndarray::{ArrayView1, ArrayView2, ArrayViewMut1, ArrayViewMut2};

use crate::{INPUTS, OUTPUTS, Operands, Work};

pub fn layer(Operands { rows, a, b }: Operands) -> Work {
    if rows == 1 {
        return Box::new(move |c| {
            let (a, b) = (ArrayView1::from(&a[..]), matrix(&b, OUTPUTS, INPUTS));
            general_mat_vec_mul(1.0, &b, &a, 1.0, &mut ArrayViewMut1::from(&mut c[..]));
        });
    }
    Box::new(move |c| {
        let (a, b) = (matrix(&a, rows, INPUTS), matrix(&b, OUTPUTS, INPUTS));
        general_mat_mul(1.0, &a, &b.t(), 1.0, &mut matrix_mut(c, rows, OUTPUTS));
    })
}

pub fn gradient(Operands { rows, a, b }: Operands) -> Work {
    Box::new(move |c| {
        let (a, b) = (matrix(&a, rows, OUTPUTS), matrix(&b, rows, INPUTS));
        general_mat_mul(1.0, &a.t(), &b, 1.0, &mut matrix_mut(c, OUTPUTS, INPUTS));
    })
}

fn matrix(entries: &[f32], height: usize, width: usize) -> ArrayView2<'_, f32> {
    ArrayView2::from_shape((height, width), entries).expect("as many entries")
}

fn matrix_mut(entries: &mut [f32], height: usize, width: usize) -> ArrayViewMut2<'_, f32> {
    ArrayViewMut2::from_shape((height, width), entries).expect("as many entries")
}
