//! The parameters of a machine: one flat vector, each tensor a named run of it, and the values that they start with.

use crate::error::{Error, Result};
use crate::heads::Heads;
use crate::kernels::matrix::{Matrix, MatrixMut};
use crate::random::Random;
use crate::real::Real;

/// How a tensor starts. These values are open choices of the specification.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Initial {
    /// 0.
    Zero,
    /// Uniform in ± the bound.
    Uniform(f64),
    /// Uniform in ±√(6/(in + out)), times the scale.
    Xavier(f64),
    /// An LSTM's bias: 0, but for the forget part.
    Forget(f64),
    /// The heads' bias: 0, but for every head's key strength, gate, shift by +1 and sharpening.
    Heads { strength: f64, gate: f64, shift: f64, sharpening: f64 },
    /// Logits of a weighting: uniform ±0.1, and ln N + 2 more on row 0, which so weighs about 7 times all others
    /// together.
    FirstRow,
}

/// Where a tensor stands in the flat vector.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Place {
    start: usize,
    height: usize,
    width: usize,
}

impl Place {
    /// Rows of the tensor as a matrix.
    pub fn height(&self) -> usize {
        self.height
    }

    /// Columns of the tensor as a matrix.
    pub fn width(&self) -> usize {
        self.width
    }

    /// The tensor's entries.
    #[inline(always)]
    pub fn of<'a, T>(&self, flat: &'a [T]) -> &'a [T] {
        &flat[self.start..][..self.height * self.width]
    }

    /// The tensor's entries.
    #[inline(always)]
    pub fn of_mut<'a, T>(&self, flat: &'a mut [T]) -> &'a mut [T] {
        &mut flat[self.start..][..self.height * self.width]
    }

    /// The tensor as a matrix; a vector is one row.
    #[inline(always)]
    pub fn matrix<'a, T>(&self, flat: &'a [T]) -> Matrix<'a, T> {
        Matrix::new(self.of(flat), self.height, self.width)
    }

    /// The tensor as a matrix; a vector is one row.
    #[inline(always)]
    pub fn matrix_mut<'a, T>(&self, flat: &'a mut [T]) -> MatrixMut<'a, T> {
        MatrixMut::new(self.of_mut(flat), self.height, self.width)
    }
}

/// One named tensor.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its name, as in a checkpoint.
    pub name: String,
    /// Its shape.
    pub shape: Vec<usize>,
    /// Whether it has a gradient: all but a random `initial.memory`.
    pub trainable: bool,
    pub(crate) place: Place,
    initial: Initial,
}

impl Entry {
    /// The tensor's entries in the flat vector.
    pub fn of<'a, T>(&self, flat: &'a [T]) -> &'a [T] {
        self.place.of(flat)
    }

    /// The tensor's entries in the flat vector.
    pub fn of_mut<'a, T>(&self, flat: &'a mut [T]) -> &'a mut [T] {
        self.place.of_mut(flat)
    }
}

/// The parameters' names, shapes and places, in the order in which they are drawn.
#[derive(Clone, Debug, Default)]
pub struct Layout {
    entries: Vec<Entry>,
    size: u64,
    largest: u64,
}

impl Layout {
    pub(crate) fn add(&mut self, name: String, shape: &[usize], initial: Initial) -> Place {
        self.push(name, shape, initial, true)
    }

    /// A tensor with a 0 in its shape does not exist.
    pub(crate) fn add_if_any(&mut self, name: &str, shape: &[usize], initial: Initial) -> Option<Place> {
        (!shape.contains(&0)).then(|| self.add(name.into(), shape, initial))
    }

    pub(crate) fn add_fixed(&mut self, name: String, shape: &[usize], initial: Initial) -> Place {
        self.push(name, shape, initial, false)
    }

    fn push(&mut self, name: String, shape: &[usize], initial: Initial, trainable: bool) -> Place {
        let (height, width) = match *shape {
            [width] => (1, width),
            [height, width] => (height, width),
            _ => unreachable!("a vector or a matrix"),
        };
        // A size past the address space is refused before anything is allocated, so a place that wrapped is never used.
        let place = Place { start: self.size as usize, height, width };
        let numbers = height as u64 * width as u64;
        self.size = self.size.saturating_add(numbers);
        self.largest = self.largest.max(numbers);
        self.entries.push(Entry { name, shape: shape.to_vec(), trainable, place, initial });
        place
    }

    /// How many parameters there are.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Numbers of the largest tensor: what a copy of all, one by one, needs.
    pub(crate) fn largest(&self) -> u64 {
        self.largest
    }

