//! What a run gives.

use ndarray::Array3;
use ntm_core::{Error, Trace};
use wasm_bindgen::prelude::*;

use crate::arrays;
use crate::error::Result;
use crate::state::State;

/// The results of a run.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Run {
    pub(crate) run: ntm_core::Run<f32>,
}

#[wasm_bindgen]
impl Run {
    /// `[T, B, Y]`.
    pub fn logits(&self) -> Vec<f32> {
        entries(&self.run.logits)
    }

    /// σ, softmax or the logits, `[T, B, Y]`.
    pub fn output(&self) -> Vec<f32> {
        entries(&self.run.output)
    }

    /// The state after the last step.
    pub fn state(&self) -> State {
        State { state: self.run.state.clone() }
    }

    /// A recorded quantity.
    pub fn trace(&self, name: &str) -> Result<Vec<f32>> {
        trace_entries(&self.run.trace, name)
    }

    /// The shape of a recorded quantity.
    #[wasm_bindgen(js_name = traceShape)]
    pub fn trace_shape(&self, name: &str) -> Result<Vec<u32>> {
        trace_shape(&self.run.trace, name)
    }
}

fn entries(array: &Array3<f32>) -> Vec<f32> {
    array.as_slice().expect("an owned array is contiguous").to_vec()
}

pub(crate) fn trace_entries(trace: &Trace<f32>, name: &str) -> Result<Vec<f32>> {
    Ok(trace.get(name)?.entries.clone())
}

pub(crate) fn trace_shape(trace: &Trace<f32>, name: &str) -> Result<Vec<u32>> {
    Ok(arrays::shape(&trace.get(name)?.shape))
}

/// Refuses bits that stand for nothing.
pub(crate) fn trace_set(mask: u32) -> Result<ntm_core::TraceSet> {
    if mask & !ntm_core::TraceSet::ALL.0 == 0 {
        Ok(ntm_core::TraceSet(mask))
    } else {
        Err(Error::option("trace", "a set of known quantities", format!("{mask:#b}")).into())
    }
}
