//! The exponential function.
//!
//! With k the integer nearest to x / ln 2 and r = x - k·ln 2, so that |r| ≤ ln 2 / 2, is e^x = 2^k · e^r.
//!
//! - **Reduction** (Cody and Waite): ln 2 is the sum of a part short enough for its product with k to be exact,
//!   and a small rest. What the rounding of r loses is kept, and added where numbers are small again.
//!   k comes from adding 1.5·2^23 (`f64`: 1.5·2^52), which leaves the integer in the low bits of the sum: no
//!   conversion that saturates, and no branch.
//! - **Polynomial**: e^r = 1 + r + r²·q(r), q of degree 4 with relative error 2^-28.3 (`f64`: degree 9, 2^-57.9)
//!   on |r| ≤ 0.3467, fitted by Remez exchange.
//! - **Scaling**: 2^k is applied as two powers of half the exponent each, so that results overflow to infinity and
//!   run through the subnormals to 0 with one last rounding. x is first held between bounds beyond which the
//!   result is infinity or 0.
//!
//! Greatest error: `f32` 0.91 ulp over all inputs, at x = 4.5058656; `f64` 0.94 ulp over 40 million random points.

use core::f32::consts::LOG2_E as LOG2_E_F32;
use core::f64::consts::LOG2_E as LOG2_E_F64;

/// 1.5·2^23: an `f32` near it is an integer, the low bits of its pattern.
const SHIFT_F32: f32 = 12_582_912.0;
/// 1.5·2^52: an `f64` near it is an integer, the low bits of its pattern.
const SHIFT_F64: f64 = 6_755_399_441_055_744.0;

/// The leading 9 bits of ln 2, times any k exact.
pub(super) const LN_2_HIGH_F32: f32 = 355.0 / 512.0;
/// ln 2 - 355/512.
pub(super) const LN_2_LOW_F32: f32 = -2.121_944_4e-4;
/// The leading 32 bits of ln 2 (fdlibm's split), times any k exact: 0.6931471803691238.
pub(super) const LN_2_HIGH_F64: f64 = f64::from_bits(0x3fe6_2e42_fee0_0000);
/// The rest of ln 2: 1.9082149292705877e-10.
pub(super) const LN_2_LOW_F64: f64 = f64::from_bits(0x3dea_39ef_3579_3c76);

/// (e^r - 1 - r) / r², the constant first.
const Q_F32: [f32; 5] = [0.499_999_94, 0.166_665_21, 0.041_668_39, 0.008_368_745, 0.001_381_456_9];
/// (e^r - 1 - r) / r², the constant first.
const Q_F64: [f64; 10] = [
    0.500_000_000_000_001_1,
    0.166_666_666_666_664_1,
    0.041_666_666_666_529_725,
    0.008_333_333_333_494_914,
    0.001_388_888_894_376_094_5,
    0.000_198_412_695_058_853_13,
    2.480_149_294_855_125e-5,
    2.755_758_671_992_313e-6,
    2.763_030_666_805_100_4e-7,
    2.500_004_192_671_355_4e-8,
];

/// `e^x`, with an error below 1 ulp.
///
/// Overflows to infinity above 88.72284, underflows gradually to 0 below -103.97208; NaN gives NaN.
#[inline(always)]
pub fn exp_f32(x: f32) -> f32 {
    let x = if 89.0 < x { 89.0 } else { x };
    let x = if -105.0 > x { -105.0 } else { x };
    let (p, k) = reduced_f32(x);
    let half = k >> 1;
    p * power_f32(half) * power_f32(k.wrapping_sub(half))
}

/// `e^x`, with an error below 1 ulp.
///
/// Overflows to infinity above 709.782712893384, underflows gradually to 0 below -745.1332191019412; NaN gives NaN.
#[inline(always)]
pub fn exp_f64(x: f64) -> f64 {
    let x = if 710.0 < x { 710.0 } else { x };
    let x = if -746.0 > x { -746.0 } else { x };
    let (p, k) = reduced_f64(x);
    let half = k >> 1;
    p * power_f64(half) * power_f64(k.wrapping_sub(half))
}

/// The `p` from √½ to √2 and the `k` of `e^x = p · 2^k`, for an x between -105 and 89.
#[inline(always)]
pub(super) fn reduced_f32(x: f32) -> (f32, i32) {
    let shifted = x * LOG2_E_F32 + SHIFT_F32;
    let k = shifted - SHIFT_F32;
    let high = x - k * LN_2_HIGH_F32;
    let low = k * LN_2_LOW_F32;
    let r = high - low;
    let lost = (high - r) - low;
    // In pairs, not one product after another: the loop waits less.
    let square = r * r;
    let q = (Q_F32[4] * square + (Q_F32[3] * r + Q_F32[2])) * square + (Q_F32[1] * r + Q_F32[0]);
    let p = 1.0 + (r + (square * q + lost));
    (p, (shifted.to_bits() as i32).wrapping_sub(SHIFT_F32.to_bits() as i32))
}

