//! The kernels of `ntm-core`, as its stages call them.

#[cfg(feature = "ours-products")]
use ntm_core::kernels::{
    matrix::{Matrix, MatrixMut},
    panels::Panels,
    product::add_at_b,
};
#[cfg(feature = "ours-functions")]
use ntm_core::{activation, math};

#[cfg(feature = "ours-functions")]
use crate::Function;
#[cfg(feature = "ours-products")]
use crate::{INPUTS, OUTPUTS};
use crate::{Operands, Work};

#[cfg(feature = "ours-products")]
pub fn layer(Operands { rows, a, b }: Operands) -> Work {
    let mut panels = Panels::zeros(OUTPUTS, INPUTS);
    panels.set(Matrix::new(&b, OUTPUTS, INPUTS));
    Box::new(move |c| panels.add_product(&mut MatrixMut::new(c, rows, OUTPUTS), Matrix::new(&a, rows, INPUTS)))
}

#[cfg(feature = "ours-products")]
pub fn gradient(Operands { rows, a, b }: Operands) -> Work {
    Box::new(move |c| {
        add_at_b(
            &mut MatrixMut::new(c, OUTPUTS, INPUTS),
            Matrix::new(&a, rows, OUTPUTS),
            Matrix::new(&b, rows, INPUTS),
        );
    })
}

#[cfg(feature = "ours-functions")]
pub fn each(function: Function, Operands { a, .. }: Operands) -> Work {
    fn all(a: Vec<f32>, function: impl Fn(f32) -> f32 + 'static) -> Work {
        Box::new(move |result| {
            for (result, &x) in result.iter_mut().zip(&a) {
                *result = function(x);
            }
        })
    }
    match function {
        Function::Exp => all(a, math::exp_f32),
        Function::Ln => all(a, math::ln_f32),
        Function::Tanh => all(a, math::tanh_f32),
    }
}

#[cfg(feature = "ours-functions")]
pub fn softmax(Operands { a, .. }: Operands) -> Work {
    Box::new(move |result| activation::softmax(1.0, &a, result))
}
