//! An optimiser's kind and values.

use ntm_core::{Clip, Error, adam::Adam, rmsprop::RmsProp};
use wasm_bindgen::prelude::*;

use crate::error::Result;

/// An optimiser's kind and its values but the learning rate.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Optimizer {
    pub(crate) optimizer: ntm_core::Optimizer,
}

#[wasm_bindgen]
impl Optimizer {
    /// Graves's RMSProp.
    pub fn rmsprop(decay: f64, momentum: f64, epsilon: f64) -> Result<Optimizer> {
        Self::checked(ntm_core::Optimizer::RmsProp(RmsProp { decay, momentum, epsilon }))
    }

    /// Adam.
    pub fn adam(beta1: f64, beta2: f64, epsilon: f64) -> Result<Optimizer> {
        Self::checked(ntm_core::Optimizer::Adam(Adam { beta1, beta2, epsilon }))
    }

    fn checked(optimizer: ntm_core::Optimizer) -> Result<Optimizer> {
        optimizer.check()?;
        Ok(Optimizer { optimizer })
    }
}

/// Clipping by name: `"none"`, `"value"` or `"norm"`.
pub fn clip(kind: &str, bound: f64) -> Result<Clip> {
    match kind {
        "none" => Ok(Clip::None),
        "value" => Ok(Clip::Value(bound)),
        "norm" => Ok(Clip::Norm(bound)),
        other => Err(Error::option("clip", "one of \"none\" \"value\" \"norm\"", format!("\"{other}\"")).into()),
    }
}
