//! The core's cosine, for the learning-rate schedules of TypeScript.

use wasm_bindgen::prelude::*;

/// cos(2π·turns), the same on every host.
#[wasm_bindgen]
pub fn cosine(turns: f64) -> f64 {
    ntm_core::math::cosine(turns)
}
