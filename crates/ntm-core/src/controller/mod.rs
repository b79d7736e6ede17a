//! The controller: stacked layers, each fed the one below, the lowest fed the input and what the read heads read
//! before.
//!
//! What a layer squashes are sums of products with the parts of its input; the products over a whole segment of
//! time steps are taken at once where no step waits for the one before. What follows the sums is in [`feedforward`] and
//! [`lstm`].

pub mod feedforward;
pub mod lstm;

use crate::config::ControllerKind;
use crate::parameters::Place;

/// Where one layer's parameters stand, and how wide it is.
#[derive(Clone, Debug)]
pub(crate) struct Layer {
    /// What follows the sums.
    pub kind: ControllerKind,
    /// Weights of the input: `weight` or `weight_ih`, `[G, in]`.
    pub weight: Place,
    /// Weights of the layer's own previous output: `weight_hh [4H, H]` of an LSTM.
    pub recurrent: Option<Place>,
    /// `[G]`.
    pub bias: Place,
}

/// G, how many sums a layer of `hidden_size` units forms.
pub(crate) fn sums(kind: ControllerKind, hidden_size: usize) -> usize {
    match kind {
        ControllerKind::Feedforward => hidden_size,
        ControllerKind::Lstm => 4 * hidden_size,
    }
}
