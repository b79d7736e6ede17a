//! Sequences through time: a batch in pieces of [`PIECE`] sequences, a piece in segments of [`SEGMENT`] steps,
//! forwards, and for gradients back again.

use std::ops::Range;

use crate::config::Architecture;
use crate::error::{Error, Result};
use crate::real::Real;
use crate::room::{can_have, expect_room};
use crate::rows::Rows;
use crate::state::{self, State};
use crate::step_backward::Adjoint;
use crate::tape::{PIECE, SEGMENT, Tape};
use crate::weights::Parameters;

/// A borrowed array `[T, B, width]`.
#[derive(Clone, Copy)]
pub(crate) struct Sequences<'a, T> {
    pub entries: &'a [T],
    pub steps: usize,
    pub batch: usize,
    pub width: usize,
}

impl<'a, T> Sequences<'a, T> {
    /// Step `t` of sequence `b`.
    #[inline(always)]
    pub fn at(&self, t: usize, b: usize) -> &'a [T] {
        &self.entries[(t * self.batch + b) * self.width..][..self.width]
    }
}

/// Segments, times layers, that gradients may go back through: the list of their arrays is then small.
const MOST_SEGMENTS: usize = (1 << 17) / SEGMENT;

/// What gradients are taken of.
#[derive(Clone, Copy)]
pub(crate) enum Objective<'a, T> {
    /// The machine's loss against targets `[T, B, Y]`, each step weighted by the mask `[T, B]`.
    Loss {
        target: Sequences<'a, T>,
        mask: Option<Sequences<'a, T>>,
        /// B of the whole batch, of which these sequences may be some.
        of: usize,
    },
    /// A loss of the user's own, whose gradient by the logits `[T, B, Y]` this is.
    LogitsGradient(Sequences<'a, T>),
}

/// The weight of a step in the loss.
fn weight<T: Real>(mask: Option<Sequences<T>>, t: usize, b: usize) -> T {
    mask.map_or(T::ONE, |mask| mask.at(t, b)[0])
}

/// The buffers of runs and gradients, made once and kept while they are large enough.
#[derive(Debug)]
pub(crate) struct Workspace<T: Real> {
    rows: usize,
    /// Sequences and time steps that a tape has room for.
    room: [usize; 2],
    /// The greatest such room that gradients needed: a run keeps one tape, gradients many.
    of_gradients: [usize; 2],
    tapes: Vec<Tape<T>>,
    /// The states that segments start from, where these are run again.
    starts: Vec<State<T>>,
    adjoint: Option<Adjoint<T>>,
    /// For gradients: the initial state of one sequence, and the state of a piece.
    states: Option<[State<T>; 2]>,
}

impl<T: Real> Workspace<T> {
    pub fn new() -> Self {
        Workspace {
            rows: 0,
            room: [0; 2],
            of_gradients: [0; 2],
            tapes: Vec::new(),
            starts: Vec::new(),
            adjoint: None,
            states: None,
        }
    }

    /// What a session of `batch` sequences needs, which takes one step at a time.
    pub fn for_session(architecture: &Architecture, batch: usize, rows: usize) -> Result<Self> {
        let mut workspace = Workspace::new();
        workspace.prepare(architecture, batch, rows, 1, Kept::Nothing)?;
        Ok(workspace)
    }

