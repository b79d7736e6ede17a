//! The configuration of a machine: unchecked as a user writes it, and [`Architecture`] once it was checked.

use crate::controller::{self, Layer};
use crate::decimal::decimal;
use crate::error::{Error, Result};
use crate::heads::Heads;
use crate::named::named;
use crate::parameters::{Initial, Layout, Place};

named!(
    /// The kind of the controller's layers.
    ControllerKind, "controller.kind", {
        /// `h = tanh(weight·u + bias)`.
        Feedforward = "feedforward",
        /// Long short-term memory.
        Lstm = "lstm",
    }
);

named!(
    /// What the memory holds before the first step.
    MemoryInit, "memory.init", {
        /// The same value everywhere; runs with any number of rows.
        Constant = "constant",
        /// A parameter.
        Learned = "learned",
        /// Drawn once from the seed, then fixed.
        Random = "random",
    }
);

named!(
    /// What a key or an add vector goes through.
    Activation, "activation", {
        /// Nothing, as by default: the paper bounds neither.
        Identity = "identity",
        /// The hyperbolic tangent.
        Tanh = "tanh",
    }
);

named!(
    /// The loss, and with it the activation of the output.
    LossKind, "loss", {
        /// `softplus(z) - y·z` of each output; the output is σ(z).
        BinaryCrossEntropy = "binary-cross-entropy",
        /// `-Σ y·log softmax(z)`; the output is softmax(z).
        SoftmaxCrossEntropy = "softmax-cross-entropy",
        /// `(z - y)²` summed over outputs; the output is z.
        MeanSquaredError = "mean-squared-error",
    }
);

/// The configuration of a machine, not yet checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// X, entries of an input vector.
    pub input_size: usize,
    /// Y, entries of an output vector.
    pub output_size: usize,
    /// The kind of the controller's layers.
    pub controller: ControllerKind,
    /// H, units of a layer.
    pub hidden_size: usize,
    /// How many layers are stacked.
    pub layers: usize,
    /// N, rows (locations) of the memory.
    pub rows: usize,
    /// M, columns of the memory: the width of a row.
    pub columns: usize,
    /// What the memory holds before the first step.
    pub memory_init: MemoryInit,
    /// What every entry of a constant memory holds before the first step.
    pub memory_value: f64,
    /// What the initial values of a learned memory and those of a random one are multiplied by.
    pub memory_scale: f64,
    /// R, read heads.
    pub read_heads: usize,
    /// W, write heads.
    pub write_heads: usize,
    /// K, the furthest that a head shifts in one step.
    pub shift_range: usize,
    /// What an LSTM's initial weights of its input are multiplied by.
    pub input_scale: f64,
    /// What an LSTM's initial weights of its own hidden state are multiplied by.
    pub recurrent_scale: f64,
    /// What the bias under an LSTM's forget gates starts with.
    pub forget_bias: f64,
    /// What the initial `heads.weight`, Xavier, is multiplied by.
    pub head_scale: f64,
    /// What the bias under every head's key strength starts with.
    pub key_strength_bias: f64,
    /// What the bias under every head's gate starts with.
    pub gate_bias: f64,
    /// What the bias under every head's shift by +1 starts with, where a head can shift.
    pub shift_bias: f64,
    /// What the bias under every head's sharpening starts with.
    pub sharpening_bias: f64,
    /// What the keys go through.
    pub key_activation: Activation,
    /// What the add vectors go through.
    pub add_activation: Activation,
    /// The loss.
    pub loss: LossKind,
    /// The seed of the initial parameters (stream 0).
    pub seed: u32,
}

impl Config {
    /// The paper's machine for copy: LSTM-100, memory 128×20, one read and one write head that shift by one row.
    pub fn new(input_size: usize, output_size: usize) -> Self {
        Config {
            input_size,
            output_size,
            controller: ControllerKind::Lstm,
            hidden_size: 100,
            layers: 1,
            rows: 128,
            columns: 20,
            memory_init: MemoryInit::Constant,
            memory_value: 1e-6,
            memory_scale: 1.0,
            read_heads: 1,
            write_heads: 1,
            shift_range: 1,
            input_scale: 1.0,
            recurrent_scale: 1.0,
            forget_bias: 1.0,
            head_scale: 1.0,
            key_strength_bias: 0.0,
            gate_bias: 0.0,
            shift_bias: 0.0,
            sharpening_bias: 0.0,
            key_activation: Activation::Identity,
            add_activation: Activation::Identity,
            loss: LossKind::BinaryCrossEntropy,
            seed: 1,
        }
    }

