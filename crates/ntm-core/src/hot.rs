//! Where an update spends its time, as functions that are not generic.
//!
//! Generic code is compiled by the crate that uses it: what `ntm-wasm` uses of this crate is built there, for size.
//! These functions, and all that they call, are compiled in this crate, for speed.

use crate::config::{Architecture, LossKind};
use crate::kernels::vector;
use crate::loss;
use crate::optimizer::{Given, Slots, clip};
use crate::parameters::Place;
use crate::real::Real;
use crate::step;
use crate::step_backward::{self, Adjoint};
use crate::tape::Tape;
use crate::weights::{Parameters, Weights};

/// The hot functions of a number; each is the generic one that it names.
// Within the crate: the module is private.
#[allow(private_interfaces)]
pub trait Hot: Sized {
    /// [`step::forward`].
    fn forward(architecture: &Architecture, parameters: &Parameters<Self>, tape: &mut Tape<Self>)
    where
        Self: Real;
    /// [`step_backward::backward`].
    fn backward(
        architecture: &Architecture,
        parameters: &[Self],
        tape: &Tape<Self>,
        adjoint: &mut Adjoint<Self>,
        gradient: &mut [Self],
    ) where
        Self: Real;
    /// [`Adjoint::form_input`].
    fn input_gradient(architecture: &Architecture, parameters: &[Self], tape: &Tape<Self>, adjoint: &mut Adjoint<Self>)
    where
        Self: Real;
    /// [`Weights::set`].
    fn lay_out(weights: &mut Weights<Self>, flat: &[Self], only: Option<Place>)
    where
        Self: Real;
    /// [`loss::forward`].
    fn loss(kind: LossKind, logits: &[Self], target: &[Self]) -> Self;
    /// [`loss::backward`].
    fn loss_backward(kind: LossKind, logits: &[Self], target: &[Self], scale: Self, d_logits: &mut [Self]);
    /// [`loss::output`].
    fn output(kind: LossKind, logits: &[Self], output: &mut [Self]);
    /// Sets all to 0: a loop that is compiled for size does so a number at a time.
    fn clear(entries: &mut [Self]);
    /// [`vector::add`].
    fn accumulate(y: &mut [Self], x: &[Self]);
    /// [`vector::all_finite`].
    fn all_finite(entries: &[Self]) -> bool;
    /// [`clip::norm`].
    fn norm(gradient: &[Self]) -> f64;
    /// [`Slots::compute`].
    fn compute(slots: &mut Slots<Self>, given: &Given<Self>, parameters: &[Self]) -> bool
    where
        Self: Real;
}

macro_rules! hot {
    ($real:ty) => {
        #[allow(private_interfaces)]
        impl Hot for $real {
            fn forward(architecture: &Architecture, parameters: &Parameters<Self>, tape: &mut Tape<Self>) {
                step::forward(architecture, parameters, tape);
            }
            fn backward(
                architecture: &Architecture,
                parameters: &[Self],
                tape: &Tape<Self>,
                adjoint: &mut Adjoint<Self>,
                gradient: &mut [Self],
            ) {
                step_backward::backward(architecture, parameters, tape, adjoint, gradient);
            }
            fn input_gradient(
                architecture: &Architecture,
                parameters: &[Self],
                tape: &Tape<Self>,
                adjoint: &mut Adjoint<Self>,
            ) {
                adjoint.form_input(architecture, parameters, tape);
            }
            fn lay_out(weights: &mut Weights<Self>, flat: &[Self], only: Option<Place>) {
                weights.set(flat, only);
            }
            fn loss(kind: LossKind, logits: &[Self], target: &[Self]) -> Self {
                loss::forward(kind, logits, target)
            }
            fn loss_backward(kind: LossKind, logits: &[Self], target: &[Self], scale: Self, d_logits: &mut [Self]) {
                loss::backward(kind, logits, target, scale, d_logits);
            }
            fn output(kind: LossKind, logits: &[Self], output: &mut [Self]) {
                loss::output(kind, logits, output);
            }
            fn clear(entries: &mut [Self]) {
                entries.fill(0.0);
            }
            fn accumulate(y: &mut [Self], x: &[Self]) {
                vector::add(y, x);
            }
            fn all_finite(entries: &[Self]) -> bool {
                vector::all_finite(entries)
            }
            fn norm(gradient: &[Self]) -> f64 {
                clip::norm(gradient)
            }
            fn compute(slots: &mut Slots<Self>, given: &Given<Self>, parameters: &[Self]) -> bool {
                slots.compute(given, parameters)
            }
        }
    };
}

hot!(f32);
hot!(f64);
