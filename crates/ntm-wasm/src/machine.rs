//! The machine.

use ndarray::ArrayView2;
use ntm_core::{Batch, RunOptions};
use wasm_bindgen::prelude::*;

use crate::arrays;
use crate::config::Config;
use crate::error::Result;
use crate::optimizer::{Optimizer, clip};
use crate::run::{Run, trace_set};
use crate::session::Session;
use crate::state::State;

/// A Neural Turing Machine.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Machine {
    pub(crate) machine: ntm_core::Machine<f32>,
}

impl Machine {
    fn input_size(&self) -> usize {
        self.machine.architecture().config().input_size
    }

    fn output_size(&self) -> usize {
        self.machine.architecture().config().output_size
    }

    pub(crate) fn batch<'a>(
        &self,
        input: &'a [f32],
        target: &'a [f32],
        mask: &'a Option<Vec<f32>>,
        steps: u32,
        batch: u32,
    ) -> Result<Batch<'a, f32>> {
        let mask: Option<ArrayView2<f32>> = match mask {
            Some(mask) => Some(arrays::view2("mask", mask, steps, batch as usize)?),
            None => None,
        };
        Ok(Batch {
            input: arrays::view3("input", input, steps, batch, self.input_size())?,
            target: arrays::view3("target", target, steps, batch, self.output_size())?,
            mask,
        })
    }
}

#[wasm_bindgen]
impl Machine {
    /// Checks the configuration and draws the initial parameters.
    #[wasm_bindgen(constructor)]
    pub fn new(config: &Config) -> Result<Machine> {
        crate::panic::keep_text();
        Ok(Machine { machine: ntm_core::Machine::new(config.config.clone())? })
    }

    /// The parameters' names, in their order.
    #[wasm_bindgen(js_name = parameterNames)]
    pub fn parameter_names(&self) -> Vec<String> {
        self.machine.layout().entries().iter().map(|entry| entry.name.clone()).collect()
    }

    /// The shape of a parameter.
    #[wasm_bindgen(js_name = parameterShape)]
    pub fn parameter_shape(&self, name: &str) -> Result<Vec<u32>> {
        Ok(arrays::shape(&self.machine.layout().entry(name)?.shape))
    }

    /// Whether a parameter has a gradient.
    #[wasm_bindgen(js_name = isTrainable)]
    pub fn is_trainable(&self, name: &str) -> Result<bool> {
        Ok(self.machine.layout().entry(name)?.trainable)
    }

    /// A copy of a parameter, for which `expectRoom` has found room.
    pub fn parameter(&self, name: &str) -> Result<Vec<f32>> {
        Ok(self.machine.parameter(name)?.to_vec())
    }

    /// Sets a parameter.
    #[wasm_bindgen(js_name = setParameter)]
    pub fn set_parameter(&mut self, name: &str, data: &[f32]) -> Result<()> {
        Ok(self.machine.set_parameter(name, data)?)
    }

    /// Runs sequences `[T, B, X]`; 0 rows stand for the machine's own; a state is consumed.
    pub fn run(
        &mut self,
        input: &[f32],
        steps: u32,
        batch: u32,
        rows: u32,
        state: Option<State>,
        trace: u32,
    ) -> Result<Run> {
        let input = arrays::view3("input", input, steps, batch, self.input_size())?;
        let options =
            RunOptions { rows: arrays::rows(rows), state: state.map(|state| state.state), trace: trace_set(trace)? };
        Ok(self.machine.run(input, options)?.into())
    }

    /// Whether gradients from now on run the segments of a sequence again on the way back, and keep less.
    #[wasm_bindgen(js_name = setRecompute)]
    pub fn set_recompute(&mut self, recompute: bool) {
        self.machine.set_recompute(recompute);
    }

    /// What gradients from now on are clipped to, entry by entry, at every step of the backward pass.
    #[wasm_bindgen(js_name = setBackwardClip)]
    pub fn set_backward_clip(&mut self, bound: Option<f64>) -> Result<()> {
        Ok(self.machine.set_backward_clip(bound)?)
    }

    /// The loss in nats per sequence; the gradients stay inside.
    #[wasm_bindgen(js_name = lossAndGradients)]
    pub fn loss_and_gradients(
        &mut self,
        input: &[f32],
        target: &[f32],
        mask: Option<Vec<f32>>,
        steps: u32,
        batch: u32,
    ) -> Result<f64> {
        let batch = self.batch(input, target, &mask, steps, batch)?;
        Ok(self.machine.loss_and_gradients(&batch)?)
    }

    /// The gradient of the input `[T, B, X]` for a gradient of the logits `[T, B, Y]`; those of the parameters stay
    /// inside.
    pub fn gradients(&mut self, input: &[f32], logits_gradient: &[f32], steps: u32, batch: u32) -> Result<Vec<f32>> {
        let input = arrays::view3("input", input, steps, batch, self.input_size())?;
        let logits_gradient = arrays::view3("logitsGradient", logits_gradient, steps, batch, self.output_size())?;
        let (entries, _) = self.machine.gradients(input, logits_gradient)?.into_raw_vec_and_offset();
        Ok(entries)
    }

