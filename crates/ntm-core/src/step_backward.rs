//! The backward pass of a segment, and in it of one time step: what [`crate::step`] does, stage by stage the other way.

use std::ops::Range;

use crate::addressing::{self, Before, Staged};
use crate::config::{Architecture, Config, ControllerKind};
use crate::controller::{feedforward, lstm};
use crate::kernels::matrix::{Matrix, MatrixMut};
use crate::kernels::product::{add_a_b, add_at_b};
use crate::kernels::vector::{add, clip};
use crate::memory::{read, write};
use crate::parameters::Place;
use crate::real::Real;
use crate::rows::{Make, Rows};
use crate::state::State;
use crate::step::spans;
use crate::tape::Tape;

/// The gradients on their way back through a segment.
#[derive(Debug)]
pub(crate) struct Adjoint<T: Real> {
    /// Of the state that a step left, then of the one that it met.
    pub state: State<T>,
    /// Of each feedforward layer's hidden units `[H]`, within a step; those of an LSTM are of the state.
    hidden: Vec<Rows<T>>,
    /// Of the logits `[Y]`; the caller sets it.
    pub logits: Rows<T>,
    /// Of the input `[X]`, where it is asked for.
    pub input: Rows<T>,
    /// Of the read-out's input `[H + R·M]`. Its first H are of the top layer's hidden units; without heads, once that
    /// layer's steps are done, of those of the layer below; and so on down.
    outputs: Rows<T>,
    /// Of the heads' sums `[P]`.
    heads: Rows<T>,
    /// Of each layer's sums `[G]`.
    sums: Vec<Rows<T>>,
    /// Of one sequence's heads' parameters `[P]`.
    d_parameters: Vec<T>,
    /// `[R + W + 2, N]`.
    pub scratch: Vec<T>,
    /// What the gradients of every step are clipped to, entry by entry.
    pub clip: Option<T>,
}

/// How many layers have no state.
fn stateless(config: &Config) -> usize {
    if config.controller == ControllerKind::Feedforward { config.layers } else { 0 }
}

impl<T: Real> Adjoint<T> {
    pub fn new(architecture: &Architecture, batch: usize, rows: usize, capacity: usize) -> Self {
        Adjoint::build(architecture, batch, rows, capacity, &mut Make::Zeros)
    }

    /// Lists its arrays, before they are made, by their numbers.
    pub fn list(architecture: &Architecture, batch: usize, rows: usize, capacity: usize, arrays: &mut Vec<u64>) {
        Adjoint::<T>::build(architecture, batch, rows, capacity, &mut Make::Listed(arrays));
    }

    #[inline(never)]
    fn build(architecture: &Architecture, batch: usize, rows: usize, capacity: usize, make: &mut Make) -> Self {
        let config = &architecture.config;
        let steps = capacity * batch;
        let (hidden, heads) = (config.hidden_size as u64, architecture.heads.width() as u64);
        Adjoint {
            state: State::build(architecture, batch, rows, make),
            hidden: make.tables(stateless(config), batch, hidden),
            logits: make.table(steps, config.output_size as u64),
            input: make.table(steps, config.input_size as u64),
            outputs: make.table(steps, hidden + architecture.read_width() as u64),
            heads: make.table(steps, heads),
            sums: make.tables(config.layers, steps, architecture.sums() as u64),
            d_parameters: make.table(1, heads).into_entries(),
            scratch: make.table(architecture.head_count() + 2, rows as u64).into_entries(),
            clip: None,
        }
    }

    /// Writes the gradient of the segment's input, a row per step and sequence.
    pub fn form_input(&mut self, architecture: &Architecture, parameters: &[T], tape: &Tape<T>) {
        let input_size = architecture.config.input_size;
        self.input.all_mut()[..tape.filled().len() * input_size].fill(T::ZERO);
        add_a_b(
            &mut self.input.matrix_mut(tape.filled()),
            self.sums[0].matrix(tape.filled()),
            architecture.layers[0].weight.matrix(parameters).columns(0..input_size),
        );
    }

    /// Forgets the last sequence: no gradient comes from after its end.
    pub fn clear(&mut self) {
        self.state.clear();
    }
}