    /// Makes room for pieces of a batch over `steps` steps. Where it cannot be had nothing is kept.
    fn prepare(
        &mut self,
        architecture: &Architecture,
        batch: usize,
        rows: usize,
        steps: usize,
        kept: Kept,
    ) -> Result<()> {
        let least = [batch.min(PIECE), steps.min(SEGMENT)];
        // A little ahead, so that sequences of growing length do not make new tapes one after the other.
        let ahead = [least[0], least[1].next_power_of_two()];
        let (tapes, starts) = kept.counts(steps);
        let most = MOST_SEGMENTS / architecture.config.layers;
        if tapes.max(starts) > most {
            return Err(Error::option("input", format!("at most {} steps", most * SEGMENT), steps));
        }
        if rows != self.rows {
            *self = Workspace { rows, ..Workspace::new() };
        }
        let greater = |one: [usize; 2], other: [usize; 2]| [one[0].max(other[0]), one[1].max(other[1])];
        let own = if greater(least, self.room) == self.room { least } else { ahead };
        let of_gradients = if kept == Kept::Nothing { self.of_gradients } else { greater(own, self.of_gradients) };
        let room = if kept == Kept::Nothing { greater(own, self.room) } else { of_gradients };
        // One tape may be as large as runs need it; of many each is as large as gradients do.
        let more = tapes > self.tapes.len() || starts > self.starts.len();
        if greater(own, self.room) != self.room || more && room != self.room {
            *self = Workspace { rows, room, ..Workspace::new() };
        }
        self.of_gradients = of_gradients;
        if !can_have::<T>(&self.missing(architecture, steps, kept)) {
            // Once more with nothing kept and no larger than it has to be.
            let of_gradients = if kept == Kept::Nothing { [0; 2] } else { least };
            *self = Workspace { rows, room: least, of_gradients, ..Workspace::new() };
            let arrays = self.missing(architecture, steps, kept);
            let recompute = (kept == Kept::Everything).then(|| self.missing(architecture, steps, Kept::Starts));
            if let Err(error) = expect_room::<T>("time steps × sequences", &arrays, recompute.as_deref()) {
                *self = Workspace::new();
                return Err(error);
            }
        }
        let [batch, capacity] = self.room;
        while self.tapes.len() < tapes {
            self.tapes.push(Tape::new(architecture, batch, rows, capacity));
        }
        while self.starts.len() < starts {
            self.starts.push(State::zeros(architecture, batch, rows));
        }
        if kept != Kept::Nothing && self.adjoint.is_none() {
            self.adjoint = Some(Adjoint::new(architecture, batch, rows, capacity));
            self.states = Some([1, batch].map(|batch| State::zeros(architecture, batch, rows)));
        }
        Ok(())
    }

    /// Lists the arrays that are still to be made for `steps` steps by their numbers, in the order in which they are.
    fn missing(&self, architecture: &Architecture, steps: usize, kept: Kept) -> Vec<u64> {
        let (tapes, starts) = kept.counts(steps);
        let (rows, [batch, capacity]) = (self.rows, self.room);
        let mut arrays = Vec::new();
        for _ in self.tapes.len()..tapes {
            Tape::<T>::list(architecture, batch, rows, capacity, &mut arrays);
        }
        for _ in self.starts.len()..starts {
            State::<T>::list(architecture, batch, rows, &mut arrays);
        }
        if kept != Kept::Nothing && self.adjoint.is_none() {
            Adjoint::<T>::list(architecture, batch, rows, capacity, &mut arrays);
            State::<T>::list(architecture, 1, rows, &mut arrays);
            State::<T>::list(architecture, batch, rows, &mut arrays);
        }
        arrays
    }
}

/// What of a sequence's segments is kept for going back.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kept {
    /// Nothing: a run.
    Nothing,
    /// The state that each starts from.
    Starts,
    /// The tape of each.
    Everything,
}

impl Kept {
    /// How many tapes and how many states that are.
    fn counts(self, steps: usize) -> (usize, usize) {
        let segments = steps.div_ceil(SEGMENT);
        match self {
            Kept::Nothing => (1, 0),
            Kept::Starts => (1, segments),
            Kept::Everything => (segments, 0),
        }
    }
}

/// The pieces of a batch.
fn pieces(batch: usize) -> impl Iterator<Item = Range<usize>> {
    (0..batch.div_ceil(PIECE)).map(move |piece| piece * PIECE..batch.min((piece + 1) * PIECE))
}

/// The segments of a sequence.
fn segments(steps: usize) -> impl DoubleEndedIterator<Item = Range<usize>> + ExactSizeIterator {
    (0..steps.div_ceil(SEGMENT)).map(move |segment| segment * SEGMENT..steps.min((segment + 1) * SEGMENT))
}

/// Starts a tape on a segment of a piece.
fn load<T: Real>(
    tape: &mut Tape<T>,
    input: Sequences<T>,
    steps: &Range<usize>,
    piece: &Range<usize>,
    state: &State<T>,
    sequences: Range<usize>,
) {
    tape.start(steps.len(), state, sequences);
    for t in 0..steps.len() {
        for b in 0..piece.len() {
            let row = t * piece.len() + b;
            tape.input.row_mut(row).copy_from_slice(input.at(steps.start + t, piece.start + b));
        }
    }
}