    /// A copy of the gradient of a parameter, for which `expectRoom` has found room.
    pub fn gradient(&self, name: &str) -> Result<Vec<f32>> {
        Ok(self.machine.gradient(name)?.to_vec())
    }

    /// Sets the gradient of a parameter, for `applyGradients`.
    #[wasm_bindgen(js_name = setGradient)]
    pub fn set_gradient(&mut self, name: &str, data: &[f32]) -> Result<()> {
        Ok(self.machine.set_gradient(name, data)?)
    }

    /// One update by the gradients inside; gives their norm before clipping.
    #[wasm_bindgen(js_name = applyGradients)]
    pub fn apply_gradients(
        &mut self,
        optimizer: &Optimizer,
        learning_rate: f64,
        clip_kind: &str,
        clip_bound: f64,
    ) -> Result<f64> {
        let clip = clip(clip_kind, clip_bound)?;
        Ok(self.machine.apply_gradients(&optimizer.optimizer, learning_rate, clip)?)
    }

    /// One update by a batch; gives its loss and the norm of its gradients before clipping.
    // The arguments are the arrays that cross and their sizes: a struct would cross as one more handle.
    #[allow(clippy::too_many_arguments)]
    #[wasm_bindgen(js_name = trainStep)]
    pub fn train_step(
        &mut self,
        input: &[f32],
        target: &[f32],
        mask: Option<Vec<f32>>,
        steps: u32,
        batch: u32,
        optimizer: &Optimizer,
        learning_rate: f64,
        clip_kind: &str,
        clip_bound: f64,
    ) -> Result<Vec<f64>> {
        let batch = self.batch(input, target, &mask, steps, batch)?;
        let clip = clip(clip_kind, clip_bound)?;
        let update = self.machine.train_step(&batch, &optimizer.optimizer, learning_rate, clip)?;
        Ok(vec![update.loss, update.gradient_norm])
    }

    /// The loss in nats, the wrong answers (NaN for squared error) and all answers per sequence.
    pub fn evaluate(
        &mut self,
        input: &[f32],
        target: &[f32],
        mask: Option<Vec<f32>>,
        steps: u32,
        batch: u32,
        rows: u32,
    ) -> Result<Vec<f64>> {
        let batch = self.batch(input, target, &mask, steps, batch)?;
        let evaluation = self.machine.evaluate(&batch, arrays::rows(rows))?;
        Ok(vec![evaluation.loss, evaluation.wrong.unwrap_or(f64::NAN), evaluation.answers])
    }

    /// The names of the optimiser's slots; none before the first update.
    #[wasm_bindgen(js_name = slotNames)]
    pub fn slot_names(&self) -> Vec<String> {
        let names = self.machine.slots().map_or(&[][..], |slots| slots.names());
        names.iter().map(|name| (*name).into()).collect()
    }

    /// A copy of an optimiser's slot of a parameter, for which `expectRoom` has found room.
    pub fn slot(&self, slot: &str, name: &str) -> Result<Vec<f32>> {
        Ok(self.machine.slot(slot, name)?.to_vec())
    }

    /// t, the updates that the optimiser has made.
    #[wasm_bindgen(js_name = optimizerSteps)]
    pub fn optimizer_steps(&self) -> f64 {
        self.machine.slots().map_or(0.0, |slots| slots.steps as f64)
    }

    /// Gives the machine slots of that kind, all 0, as after `steps` updates.
    #[wasm_bindgen(js_name = restoreSlots)]
    pub fn restore_slots(&mut self, optimizer: &Optimizer, steps: f64) -> Result<()> {
        Ok(self.machine.restore_slots(&optimizer.optimizer, steps as u64)?)
    }

    /// Sets an optimiser's slot of a parameter.
    #[wasm_bindgen(js_name = setSlot)]
    pub fn set_slot(&mut self, slot: &str, name: &str, data: &[f32]) -> Result<()> {
        Ok(self.machine.set_slot(slot, name, data)?)
    }

    /// The state of `batch` sequences before their first step; 0 rows stand for the machine's own.
    #[wasm_bindgen(js_name = newState)]
    pub fn new_state(&mut self, batch: u32, rows: u32) -> Result<State> {
        let state = self.machine.initial_state(batch as usize, arrays::rows(rows))?;
        // For the tensors that come in, one by one.
        self.machine.expect_room("state", &[state.largest() as u64])?;
        Ok(State { state })
    }

    /// A session of `batch` sequences.
    pub fn session(&mut self, batch: u32, rows: u32, trace: u32) -> Result<Session> {
        Session::of(self, batch, rows, trace)
    }

    /// Refuses arrays of so many numbers for which there is no room: the attempt to copy them here would end the instance.
    #[wasm_bindgen(js_name = expectRoom)]
    pub fn expect_room(&mut self, location: &str, numbers: f64) -> Result<()> {
        Ok(self.machine.expect_room(location, &[numbers as u64])?)
    }
}
