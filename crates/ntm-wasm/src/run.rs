//! What a run gives. Its arrays may be most of the memory, so they are moved out, not copied: each is there once.

use std::mem::take;

use ntm_core::{Error, Trace};
use wasm_bindgen::prelude::*;

use crate::arrays;
use crate::error::Result;
use crate::state::State;

/// The results of a run; each is gone with the call that gives it.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Run {
    logits: Vec<f32>,
    output: Vec<f32>,
    state: ntm_core::State<f32>,
    trace: Trace<f32>,
}

impl From<ntm_core::Run<f32>> for Run {
    fn from(run: ntm_core::Run<f32>) -> Self {
        let [logits, output] = [run.logits, run.output].map(|array| array.into_raw_vec_and_offset().0);
        Run { logits, output, state: run.state, trace: run.trace }
    }
}

#[wasm_bindgen]
impl Run {
    /// `[T, B, Y]`.
    pub fn logits(&mut self) -> Vec<f32> {
        take(&mut self.logits)
    }

    /// σ, softmax or the logits, `[T, B, Y]`.
    pub fn output(&mut self) -> Vec<f32> {
        take(&mut self.output)
    }

    /// The state after the last step.
    pub fn state(&mut self) -> State {
        State { state: take(&mut self.state) }
    }

    /// A recorded quantity.
    pub fn trace(&mut self, name: &str) -> Result<Vec<f32>> {
        Ok(self.trace.take(name)?)
    }

    /// The shape of a recorded quantity.
    #[wasm_bindgen(js_name = traceShape)]
    pub fn trace_shape(&self, name: &str) -> Result<Vec<u32>> {
        trace_shape(&self.trace, name)
    }
}

pub(crate) fn trace_shape(trace: &Trace<f32>, name: &str) -> Result<Vec<u32>> {
    Ok(arrays::shape(&trace.get(name)?.shape))
}

/// Refuses bits that stand for nothing.
pub(crate) fn trace_set(mask: u32) -> Result<ntm_core::TraceSet> {
    if mask & !ntm_core::TraceSet::ALL.0 == 0 {
        Ok(ntm_core::TraceSet(mask))
    } else {
        Err(Error::option("trace", "a set of known quantities", mask).into())
    }
}
