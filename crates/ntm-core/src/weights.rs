//! The parameters as they are used: flat, and the weights of layers, heads and read-out laid out for their products. A
//! weight is used in every time step and changes once an update: it is laid out anew when it changes.

use std::ops::Range;

use crate::config::Architecture;
use crate::kernels::matrix::{Matrix, MatrixMut};
use crate::kernels::panels::Panels;
use crate::parameters::Place;
use crate::real::Real;

/// A weight `[out, in]`, or some columns of one, by which inputs become sums.
#[derive(Clone, Debug)]
pub(crate) struct Weight<T> {
    place: Place,
    columns: Range<usize>,
    panels: Panels<T>,
}

impl<T: Real> Weight<T> {
    fn new(place: Place, columns: Range<usize>) -> Self {
        Weight { place, panels: Panels::zeros(place.height(), columns.len()), columns }
    }

    #[inline(never)]
    fn set(&mut self, flat: &[T]) {
        self.panels.set(self.place.matrix(flat).columns(self.columns.clone()));
    }

    /// `sums ← sums + inputs·weightᵀ`, a row each for some steps or sequences.
    pub fn add(&self, sums: &mut MatrixMut<T>, inputs: Matrix<T>) {
        self.panels.add_product(sums, inputs);
    }
}

/// The weights of one layer.
#[derive(Clone, Debug)]
pub(crate) struct LayerWeights<T> {
    /// Of the layer below; in the lowest layer, of what the read heads read.
    pub below: Weight<T>,
    /// Of the layer's own previous output.
    pub recurrent: Option<Weight<T>>,
}

/// The parameters' values.
#[derive(Clone, Debug)]
pub(crate) struct Parameters<T> {
    flat: Vec<T>,
    weights: Weights<T>,
}

impl<T: Real> Parameters<T> {
    pub fn new(architecture: &Architecture, flat: Vec<T>) -> Self {
        let weights = Weights::new(architecture, &flat);
        Parameters { flat, weights }
    }

    /// All, in the order of their layout.
    #[inline(always)]
    pub fn flat(&self) -> &[T] {
        &self.flat
    }

    /// Those that products are made with.
    #[inline(always)]
    pub fn weights(&self) -> &Weights<T> {
        &self.weights
    }

    /// Changes the one at that place.
    pub fn set(&mut self, place: Place, values: &[T]) {
        place.of_mut(&mut self.flat).copy_from_slice(values);
        T::lay_out(&mut self.weights, &self.flat, Some(place));
    }

    /// Changes all.
    pub fn change<R>(&mut self, change: impl FnOnce(&mut Vec<T>) -> R) -> R {
        let result = change(&mut self.flat);
        T::lay_out(&mut self.weights, &self.flat, None);
        result
    }
}

/// All weights.
#[derive(Clone, Debug)]
pub(crate) struct Weights<T> {
    /// Of the input, in the lowest layer.
    pub input: Weight<T>,
    pub layers: Vec<LayerWeights<T>>,
    pub heads: Option<Weight<T>>,
    /// Of the top layer, in the read-out.
    pub output_of_hidden: Weight<T>,
    /// Of the reads, in the read-out.
    pub output_of_reads: Weight<T>,
}

impl<T: Real> Weights<T> {
    pub fn new(architecture: &Architecture, flat: &[T]) -> Self {
        let (input, hidden) = (architecture.config.input_size, architecture.config.hidden_size);
        let whole = |place: Place| Weight::new(place, 0..place.width());
        let layers = architecture.layers.iter().enumerate().map(|(index, layer)| LayerWeights {
            below: Weight::new(layer.weight, if index == 0 { input } else { 0 }..layer.weight.width()),
            recurrent: layer.recurrent.map(whole),
        });
        let output = architecture.places.output_weight;
        let mut weights = Weights {
            input: Weight::new(architecture.layers[0].weight, 0..input),
            layers: layers.collect(),
            heads: architecture.places.heads_weight.map(whole),
            output_of_hidden: Weight::new(output, 0..hidden),
            output_of_reads: Weight::new(output, hidden..output.width()),
        };
        T::lay_out(&mut weights, flat, None);
        weights
    }

    /// Takes the parameters' values; of one parameter alone where it is said which.
    pub fn set(&mut self, flat: &[T], only: Option<Place>) {
        for weight in self.all().filter(|weight| only.is_none_or(|place| weight.place == place)) {
            weight.set(flat);
        }
    }

    fn all(&mut self) -> impl Iterator<Item = &mut Weight<T>> {
        let layers = self.layers.iter_mut().flat_map(|layer| [Some(&mut layer.below), layer.recurrent.as_mut()]);
        [Some(&mut self.input), self.heads.as_mut(), Some(&mut self.output_of_hidden), Some(&mut self.output_of_reads)]
            .into_iter()
            .chain(layers)
            .flatten()
    }
}