/// From the gradient of the segment's logits and of the state that it left, both in `adjoint`: adds to the parameters'
/// `gradient`, leaves the gradient of the state that the segment met in `adjoint`.
pub(crate) fn backward<T: Real>(
    architecture: &Architecture,
    parameters: &[T],
    tape: &Tape<T>,
    adjoint: &mut Adjoint<T>,
    gradient: &mut [T],
) {
    read_out(architecture, parameters, tape, adjoint);
    for steps in spans(architecture, tape.steps).rev() {
        if architecture.head_count() > 0 {
            for sequence in 0..tape.batch {
                address(architecture, tape, adjoint, steps.start, sequence);
            }
        }
        control(architecture, parameters, tape, adjoint, &steps);
    }
    weights(architecture, tape, adjoint, gradient);
}

/// The gradient of the read-out's input, of all steps.
fn read_out<T: Real>(architecture: &Architecture, parameters: &[T], tape: &Tape<T>, adjoint: &mut Adjoint<T>) {
    let filled = tape.filled();
    let weight = architecture.places.output_weight.matrix(parameters);
    adjoint.outputs.all_mut()[..filled.len() * weight.width()].fill(T::ZERO);
    add_a_b(&mut adjoint.outputs.matrix_mut(filled.clone()), adjoint.logits.matrix(filled), weight);
}

/// Writing, reading and addressing of one sequence in step `t`.
fn address<T: Real>(architecture: &Architecture, tape: &Tape<T>, adjoint: &mut Adjoint<T>, t: usize, sequence: usize) {
    let config = &architecture.config;
    let heads = &architecture.heads;
    let (rows, columns, readers, writers) = (tape.rows, config.columns, config.read_heads, config.write_heads);
    let (now, next) = (tape.at(t).start + sequence, tape.at(t + 1).start + sequence);
    add(adjoint.state.reads.row_mut(sequence), &adjoint.outputs.row(now)[config.hidden_size..]);
    for of_state in [&mut adjoint.state.weightings, &mut adjoint.state.memory, &mut adjoint.state.reads] {
        keep_within(adjoint.clip, of_state.row_mut(sequence));
    }
    let (parameters, weightings) = (tape.heads.row(now), tape.weightings.row(next));
    let (of_readers, of_writers) = weightings.split_at(readers * rows);
    let memory = Matrix::new(tape.memory.row(now), columns, rows);
    let mut d_memory = MatrixMut::new(adjoint.state.memory.row_mut(sequence), columns, rows);
    let d_weightings = adjoint.state.weightings.row_mut(sequence);
    let (d_of_readers, d_of_writers) = d_weightings.split_at_mut(readers * rows);
    write::backward(
        Matrix::new(of_writers, writers, rows),
        heads.erase_add(parameters),
        memory,
        &mut d_memory,
        &mut MatrixMut::new(d_of_writers, writers, rows),
        &mut heads.erase_add_mut(&mut adjoint.d_parameters),
        &mut adjoint.scratch,
    );
    read::backward(
        Matrix::new(of_readers, readers, rows),
        memory,
        Matrix::new(adjoint.state.reads.row(sequence), readers, columns),
        &mut MatrixMut::new(d_of_readers, readers, rows),
        &mut d_memory,
    );
    let before = Before { parameters, memory, norms: tape.norms.row(now), previous: tape.weightings.row(now) };
    let staged = Staged {
        cosine: tape.cosine.row(now),
        content: tape.content.row(now),
        interpolated: tape.interpolated.row(now),
        shifted: tape.shifted.row(now),
        log_shifted: tape.log_shifted.row(now),
        weighting: weightings,
    };
    addressing::backward(
        heads,
        before,
        staged,
        d_weightings,
        &mut adjoint.d_parameters,
        &mut d_memory,
        &mut adjoint.scratch,
    );
    heads.backward(tape.head_sums.row(now), parameters, &adjoint.d_parameters, adjoint.heads.row_mut(now));
    keep_within(adjoint.clip, adjoint.heads.row_mut(now));
}

/// Clipping on the way back, where it is asked for: docs/machine.md lists what is clipped.
fn keep_within<T: Real>(bound: Option<T>, d_entries: &mut [T]) {
    if let Some(bound) = bound {
        clip(d_entries, bound);
    }
}

