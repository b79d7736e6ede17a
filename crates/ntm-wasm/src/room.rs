//! Room for arrays that are to come in or go out.

use wasm_bindgen::prelude::*;

use crate::error::Result;

/// Refuses an array of so many numbers for which there is no room: the attempt to copy it here would end the instance.
#[wasm_bindgen(js_name = expectRoom)]
pub fn expect_room(location: &str, numbers: f64) -> Result<()> {
    Ok(ntm_core::expect_room::<f32>(location, numbers as u64)?)
}
