//! The text of a panic, kept where it can be read after the trap that ends the instance.

use std::sync::Mutex;
use wasm_bindgen::prelude::*;

static TEXT: Mutex<Option<String>> = Mutex::new(None);

/// Keeps the text of panics from now on.
pub fn keep_text() {
    std::panic::set_hook(Box::new(|panic| {
        if let Ok(mut text) = TEXT.lock() {
            *text = Some(panic.to_string());
        }
    }));
}

/// The text of the panic that ended this instance.
#[wasm_bindgen(js_name = takePanic)]
pub fn take_panic() -> Option<String> {
    TEXT.lock().ok().and_then(|mut text| text.take())
}
