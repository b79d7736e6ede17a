//! A batch's gradients piece by piece, for an instance that computes some of them and for the one that takes their sum.
//!
//! Flat vectors have the order of `parameterNames`; those of gradients end where what is trainable ends. They are
//! written into arrays of the caller's, which travel to and fro.

use wasm_bindgen::prelude::*;

use crate::error::Result;
use crate::machine::Machine;

/// Sequences of a piece.
#[wasm_bindgen(js_name = pieceSize)]
pub fn piece_size() -> u32 {
    ntm_core::PIECE as u32
}

#[wasm_bindgen]
impl Machine {
    /// Refuses a batch that `lossAndGradients` would refuse for its shapes or numbers.
    #[wasm_bindgen(js_name = checkBatch)]
    pub fn check_batch(
        &self,
        input: &[f32],
        target: &[f32],
        mask: Option<Vec<f32>>,
        steps: u32,
        batch: u32,
    ) -> Result<()> {
        let batch = self.batch(input, target, &mask, steps, batch)?;
        Ok(self.machine.check_batch(&batch)?)
    }

    /// Writes the part that a piece has in the gradients of a batch of `of` sequences; gives its loss in nats, summed.
    // The arguments are the arrays that cross and their sizes.
    #[allow(clippy::too_many_arguments)]
    #[wasm_bindgen(js_name = pieceGradients)]
    pub fn piece_gradients(
        &mut self,
        input: &[f32],
        target: &[f32],
        mask: Option<Vec<f32>>,
        steps: u32,
        batch: u32,
        of: u32,
        gradient: &mut [f32],
    ) -> Result<f64> {
        let piece = self.batch(input, target, &mask, steps, batch)?;
        let loss = self.machine.piece_gradients(&piece, of as usize)?;
        write("gradient", gradient, self.machine.flat_gradient())?;
        Ok(loss)
    }

    /// Takes the sum of the pieces' gradients and of their losses; gives the loss in nats per sequence.
    #[wasm_bindgen(js_name = takeGradient)]
    pub fn take_gradient(&mut self, gradient: &[f32], loss: f64, of: u32) -> Result<f64> {
        Ok(self.machine.take_gradient(gradient, loss, of as usize)?)
    }

    /// Writes all parameters.
    #[wasm_bindgen(js_name = flatParameters)]
    pub fn flat_parameters(&self, parameters: &mut [f32]) -> Result<()> {
        write("parameters", parameters, self.machine.flat_parameters())
    }

    /// Sets all parameters.
    #[wasm_bindgen(js_name = setFlatParameters)]
    pub fn set_flat_parameters(&mut self, parameters: &[f32]) -> Result<()> {
        Ok(self.machine.set_flat_parameters(parameters)?)
    }
}

fn write(location: &str, to: &mut [f32], from: &[f32]) -> Result<()> {
    if to.len() != from.len() {
        return Err(ntm_core::Error::shape(location, &[from.len()], &[to.len()]).into());
    }
    to.copy_from_slice(from);
    Ok(())
}