/// The controller's layers in some steps, the top one first: to it comes what the read-out gives, then what the heads'
/// sums do.
fn control<T: Real>(
    architecture: &Architecture,
    parameters: &[T],
    tape: &Tape<T>,
    adjoint: &mut Adjoint<T>,
    steps: &Range<usize>,
) {
    let (batch, met) = (tape.batch, tape.met(steps));
    let (hidden_size, alone) = (architecture.config.hidden_size, architecture.head_count() == 0);
    let Adjoint { state, hidden, outputs, heads, sums, clip: bound, .. } = adjoint;
    let State { reads, cell, hidden: of_state, .. } = state;
    let hidden = match architecture.config.controller {
        ControllerKind::Feedforward => hidden,
        ControllerKind::Lstm => of_state,
    };
    for (index, layer) in architecture.layers.iter().enumerate().rev() {
        let top = index + 1 == architecture.layers.len();
        let (own, d_hidden, sums) = (&tape.layers[index], &mut hidden[index], &mut sums[index]);
        for start in met.clone().step_by(batch).rev() {
            let now = start..start + batch;
            if top || alone {
                for (sequence, row) in now.clone().enumerate() {
                    add(d_hidden.row_mut(sequence), &outputs.row(row)[..hidden_size]);
                }
            }
            if let Some(weight) = architecture.places.heads_weight.filter(|_| top) {
                let d_hidden = &mut d_hidden.matrix_mut(0..batch);
                add_a_b(d_hidden, heads.matrix(now.clone()), weight.matrix(parameters));
            }
            for (sequence, row) in now.clone().enumerate() {
                let d_sums = sums.row_mut(row);
                match layer.kind {
                    ControllerKind::Feedforward => {
                        feedforward::backward(own.hidden.row(row + batch), d_hidden.row(sequence), d_sums)
                    }
                    ControllerKind::Lstm => {
                        let forward = lstm::Forward {
                            gates: own.sums.row(row),
                            previous_cell: own.cell.row(row),
                            cell_tanh: own.cell_tanh.row(row),
                        };
                        let d_cell = cell[index].row_mut(sequence);
                        lstm::backward(&forward, d_hidden.row(sequence), d_cell, d_sums);
                        keep_within(*bound, d_cell);
                    }
                }
                keep_within(*bound, d_sums);
            }
            d_hidden.all_mut().fill(T::ZERO);
            if let Some(recurrent) = layer.recurrent {
                add_a_b(&mut d_hidden.matrix_mut(0..batch), sums.matrix(now), recurrent.matrix(parameters));
            }
        }
        let (d_sums, weight) = (sums.matrix(met.clone()), layer.weight.matrix(parameters));
        if index > 0 {
            let below = &mut if alone {
                for row in met.clone() {
                    outputs.row_mut(row)[..hidden_size].fill(T::ZERO);
                }
                outputs.matrix_mut(met.clone()).columns(0..hidden_size)
            } else {
                hidden[index - 1].matrix_mut(0..batch)
            };
            add_a_b(below, d_sums, weight);
        } else if !alone {
            let of_reads = weight.columns(architecture.config.input_size..weight.width());
            reads.all_mut().fill(T::ZERO);
            add_a_b(&mut reads.matrix_mut(0..batch), d_sums, of_reads);
        }
    }
}

