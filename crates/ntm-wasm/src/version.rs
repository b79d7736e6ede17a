//! Which JavaScript this core goes with.

use wasm_bindgen::prelude::*;

/// The version of the package that this core was built for: a page may still serve the `ntm.wasm` of another.
#[wasm_bindgen]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").into()
}
