//! `rten-gemm` and `rten-vecmath`, each in the way that is fastest here.

#[cfg(feature = "rten-products")]
use rten_gemm::{GemmExecutor, GemmInputA, GemmInputB, GemmOptions};
#[cfg(feature = "rten-functions")]
use rten_simd::{SimdOp, SimdUnaryOp};
#[cfg(feature = "rten-products")]
use rten_tensor::{NdTensor, NdTensorView, prelude::*};
#[cfg(feature = "rten-functions")]
use rten_vecmath::{Exp, ExtendInit, Softmax, Tanh};

#[cfg(feature = "rten-functions")]
use crate::Function;
#[cfg(feature = "rten-products")]
use crate::{INPUTS, OUTPUTS};
use crate::{Operands, Work};

#[cfg(feature = "rten-products")]
pub fn layer(Operands { rows, a, b }: Operands) -> Work {
    let gemm = GemmExecutor::<f32>::new();
    let weights = NdTensor::from_data([OUTPUTS, INPUTS], b);
    let options = GemmOptions { beta: 1.0, ..Default::default() };
    let a = NdTensor::from_data([rows, INPUTS], a);
    if rows == 1 {
        // It has a kernel of its own for one row, which reads the weights as they lie; best along the outputs.
        let transposed: NdTensor<f32, 2> = weights.transposed().to_tensor();
        return Box::new(move |c| {
            let b = GemmInputB::Unpacked(transposed.view());
            gemm.gemm(c, GemmInputA::Unpacked(a.view()), b, options.clone()).unwrap();
        });
    }
    let packed = gemm.prepack_b(weights.transposed());
    Box::new(move |c| {
        gemm.gemm(c, GemmInputA::Unpacked(a.view()), GemmInputB::Packed(&packed), options.clone()).unwrap();
    })
}

#[cfg(feature = "rten-products")]
pub fn gradient(Operands { rows, a, b }: Operands) -> Work {
    let gemm = GemmExecutor::<f32>::new();
    let options = GemmOptions { beta: 1.0, ..Default::default() };
    Box::new(move |c| {
        let a = NdTensorView::from_data([rows, OUTPUTS], &a[..]);
        let b = NdTensorView::from_data([rows, INPUTS], &b[..]);
        gemm.gemm(c, GemmInputA::Unpacked(a.transposed()), GemmInputB::Unpacked(b), options.clone()).unwrap();
    })
}

#[cfg(feature = "rten-functions")]
pub fn each(function: Function, Operands { a, .. }: Operands) -> Option<Work> {
    fn all(a: Vec<f32>, function: impl SimdUnaryOp<f32> + 'static) -> Option<Work> {
        Some(Box::new(move |result| {
            result.clear();
            result.extend_init(|result| function.map(&a, &mut result[..a.len()]));
        }))
    }
    match function {
        Function::Exp => all(a, Exp {}),
        Function::Ln => None,
        Function::Tanh => all(a, Tanh {}),
    }
}

#[cfg(feature = "rten-functions")]
pub fn softmax(Operands { a, .. }: Operands) -> Work {
    Box::new(move |result| {
        result.clear();
        result.extend_init(|result| Softmax::new(&a, &mut result[..a.len()]).dispatch());
    })
}
