//! Optimisers: from gradients to new parameters. A whole update is computed beside the old values and checked before it
//! takes their place.

pub mod adam;
pub mod clip;
pub mod rmsprop;

use ndarray::Array1;

pub use clip::Clip;

use crate::error::{Error, Result};
use crate::kernels::vector::all_finite;
use crate::parameters::Layout;
use crate::real::Real;

/// The kind of an optimiser and its values but the learning rate, which may change from one update to the next.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Optimizer {
    /// Graves's RMSProp.
    RmsProp(rmsprop::RmsProp),
    /// Adam.
    Adam(adam::Adam),
}

impl Optimizer {
    /// The names of the kind's slots, as in a checkpoint.
    pub fn slot_names(&self) -> &'static [&'static str] {
        match self {
            Optimizer::RmsProp(_) => &["n", "m", "delta"],
            Optimizer::Adam(_) => &["m", "v"],
        }
    }

    /// Refuses values outside their ranges.
    pub fn check(&self) -> Result<()> {
        let fraction = |name: &str, value: f64| {
            if (0.0..1.0).contains(&value) {
                Ok(())
            } else {
                Err(Error::option(format!("optimizer.{name}"), "a number from 0 up to, not including, 1", value))
            }
        };
        let positive = |name: &str, value: f64| {
            if value > 0.0 && value.is_finite() {
                Ok(())
            } else {
                Err(Error::option(format!("optimizer.{name}"), "a finite number > 0", value))
            }
        };
        match *self {
            Optimizer::RmsProp(values) => {
                fraction("decay", values.decay)?;
                fraction("momentum", values.momentum)?;
                positive("epsilon", values.epsilon)
            }
            Optimizer::Adam(values) => {
                fraction("beta1", values.beta1)?;
                fraction("beta2", values.beta2)?;
                positive("epsilon", values.epsilon)
            }
        }
    }
}

/// What an optimiser remembers between updates.
#[derive(Clone, Debug)]
pub struct Slots<T> {
    names: &'static [&'static str],
    /// Updates made.
    pub steps: u64,
    values: Vec<Array1<T>>,
    next: Vec<Array1<T>>,
    next_parameters: Array1<T>,
}

impl<T: Real> Slots<T> {
    /// All 0, for as many parameters as have gradients.
    pub fn new(optimizer: &Optimizer, trainable: usize) -> Self {
        let names = optimizer.slot_names();
        let zeros = || vec![Array1::from_elem(trainable, T::ZERO); names.len()];
        Slots {
            names,
            steps: 0,
            values: zeros(),
            next: zeros(),
            next_parameters: Array1::from_elem(trainable, T::ZERO),
        }
    }

    /// Numbers that slots hold, counted before they are made.
    pub fn size(optimizer: &Optimizer, trainable: usize) -> u64 {
        (2 * optimizer.slot_names().len() as u64 + 1) * trainable as u64
    }

    /// Whether these are the slots of that kind of optimiser.
    pub fn belong_to(&self, optimizer: &Optimizer) -> bool {
        self.names == optimizer.slot_names()
    }

    /// The slots' names.
    pub fn names(&self) -> &'static [&'static str] {
        self.names
    }

    fn index(&self, slot: &str) -> Result<usize> {
        self.names.iter().position(|name| *name == slot).ok_or_else(|| {
            Error::option("optimizer", format!("a slot of {}", self.names.join(", ")), format!("{slot:?}"))
        })
    }

    /// One slot of all parameters, flat.
    pub fn get(&self, slot: &str) -> Result<&[T]> {
        let index = self.index(slot)?;
        Ok(self.values[index].as_slice().expect("a flat vector is contiguous"))
    }

    /// One slot of all parameters, flat.
    pub fn get_mut(&mut self, slot: &str) -> Result<&mut [T]> {
        let index = self.index(slot)?;
        Ok(self.values[index].as_slice_mut().expect("a flat vector is contiguous"))
    }

    /// Makes one update of the parameters that have gradients, the first ones; or none, where a new value is not finite.
    pub fn update(
        &mut self,
        optimizer: &Optimizer,
        learning_rate: f64,
        clip: impl Fn(T) -> T,
        gradient: &[T],
        parameters: &mut [T],
        layout: &Layout,
    ) -> Result<()> {
        let trainable = gradient.len();
        let parameters = &mut parameters[..trainable];
        let new = self.next_parameters.as_slice_mut().expect("a flat vector is contiguous");
        let values: Vec<&[T]> = self.values.iter().map(|slot| slot.as_slice().expect("contiguous")).collect();
        let mut next: Vec<&mut [T]> =
            self.next.iter_mut().map(|slot| slot.as_slice_mut().expect("contiguous")).collect();
        match (optimizer, &values[..], &mut next[..]) {
            (Optimizer::RmsProp(rmsprop), [n, m, delta], [new_n, new_m, new_delta]) => rmsprop.update(
                learning_rate,
                rmsprop::Old { parameters, n, m, delta },
                rmsprop::New { parameters: new, n: new_n, m: new_m, delta: new_delta },
                gradient,
                clip,
            ),
            (Optimizer::Adam(adam), [m, v], [new_m, new_v]) => adam.update(
                learning_rate,
                self.steps + 1,
                adam::Old { parameters, m, v },
                adam::New { parameters: new, m: new_m, v: new_v },
                gradient,
                clip,
            ),
            _ => unreachable!("slots of another kind are replaced before an update"),
        }
        if let Some(name) = layout.non_finite(new) {
            return Err(Error::non_finite(name));
        }
        for (slot, next) in self.names.iter().zip(&next) {
            if !all_finite(next) {
                let name = layout.non_finite(next).unwrap_or_default();
                return Err(Error::non_finite(format!("optimizer.{slot}.{name}")));
            }
        }
        parameters.copy_from_slice(new);
        std::mem::swap(&mut self.values, &mut self.next);
        self.steps += 1;
        Ok(())
    }
}
