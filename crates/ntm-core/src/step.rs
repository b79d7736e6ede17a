//! The forward pass of a segment, and in it of one time step: controller, heads, addressing, read, write, read-out.

use std::ops::Range;

use crate::addressing::{self, Before, Stages, content};
use crate::config::{Architecture, ControllerKind};
use crate::controller::{feedforward, lstm};
use crate::kernels::matrix::{Matrix, MatrixMut};
use crate::memory::{read, write};
use crate::real::Real;
use crate::rows::Rows;
use crate::tape::Tape;
use crate::weights::{Parameters, Weight};

/// Runs the tape's steps: its input and the first state are set, all else is written.
pub(crate) fn forward<T: Real>(architecture: &Architecture, parameters: &Parameters<T>, tape: &mut Tape<T>) {
    project(architecture, parameters, tape);
    for steps in spans(architecture, tape.steps) {
        control(architecture, parameters, tape, &steps);
        if let (Some(weight), Some(bias)) = (&parameters.weights().heads, architecture.places.heads_bias) {
            emit(architecture, weight, bias.of(parameters.flat()), tape, steps.start);
            for sequence in 0..tape.batch {
                address(architecture, tape, steps.start, sequence);
            }
        }
    }
    read_out(architecture, parameters, tape);
}

/// The steps that all layers take before the next ones; of 0 steps there are none to ask for. With heads it is one: what
/// is read is part of the lowest layer's next input. Without, no layer waits for one above it and each takes them all.
pub(crate) fn spans(architecture: &Architecture, steps: usize) -> impl DoubleEndedIterator<Item = Range<usize>> {
    let span = if architecture.head_count() > 0 { 1 } else { steps };
    (0..steps / span).map(move |index| index * span..(index + 1) * span)
}

/// Sets every row of a table.
fn fill<T: Real>(table: &mut Rows<T>, rows: usize, value: &[T]) {
    for row in table.all_mut().chunks_exact_mut(value.len()).take(rows) {
        row.copy_from_slice(value);
    }
}

/// What of the layers' sums waits for no step: the biases, and the products with the input.
fn project<T: Real>(architecture: &Architecture, parameters: &Parameters<T>, tape: &mut Tape<T>) {
    let filled = tape.filled();
    for (layer, tape) in architecture.layers.iter().zip(&mut tape.layers) {
        fill(&mut tape.sums, filled.len(), layer.bias.of(parameters.flat()));
    }
    let sums = &mut tape.layers[0].sums.matrix_mut(filled.clone());
    parameters.weights().input.add(sums, tape.input.matrix(filled));
}

/// The controller: every layer's hidden units of some steps.
fn control<T: Real>(architecture: &Architecture, parameters: &Parameters<T>, tape: &mut Tape<T>, steps: &Range<usize>) {
    let (batch, met, left) = (tape.batch, tape.met(steps), tape.left(steps));
    for (index, layer) in architecture.layers.iter().enumerate() {
        let (below, own) = tape.layers.split_at_mut(index);
        let own = &mut own[0];
        let weights = &parameters.weights().layers[index];
        let below = match below.last() {
            Some(below) => below.hidden.matrix(left.clone()),
            None => tape.reads.matrix(met.clone()),
        };
        weights.below.add(&mut own.sums.matrix_mut(met.clone()), below);
        for start in met.clone().step_by(batch) {
            let now = start..start + batch;
            if let Some(recurrent) = &weights.recurrent {
                recurrent.add(&mut own.sums.matrix_mut(now.clone()), own.hidden.matrix(now.clone()));
            }
            for (now, next) in now.zip(start + batch..) {
                match layer.kind {
                    ControllerKind::Feedforward => feedforward::forward(own.sums.row(now), own.hidden.row_mut(next)),
                    ControllerKind::Lstm => {
                        let (previous_cell, cell) = own.cell.pair_mut(now, next);
                        lstm::forward(
                            own.sums.row_mut(now),
                            previous_cell,
                            cell,
                            own.cell_tanh.row_mut(now),
                            own.hidden.row_mut(next),
                        );
                    }
                }
            }
        }
    }
}

/// The heads' parameters of step `t`: `heads.weight·h + heads.bias`, h of the top layer.
fn emit<T: Real>(architecture: &Architecture, weight: &Weight<T>, bias: &[T], tape: &mut Tape<T>, t: usize) {
    let (met, left) = (tape.at(t), tape.at(t + 1));
    let top = tape.layers.last().expect("at least one layer");
    for row in met.clone() {
        tape.head_sums.row_mut(row).copy_from_slice(bias);
    }
    weight.add(&mut tape.head_sums.matrix_mut(met.clone()), top.hidden.matrix(left));
    for row in met {
        architecture.heads.forward(tape.head_sums.row(row), tape.heads.row_mut(row));
    }
}

/// Addressing, reading and writing of one sequence in step `t`. All see the memory as the step before left it.
fn address<T: Real>(architecture: &Architecture, tape: &mut Tape<T>, t: usize, sequence: usize) {
    let config = &architecture.config;
    let (rows, columns) = (tape.rows, config.columns);
    let (now, next) = (tape.at(t).start + sequence, tape.at(t + 1).start + sequence);
    let (memory, memory_after) = tape.memory.pair_mut(now, next);
    let (memory, mut memory_after) = (Matrix::new(memory, columns, rows), MatrixMut::new(memory_after, columns, rows));
    content::norms(memory, tape.norms.row_mut(now));
    let (previous, weightings) = tape.weightings.pair_mut(now, next);
    let before = Before { parameters: tape.heads.row(now), memory, norms: tape.norms.row(now), previous };
    let stages = Stages {
        cosine: tape.cosine.row_mut(now),
        content: tape.content.row_mut(now),
        interpolated: tape.interpolated.row_mut(now),
        shifted: tape.shifted.row_mut(now),
        log_shifted: tape.log_shifted.row_mut(now),
        weighting: weightings,
    };
    addressing::forward(&architecture.heads, before, stages);
    let (of_readers, of_writers) = weightings.split_at(config.read_heads * rows);
    read::forward(Matrix::new(of_readers, config.read_heads, rows), memory, tape.reads.row_mut(next));
    let of_writers = Matrix::new(of_writers, config.write_heads, rows);
    write::forward(of_writers, architecture.heads.erase_add(before.parameters), memory, &mut memory_after);
}

/// The logits of all steps: `output.weight·[h, r_1, …, r_R] + output.bias`.
fn read_out<T: Real>(architecture: &Architecture, parameters: &Parameters<T>, tape: &mut Tape<T>) {
    let (filled, left) = (tape.filled(), tape.left(&(0..tape.steps)));
    fill(&mut tape.logits, filled.len(), architecture.places.output_bias.of(parameters.flat()));
    let logits = &mut tape.logits.matrix_mut(filled);
    let top = tape.layers.last().expect("at least one layer");
    parameters.weights().output_of_hidden.add(logits, top.hidden.matrix(left.clone()));
    parameters.weights().output_of_reads.add(logits, tape.reads.matrix(left));
}
