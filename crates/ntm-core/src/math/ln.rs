//! The natural logarithm.
//!
//! x = 2^k · m with m from √½ to √2, so that ln x = k·ln 2 + ln m, and f = m - 1 is exact.
//!
//! - **Reduction**: the pattern of √½ is subtracted from the pattern of x; the exponent of the difference is k and
//!   its fraction, put back on √½, is m. Subnormal x are first multiplied by a power of 2.
//! - **`f32`** (the form of Cephes' `logf`): ln(1 + f) = f - f²/2 + f³·p(f), p of degree 7 with relative error
//!   2^-27.4 on the whole interval. No division.
//! - **`f64`** (the form of fdlibm's `log`): with s = f / (2 + f) and z = s² is
//!   ln(1 + f) = f - (f²/2 - s·(f²/2 + z·r(z))), r of degree 6 with relative error 2^-59.5.
//! - ln 2 is the sum of a part whose product with k is exact, and a small rest that is added to the small terms.
//!
//! p and r were fitted by Remez exchange.
//!
//! Greatest error: `f32` 0.89 ulp over all inputs, at x = 0.6991383; `f64` 0.84 ulp over 40 million random points.

use super::exp::{LN_2_HIGH_F32, LN_2_HIGH_F64, LN_2_LOW_F32, LN_2_LOW_F64};

/// The pattern of the `f32` below √½.
const ROOT_F32: i32 = 0x3f35_04f3;
/// The pattern of the `f64` above √½.
const ROOT_F64: i64 = 0x3fe6_a09e_667f_3bcd;

/// 2^23, which makes a normal number of every subnormal one.
const LIFT_F32: f32 = 8_388_608.0;
/// 2^52, which makes a normal number of every subnormal one.
const LIFT_F64: f64 = 4_503_599_627_370_496.0;

/// (ln(1 + f) - f + f²/2) / f³, the constant first.
const P_F32: [f32; 8] =
    [0.333_333_3, -0.250_008_2, 0.200_012_28, -0.166_233_6, 0.142_017_19, -0.131_601_19, 0.127_618_09, -0.076_349_47];
/// (ln((1 + s) / (1 - s)) - 2s) / s³ in z = s², the constant first.
const R_F64: [f64; 7] = [
    0.666_666_666_666_673_4,
    0.399_999_999_994_163_5,
    0.285_714_287_420_275_4,
    0.222_221_986_091_464_46,
    0.181_835_625_017_140_96,
    0.153_140_961_920_907_06,
    0.147_955_026_696_348_1,
];

/// `ln x`, with an error below 1 ulp.
///
/// 0 gives -infinity, infinity itself; a number below 0 and NaN give NaN.
#[inline(always)]
pub fn ln_f32(x: f32) -> f32 {
    let subnormal = x < f32::MIN_POSITIVE;
    let lifted = if subnormal { x * LIFT_F32 } else { x };
    let bias = if subnormal { -23.0 } else { 0.0 };
    let bits = (lifted.to_bits() as i32).wrapping_sub(ROOT_F32);
    let k = (bits >> 23) as f32 + bias;
    let f = f32::from_bits(((bits & 0x007f_ffff) + ROOT_F32) as u32) - 1.0;
    let square = f * f;
    // In pairs, not one product after another: the loop waits less.
    let high = (P_F32[7] * f + P_F32[6]) * square + (P_F32[5] * f + P_F32[4]);
    let low = (P_F32[3] * f + P_F32[2]) * square + (P_F32[1] * f + P_F32[0]);
    let p = high * (square * square) + low;
    let small = (f * square * p + k * LN_2_LOW_F32) - 0.5 * square;
    let value = (f + small) + k * LN_2_HIGH_F32;
    let edge = if x == 0.0 { f32::NEG_INFINITY } else { f32::NAN };
    let edge = if x > 0.0 { x } else { edge };
    if x > 0.0 && x < f32::INFINITY { value } else { edge }
}

