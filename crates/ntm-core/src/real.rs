//! The scalar that everything is written over: `f32` ships, `f64` checks the gradients of the same code.

use std::fmt::Debug;
use std::iter::Sum;
use std::ops::{AddAssign, DivAssign, MulAssign, Neg, SubAssign};

use ndarray::LinalgScalar;

use crate::hot::Hot;
use crate::kernels::lanes::{self, Lanes};
use crate::math;

/// A floating-point number whose elementary functions are this crate's own, so that results do not depend on the host.
///
/// `num_traits::Float` is no supertrait on purpose: its `exp`, `ln` and `tanh` are the host's.
pub trait Real:
    Hot
    + LinalgScalar
    + PartialOrd
    + Neg<Output = Self>
    + AddAssign
    + SubAssign
    + MulAssign
    + DivAssign
    + Sum
    + Debug
    + Send
    + Sync
{
    /// Four of these numbers side by side.
    type Lanes: Lanes<Self>;
    /// 0.
    const ZERO: Self;
    /// 1.
    const ONE: Self;
    /// The nearest value of this type.
    fn from_f64(value: f64) -> Self;
    /// The same value in double precision.
    fn to_f64(self) -> f64;
    /// Neither infinite nor NaN.
    fn is_finite(self) -> bool;
    /// Square root, correctly rounded.
    fn sqrt(self) -> Self;
    /// Absolute value.
    fn abs(self) -> Self;
    /// The greater of two numbers; `other` where `self` is NaN.
    fn max(self, other: Self) -> Self;
    /// The lesser of two numbers; `other` where `self` is NaN.
    fn min(self, other: Self) -> Self;
    /// Itself or 0, whichever is greater; NaN stays NaN, also where [`Real::max`] becomes a relaxed instruction.
    #[inline(always)]
    fn positive(self) -> Self {
        if self < Self::ZERO { Self::ZERO } else { self }
    }
    /// eˣ.
    fn exp(self) -> Self;
    /// Natural logarithm.
    fn ln(self) -> Self;
    /// Hyperbolic tangent.
    fn tanh(self) -> Self;
}

macro_rules! real {
    ($real:ty, $lanes:ty, $exp:path, $ln:path, $tanh:path) => {
        impl Real for $real {
            type Lanes = $lanes;
            const ZERO: Self = 0.0;
            const ONE: Self = 1.0;
            #[inline(always)]
            fn from_f64(value: f64) -> Self {
                value as $real
            }
            #[inline(always)]
            fn to_f64(self) -> f64 {
                f64::from(self)
            }
            #[inline(always)]
            fn is_finite(self) -> bool {
                <$real>::is_finite(self)
            }
            #[inline(always)]
            fn sqrt(self) -> Self {
                <$real>::sqrt(self)
            }
            #[inline(always)]
            fn abs(self) -> Self {
                <$real>::abs(self)
            }
            // A comparison and a select: one instruction on every target, unlike IEEE's maximum.
            #[inline(always)]
            fn max(self, other: Self) -> Self {
                if self > other { self } else { other }
            }
            #[inline(always)]
            fn min(self, other: Self) -> Self {
                if self < other { self } else { other }
            }
            #[inline(always)]
            fn exp(self) -> Self {
                $exp(self)
            }
            #[inline(always)]
            fn ln(self) -> Self {
                $ln(self)
            }
            #[inline(always)]
            fn tanh(self) -> Self {
                $tanh(self)
            }
        }
    };
}

real!(f32, lanes::Single, math::exp_f32, math::ln_f32, math::tanh_f32);
real!(f64, lanes::Array<f64>, math::exp_f64, math::ln_f64, math::tanh_f64);
