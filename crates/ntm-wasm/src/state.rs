//! The state of a batch between two steps.

use wasm_bindgen::prelude::*;

use crate::arrays;
use crate::error::Result;

/// The state of B sequences: named tensors.
#[wasm_bindgen]
#[derive(Debug)]
pub struct State {
    pub(crate) state: ntm_core::State<f32>,
}

#[wasm_bindgen]
impl State {
    /// The names of its tensors.
    pub fn names(&self) -> Vec<String> {
        self.state.names()
    }

    /// The shape of a tensor.
    pub fn shape(&self, name: &str) -> Result<Vec<u32>> {
        Ok(arrays::shape(&self.state.shape(name)?))
    }

    /// A copy of a tensor, row-major.
    pub fn get(&self, name: &str) -> Result<Vec<f32>> {
        Ok(self.state.get(name)?)
    }

    /// Sets a tensor.
    pub fn set(&mut self, name: &str, data: &[f32]) -> Result<()> {
        Ok(self.state.set(name, data)?)
    }
}
