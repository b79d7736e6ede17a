//! A streaming run.

use wasm_bindgen::prelude::*;

use crate::arrays;
use crate::error::Result;
use crate::machine::Machine;
use crate::run::{trace_set, trace_shape};
use crate::state::State;

/// A machine run one step at a time.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Session {
    session: ntm_core::Session<f32>,
    batch: u32,
}

impl Session {
    pub(crate) fn of(machine: &mut Machine, batch: u32, rows: u32, trace: u32) -> Result<Session> {
        let trace = trace_set(trace)?;
        let session = ntm_core::Session::new(&mut machine.machine, batch as usize, arrays::rows(rows), trace)?;
        Ok(Session { session, batch })
    }
}

#[wasm_bindgen]
impl Session {
    /// One step with the inputs `[B, X]`; gives the logits `[B, Y]`, then σ, softmax or the logits, by the loss,
    /// `[B, Y]`.
    pub fn step(&mut self, machine: &mut Machine, x: &[f32]) -> Result<Vec<f32>> {
        // Before the step, so that one that is refused was not taken.
        self.session.expect_room(&mut machine.machine)?;
        let width = machine.machine.architecture().config().input_size;
        self.session.step(&machine.machine, arrays::view2("x", x, self.batch, width)?)?;
        Ok(self.session.results().to_vec())
    }

    /// A recorded quantity of the last step, `[1, B, …]`.
    pub fn trace(&self, name: &str) -> Result<Vec<f32>> {
        Ok(self.session.trace().get(name)?.entries.clone())
    }

    /// The shape of a recorded quantity.
    #[wasm_bindgen(js_name = traceShape)]
    pub fn trace_shape(&self, name: &str) -> Result<Vec<u32>> {
        trace_shape(self.session.trace(), name)
    }

    /// Starts the sequences anew.
    pub fn reset(&mut self, machine: &Machine) {
        self.session.reset(&machine.machine);
    }

    /// A copy of the state after the last step.
    pub fn state(&self, machine: &mut Machine) -> Result<State> {
        Ok(State { state: self.session.copy_state(&mut machine.machine)? })
    }

    /// Goes on from another state, which is consumed.
    pub fn restore(&mut self, state: State) -> Result<()> {
        Ok(self.session.restore(state.state)?)
    }
}
