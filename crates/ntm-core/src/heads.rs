//! The parameters of the heads: one row of sums, a slice of it per head, the read heads first.
//!
//! A read head's slice is `[key (M), β, g, s (S), γ]`, a write head's goes on with `[erase (M), add (M)]`. Key strength
//! `β = softplus(·)`, gate `g = σ(·)`, shift `s = softmax(·)`, sharpening `γ = 1 + softplus(·)`, erase `e = σ(·)`; the key
//! and the add vector come as they are, or through tanh.

use crate::activation::{sigmoid, softmax, softmax_backward, softplus};
use crate::config::{Activation, Config};
use crate::kernels::matrix::{Matrix, MatrixMut};
use crate::real::Real;

/// Where each head's parameters stand in a row.
#[derive(Clone, Debug)]
pub struct Heads {
    read: usize,
    write: usize,
    columns: usize,
    shifts: usize,
    key: Activation,
    add: Activation,
}

/// The parameters of one head by which it addresses the memory.
#[derive(Clone, Copy, Debug)]
pub struct Head<'a, T> {
    /// The key `[M]`.
    pub key: &'a [T],
    /// The key strength β ≥ 0.
    pub strength: T,
    /// The gate g in [0, 1].
    pub gate: T,
    /// The shift weighting `[S]`.
    pub shift: &'a [T],
    /// The sharpening γ ≥ 1.
    pub sharpening: T,
}

/// The places for the gradients of one head's parameters.
pub struct HeadMut<'a, T> {
    /// Of the key `[M]`.
    pub key: &'a mut [T],
    /// Of the key strength.
    pub strength: &'a mut T,
    /// Of the gate.
    pub gate: &'a mut T,
    /// Of the shift weighting `[S]`.
    pub shift: &'a mut [T],
    /// Of the sharpening.
    pub sharpening: &'a mut T,
}

impl Heads {
    pub(crate) fn new(config: &Config) -> Self {
        Heads {
            read: config.read_heads,
            write: config.write_heads,
            columns: config.columns,
            shifts: 2 * config.shift_range + 1,
            key: config.key_activation,
            add: config.add_activation,
        }
    }

    /// Entries by which a head addresses: all of a read head's.
    fn addressing(&self) -> usize {
        self.columns + self.shifts + 3
    }

    /// Entries of a write head.
    fn writing(&self) -> usize {
        self.addressing() + 2 * self.columns
    }

    /// P, entries of a row.
    pub fn width(&self) -> usize {
        self.read * self.addressing() + self.write * self.writing()
    }

    fn start(&self, head: usize) -> usize {
        let writers = head.saturating_sub(self.read);
        (head - writers) * self.addressing() + writers * self.writing()
    }

