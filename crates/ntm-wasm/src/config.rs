//! The configuration, as it is put together before it is checked.

use wasm_bindgen::prelude::*;

use crate::error::Result;

/// An unchecked configuration; `new Machine(config)` checks it.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Config {
    pub(crate) config: ntm_core::Config,
}

#[wasm_bindgen]
impl Config {
    /// The defaults for a number of inputs X and outputs Y.
    #[wasm_bindgen(constructor)]
    pub fn new(input_size: u32, output_size: u32) -> Config {
        Config { config: ntm_core::Config::new(input_size as usize, output_size as usize) }
    }

    /// The controller's kind, `"lstm"` or `"feedforward"`, the units of a layer and the number of layers.
    pub fn controller(&mut self, kind: &str, hidden_size: u32, layers: u32) -> Result<()> {
        self.config.controller = kind.parse()?;
        self.config.hidden_size = hidden_size as usize;
        self.config.layers = layers as usize;
        Ok(())
    }

    /// The memory's rows and columns and how it starts: `"constant"`, `"learned"` or `"random"`; the value of a
    /// constant one, and what the initial values of the others are multiplied by.
    pub fn memory(&mut self, rows: u32, columns: u32, init: &str, value: f64, scale: f64) -> Result<()> {
        self.config.memory_init = init.parse()?;
        self.config.memory_value = value;
        self.config.memory_scale = scale;
        self.config.rows = rows as usize;
        self.config.columns = columns as usize;
        Ok(())
    }

    /// The number of read and of write heads and how far they shift in a step.
    pub fn heads(&mut self, read: u32, write: u32, shift_range: u32) {
        self.config.read_heads = read as usize;
        self.config.write_heads = write as usize;
        self.config.shift_range = shift_range as usize;
    }

    /// What an LSTM's initial weights of its input and of its hidden state are multiplied by, and what the bias under
    /// its forget gates starts with.
    #[wasm_bindgen(js_name = lstmInit)]
    pub fn lstm_init(&mut self, input_scale: f64, recurrent_scale: f64, forget_bias: f64) {
        self.config.input_scale = input_scale;
        self.config.recurrent_scale = recurrent_scale;
        self.config.forget_bias = forget_bias;
    }

    /// What the initial `heads.weight` is multiplied by, and what the biases under every head's key strength, gate,
    /// shift by +1 and sharpening start with.
    #[wasm_bindgen(js_name = headInit)]
    pub fn head_init(&mut self, scale: f64, key_strength: f64, gate: f64, shift: f64, sharpening: f64) {
        self.config.head_scale = scale;
        self.config.key_strength_bias = key_strength;
        self.config.gate_bias = gate;
        self.config.shift_bias = shift;
        self.config.sharpening_bias = sharpening;
    }

    /// What keys and add vectors go through: `"identity"` or `"tanh"`.
    pub fn activations(&mut self, key: &str, add: &str) -> Result<()> {
        self.config.key_activation = at("keyActivation", key)?;
        self.config.add_activation = at("addActivation", add)?;
        Ok(())
    }

    /// The loss: `"binary-cross-entropy"`, `"softmax-cross-entropy"` or `"mean-squared-error"`.
    pub fn loss(&mut self, kind: &str) -> Result<()> {
        self.config.loss = kind.parse()?;
        Ok(())
    }

    /// The seed of the initial parameters.
    pub fn seed(&mut self, seed: u32) {
        self.config.seed = seed;
    }
}

/// An activation of the option `location`.
fn at(location: &str, name: &str) -> Result<ntm_core::Activation> {
    name.parse().map_err(|error: ntm_core::Error| match error {
        ntm_core::Error::Option { expected, received, .. } => {
            ntm_core::Error::option(location, expected, received).into()
        }
        other => other.into(),
    })
}
