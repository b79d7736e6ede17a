//! The parameters of the heads, of their sums: key strength `β = softplus(·)`, gate `g = σ(·)`, shift `s = softmax(·)`,
//! sharpening `γ = 1 + softplus(·)`, erase `e = σ(·)`; the key and the add vector come as they are, or through tanh.
//!
//! The sums lie as in `heads.weight`: a slice per head, the read heads first, `[key (M), β, g, s (S), γ]` and of a
//! write head `[erase (M), add (M)]` after that. The parameters lie so that what is alike is one matrix: the addressing
//! slices of all heads, then the erase and add vectors of all write heads.

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

/// The places of one head's parameters, or of their gradients.
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

    /// R + W.
    pub(crate) fn count(&self) -> usize {
        self.read + self.write
    }

    /// P, entries of a row of sums or parameters.
    pub fn width(&self) -> usize {
        self.count() * self.addressing() + self.write * 2 * self.columns
    }

    /// Where a head's sums start.
    fn sums(&self, head: usize) -> usize {
        head * self.addressing() + head.saturating_sub(self.read) * 2 * self.columns
    }

    /// Where a write head's erase and add sums start.
    fn erase_add_sums(&self, writer: usize) -> usize {
        self.sums(self.read + writer) + self.addressing()
    }

    fn slice<'a, T: Real>(&self, slice: &'a [T]) -> Head<'a, T> {
        let (key, rest) = slice[..self.addressing()].split_at(self.columns);
        let (shift, sharpening) = rest[2..].split_at(self.shifts);
        Head { key, strength: rest[0], gate: rest[1], shift, sharpening: sharpening[0] }
    }

    fn slice_mut<'a, T: Real>(&self, slice: &'a mut [T]) -> HeadMut<'a, T> {
        let (key, rest) = slice[..self.addressing()].split_at_mut(self.columns);
        let (pair, rest) = rest.split_at_mut(2);
        let (shift, sharpening) = rest.split_at_mut(self.shifts);
        let [strength, gate] = pair else { unreachable!("two entries") };
        HeadMut { key, strength, gate, shift, sharpening: &mut sharpening[0] }
    }

    /// The places of one head's addressing sums in a row of sums `[P]`.
    pub(crate) fn sums_mut<'a, T: Real>(&self, sums: &'a mut [T], head: usize) -> HeadMut<'a, T> {
        self.slice_mut(&mut sums[self.sums(head)..])
    }

    /// The addressing parameters of one head in a row of parameters `[P]`.
    pub fn head<'a, T: Real>(&self, parameters: &'a [T], head: usize) -> Head<'a, T> {
        self.slice(&parameters[head * self.addressing()..])
    }

    /// The places of one head's addressing parameters in a row `[P]`.
    pub fn head_mut<'a, T: Real>(&self, parameters: &'a mut [T], head: usize) -> HeadMut<'a, T> {
        self.slice_mut(&mut parameters[head * self.addressing()..])
    }

    /// The keys of all heads, each with its strength after it, `[R + W, M + 1]`, in a row of parameters `[P]`.
    pub fn keys<'a, T>(&self, parameters: &'a [T]) -> Matrix<'a, T> {
        let addressing = self.addressing();
        Matrix::new(&parameters[..self.count() * addressing], self.count(), addressing).columns(0..self.columns + 1)
    }

    /// The places of all heads' keys and strengths `[R + W, M + 1]` in a row `[P]`.
    pub fn keys_mut<'a, T>(&self, parameters: &'a mut [T]) -> MatrixMut<'a, T> {
        let addressing = self.addressing();
        MatrixMut::new(&mut parameters[..self.count() * addressing], self.count(), addressing)
            .columns(0..self.columns + 1)
    }

    /// The erase and add vectors of all write heads, side by side, `[W, 2M]`.
    pub fn erase_add<'a, T>(&self, parameters: &'a [T]) -> Matrix<'a, T> {
        Matrix::new(&parameters[self.count() * self.addressing()..], self.write, 2 * self.columns)
    }

    /// The places of all write heads' erase and add vectors, `[W, 2M]`.
    pub fn erase_add_mut<'a, T>(&self, parameters: &'a mut [T]) -> MatrixMut<'a, T> {
        MatrixMut::new(&mut parameters[self.count() * self.addressing()..], self.write, 2 * self.columns)
    }

    /// The parameters `[P]` of their sums `[P]`.
    pub fn forward<T: Real>(&self, sums: &[T], parameters: &mut [T]) {
        for head in 0..self.count() {
            let from = self.slice(&sums[self.sums(head)..]);
            let to = self.head_mut(parameters, head);
            to.key.copy_from_slice(from.key);
            squash(self.key, to.key);
            *to.strength = softplus(from.strength);
            *to.gate = sigmoid(from.gate);
            softmax(T::ONE, from.shift, to.shift);
            *to.sharpening = T::ONE + softplus(from.sharpening);
        }
        let mut erase_add = self.erase_add_mut(parameters);
        for writer in 0..self.write {
            let to = erase_add.row(writer);
            to.copy_from_slice(&sums[self.erase_add_sums(writer)..][..2 * self.columns]);
            let (erase, add) = to.split_at_mut(self.columns);
            for erase in erase {
                *erase = sigmoid(*erase);
            }
            squash(self.add, add);
        }
    }

    /// The gradient of the sums `[P]` of that of the parameters `[P]`.
    pub fn backward<T: Real>(&self, sums: &[T], parameters: &[T], d_parameters: &[T], d_sums: &mut [T]) {
        for head in 0..self.count() {
            let start = self.sums(head);
            let (sums, parameters) = (self.slice(&sums[start..]), self.head(parameters, head));
            let from = self.head(d_parameters, head);
            let to = self.sums_mut(d_sums, head);
            to.key.copy_from_slice(from.key);
            squash_backward(self.key, parameters.key, to.key);
            *to.strength = from.strength * sigmoid(sums.strength);
            *to.gate = from.gate * parameters.gate * (T::ONE - parameters.gate);
            to.shift.copy_from_slice(from.shift);
            softmax_backward(parameters.shift, to.shift);
            *to.sharpening = from.sharpening * sigmoid(sums.sharpening);
        }
        let (values, gradients) = (self.erase_add(parameters), self.erase_add(d_parameters));
        for writer in 0..self.write {
            let to = &mut d_sums[self.erase_add_sums(writer)..][..2 * self.columns];
            to.copy_from_slice(gradients.row(writer));
            let (erase, add) = values.row(writer).split_at(self.columns);
            let (d_erase, d_add) = to.split_at_mut(self.columns);
            for (d_erase, &erase) in d_erase.iter_mut().zip(erase) {
                *d_erase *= erase * (T::ONE - erase);
            }
            squash_backward(self.add, add, d_add);
        }
    }
}