/// The `p` from √½ to √2 and the `k` of `e^x = p · 2^k`, for an x between -746 and 710.
#[inline(always)]
pub(super) fn reduced_f64(x: f64) -> (f64, i64) {
    let shifted = x * LOG2_E_F64 + SHIFT_F64;
    let k = shifted - SHIFT_F64;
    let high = x - k * LN_2_HIGH_F64;
    let low = k * LN_2_LOW_F64;
    let r = high - low;
    let lost = (high - r) - low;
    let q = (((Q_F64[9] * r + Q_F64[8]) * r + Q_F64[7]) * r + Q_F64[6]) * r + Q_F64[5];
    let q = ((((q * r + Q_F64[4]) * r + Q_F64[3]) * r + Q_F64[2]) * r + Q_F64[1]) * r + Q_F64[0];
    let p = 1.0 + (r + (r * r * q + lost));
    (p, (shifted.to_bits() as i64).wrapping_sub(SHIFT_F64.to_bits() as i64))
}

/// `2^k`, for a k from -126 to 127.
#[inline(always)]
pub(super) fn power_f32(k: i32) -> f32 {
    f32::from_bits((k.wrapping_add(127) as u32) << 23)
}

/// `2^k`, for a k from -1022 to 1023.
#[inline(always)]
pub(super) fn power_f64(k: i64) -> f64 {
    f64::from_bits((k.wrapping_add(1023) as u64) << 52)
}

#[cfg(test)]
mod tests {
    use super::super::testing::{assert_close_f32, assert_close_f64, fingerprint_f32, fingerprint_f64, uniform, words};
    use super::{exp_f32, exp_f64};

    #[test]
    fn f32_is_close_everywhere() {
        let mut seams = vec![89.0, 105.0];
        // Where the reduction goes from one k to the next; overflow and underflow are among them.
        seams.extend((0..=303).map(|i| (f64::from(i) * 0.5 * std::f64::consts::LN_2) as f32));
        seams.extend([88.722_83, 87.336_55, 103.278_93, 103.972_08]);
        assert_close_f32(exp_f32, f64::exp, &seams);
    }

    #[test]
    fn f32_edges_are_exact() {
        assert_eq!(exp_f32(0.0), 1.0);
        assert_eq!(exp_f32(-0.0), 1.0);
        assert_eq!(exp_f32(1.0e-45), 1.0);
        assert_eq!(exp_f32(f32::INFINITY), f32::INFINITY);
        assert_eq!(exp_f32(f32::MAX), f32::INFINITY);
        assert_eq!(exp_f32(f32::NEG_INFINITY).to_bits(), 0);
        assert_eq!(exp_f32(f32::MIN).to_bits(), 0);
        assert!(exp_f32(f32::NAN).is_nan());
        assert!(exp_f32(-f32::NAN).is_nan());
        let (overflow, underflow) = (88.722_83_f32, -103.972_08_f32);
        assert!(exp_f32(overflow).is_finite());
        assert_eq!(exp_f32(overflow.next_up()), f32::INFINITY);
        assert_eq!(exp_f32(underflow.next_up()), f32::from_bits(1));
        assert_eq!(exp_f32(underflow.next_down()), 0.0);
    }

    #[test]
    fn f64_is_close_at_random_points() {
        for x in uniform(500_000, -745.2, 709.7) {
            assert_close_f64(exp_f64, f64::exp, x);
        }
        for x in uniform(500_000, -1.0, 1.0).chain(words(500_000).map(f64::from_bits)) {
            assert_close_f64(exp_f64, f64::exp, x);
        }
    }

    #[test]
    fn f64_edges_are_exact() {
        assert_eq!(exp_f64(0.0), 1.0);
        assert_eq!(exp_f64(-0.0), 1.0);
        assert_eq!(exp_f64(f64::INFINITY), f64::INFINITY);
        assert_eq!(exp_f64(f64::NEG_INFINITY).to_bits(), 0);
        assert!(exp_f64(f64::NAN).is_nan());
        let (overflow, underflow) = (709.782_712_893_384_f64, -745.133_219_101_941_2_f64);
        assert!(exp_f64(overflow).is_finite());
        assert_eq!(exp_f64(overflow.next_up()), f64::INFINITY);
        assert_eq!(exp_f64(underflow.next_up()), f64::from_bits(1));
        assert_eq!(exp_f64(underflow.next_down()), 0.0);
    }

    #[test]
    fn bits_are_the_same_on_every_host() {
        assert_eq!(fingerprint_f32(exp_f32), 0xfd2d_ecf0_35bc_7bcf);
        assert_eq!(fingerprint_f64(exp_f64, -746.0, 710.0), 0xdb77_0e0e_5082_42eb);
    }
}
