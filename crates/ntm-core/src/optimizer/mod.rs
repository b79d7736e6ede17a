//! Optimisers: from gradients to new parameters. A whole update is computed beside the old values and checked before it
//! takes their place.

pub mod adam;
pub mod clip;
pub mod rmsprop;

pub use clip::Clip;

use std::mem::{Discriminant, discriminant};

use crate::decimal::decimal;
use crate::error::{Error, Result};
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
            Optimizer::RmsProp(_) => &rmsprop::SLOTS,
            Optimizer::Adam(_) => &adam::SLOTS,
        }
    }

    /// Refuses values outside their ranges, which a value must not leave where it is rounded to 32 bits.
    pub fn check(&self) -> Result<()> {
        let fraction = |name: &str, value: f64| {
            if (0.0..1.0).contains(&(value as f32)) && value >= 0.0 {
                Ok(())
            } else {
                Err(Error::option(
                    format!("optimizer.{name}"),
                    "a number from 0 up to, not including, 1",
                    decimal(value),
                ))
            }
        };
        match *self {
            Optimizer::RmsProp(values) => {
                fraction("decay", values.decay)?;
                fraction("momentum", values.momentum)?;
                expect_positive("optimizer.epsilon", values.epsilon)
            }
            Optimizer::Adam(values) => {
                fraction("beta1", values.beta1)?;
                fraction("beta2", values.beta2)?;
                expect_positive("optimizer.epsilon", values.epsilon)?;
                // The square of a gradient below 1e-21 is 0 in 32 bits: of a smaller ε nothing would keep such an update small.
                if values.epsilon < 1e-19 {
                    return Err(Error::option("optimizer.epsilon", "at least 1e-19", decimal(values.epsilon)));
                }
                Ok(())
            }
        }
    }
}

/// Refuses what 32 bits do not hold as a finite number above 0.
pub(crate) fn expect_positive(location: &str, value: f64) -> Result<()> {
    if value as f32 > 0.0 && (value as f32).is_finite() {
        Ok(())
    } else {
        Err(Error::option(location, "a finite number > 0 in float32", decimal(value)))
    }
}

/// What an update is made of.
#[derive(Clone, Copy, Debug)]
pub struct Given<'a, T> {
    /// The kind of optimiser and its values.
    pub optimizer: &'a Optimizer,
    /// η.
    pub learning_rate: f64,
    /// How the gradient is clipped.
    pub clip: Clip,
    /// |g| before clipping.
    pub gradient_norm: f64,
    /// g of every parameter that has one.
    pub gradient: &'a [T],
}

/// What an optimiser remembers between updates.
#[derive(Clone, Debug)]
pub struct Slots<T> {
    /// Whose they are: two kinds may have slots of the same names.
    kind: Discriminant<Optimizer>,
    names: &'static [&'static str],
    /// Updates made.
    pub steps: u64,
    values: Vec<Vec<T>>,
    next: Vec<Vec<T>>,
    next_parameters: Vec<T>,
}

impl<T: Real> Slots<T> {
    /// All 0, for as many parameters as have gradients.
    pub fn new(optimizer: &Optimizer, trainable: usize) -> Self {
        let names = optimizer.slot_names();
        let zeros = || vec![vec![T::ZERO; trainable]; names.len()];
        let (kind, next_parameters) = (discriminant(optimizer), vec![T::ZERO; trainable]);
        Slots { kind, names, steps: 0, values: zeros(), next: zeros(), next_parameters }
    }

    /// Lists its arrays, before they are made, by their numbers.
    pub(crate) fn list(optimizer: &Optimizer, trainable: usize, arrays: &mut Vec<u64>) {
        for _ in 0..2 * optimizer.slot_names().len() + 1 {
            arrays.push(trainable as u64);
        }
    }

    /// Whether these are the slots of that kind of optimiser.
    pub fn belong_to(&self, optimizer: &Optimizer) -> bool {
        self.kind == discriminant(optimizer)
    }