/// `ln x`, with an error below 1 ulp.
///
/// 0 gives -infinity, infinity itself; a number below 0 and NaN give NaN.
#[inline(always)]
pub fn ln_f64(x: f64) -> f64 {
    let subnormal = x < f64::MIN_POSITIVE;
    let lifted = if subnormal { x * LIFT_F64 } else { x };
    let bias = if subnormal { -52.0 } else { 0.0 };
    let bits = (lifted.to_bits() as i64).wrapping_sub(ROOT_F64);
    let k = (bits >> 52) as f64 + bias;
    let f = f64::from_bits(((bits & 0x000f_ffff_ffff_ffff) + ROOT_F64) as u64) - 1.0;
    let s = f / (2.0 + f);
    let z = s * s;
    let r = (R_F64[6] * z + R_F64[5]) * z + R_F64[4];
    let r = (((r * z + R_F64[3]) * z + R_F64[2]) * z + R_F64[1]) * z + R_F64[0];
    let half = 0.5 * f * f;
    let small = half - (s * (half + z * r) + k * LN_2_LOW_F64);
    let value = k * LN_2_HIGH_F64 - (small - f);
    let edge = if x == 0.0 { f64::NEG_INFINITY } else { f64::NAN };
    let edge = if x > 0.0 { x } else { edge };
    if x > 0.0 && x < f64::INFINITY { value } else { edge }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{assert_close_f32, assert_close_f64, fingerprint_f32, fingerprint_f64, uniform, words};
    use super::{ROOT_F32, ROOT_F64, ln_f32, ln_f64};

    #[test]
    fn f32_is_close_everywhere() {
        // Where the reduction goes from one k to the next, and the powers of 2.
        let roots = (1..255).map(|exponent| (exponent << 23) | (ROOT_F32 as u32 & 0x007f_ffff));
        let powers = (0..255).map(|exponent| exponent << 23);
        let subnormals = (0..23).map(|bit| 1 << bit);
        let seams: Vec<f32> = roots.chain(powers).chain(subnormals).map(f32::from_bits).collect();
        assert_close_f32(ln_f32, f64::ln, &seams);
    }

    #[test]
    fn f32_edges_are_exact() {
        assert_eq!(ln_f32(1.0).to_bits(), 0);
        assert_eq!(ln_f32(0.0), f32::NEG_INFINITY);
        assert_eq!(ln_f32(-0.0), f32::NEG_INFINITY);
        assert_eq!(ln_f32(f32::INFINITY), f32::INFINITY);
        for bad in [-f32::MIN_POSITIVE, -f32::from_bits(1), -1.0, f32::MIN, f32::NEG_INFINITY, f32::NAN, -f32::NAN] {
            assert!(ln_f32(bad).is_nan(), "at {bad:e}");
        }
    }

    #[test]
    fn f64_is_close_at_random_points() {
        let near = uniform(500_000, 0.5, 2.0);
        let any = words(500_000).map(|word| f64::from_bits(word >> 1));
        let subnormal = words(50_000).map(|word| f64::from_bits(word >> 12));
        let roots =
            (1..2047u64).map(|exponent| f64::from_bits((exponent << 52) | (ROOT_F64 as u64 & 0x000f_ffff_ffff_ffff)));
        for x in near.chain(any).chain(subnormal).chain(roots) {
            for x in [x.next_down(), x, x.next_up()] {
                assert_close_f64(ln_f64, f64::ln, x);
            }
        }
    }

    #[test]
    fn f64_edges_are_exact() {
        assert_eq!(ln_f64(1.0).to_bits(), 0);
        assert_eq!(ln_f64(0.0), f64::NEG_INFINITY);
        assert_eq!(ln_f64(-0.0), f64::NEG_INFINITY);
        assert_eq!(ln_f64(f64::INFINITY), f64::INFINITY);
        for bad in [-f64::MIN_POSITIVE, -1.0, f64::MIN, f64::NEG_INFINITY, f64::NAN, -f64::NAN] {
            assert!(ln_f64(bad).is_nan(), "at {bad:e}");
        }
    }

    #[test]
    fn bits_are_the_same_on_every_host() {
        assert_eq!(fingerprint_f32(ln_f32), 0xe14b_9bbf_6216_c371);
        assert_eq!(fingerprint_f64(ln_f64, 0.0, 10.0), 0xfb29_28b5_a8fa_1286);
    }
}