    /// The addressing parameters of one head in a row of activated parameters `[P]`.
    pub fn head<'a, T: Real>(&self, row: &'a [T], head: usize) -> Head<'a, T> {
        let slice = &row[self.start(head)..][..self.addressing()];
        let (key, rest) = slice.split_at(self.columns);
        let (shift, sharpening) = rest[2..].split_at(self.shifts);
        Head { key, strength: rest[0], gate: rest[1], shift, sharpening: sharpening[0] }
    }

    /// The places of one head's addressing parameters in a row `[P]`.
    pub fn head_mut<'a, T: Real>(&self, row: &'a mut [T], head: usize) -> HeadMut<'a, T> {
        let slice = &mut row[self.start(head)..][..self.addressing()];
        let (key, rest) = slice.split_at_mut(self.columns);
        let (pair, rest) = rest.split_at_mut(2);
        let (shift, sharpening) = rest.split_at_mut(self.shifts);
        let [strength, gate] = pair else { unreachable!("two entries") };
        HeadMut { key, strength, gate, shift, sharpening: &mut sharpening[0] }
    }

    /// The erase and add vectors of all write heads, side by side, `[W, 2M]`.
    pub fn erase_add<'a, T>(&self, row: &'a [T]) -> Matrix<'a, T> {
        let writers = &row[self.start(self.read)..];
        Matrix::new(writers, self.write, self.writing()).columns(self.addressing()..self.writing())
    }

    /// The places of all write heads' erase and add vectors, `[W, 2M]`.
    pub fn erase_add_mut<'a, T>(&self, row: &'a mut [T]) -> MatrixMut<'a, T> {
        let writers = &mut row[self.start(self.read)..];
        MatrixMut::new(writers, self.write, self.writing()).columns(self.addressing()..self.writing())
    }

    /// The parameters `[P]` of their sums `[P]`.
    pub fn forward<T: Real>(&self, sums: &[T], parameters: &mut [T]) {
        parameters.copy_from_slice(sums);
        for head in 0..self.read + self.write {
            let sums = self.head(sums, head);
            let place = self.head_mut(parameters, head);
            squash(self.key, place.key);
            *place.strength = softplus(sums.strength);
            *place.gate = sigmoid(sums.gate);
            softmax(T::ONE, sums.shift, place.shift);
            *place.sharpening = T::ONE + softplus(sums.sharpening);
        }
        let mut erase_add = self.erase_add_mut(parameters);
        for head in 0..self.write {
            let (erase, add) = erase_add.row(head).split_at_mut(self.columns);
            for erase in erase {
                *erase = sigmoid(*erase);
            }
            squash(self.add, add);
        }
    }

    /// Turns the gradient of the parameters `[P]` into that of their sums `[P]`.
    pub fn backward<T: Real>(&self, sums: &[T], parameters: &[T], gradient: &mut [T]) {
        for head in 0..self.read + self.write {
            let (sums, parameters) = (self.head(sums, head), self.head(parameters, head));
            let place = self.head_mut(gradient, head);
            squash_backward(self.key, parameters.key, place.key);
            *place.strength *= sigmoid(sums.strength);
            *place.gate *= parameters.gate * (T::ONE - parameters.gate);
            softmax_backward(parameters.shift, place.shift);
            *place.sharpening *= sigmoid(sums.sharpening);
        }
        let values = self.erase_add(parameters);
        let mut gradients = self.erase_add_mut(gradient);
        for head in 0..self.write {
            let (erase, add) = values.row(head).split_at(self.columns);
            let (d_erase, d_add) = gradients.row(head).split_at_mut(self.columns);
            for (d_erase, &erase) in d_erase.iter_mut().zip(erase) {
                *d_erase *= erase * (T::ONE - erase);
            }
            squash_backward(self.add, add, d_add);
        }
    }
}

fn squash<T: Real>(activation: Activation, vector: &mut [T]) {
    if activation == Activation::Tanh {
        for entry in vector {
            *entry = entry.tanh();
        }
    }
}

fn squash_backward<T: Real>(activation: Activation, vector: &[T], gradient: &mut [T]) {
    if activation == Activation::Tanh {
        for (gradient, &entry) in gradient.iter_mut().zip(vector) {
            *gradient *= T::ONE - entry * entry;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{gradient, numbers};
    use crate::kernels::vector::dot;

    fn heads(read: usize, write: usize, activation: Activation) -> Heads {
        Heads { read, write, columns: 3, shifts: 5, key: activation, add: activation }
    }

    #[test]
    fn gradients_are_central_differences() {
        for activation in [Activation::Identity, Activation::Tanh] {
            for (read, write) in [(1, 1), (2, 0), (0, 2), (2, 3)] {
                let heads = heads(read, write, activation);
                let (sums, d_parameters) = (numbers(1, heads.width()), numbers(2, heads.width()));
                let forward = |sums: &[f64]| {
                    let mut parameters = vec![0.0; sums.len()];
                    heads.forward(sums, &mut parameters);
                    parameters
                };
                let mut d_sums = d_parameters.clone();
                heads.backward(&sums, &forward(&sums), &mut d_sums);
                gradient("sums", &sums, &d_sums, |sums| dot(&forward(sums), &d_parameters));
            }
        }
    }

    #[test]
    fn each_slice_is_where_the_specification_says() {
        let heads = heads(1, 1, Activation::Identity);
        assert_eq!(heads.width(), 11 + 17);
        let row: Vec<f64> = (0..28).map(f64::from).collect();
        let read = heads.head(&row, 0);
        assert_eq!((read.key, read.strength, read.gate), (&[0.0, 1.0, 2.0][..], 3.0, 4.0));
        assert_eq!((read.shift, read.sharpening), (&[5.0, 6.0, 7.0, 8.0, 9.0][..], 10.0));
        assert_eq!(heads.head(&row, 1).key, [11.0, 12.0, 13.0]);
        assert_eq!(heads.erase_add(&row).row(0), [22.0, 23.0, 24.0, 25.0, 26.0, 27.0]);
    }
}