    /// Checks every option and its size, and gives the machine's architecture.
    pub fn check(self) -> Result<Architecture> {
        const WIDE: usize = 65_536;
        let has_heads = self.read_heads > 0 || self.write_heads > 0;
        let checks = [
            ("inputSize", self.input_size, 1, WIDE),
            ("outputSize", self.output_size, 1, WIDE),
            ("controller.hiddenSize", self.hidden_size, 1, WIDE),
            ("controller.layers", self.layers, 1, 64),
            ("readHeads", self.read_heads, 0, 256),
            ("writeHeads", self.write_heads, 0, 256),
        ];
        let of_memory = [
            ("memory.rows", self.rows, 1, WIDE),
            ("memory.columns", self.columns, 1, WIDE),
            ("shiftRange", self.shift_range, 0, 1024),
        ];
        let of_memory = of_memory.iter().filter(|_| has_heads);
        for &(location, value, least, most) in checks.iter().chain(of_memory) {
            if value < least || value > most {
                return Err(Error::option(location, format!("an integer from {least} to {most}"), value));
            }
        }
        let of_lstm = [
            ("lstmInit.inputScale", self.input_scale),
            ("lstmInit.recurrentScale", self.recurrent_scale),
            ("lstmInit.forgetBias", self.forget_bias),
        ];
        let of_memory_and_heads = [
            ("memory.value", self.memory_value),
            ("memory.scale", self.memory_scale),
            ("headInit.scale", self.head_scale),
            ("headInit.keyStrength", self.key_strength_bias),
            ("headInit.gate", self.gate_bias),
            ("headInit.shift", self.shift_bias),
            ("headInit.sharpening", self.sharpening_bias),
        ];
        let of_lstm = of_lstm.into_iter().filter(|_| self.controller == ControllerKind::Lstm);
        for (location, value) in of_lstm.chain(of_memory_and_heads.into_iter().filter(|_| has_heads)) {
            if !(value as f32).is_finite() {
                return Err(Error::option(location, "a number that 32 bits hold", decimal(value)));
            }
        }
        Architecture::new(self)
    }
}

/// The most parameters that a machine may have: with their gradient and the slots of an optimiser, and all of these
/// twice while an update is checked, they still fit the address space of WebAssembly.
const MOST_PARAMETERS: u64 = 1 << 26;

/// A checked configuration: the sizes that follow from it and where each parameter stands.
#[derive(Clone, Debug)]
pub struct Architecture {
    pub(crate) config: Config,
    pub(crate) layout: Layout,
    pub(crate) layers: Vec<Layer>,
    pub(crate) heads: Heads,
    pub(crate) places: Places,
}

/// Where the parameters outside the controller stand. A tensor with a 0 in its shape does not exist.
#[derive(Clone, Debug)]
pub(crate) struct Places {
    pub heads_weight: Option<Place>,
    pub heads_bias: Option<Place>,
    pub output_weight: Place,
    pub output_bias: Place,
    pub read: Option<Place>,
    pub weighting: Option<Place>,
    pub memory: Option<Place>,
    pub hidden: Vec<Place>,
    pub cell: Vec<Place>,
}