fn squash<T: Real>(activation: Activation, vector: &mut [T]) {
    match activation {
        Activation::Identity => {}
        Activation::Tanh => {
            for entry in vector {
                *entry = entry.tanh();
            }
        }
    }
}

fn squash_backward<T: Real>(activation: Activation, vector: &[T], gradient: &mut [T]) {
    match activation {
        Activation::Identity => {}
        Activation::Tanh => {
            for (gradient, &entry) in gradient.iter_mut().zip(vector) {
                *gradient *= T::ONE - entry * entry;
            }
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

    fn forward(heads: &Heads, sums: &[f64]) -> Vec<f64> {
        let mut parameters = vec![0.0; sums.len()];
        heads.forward(sums, &mut parameters);
        parameters
    }

    #[test]
    fn gradients_are_central_differences() {
        for &activation in Activation::ALL {
            for (read, write) in [(1, 1), (2, 0), (0, 2), (2, 3)] {
                let heads = heads(read, write, activation);
                let (sums, d_parameters) = (numbers(1, heads.width()), numbers(2, heads.width()));
                let mut d_sums = vec![0.0; heads.width()];
                heads.backward(&sums, &forward(&heads, &sums), &d_parameters, &mut d_sums);
                gradient("sums", &sums, &d_sums, |sums| dot(&forward(&heads, sums), &d_parameters));
            }
        }
    }

    #[test]
    fn each_sum_is_where_the_specification_says() {
        let heads = heads(1, 1, Activation::Identity);
        assert_eq!(heads.width(), 11 + 17);
        let sums: Vec<f64> = (0..28).map(f64::from).collect();
        let parameters = forward(&heads, &sums);
        let (read, write) = (heads.head(&parameters, 0), heads.head(&parameters, 1));
        assert_eq!((read.key, write.key), (&[0.0, 1.0, 2.0][..], &[11.0, 12.0, 13.0][..]));
        assert_eq!((read.strength, read.gate), (softplus(3.0), sigmoid(4.0)));
        assert!(read.shift[4] > read.shift[3] && (read.shift.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        assert_eq!(read.sharpening, 1.0 + softplus(10.0));
        let erase_add = heads.erase_add(&parameters).row(0);
        assert_eq!(erase_add[..3], [22.0, 23.0, 24.0].map(sigmoid));
        assert_eq!(erase_add[3..], [25.0, 26.0, 27.0]);
        assert_eq!(heads.keys(&parameters).row(1), [write.key, &[write.strength]].concat());
    }
}