/// Runs a batch on from `state`, which becomes the one after the last step. `seen` is shown every segment: its tape,
/// its first step and its first sequence.
pub(crate) fn run<T: Real>(
    architecture: &Architecture,
    parameters: &Parameters<T>,
    workspace: &mut Workspace<T>,
    input: Sequences<T>,
    state: &mut State<T>,
    seen: &mut dyn FnMut(&Tape<T>, usize, usize),
) -> Result<()> {
    workspace.prepare(architecture, input.batch, state.rows, input.steps, Kept::Nothing)?;
    let tape = &mut workspace.tapes[0];
    for piece in pieces(input.batch) {
        run_piece(architecture, parameters, tape, input, &piece, state, piece.start, seen);
    }
    Ok(())
}

/// Runs a batch from the initial state, which `states` hold for one sequence, and room for those of a piece.
pub(crate) fn run_anew<T: Real>(
    architecture: &Architecture,
    parameters: &Parameters<T>,
    workspace: &mut Workspace<T>,
    input: Sequences<T>,
    [initial, state]: &mut [State<T>; 2],
    seen: &mut dyn FnMut(&Tape<T>, usize, usize),
) -> Result<()> {
    workspace.prepare(architecture, input.batch, state.rows, input.steps, Kept::Nothing)?;
    let tape = &mut workspace.tapes[0];
    for piece in pieces(input.batch) {
        for sequence in 0..piece.len() {
            state.copy_sequences(sequence, initial, 0..1);
        }
        run_piece(architecture, parameters, tape, input, &piece, state, 0, seen);
    }
    Ok(())
}

/// Runs a piece of a batch on from the states of as many sequences from `first` on.
// The machine, where it computes, what it runs and from where, and who looks on: no two of these belong together.
#[allow(clippy::too_many_arguments)]
fn run_piece<T: Real>(
    architecture: &Architecture,
    parameters: &Parameters<T>,
    tape: &mut Tape<T>,
    input: Sequences<T>,
    piece: &Range<usize>,
    state: &mut State<T>,
    first: usize,
    seen: &mut dyn FnMut(&Tape<T>, usize, usize),
) {
    for steps in segments(input.steps) {
        load(tape, input, &steps, piece, state, first..first + piece.len());
        T::forward(architecture, parameters, tape);
        tape.store(state, first);
        seen(tape, steps.start, piece.start);
    }
}

/// The loss of a tape's steps, weighted by the mask, summed.
pub(crate) fn loss_of<T: Real>(
    architecture: &Architecture,
    tape: &Tape<T>,
    target: Sequences<T>,
    mask: Option<Sequences<T>>,
    start: usize,
    first: usize,
) -> f64 {
    let mut total = 0.0;
    for t in 0..tape.steps {
        for b in 0..tape.batch {
            let weight = weight(mask, start + t, first + b);
            if weight != T::ZERO {
                let logits = tape.logits.row(t * tape.batch + b);
                let loss = T::loss(architecture.config.loss, logits, target.at(start + t, first + b));
                total += (weight * loss).to_f64();
            }
        }
    }
    total
}

/// Writes the gradient by the logits of a tape's steps.
fn logits_gradient<T: Real>(
    architecture: &Architecture,
    tape: &Tape<T>,
    objective: Objective<T>,
    start: usize,
    first: usize,
    d_logits: &mut Rows<T>,
) {
    for t in 0..tape.steps {
        for b in 0..tape.batch {
            let row = t * tape.batch + b;
            let d_logits = d_logits.row_mut(row);
            match objective {
                Objective::LogitsGradient(gradient) => d_logits.copy_from_slice(gradient.at(start + t, first + b)),
                Objective::Loss { target, mask, of } => {
                    let weight = weight(mask, start + t, first + b);
                    if weight == T::ZERO {
                        T::clear(d_logits);
                    } else {
                        let scale = weight / T::from_f64(of as f64);
                        let target = target.at(start + t, first + b);
                        T::loss_backward(architecture.config.loss, tape.logits.row(row), target, scale, d_logits);
                    }
                }
            }
        }
    }
}

