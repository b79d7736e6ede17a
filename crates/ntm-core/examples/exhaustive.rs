//! Runs every one of the 2^32 `f32` inputs through the elementary functions of `ntm_core::math` and prints the
//! greatest error of each in ulp, against the `f64` function of the standard library, as the table of docs/machine.md:
//!
//! ```text
//! npm run test:exhaustive
//! ```
//!
//! Ends with status 1 if an error is above 2 ulp, if an infinity, a NaN or a zero's sign is wrong, or if a result
//! falls where its argument rises. It takes some five minutes of one core.

use std::process::ExitCode;
use std::thread;

use ntm_core::math::{exp_f32, ln_f32, tanh_f32};

/// The greatest error that passes, in ulp.
const LIMIT: f64 = 2.0;

/// What a pass over some of the inputs has seen.
#[derive(Clone, Copy)]
struct Seen {
    /// The greatest error in ulp.
    error: f64,
    /// The argument of that error.
    at: f32,
    /// How many neighbouring arguments have results in the wrong order: all three functions rise.
    falls: u64,
}

fn main() -> ExitCode {
    println!(
        "| function | greatest error, ulp | at | its bits | falls where it should rise |\n| --- | ---: | ---: | --- | ---: |"
    );
    let passes = [check("exp", exp_f32, f64::exp), check("ln", ln_f32, f64::ln), check("tanh", tanh_f32, f64::tanh)];
    if passes.iter().all(|&pass| pass) { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Runs all inputs, prints what was seen, and says whether it passes.
fn check(name: &str, ours: impl Fn(f32) -> f32 + Copy + Send, exact: impl Fn(f64) -> f64 + Copy + Send) -> bool {
    let Seen { error, at, falls } = scan(ours, exact);
    println!("| `{name}` | {error:.4} | {at:e} | `{:#010x}` | {falls} |", at.to_bits());
    error <= LIMIT && falls == 0
}

/// Runs all inputs on all cores.
fn scan(ours: impl Fn(f32) -> f32 + Copy + Send, exact: impl Fn(f64) -> f64 + Copy + Send) -> Seen {
    let cores = thread::available_parallelism().map_or(1, usize::from) as u64;
    // An even number of parts, so that none has inputs of both signs.
    let parts = 2 * cores;
    let bound = |part: u64| (part << 32) / parts;
    thread::scope(|scope| {
        let running: Vec<_> =
            (0..parts).map(|part| scope.spawn(move || pass(bound(part), bound(part + 1), ours, exact))).collect();
        let mut all = Seen { error: 0.0, at: 0.0, falls: 0 };
        for part in running {
            let seen = part.join().expect("a pass does not panic");
            if seen.error > all.error {
                (all.error, all.at) = (seen.error, seen.at);
            }
            all.falls += seen.falls;
        }
        all
    })
}

/// Runs the bit patterns from `first` up to but not including `end`, all of one sign.
fn pass(first: u64, end: u64, ours: impl Fn(f32) -> f32, exact: impl Fn(f64) -> f64) -> Seen {
    let mut seen = Seen { error: 0.0, at: 0.0, falls: 0 };
    let mut before = f32::NAN;
    for bits in first..end {
        let x = f32::from_bits(bits as u32);
        let got = ours(x);
        let error = ulps(got, exact(f64::from(x)));
        if error > seen.error {
            (seen.error, seen.at) = (error, x);
        }
        // Negative numbers are met from 0 downwards.
        let falls = if x.is_sign_negative() { got > before } else { got < before };
        seen.falls += u64::from(falls);
        before = got;
    }
    seen
}

/// The distance of `got` from the exact value, in units of the last place of an `f32` near the exact value.
///
/// Infinity counts as 2^128, the value that would follow the greatest finite one; NaN for NaN is exact.
fn ulps(got: f32, exact: f64) -> f64 {
    let beyond = f64::from_bits((1023 + 128) << 52);
    if exact.is_nan() || got.is_nan() {
        return if exact.is_nan() && got.is_nan() { 0.0 } else { f64::INFINITY };
    }
    if exact == 0.0 && got == 0.0 && exact.is_sign_negative() != got.is_sign_negative() {
        return f64::INFINITY;
    }
    let exponent = (exact.abs().to_bits() >> 52).clamp(1023 - 126, 1023 + 127);
    let ulp = f64::from_bits((exponent - 23) << 52);
    (f64::from(got).clamp(-beyond, beyond) - exact.clamp(-beyond, beyond)).abs() / ulp
}
