//! What the backward pass needs of a segment of time steps: the memory cost of training, named and counted.

use std::ops::Range;

use crate::config::{Architecture, ControllerKind};
use crate::real::Real;
use crate::rows::{Make, Rows};
use crate::state::State;

/// Time steps of a segment. Gradients of the weights are formed segment by segment, the last one first.
pub(crate) const SEGMENT: usize = 64;

/// Sequences that run side by side. Sums over sequences are formed per piece and added in order of piece.
pub const PIECE: usize = 8;

/// A segment of time steps of a piece of a batch, as its forward pass leaves it.
///
/// Row `t·B + b` is step `t` of sequence `b`. A table of a state has B rows more: those of `t` are what step `t` meets,
/// those of `t + 1` what it leaves.
#[derive(Debug)]
pub(crate) struct Tape<T> {
    /// B, the sequences of the piece.
    pub batch: usize,
    /// N, rows of the memory.
    pub rows: usize,
    /// Steps in use.
    pub steps: usize,
    /// `[X]`.
    pub input: Rows<T>,
    /// The layers, the lowest first.
    pub layers: Vec<LayerTape<T>>,
    /// The heads' parameters before squashing `[P]`.
    pub head_sums: Rows<T>,
    /// The heads' parameters `[P]`.
    pub heads: Rows<T>,
    /// State: the memory `[M·N]`.
    pub memory: Rows<T>,
    /// The lengths of the memory's rows that a step meets `[N]`.
    pub norms: Rows<T>,
    /// Cosines of the keys and the rows `[(R+W)·N]`.
    pub cosine: Rows<T>,
    /// Content weightings `[(R+W)·N]`.
    pub content: Rows<T>,
    /// Interpolated weightings `[(R+W)·N]`.
    pub interpolated: Rows<T>,
    /// Shifted weightings `[(R+W)·N]`.
    pub shifted: Rows<T>,
    /// `ln(ws/m)` of the shifted weightings, m the greatest weight of a head `[(R+W)·N]`.
    pub log_shifted: Rows<T>,
    /// State: the weightings `[(R+W)·N]`.
    pub weightings: Rows<T>,
    /// State: the read vectors `[R·M]`.
    pub reads: Rows<T>,
    /// `[Y]`.
    pub logits: Rows<T>,
}

/// One layer's part of the tape.
#[derive(Debug)]
pub(crate) struct LayerTape<T> {
    /// A layer's sums; of an LSTM, once the step is done, the gates' activations `[G]`.
    pub sums: Rows<T>,
    /// State of an LSTM, output of a feedforward layer `[H]`.
    pub hidden: Rows<T>,
    /// State of an LSTM `[H]`.
    pub cell: Rows<T>,
    /// tanh of the cell that a step leaves `[H]`.
    pub cell_tanh: Rows<T>,
}

impl<T: Real> Tape<T> {
    pub fn new(architecture: &Architecture, batch: usize, rows: usize, capacity: usize) -> Self {
        Tape::build(architecture, batch, rows, capacity, &mut Make::Zeros)
    }

    /// Lists its tables, before they are made, by their numbers.
    pub fn list(architecture: &Architecture, batch: usize, rows: usize, capacity: usize, arrays: &mut Vec<u64>) {
        Tape::<T>::build(architecture, batch, rows, capacity, &mut Make::Listed(arrays));
    }

    #[inline(never)]
    fn build(architecture: &Architecture, batch: usize, rows: usize, capacity: usize, make: &mut Make) -> Self {
        let config = &architecture.config;
        let (steps, states) = (capacity * batch, (capacity + 1) * batch);
        let (hidden, sums) = (config.hidden_size as u64, architecture.sums() as u64);
        let cell = if config.controller == ControllerKind::Lstm { hidden } else { 0 };
        let heads = architecture.heads.width() as u64;
        let (weightings, memory) = ((architecture.head_count() * rows) as u64, config.columns as u64 * rows as u64);
        Tape {
            batch,
            rows,
            steps: capacity,
            input: make.table(steps, config.input_size as u64),
            layers: (0..config.layers)
                .map(|_| LayerTape {
                    sums: make.table(steps, sums),
                    hidden: make.table(states, hidden),
                    cell: make.table(states, cell),
                    cell_tanh: make.table(steps, cell),
                })
                .collect(),
            head_sums: make.table(steps, heads),
            heads: make.table(steps, heads),
            memory: make.table(states, memory),
            norms: make.table(steps, rows as u64),
            cosine: make.table(steps, weightings),
            content: make.table(steps, weightings),
            interpolated: make.table(steps, weightings),
            shifted: make.table(steps, weightings),
            log_shifted: make.table(steps, weightings),
            weightings: make.table(states, weightings),
            reads: make.table(states, architecture.read_width() as u64),
            logits: make.table(steps, config.output_size as u64),
        }
    }

    /// The rows of some steps; of a state, what they meet.
    pub fn met(&self, steps: &Range<usize>) -> Range<usize> {
        steps.start * self.batch..steps.end * self.batch
    }

    /// The same rows of a state's tables, one step later: what each step left.
    pub fn left(&self, steps: &Range<usize>) -> Range<usize> {
        self.met(&(steps.start + 1..steps.end + 1))
    }

    /// The rows of step `t`; of a state, what the step meets.
    pub fn at(&self, t: usize) -> Range<usize> {
        self.met(&(t..t + 1))
    }

    /// The rows that the tape's steps fill.
    pub fn filled(&self) -> Range<usize> {
        self.met(&(0..self.steps))
    }

    /// Starts a segment of `steps` steps from some sequences of a state; the tape was made for as many or more.
    pub fn start(&mut self, steps: usize, state: &State<T>, sequences: Range<usize>) {
        (self.steps, self.batch) = (steps, sequences.len());
        self.load(state, sequences);
    }

    fn load(&mut self, state: &State<T>, sequences: Range<usize>) {
        self.memory.copy_rows(0, &state.memory, sequences.clone());
        self.weightings.copy_rows(0, &state.weightings, sequences.clone());
        self.reads.copy_rows(0, &state.reads, sequences.clone());
        for (layer, (hidden, cell)) in self.layers.iter_mut().zip(state.hidden.iter().zip(&state.cell)) {
            layer.hidden.copy_rows(0, hidden, sequences.clone());
            layer.cell.copy_rows(0, cell, sequences.clone());
        }
    }

    /// Gives the state that the segment's last step left to some sequences of a state, from sequence `at` on.
    pub fn store(&self, state: &mut State<T>, at: usize) {
        let last = self.at(self.steps);
        state.memory.copy_rows(at, &self.memory, last.clone());
        state.weightings.copy_rows(at, &self.weightings, last.clone());
        state.reads.copy_rows(at, &self.reads, last.clone());
        let of_layers = state.hidden.iter_mut().zip(&mut state.cell);
        for (layer, (hidden, cell)) in self.layers.iter().zip(of_layers) {
            hidden.copy_rows(at, &layer.hidden, last.clone());
            cell.copy_rows(at, &layer.cell, last.clone());
        }
    }
}
