//! The one place where an error of the core becomes a JavaScript value.

use ntm_core::Error;
use wasm_bindgen::prelude::*;

/// An error as it is thrown: a stable code, a message, and the parts of the message.
#[wasm_bindgen(getter_with_clone)]
#[derive(Debug)]
pub struct CoreError {
    /// `option`, `shape`, `non-finite` or `memory`.
    #[wasm_bindgen(readonly)]
    pub code: String,
    /// The whole message.
    #[wasm_bindgen(readonly)]
    pub message: String,
    /// The option, array or entry that is wrong.
    #[wasm_bindgen(readonly, js_name = where)]
    pub location: Option<String>,
    /// What was expected there.
    #[wasm_bindgen(readonly)]
    pub expected: Option<String>,
    /// What came.
    #[wasm_bindgen(readonly)]
    pub received: Option<String>,
    /// The tensor that is not finite.
    #[wasm_bindgen(readonly)]
    pub tensor: Option<String>,
}

/// A result that throws a [`CoreError`].
pub type Result<T> = std::result::Result<T, CoreError>;

impl From<Error> for CoreError {
    fn from(error: Error) -> Self {
        let (code, message) = (error.code().into(), error.to_string());
        let (location, expected, received, tensor) = match error {
            Error::Option { location, expected, received }
            | Error::Shape { location, expected, received }
            | Error::Memory { location, expected, received } => (Some(location), Some(expected), Some(received), None),
            Error::NonFinite { tensor } => (None, None, None, Some(tensor)),
        };
        CoreError { code, message, location, expected, received, tensor }
    }
}