    /// The slots' names.
    pub fn names(&self) -> &'static [&'static str] {
        self.names
    }

    fn index(&self, slot: &str) -> Result<usize> {
        self.names.iter().position(|name| *name == slot).ok_or_else(|| {
            Error::option("optimizer", format!("a slot of {}", self.names.join(", ")), format!("\"{slot}\""))
        })
    }

    /// One slot of all parameters, flat.
    pub fn get(&self, slot: &str) -> Result<&[T]> {
        Ok(&self.values[self.index(slot)?])
    }

    /// One slot of all parameters, flat.
    pub fn get_mut(&mut self, slot: &str) -> Result<&mut [T]> {
        let index = self.index(slot)?;
        Ok(&mut self.values[index])
    }

    /// Computes an update of the parameters that have gradients, the first ones, beside the old values. Returns whether
    /// the new ones are certainly finite: their sum, entry by entry, is.
    pub(crate) fn compute(&mut self, given: &Given<T>, parameters: &[T]) -> bool {
        let Given { learning_rate, gradient, .. } = *given;
        let clip = given.clip.entry(given.gradient_norm);
        let new = &mut self.next_parameters[..];
        match given.optimizer {
            Optimizer::RmsProp(rmsprop) => {
                let ([n, m, delta], [new_n, new_m, new_delta]) = own(&self.values, &mut self.next);
                let old = rmsprop::Old { parameters, n, m, delta };
                let new = rmsprop::New { parameters: new, n: new_n, m: new_m, delta: new_delta };
                rmsprop.update(learning_rate, old, new, gradient, clip)
            }
            Optimizer::Adam(adam) => {
                let ([m, v], [new_m, new_v]) = own(&self.values, &mut self.next);
                let step = self.steps.saturating_add(1); // of a count that was restored, whatever it was
                let old = adam::Old { parameters, m, v };
                let new = adam::New { parameters: new, m: new_m, v: new_v };
                adam.update(learning_rate, step, old, new, gradient, clip)
            }
        }
    }

    /// Makes one update of the parameters that have gradients, the first ones; or none, where a new value is not
    /// finite.
    pub(crate) fn update(&mut self, given: &Given<T>, parameters: &mut Vec<T>, layout: &Layout) -> Result<()> {
        if !T::compute(self, given, parameters) {
            self.assert_finite(layout)?;
        }
        if parameters.len() == self.next_parameters.len() {
            std::mem::swap(parameters, &mut self.next_parameters);
        } else {
            parameters[..given.gradient.len()].copy_from_slice(&self.next_parameters);
        }
        std::mem::swap(&mut self.values, &mut self.next);
        self.steps = self.steps.saturating_add(1);
        Ok(())
    }

    /// Names the first new value that is not finite.
    fn assert_finite(&self, layout: &Layout) -> Result<()> {
        if let Some(name) = layout.non_finite(&self.next_parameters) {
            return Err(Error::non_finite(name));
        }
        for (slot, next) in self.names.iter().zip(&self.next) {
            if let Some(name) = layout.non_finite(next) {
                return Err(Error::non_finite(format!("optimizer.{slot}.{name}")));
            }
        }
        Ok(())
    }
}

/// The slots of a kind, and the places of their next values.
fn own<'a, T, const COUNT: usize>(
    values: &'a [Vec<T>],
    next: &'a mut [Vec<T>],
) -> (&'a [Vec<T>; COUNT], &'a mut [Vec<T>; COUNT]) {
    match (values.try_into(), next.try_into()) {
        (Ok(values), Ok(next)) => (values, next),
        _ => unreachable!("slots of another kind are replaced before an update"),
    }
}

#[cfg(test)]
mod tests {
    use super::adam::Adam;
    use super::rmsprop::RmsProp;
    use super::*;

    fn optimizers() -> [Optimizer; 2] {
        [Optimizer::RmsProp(RmsProp::default()), Optimizer::Adam(Adam::default())]
    }

    #[test]
    fn slots_have_the_arrays_that_were_listed() {
        for optimizer in optimizers() {
            let slots = Slots::<f32>::new(&optimizer, 5);
            let arrays = slots.values.iter().chain(&slots.next).chain([&slots.next_parameters]);
            let mut listed = Vec::new();
            Slots::<f32>::list(&optimizer, 5, &mut listed);
            assert_eq!(listed, arrays.map(|array| array.len() as u64).collect::<Vec<_>>(), "{optimizer:?}");
        }
    }

    #[test]
    fn an_update_sees_no_more_of_a_gradient_than_clipping_leaves() {
        for optimizer in optimizers() {
            let updated = |gradient: f64, clip: Clip| {
                let mut slots = Slots::new(&optimizer, 1);
                let gradient = &[gradient];
                let given = Given { optimizer: &optimizer, learning_rate: 1e-2, clip, gradient_norm: 40.0, gradient };
                assert!(slots.compute(&given, &[1.0]));
                (slots.next_parameters, slots.next)
            };
            assert_eq!(updated(40.0, Clip::Value(10.0)), updated(10.0, Clip::None), "{optimizer:?}");
            assert_eq!(updated(40.0, Clip::Norm(10.0)), updated(10.0, Clip::None), "{optimizer:?}");
        }
    }

    #[test]
    fn every_value_is_accepted_up_to_its_limits_and_refused_beyond() {
        type Of = fn(f64) -> Optimizer;
        let check = |name: &str, of: Of, inside: [f64; 2], outside: [f64; 2]| {
            for value in inside {
                assert_eq!(of(value).check(), Ok(()), "{name} {value:e}");
            }
            for value in outside.into_iter().chain([f64::NAN]) {
                let error = of(value).check().unwrap_err().to_string();
                assert!(error.starts_with(&format!("optimizer.{name}: expected ")), "{value:e}: {error}");
            }
        };
        let fractions: [(&str, Of); 4] = [
            ("decay", |decay| Optimizer::RmsProp(RmsProp { decay, ..RmsProp::default() })),
            ("momentum", |momentum| Optimizer::RmsProp(RmsProp { momentum, ..RmsProp::default() })),
            ("beta1", |beta1| Optimizer::Adam(Adam { beta1, ..Adam::default() })),
            ("beta2", |beta2| Optimizer::Adam(Adam { beta2, ..Adam::default() })),
        ];
        for (name, of) in fractions {
            check(name, of, [0.0, 0.999_999_9], [-1e-60, 1.0]);
        }
        let of_rmsprop: Of = |epsilon| Optimizer::RmsProp(RmsProp { epsilon, ..RmsProp::default() });
        check("epsilon", of_rmsprop, [1e-45, 3.4e38], [0.0, 3.5e38]);
        let of_adam: Of = |epsilon| Optimizer::Adam(Adam { epsilon, ..Adam::default() });
        check("epsilon", of_adam, [1e-19, 3.4e38], [9.9e-20, 3.5e38]);
    }
}