/// The gradients of all weights and biases, each one product over the segment's steps.
fn weights<T: Real>(architecture: &Architecture, tape: &Tape<T>, adjoint: &Adjoint<T>, gradient: &mut [T]) {
    let (met, left) = (tape.filled(), tape.left(&(0..tape.steps)));
    let config = &architecture.config;
    let mut bias = |place: Place, d_sums: &Rows<T>| {
        let total = place.of_mut(gradient);
        for d_sum in d_sums.all().chunks_exact(total.len()).take(tape.filled().len()) {
            add(total, d_sum);
        }
    };
    for (layer, d_sums) in architecture.layers.iter().zip(&adjoint.sums) {
        bias(layer.bias, d_sums);
    }
    bias(architecture.places.output_bias, &adjoint.logits);
    if let Some(place) = architecture.places.heads_bias {
        bias(place, &adjoint.heads);
    }

    for (index, layer) in architecture.layers.iter().enumerate() {
        let d_sums = adjoint.sums[index].matrix(met.clone());
        if index == 0 {
            let input_size = config.input_size;
            let width = input_size + architecture.read_width();
            add_at_b(
                &mut layer.weight.matrix_mut(gradient).columns(0..input_size),
                d_sums,
                tape.input.matrix(met.clone()),
            );
            let d_weight = layer.weight.matrix_mut(gradient);
            add_at_b(&mut d_weight.columns(input_size..width), d_sums, tape.reads.matrix(met.clone()));
        } else {
            add_at_b(
                &mut layer.weight.matrix_mut(gradient),
                d_sums,
                tape.layers[index - 1].hidden.matrix(left.clone()),
            );
        }
        if let Some(recurrent) = layer.recurrent {
            let hidden = tape.layers[index].hidden.matrix(met.clone());
            add_at_b(&mut recurrent.matrix_mut(gradient), d_sums, hidden);
        }
    }
    let top = tape.layers.last().expect("at least one layer").hidden.matrix(left.clone());
    if let Some(weight) = architecture.places.heads_weight {
        add_at_b(&mut weight.matrix_mut(gradient), adjoint.heads.matrix(met.clone()), top);
    }
    let weight = architecture.places.output_weight;
    let (d_logits, reads) = (adjoint.logits.matrix(met), tape.reads.matrix(left));
    let width = config.hidden_size + architecture.read_width();
    add_at_b(&mut weight.matrix_mut(gradient).columns(0..config.hidden_size), d_logits, top);
    add_at_b(&mut weight.matrix_mut(gradient).columns(config.hidden_size..width), d_logits, reads);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::numbers;
    use crate::kernels::vector;
    use crate::step;
    use crate::weights::Parameters;

    /// One step back of one sequence, from given gradients; what is left of them, and the parameters' gradient.
    fn back(kind: ControllerKind, clip: Option<f64>, start: impl Fn(&mut Adjoint<f64>)) -> (Adjoint<f64>, Vec<f64>) {
        let config = Config { controller: kind, hidden_size: 4, rows: 5, columns: 3, ..Config::new(2, 3) };
        let architecture = config.check().unwrap();
        // Far from where a machine starts: there a step's gradients exceed those that came to it.
        let flat = architecture.layout.draw(7, &architecture.heads).iter().map(|&entry: &f64| 40.0 * entry).collect();
        let parameters = Parameters::new(&architecture, flat);
        let mut tape = Tape::new(&architecture, 1, 5, 1);
        tape.start(1, &State::initial(&architecture, parameters.flat(), 1, 5), 0..1);
        tape.input.row_mut(0).copy_from_slice(&[0.3, -0.8]);
        step::forward(&architecture, &parameters, &mut tape);
        let mut adjoint = Adjoint::new(&architecture, 1, 5, 1);
        adjoint.clip = clip;
        adjoint.logits.all_mut().copy_from_slice(&[0.2, -0.1, 0.4]);
        start(&mut adjoint);
        let mut gradient = vec![0.0; architecture.layout.trainable()];
        backward(&architecture, parameters.flat(), &tape, &mut adjoint, &mut gradient);
        (adjoint, gradient)
    }

    /// The gradient over steps that layers without heads take one layer after the other, and all that it went through.
    fn back_alone(clip: Option<f64>) -> (Vec<f64>, Vec<f64>) {
        let config = Config { hidden_size: 4, layers: 2, read_heads: 0, write_heads: 0, ..Config::new(2, 3) };
        let architecture = config.check().unwrap();
        let flat = architecture.layout.draw(7, &architecture.heads).iter().map(|&entry: &f64| 8.0 * entry).collect();
        let parameters = Parameters::new(&architecture, flat);
        let (steps, batch, rows) = (3, 2, architecture.config.rows);
        let mut tape = Tape::new(&architecture, batch, rows, steps);
        tape.start(steps, &State::initial(&architecture, parameters.flat(), batch, rows), 0..batch);
        tape.input.all_mut().copy_from_slice(&numbers(1, steps * batch * 2));
        step::forward(&architecture, &parameters, &mut tape);
        let mut adjoint = Adjoint::new(&architecture, batch, rows, steps);
        adjoint.clip = clip;
        adjoint.logits.all_mut().copy_from_slice(&numbers(2, steps * batch * 3));
        let mut gradient = vec![0.0; architecture.layout.trainable()];
        backward(&architecture, parameters.flat(), &tape, &mut adjoint, &mut gradient);
        let through = adjoint.sums.iter().chain(&adjoint.state.cell).flat_map(|rows| rows.all().to_vec()).collect();
        (gradient, through)
    }

    #[test]
    fn layers_without_heads_are_clipped_at_every_step() {
        let (free, _) = back_alone(None);
        assert_eq!(back_alone(Some(1e9)).0, free);
        let bound = 1e-5;
        let (clipped, through) = back_alone(Some(bound));
        assert_ne!(clipped, free);
        assert!(through.iter().all(|entry| entry.abs() <= bound));
        // Of every layer and step something came to it.
        let of_a_step = 2 * 4 * 4;
        assert!(through.chunks(of_a_step).all(|of_a_step| of_a_step.iter().any(|entry| entry.abs() == bound)));
    }

    /// What comes to a step from the one after it.
    fn coming(adjoint: &mut Adjoint<f64>, scale: f64) {
        let state = &mut adjoint.state;
        for (seed, rows) in (1..).zip([&mut state.weightings, &mut state.memory, &mut state.reads]) {
            let count = rows.all().len();
            rows.all_mut().copy_from_slice(&numbers(seed, count).iter().map(|entry| scale * entry).collect::<Vec<_>>());
        }
    }

    #[test]
    fn what_comes_to_a_step_is_clipped_entry_by_entry() {
        let bound = 0.25;
        // Nothing from the read-out, whose share the reads' gradient gets before it is clipped.
        let alone = |adjoint: &mut Adjoint<f64>| {
            coming(adjoint, 1.0);
            adjoint.logits.all_mut().fill(0.0);
        };
        let (clipped, gradient) = back(ControllerKind::Lstm, Some(bound), alone);
        let (before, expected) = back(ControllerKind::Lstm, Some(bound), |adjoint| {
            alone(adjoint);
            vector::clip(adjoint.state.weightings.all_mut(), bound);
            vector::clip(adjoint.state.memory.all_mut(), bound);
            vector::clip(adjoint.state.reads.all_mut(), bound);
        });
        assert_eq!(gradient, expected);
        assert_eq!(clipped.state.memory.all(), before.state.memory.all());
        let (_, free) = back(ControllerKind::Lstm, None, alone);
        assert_ne!(gradient, free);
    }

    #[test]
    fn what_a_step_forms_is_clipped() {
        for kind in [ControllerKind::Lstm, ControllerKind::Feedforward] {
            let greatest = |entries: &[f64]| entries.iter().fold(0.0_f64, |most, entry| most.max(entry.abs()));
            let formed = |adjoint: &Adjoint<f64>| {
                let cell = adjoint.state.cell.iter().map(|cell| greatest(cell.all())).collect();
                [vec![greatest(adjoint.heads.all())], vec![greatest(adjoint.sums[0].all())], cell].concat()
            };
            let large = |adjoint: &mut Adjoint<f64>| {
                coming(adjoint, 10.0);
                for cell in &mut adjoint.state.cell {
                    cell.all_mut().fill(3.0);
                }
            };
            let (free, _) = back(kind, None, large);
            assert!(formed(&free).iter().all(|&most| most > 1e-3), "{:?}", formed(&free));
            let (clipped, _) = back(kind, Some(1e-3), large);
            assert!(formed(&clipped).iter().all(|&most| most == 1e-3), "{:?}", formed(&clipped));
        }
    }

    #[test]
    fn a_bound_that_nothing_reaches_changes_no_bit_and_no_number_hides() {
        let (_, free) = back(ControllerKind::Lstm, None, |adjoint| coming(adjoint, 1.0));
        let (_, wide) = back(ControllerKind::Lstm, Some(1e9), |adjoint| coming(adjoint, 1.0));
        assert!(free.iter().zip(&wide).all(|(one, other)| one.to_bits() == other.to_bits()));
        let (_, broken) = back(ControllerKind::Lstm, Some(1.0), |adjoint| adjoint.state.memory.all_mut()[0] = f64::NAN);
        assert!(broken.iter().any(|entry| entry.is_nan()));
    }
}