impl Architecture {
    fn new(mut config: Config) -> Result<Self> {
        if config.read_heads + config.write_heads == 0 {
            // No memory: its options are ignored.
            (config.rows, config.columns, config.shift_range) = (0, 0, 0);
        }
        let heads = Heads::new(&config);
        let layout = &mut Layout::default();
        let (hidden, columns, rows) = (config.hidden_size, config.columns, config.rows);
        let read_width = config.read_heads * columns;
        let sums = controller::sums(config.controller, hidden);

        let mut layers = Vec::with_capacity(config.layers);
        for index in 0..config.layers {
            let width = if index == 0 { config.input_size + read_width } else { hidden };
            layers.push(match config.controller {
                ControllerKind::Feedforward => Layer {
                    kind: config.controller,
                    weight: layout.add(format!("controller.{index}.weight"), &[sums, width], Initial::Xavier(1.0)),
                    recurrent: None,
                    bias: layout.add(format!("controller.{index}.bias"), &[sums], Initial::Zero),
                },
                ControllerKind::Lstm => {
                    let initial = |scale: f64| Initial::Uniform(scale / (hidden as f64).sqrt());
                    let mut add = |name: &str, shape: &[usize], initial| {
                        layout.add(format!("controller.{index}.{name}"), shape, initial)
                    };
                    Layer {
                        kind: config.controller,
                        weight: add("weight_ih", &[sums, width], initial(config.input_scale)),
                        recurrent: Some(add("weight_hh", &[sums, hidden], initial(config.recurrent_scale))),
                        bias: add("bias", &[sums], Initial::Forget(config.forget_bias)),
                    }
                }
            });
        }
        let count = config.read_heads + config.write_heads;
        let heads_weight =
            layout.add_if_any("heads.weight", &[heads.width(), hidden], Initial::Xavier(config.head_scale));
        let initial = Initial::Heads {
            strength: config.key_strength_bias,
            gate: config.gate_bias,
            shift: config.shift_bias,
            sharpening: config.sharpening_bias,
        };
        let heads_bias = layout.add_if_any("heads.bias", &[heads.width()], initial);
        let output_weight =
            layout.add("output.weight".into(), &[config.output_size, hidden + read_width], Initial::Xavier(1.0));
        let output_bias = layout.add("output.bias".into(), &[config.output_size], Initial::Zero);
        let read = layout.add_if_any("initial.read", &[config.read_heads, columns], Initial::Uniform(0.1));
        let weighting = layout.add_if_any("initial.weighting", &[count, rows], Initial::FirstRow);
        let stateful = if config.controller == ControllerKind::Lstm { config.layers } else { 0 };
        let mut of_layers = |name: &str| -> Vec<Place> {
            (0..stateful).map(|index| layout.add(format!("initial.{name}.{index}"), &[hidden], Initial::Zero)).collect()
        };
        let (hidden_places, cell_places) = (of_layers("hidden"), of_layers("cell"));
        // Last, so that what has a gradient is one run of the flat vector also where a random memory has none.
        let bound = Initial::Uniform(config.memory_scale / ((rows + columns) as f64).sqrt());
        let memory = match config.memory_init {
            MemoryInit::Learned if rows > 0 => Some(layout.add("initial.memory".into(), &[rows, columns], bound)),
            MemoryInit::Random if rows > 0 => Some(layout.add_fixed("initial.memory".into(), &[rows, columns], bound)),
            _ => None,
        };
        let places = Places {
            heads_weight,
            heads_bias,
            output_weight,
            output_bias,
            read,
            weighting,
            memory,
            hidden: hidden_places,
            cell: cell_places,
        };
        if layout.size() > MOST_PARAMETERS {
            return Err(Error::Memory {
                location: "parameters".into(),
                expected: format!("at most {MOST_PARAMETERS} parameters"),
                received: layout.size().to_string(),
            });
        }
        Ok(Architecture { layout: std::mem::take(layout), layers, heads, places, config })
    }

    /// The configuration, with the rows, columns and shifts that were ignored set to 0.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The parameters' names, shapes and places.
    pub fn layout(&self) -> &Layout {
        &self.layout
    }

    /// R·M, entries of all read vectors.
    pub(crate) fn read_width(&self) -> usize {
        self.config.read_heads * self.config.columns
    }

    /// R + W.
    pub(crate) fn head_count(&self) -> usize {
        self.config.read_heads + self.config.write_heads
    }

    /// G, how many sums one layer forms.
    pub(crate) fn sums(&self) -> usize {
        controller::sums(self.config.controller, self.config.hidden_size)
    }

    /// The number of rows to run with: those asked for, where the memory allows other rows than its own.
    pub(crate) fn rows(&self, asked: Option<usize>) -> Result<usize> {
        let own = self.config.rows;
        match asked {
            None => Ok(own),
            Some(rows) if rows == own => Ok(own),
            Some(rows) if self.head_count() == 0 => {
                Err(Error::option("rows", "none, for a machine without memory", rows))
            }
            Some(rows) if self.config.memory_init != MemoryInit::Constant => {
                Err(Error::option("rows", format!("{own}, the rows of a {} memory", self.config.memory_init), rows))
            }
            Some(rows @ 1..=65_536) => Ok(rows),
            Some(rows) => Err(Error::option("rows", "an integer from 1 to 65536", rows)),
        }
    }
}
