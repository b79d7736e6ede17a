//! The one place where an error of the core becomes a JavaScript value.

use ntm_core::Error;
use wasm_bindgen::prelude::*;

/// An error as it is thrown: a stable code, a message, and the parts of the message.
#[wasm_bindgen]
#[derive(Debug)]
pub struct CoreError {
    error: Error,
}

/// A result that throws a [`CoreError`].
pub type Result<T> = std::result::Result<T, CoreError>;

impl From<Error> for CoreError {
    fn from(error: Error) -> Self {
        CoreError { error }
    }
}

impl CoreError {
    /// Where, what was expected and what came, of an error that is about these.
    fn parts(&self) -> Option<[&String; 3]> {
        match &self.error {
            Error::Option { location, expected, received }
            | Error::Shape { location, expected, received }
            | Error::Memory { location, expected, received } => Some([location, expected, received]),
            Error::NonFinite { .. } => None,
        }
    }
}

#[wasm_bindgen]
impl CoreError {
    /// `option`, `shape`, `non-finite` or `memory`.
    #[wasm_bindgen(getter)]
    pub fn code(&self) -> String {
        self.error.code().into()
    }

    /// The whole message.
    #[wasm_bindgen(getter)]
    pub fn message(&self) -> String {
        self.error.to_string()
    }

    /// The option, array or entry that is wrong.
    #[wasm_bindgen(getter, js_name = where)]
    pub fn location(&self) -> Option<String> {
        self.parts().map(|[location, _, _]| location.clone())
    }

    /// What was expected there.
    #[wasm_bindgen(getter)]
    pub fn expected(&self) -> Option<String> {
        self.parts().map(|[_, expected, _]| expected.clone())
    }

    /// What came.
    #[wasm_bindgen(getter)]
    pub fn received(&self) -> Option<String> {
        self.parts().map(|[_, _, received]| received.clone())
    }

    /// The tensor that is not finite.
    #[wasm_bindgen(getter)]
    pub fn tensor(&self) -> Option<String> {
        match &self.error {
            Error::NonFinite { tensor } => Some(tensor.clone()),
            _ => None,
        }
    }
}