/// Where gradients go.
pub(crate) struct Gradients<'a, T> {
    /// Of the parameters, flat.
    pub parameters: &'a mut [T],
    /// Room for as many, of one piece.
    pub piece: &'a mut [T],
    /// Of the input `[T, B, X]`, where it is asked for.
    pub input: Option<&'a mut [T]>,
}

/// How gradients are formed.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Passes {
    /// Only the state that each segment starts from is kept, and a segment is run again when its turn to go back has
    /// come: the same gradients to the bit, at the cost of one more forward pass.
    pub recompute: bool,
    /// What the gradients of every step are clipped to on the way back.
    pub clip: Option<f64>,
}

/// Writes the gradients of the objective; returns the loss in nats, summed over the sequences, 0 for a loss of the
/// user's own.
pub(crate) fn gradient<T: Real>(
    architecture: &Architecture,
    parameters: &Parameters<T>,
    workspace: &mut Workspace<T>,
    input: Sequences<T>,
    objective: Objective<T>,
    Passes { recompute, clip }: Passes,
    mut gradients: Gradients<T>,
) -> Result<f64> {
    let rows = architecture.config.rows;
    let kept = if recompute { Kept::Starts } else { Kept::Everything };
    workspace.prepare(architecture, input.batch, rows, input.steps, kept)?;
    let Workspace { tapes, starts, adjoint, states, .. } = workspace;
    let adjoint = adjoint.as_mut().expect("prepared for gradients");
    adjoint.clip = clip.map(T::from_f64);
    let [initial, state] = states.as_mut().expect("prepared for gradients");
    initial.set_initial(architecture, parameters.flat());
    let last = input.steps.div_ceil(SEGMENT) - 1;
    let tape_of = |segment: usize| if recompute { 0 } else { segment };
    let mut total = 0.0;
    for piece in pieces(input.batch) {
        // The first piece's gradient is the sum so far; every other is formed apart and added.
        let of_piece = if piece.start == 0 { &mut *gradients.parameters } else { &mut *gradients.piece };
        T::clear(of_piece);

        for sequence in 0..piece.len() {
            state.copy_sequences(sequence, initial, 0..1);
        }
        let mut loss = 0.0;
        for (segment, steps) in segments(input.steps).enumerate() {
            let tape = &mut tapes[tape_of(segment)];
            if recompute {
                starts[segment].copy_sequences(0, state, 0..piece.len());
            }
            load(tape, input, &steps, &piece, state, 0..piece.len());
            T::forward(architecture, parameters, tape);
            tape.store(state, 0);
            if let Objective::Loss { target, mask, .. } = objective {
                loss += loss_of(architecture, tape, target, mask, steps.start, piece.start);
            }
        }
        total += loss;

        adjoint.clear();
        for (segment, steps) in segments(input.steps).enumerate().rev() {
            let tape = &mut tapes[tape_of(segment)];
            // The last segment is still on the tape.
            if recompute && segment < last {
                load(tape, input, &steps, &piece, &starts[segment], 0..piece.len());
                T::forward(architecture, parameters, tape);
            }
            logits_gradient(architecture, tape, objective, steps.start, piece.start, &mut adjoint.logits);
            T::backward(architecture, parameters.flat(), tape, adjoint, of_piece);
            if let Some(d_input) = gradients.input.as_deref_mut() {
                T::input_gradient(architecture, parameters.flat(), tape, adjoint);
                for t in 0..steps.len() {
                    for b in 0..piece.len() {
                        let row = (steps.start + t) * input.batch + piece.start + b;
                        d_input[row * input.width..][..input.width]
                            .copy_from_slice(adjoint.input.row(t * piece.len() + b));
                    }
                }
            }
        }
        let Adjoint { state: d_state, scratch, .. } = adjoint;
        state::initial_backward(architecture, initial, d_state, piece.len(), scratch, of_piece);
        if piece.start > 0 {
            T::accumulate(gradients.parameters, gradients.piece);
        }
    }
    Ok(total)
}
