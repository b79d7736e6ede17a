//! A Neural Turing Machine (Graves, Wayne and Danihelka 2014, arXiv 1410.5401) with hand-written gradients.
//!
//! A time step goes `controller → heads → addressing → memory → read-out → loss`; each stage is one module with its
//! `forward`, its `backward` under it and its tests below: [`controller`], [`addressing`], [`memory`], [`loss`], over
//! the products and reductions of [`kernels`]. `step` composes them into a time step, `sequence` unrolls it through
//! time, [`Machine`] is what is used.
//!
//! ```
//! use ndarray::Array3;
//! use ntm_core::{Batch, Clip, Config, Machine, Optimizer, rmsprop::RmsProp};
//!
//! let mut machine = Machine::<f32>::new(Config { rows: 16, columns: 8, hidden_size: 32, ..Config::new(3, 2) })?;
//! let (input, target) = (Array3::ones((5, 4, 3)), Array3::ones((5, 4, 2)));
//! let batch = Batch { input: input.view(), target: target.view(), mask: None };
//! let update = machine.train_step(&batch, &Optimizer::RmsProp(RmsProp::default()), 1e-4, Clip::Value(10.0))?;
//! assert!(update.loss > 0.0);
//! # Ok::<(), ntm_core::Error>(())
//! ```

pub mod activation;
pub mod addressing;
#[cfg(test)]
mod check;
mod config;
pub mod controller;
mod decimal;
mod error;
mod heads;
mod hot;
pub mod kernels;
pub mod loss;
mod machine;
pub mod math;
pub mod memory;
mod named;
mod optimizer;
mod parameters;
pub mod random;
mod real;
mod room;
mod rows;
mod sequence;
mod session;
mod state;
mod step;
mod step_backward;
mod tape;
mod trace;
mod weights;

pub use config::{Activation, Architecture, Config, ControllerKind, LossKind, MemoryInit};
pub use error::{Error, Result};
pub use kernels::lanes::Lanes;
pub use machine::{Batch, Evaluation, Machine, Run, RunOptions, Update};
pub use optimizer::{Clip, Optimizer, Slots, adam, rmsprop};
pub use parameters::{Entry, Layout};
pub use real::Real;
pub use session::Session;
pub use state::State;
pub use tape::PIECE;
pub use trace::{Recorded, Trace, TraceName, TraceSet};
