//! The core's generator and cosine, for TypeScript to agree with.

use wasm_bindgen::prelude::*;

/// A stream of a seed.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Random {
    random: ntm_core::random::Random,
}

#[wasm_bindgen]
impl Random {
    /// Starts stream `stream` of `seed`.
    #[wasm_bindgen(constructor)]
    pub fn new(seed: u32, stream: u32) -> Random {
        Random { random: ntm_core::random::Random::new(seed, stream) }
    }

    /// The next 32 bits.
    pub fn next(&mut self) -> u32 {
        self.random.next_word()
    }
}

/// cos(2π·turns), the same on every host.
#[wasm_bindgen]
pub fn cosine(turns: f64) -> f64 {
    ntm_core::math::cosine(turns)
}
