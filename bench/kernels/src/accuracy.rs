//! How right results are, beside how fast.

use crate::{Case, Contestant, Function, INPUTS, OUTPUTS, Operands};

/// Every so many of all floats are tried.
const STRIDE: usize = 101;

/// The greatest error of a function in ulp, over every 101st float; none where the contestant does not have it.
pub fn error(contestant: Contestant, function: Function) -> Option<f64> {
    let mut most = 0.0_f64;
    let mut bits = (0..=u32::MAX).step_by(STRIDE);
    loop {
        let a: Vec<f32> = bits.by_ref().take(1 << 16).map(f32::from_bits).collect();
        if a.is_empty() {
            return Some(most);
        }
        let mut found = vec![0.0; a.len()];
        let operands = Operands { rows: 1, a: a.clone(), b: vec![] };
        contestant.work(Case::Each(function, a.len()), operands)?(&mut found);
        for (&x, &found) in a.iter().zip(&found) {
            most = most.max(ulps(found, function.exact(f64::from(x))));
        }
    }
}

/// The distance of `found` from the exact value, in units of the last place of an `f32` near the exact value.
///
/// Infinity counts as 2^128, the value that would follow the greatest finite one; NaN for NaN is exact.
fn ulps(found: f32, exact: f64) -> f64 {
    if exact.is_nan() || found.is_nan() {
        return if exact.is_nan() && found.is_nan() { 0.0 } else { f64::INFINITY };
    }
    let beyond = 2.0_f64.powi(128);
    let exponent = (exact.abs().to_bits() >> 52).clamp(1023 - 126, 1023 + 127);
    let ulp = f64::from_bits((exponent - 23) << 52);
    (f64::from(found).clamp(-beyond, beyond) - exact.clamp(-beyond, beyond)).abs() / ulp
}

/// Whether a row through a layer has the same bits alone and among others, whichever it is of 2 to 16.
pub fn neighbourless(contestant: Contestant) -> Option<bool> {
    let Operands { a, b, .. } = Case::Layer(16).operands();
    let through = |rows: &[f32]| {
        let rows = rows.to_vec();
        let count = rows.len() / INPUTS;
        let mut result = vec![0.0; count * OUTPUTS];
        contestant.work(Case::Layer(count), Operands { rows: count, a: rows, b: b.clone() })?(&mut result);
        Some(result)
    };
    let mut alone = vec![];
    for row in a.chunks_exact(INPUTS) {
        alone.extend(through(row)?);
    }
    for count in 2..=16 {
        let together = through(&a[..count * INPUTS])?;
        if together != alone[..together.len()] {
            return Some(false);
        }
    }
    Some(true)
}
