//! An LSTM layer: of the sums `[i, f, g, o]`, which `step.rs` forms, `c = σ(f)·c' + σ(i)·tanh(g)`, `h = σ(o)·tanh(c)`.

use crate::activation::sigmoid;
use crate::real::Real;

/// The parts i, f, g and o of a row of gates `[4H]`.
fn parts<T>(gates: &[T], size: usize) -> [&[T]; 4] {
    let mut rest = gates;
    std::array::from_fn(|_| rest.split_off(..size).expect("four parts of equal size"))
}

/// The parts i, f, g and o of a row of gates `[4H]`.
fn parts_mut<T>(gates: &mut [T], size: usize) -> [&mut [T]; 4] {
    let mut rest = gates;
    std::array::from_fn(|_| rest.split_off_mut(..size).expect("four parts of equal size"))
}

/// Turns the sums in `gates [4H]` into the gates' activations, and gives the new cell, its tanh and the hidden units
/// `[H]`.
pub fn forward<T: Real>(gates: &mut [T], previous_cell: &[T], cell: &mut [T], cell_tanh: &mut [T], hidden: &mut [T]) {
    let size = hidden.len();
    let (previous_cell, cell, cell_tanh) = (&previous_cell[..size], &mut cell[..size], &mut cell_tanh[..size]);
    let [input, forget, candidate, output] = parts_mut(gates, size);
    for gates in [&mut *input, &mut *forget, &mut *output] {
        for gate in gates {
            *gate = sigmoid(*gate);
        }
    }
    for candidate in candidate.iter_mut() {
        *candidate = candidate.tanh();
    }
    for n in 0..size {
        cell[n] = forget[n] * previous_cell[n] + input[n] * candidate[n];
    }
    for n in 0..size {
        cell_tanh[n] = cell[n].tanh();
        hidden[n] = output[n] * cell_tanh[n];
    }
}

/// What [`forward`] was given and gave.
pub struct Forward<'a, T> {
    /// The gates' activations `[4H]`.
    pub gates: &'a [T],
    /// The cell before `[H]`.
    pub previous_cell: &'a [T],
    /// The tanh of the cell after `[H]`.
    pub cell_tanh: &'a [T],
}

/// From the gradients of the hidden units and of the cell after the step `[H]`: writes that of the sums `[4H]`, and
/// turns `d_cell` into the gradient of the cell before.
pub fn backward<T: Real>(forward: &Forward<T>, d_hidden: &[T], d_cell: &mut [T], d_gates: &mut [T]) {
    let size = d_hidden.len();
    let [input, forget, candidate, output] = parts(forward.gates, size);
    let [d_input, d_forget, d_candidate, d_output] = parts_mut(d_gates, size);
    let (previous_cell, cell_tanh) = (&forward.previous_cell[..size], &forward.cell_tanh[..size]);
    let d_cell = &mut d_cell[..size];
    for n in 0..size {
        let squashed = T::ONE - cell_tanh[n] * cell_tanh[n];
        let d = d_cell[n] + d_hidden[n] * output[n] * squashed;
        d_output[n] = d_hidden[n] * cell_tanh[n] * output[n] * (T::ONE - output[n]);
        d_input[n] = d * candidate[n] * input[n] * (T::ONE - input[n]);
        d_candidate[n] = d * input[n] * (T::ONE - candidate[n] * candidate[n]);
        d_forget[n] = d * previous_cell[n] * forget[n] * (T::ONE - forget[n]);
        d_cell[n] = d * forget[n];
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{gradient, numbers};
    use crate::kernels::vector::dot;

    const SIZE: usize = 3;

    #[test]
    fn gradients_are_central_differences() {
        let (sums, previous_cell) = (numbers(1, 4 * SIZE), numbers(2, SIZE));
        let (d_hidden, d_cell_after) = (numbers(3, SIZE), numbers(4, SIZE));
        let run = |sums: &[f64], previous_cell: &[f64]| {
            let mut gates = sums.to_vec();
            let [mut cell, mut cell_tanh, mut hidden] = [[0.0; SIZE]; 3];
            forward(&mut gates, previous_cell, &mut cell, &mut cell_tanh, &mut hidden);
            let objective = dot(&hidden, &d_hidden) + dot(&cell, &d_cell_after);
            (gates, cell_tanh, objective)
        };
        let (gates, cell_tanh, _) = run(&sums, &previous_cell);
        let forward = Forward { gates: &gates, previous_cell: &previous_cell, cell_tanh: &cell_tanh };
        let mut d_cell = d_cell_after.clone();
        let mut d_sums = [0.0; 4 * SIZE];
        backward(&forward, &d_hidden, &mut d_cell, &mut d_sums);
        gradient("sums", &sums, &d_sums, |sums| run(sums, &previous_cell).2);
        gradient("previous cell", &previous_cell, &d_cell, |cell| run(&sums, cell).2);
    }
}
