//! The wasm-bindgen surface of `ntm-core`, and nothing else: shapes checked, errors mapped, no mathematics.
//!
//! Arrays cross as flat row-major `Float32Array`s with their sizes beside them; they are copied, so that no view of
//! this instance's memory leaves it.

mod arrays;
mod config;
mod cosine;
mod error;
mod machine;
mod optimizer;
mod panic;
mod pieces;
mod run;
mod session;
mod state;
mod version;

pub use config::Config;
pub use cosine::cosine;
pub use error::CoreError;
pub use machine::Machine;
pub use optimizer::Optimizer;
pub use panic::take_panic;
pub use pieces::piece_size;
pub use run::Run;
pub use session::Session;
pub use state::State;
pub use version::version;