    /// How many parameters have a gradient: the first ones.
    pub fn trainable(&self) -> usize {
        self.entries.iter().filter(|entry| entry.trainable).map(|entry| entry.place.height * entry.place.width).sum()
    }

    /// All tensors in order.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The tensor of that name.
    pub fn entry(&self, name: &str) -> Result<&Entry> {
        self.entries
            .iter()
            .find(|entry| entry.name == name)
            .ok_or_else(|| Error::option("parameter", "the name of one", format!("\"{name}\"")))
    }

    /// The first tensor of a flat vector (of the parameters, or of the trainable ones) that is not finite.
    pub(crate) fn non_finite<T: Real>(&self, flat: &[T]) -> Option<&str> {
        if T::all_finite(flat) {
            return None;
        }
        self.entries
            .iter()
            .find(|entry| entry.place.start < flat.len() && !T::all_finite(entry.place.of(flat)))
            .map(|entry| &entry.name[..])
    }

    /// Initial values drawn from stream 0 of the seed, tensor after tensor; `heads` says where in their bias what
    /// stands.
    pub(crate) fn draw<T: Real>(&self, seed: u32, heads: &Heads) -> Vec<T> {
        let mut random = Random::new(seed, 0);
        let mut flat = vec![T::ZERO; self.size as usize];
        for entry in &self.entries {
            let Place { height, width, .. } = entry.place;
            let values = entry.place.of_mut(&mut flat);
            let mut uniform = |values: &mut [T], bound: f64| {
                for value in values {
                    *value = T::from_f64(random.symmetric(bound));
                }
            };
            match entry.initial {
                Initial::Zero => {}
                Initial::Uniform(bound) => uniform(values, bound),
                Initial::Xavier(scale) => uniform(values, scale * (6.0 / (height + width) as f64).sqrt()),
                Initial::Forget(bias) => values[width / 4..width / 2].fill(T::from_f64(bias)),
                Initial::Heads { strength, gate, shift, sharpening } => {
                    for head in 0..heads.count() {
                        let head = heads.sums_mut(values, head);
                        *head.strength = T::from_f64(strength);
                        *head.gate = T::from_f64(gate);
                        // Of the offsets -K to K that by +1 is the one after the middle; K = 0 has none.
                        let forward = head.shift.len() / 2 + 1;
                        if let Some(bias) = head.shift.get_mut(forward) {
                            *bias = T::from_f64(shift);
                        }
                        *head.sharpening = T::from_f64(sharpening);
                    }
                }
                Initial::FirstRow => {
                    uniform(values, 0.1);
                    let lead = T::from_f64(Real::ln(width as f64) + 2.0);
                    for logits in values.chunks_exact_mut(width) {
                        logits[0] += lead;
                    }
                }
            }
        }
        flat
    }
}

#[cfg(test)]
mod tests {
    use crate::config::Config;

    /// The values that a tensor starts with.
    fn drawn(config: Config, name: &str) -> Vec<f64> {
        let architecture = config.check().unwrap();
        let flat = architecture.layout.draw(1, &architecture.heads);
        architecture.layout.entry(name).unwrap().of(&flat).to_vec()
    }

    #[test]
    fn heads_start_with_their_biases_that_of_the_shift_on_the_offset_of_1() {
        let biases = Config {
            key_strength_bias: 1.0,
            gate_bias: 2.0,
            shift_bias: 3.0,
            sharpening_bias: 4.0,
            ..Config::new(3, 2)
        };
        // The offsets are -K to K.
        for (shift_range, shift) in [(0, &[0.0][..]), (1, &[0.0, 0.0, 3.0]), (2, &[0.0, 0.0, 0.0, 3.0, 0.0])] {
            let head = [&[0.0, 0.0, 1.0, 2.0], shift, &[4.0]].concat();
            let expected = [&head[..], &head, &[0.0; 4]].concat();
            assert_eq!(drawn(Config { columns: 2, shift_range, ..biases.clone() }, "heads.bias"), expected);
        }
    }

    #[test]
    fn the_first_row_of_every_weighting_is_ahead() {
        let logits = drawn(Config { rows: 5, ..Config::new(3, 2) }, "initial.weighting");
        for (index, logit) in logits.into_iter().enumerate() {
            let lead = if index % 5 == 0 { f64::ln(5.0) + 2.0 } else { 0.0 };
            assert!((logit - lead).abs() <= 0.1, "{index}: {logit}");
        }
    }
}
