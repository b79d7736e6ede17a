//! The hyperbolic tangent.
//!
//! Of a = |x|; the sign is put back at the end, so that the function is odd to the last bit and keeps -0.
//!
//! - **From 0.75**: 1 - 2 / (e^2a + 1), with a held at a bound beyond which the result is 1.
//! - **Below 0.75**: a + a·z·p(z) with z = a², p of degree 5 with relative error 2^-29.2; `f64`: a + a·z·p(z) / q(z)
//!   (the form of Cephes' `tanh`) of degrees 2 and 3, with relative error 2^-56.9. Fitted by Remez exchange.
//!   The limit is where neither side's rounding weighs more than the other's.
//! - Both sides are computed and one is chosen. In `f64` they share the one division.
//!
//! Greatest error: `f32` 1.06 ulp over all inputs, at x = 0.75921154, and nowhere does the result fall where x rises;
//! `f64` 1.05 ulp over 40 million random points.

use super::exp::{power_f32, power_f64, reduced_f32, reduced_f64};

/// (tanh a - a) / a³ in z = a², the constant first.
const P_F32: [f32; 6] = [-0.333_333_16, 0.133_326_93, -0.053_892_713, 0.021_452_002, -0.007_657_205, 0.001_736_907_2];

/// The numerator of (tanh a - a) / a³ in z = a², the constant first.
const P_F64: [f64; 3] = [-0.333_333_333_333_332_5, -0.020_489_789_433_012_377, -0.000_198_779_383_621_902_42];
/// Its denominator.
const Q_F64: [f64; 4] = [1.0, 0.461_469_368_298_946_14, 0.023_279_323_566_783_767, 0.000_206_106_828_170_029_52];

/// `tanh x`, with an error below 1.1 ulp.
///
/// ±1 from 9.0109 on, ±0 at ±0; NaN gives NaN.
#[inline(always)]
pub fn tanh_f32(x: f32) -> f32 {
    let a = x.abs();
    let z = a * a;
    // In pairs, not one product after another: the loop waits less.
    let square = z * z;
    let p = ((P_F32[5] * z + P_F32[4]) * square + (P_F32[3] * z + P_F32[2])) * square + (P_F32[1] * z + P_F32[0]);
    let small = a + a * (z * p);
    let held = if 10.0 < a { 10.0 } else { a };
    let (e, k) = reduced_f32(held + held);
    let large = 1.0 - 2.0 / (e * power_f32(k) + 1.0);
    let value = if a < 0.75 { small } else { large };
    f32::from_bits(value.to_bits() | (x.to_bits() & 0x8000_0000))
}

/// `tanh x`, with an error below 1.1 ulp.
///
/// ±1 from 19.0616 on, ±0 at ±0; NaN gives NaN.
#[inline(always)]
pub fn tanh_f64(x: f64) -> f64 {
    let a = x.abs();
    let z = a * a;
    let p = z * ((P_F64[2] * z + P_F64[1]) * z + P_F64[0]);
    let q = ((Q_F64[3] * z + Q_F64[2]) * z + Q_F64[1]) * z + Q_F64[0];
    let held = if 20.0 < a { 20.0 } else { a };
    let (e, k) = reduced_f64(held + held);
    let small = a < 0.75;
    let over = if small { p } else { -2.0 };
    let under = if small { q } else { e * power_f64(k) + 1.0 };
    let base = if small { a } else { 1.0 };
    let value = base + base * (over / under);
    f64::from_bits(value.to_bits() | (x.to_bits() & 0x8000_0000_0000_0000))
}

#[cfg(test)]
mod tests {
    use super::super::testing::{assert_close_f32, assert_close_f64, fingerprint_f32, fingerprint_f64, uniform, words};
    use super::{tanh_f32, tanh_f64};

    #[test]
    fn f32_is_close_everywhere() {
        let mut seams = vec![0.75, 9.010_913, 10.0];
        // Where the reduction of the exponential goes from one k to the next.
        seams.extend((0..30).map(|i| ((f64::from(i) + 0.5) * 0.5 * std::f64::consts::LN_2) as f32));
        assert_close_f32(tanh_f32, f64::tanh, &seams);
    }

    #[test]
    fn f32_edges_are_exact() {
        assert_eq!(tanh_f32(0.0).to_bits(), 0);
        assert_eq!(tanh_f32(-0.0).to_bits(), 0x8000_0000);
        for tiny in [f32::from_bits(1), f32::MIN_POSITIVE, 1.0e-20, 1.0e-4] {
            assert_eq!(tanh_f32(tiny), tiny);
        }
        for large in [9.02, 10.0, 11.0, 88.8, f32::MAX, f32::INFINITY] {
            assert_eq!(tanh_f32(large), 1.0);
            assert_eq!(tanh_f32(-large), -1.0);
        }
        assert!(tanh_f32(f32::NAN).is_nan());
    }

    #[test]
    fn f32_is_odd_and_never_falls() {
        let mut before = 0.0;
        for bits in (0..f32::INFINITY.to_bits()).step_by(997).chain(0x3f3f_0000..0x3f41_0000) {
            let x = f32::from_bits(bits);
            let value = tanh_f32(x);
            assert_eq!(tanh_f32(-x).to_bits(), (-value).to_bits(), "at {x:e}");
            assert!(value >= before || x == f32::from_bits(0x3f3f_0000), "at {x:e}");
            before = value;
        }
    }

    #[test]
    fn f64_is_close_at_random_points() {
        let any = words(500_000).map(f64::from_bits);
        for x in uniform(500_000, -20.0, 20.0).chain(uniform(500_000, -1.0, 1.0)).chain(any) {
            assert_close_f64(tanh_f64, f64::tanh, x);
        }
        for x in [0.75, 10.0, 20.0, 1.0e-8] {
            for x in [f64::next_down(x), x, f64::next_up(x)] {
                assert_close_f64(tanh_f64, f64::tanh, x);
            }
        }
    }

    #[test]
    fn f64_edges_are_exact() {
        assert_eq!(tanh_f64(0.0).to_bits(), 0);
        assert_eq!(tanh_f64(-0.0).to_bits(), 0x8000_0000_0000_0000);
        for tiny in [f64::from_bits(1), f64::MIN_POSITIVE, 1.0e-200, 1.0e-9] {
            assert_eq!(tanh_f64(tiny), tiny);
        }
        for large in [19.07, 20.0, 21.0, 710.0, f64::MAX, f64::INFINITY] {
            assert_eq!(tanh_f64(large), 1.0);
            assert_eq!(tanh_f64(-large), -1.0);
        }
        assert!(tanh_f64(f64::NAN).is_nan());
    }

    #[test]
    fn bits_are_the_same_on_every_host() {
        assert_eq!(fingerprint_f32(tanh_f32), 0x62d2_3527_41f9_054f);
        assert_eq!(fingerprint_f64(tanh_f64, -20.0, 20.0), 0xe32f_50fa_c5d7_dbc2);
    }
}
