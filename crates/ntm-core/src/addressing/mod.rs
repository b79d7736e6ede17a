//! Addressing (section 3.3, figure 2): content, then interpolation, circular convolution and sharpening, of one head on the
//! memory of one sequence. Read and write heads address alike.

pub mod content;
pub mod interpolation;
pub mod sharpening;
pub mod shift;

use crate::heads::{Head, HeadMut};
use crate::real::Real;

/// What a head meets: the memory and its own previous weighting, as the step before left them.
#[derive(Clone, Copy)]
pub struct Before<'a, T> {
    /// The memory `[M, N]`.
    pub memory: &'a [T],
    /// The length of each of its rows `[N]`.
    pub norms: &'a [T],
    /// The head's previous weighting `[N]`.
    pub previous: &'a [T],
}

/// The places of what a head computes on the way, each `[N]`; the backward pass needs all of them.
pub struct Stages<'a, T> {
    /// Cosine of the key and each row.
    pub cosine: &'a mut [T],
    /// Content weighting.
    pub content: &'a mut [T],
    /// Interpolated (gated) weighting.
    pub interpolated: &'a mut [T],
    /// Shifted weighting.
    pub shifted: &'a mut [T],
    /// Sharpened: the head's weighting.
    pub weighting: &'a mut [T],
}

/// What [`forward`] computed, each `[N]`.
#[derive(Clone, Copy)]
pub struct Staged<'a, T> {
    /// Cosine of the key and each row.
    pub cosine: &'a [T],
    /// Content weighting.
    pub content: &'a [T],
    /// Interpolated (gated) weighting.
    pub interpolated: &'a [T],
    /// Shifted weighting.
    pub shifted: &'a [T],
    /// Sharpened: the head's weighting.
    pub weighting: &'a [T],
}

/// Addresses the memory with one head.
pub fn forward<T: Real>(head: Head<T>, before: Before<T>, stages: Stages<T>) {
    let Stages { cosine, content, interpolated, shifted, weighting } = stages;
    content::forward(head.key, head.strength, before.memory, before.norms, cosine, content);
    interpolation::forward(head.gate, content, before.previous, interpolated);
    shift::forward(head.shift, interpolated, shifted);
    sharpening::forward(head.sharpening, shifted, weighting);
}

/// From the gradient of the head's weighting `[N]`, which becomes that of its previous weighting: writes the gradients of the
/// head's parameters, adds to that of the memory before `[M, N]`. `scratch` is four vectors `[N]`.
pub fn backward<T: Real>(
    head: Head<T>,
    before: Before<T>,
    staged: Staged<T>,
    d_weighting: &mut [T],
    d_head: HeadMut<T>,
    d_memory: &mut [T],
    scratch: &mut [T],
) {
    let rows = d_weighting.len();
    let (one, rest) = scratch.split_at_mut(rows);
    let (two, rest) = rest.split_at_mut(rows);
    let (three, four) = rest.split_at_mut(rows);
    let (d_shifted, d_interpolated, d_content) = (one, two, &mut four[..rows]);
    *d_head.sharpening =
        sharpening::backward(head.sharpening, staged.shifted, staged.weighting, d_weighting, d_shifted);
    shift::backward(head.shift, staged.interpolated, d_shifted, d_head.shift, d_interpolated);
    *d_head.gate =
        interpolation::backward(head.gate, staged.content, before.previous, d_interpolated, d_content, d_weighting);
    let forward = content::Forward {
        key: head.key,
        strength: head.strength,
        memory: before.memory,
        norms: before.norms,
        cosine: staged.cosine,
        weighting: staged.content,
    };
    *d_head.strength = content::backward(&forward, d_content, d_head.key, d_memory, [three, d_shifted]);
}
