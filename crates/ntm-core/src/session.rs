//! A session: the same machine run one step at a time, its state kept in between.

use ndarray::ArrayView2;

use crate::error::{Error, Result, expect_finite, expect_shape};
use crate::machine::Machine;
use crate::real::Real;
use crate::sequence::{self, Sequences, Workspace};
use crate::state::State;
use crate::tape::{PIECE, Tape};
use crate::trace::{Trace, TraceSet};

/// A streaming run of B sequences.
#[derive(Debug)]
pub struct Session<T: Real> {
    state: State<T>,
    next: State<T>,
    workspace: Workspace<T>,
    trace: Trace<T>,
    /// The logits, then the output.
    results: Vec<T>,
}

impl<T: Real> Session<T> {
    /// Starts `batch` sequences at the machine's initial state.
    ///
    /// # Errors
    /// [`Error::Option`] for rows that the memory cannot have; [`Error::Memory`].
    pub fn new(machine: &mut Machine<T>, batch: usize, rows: Option<usize>, trace: TraceSet) -> Result<Self> {
        let architecture = machine.architecture();
        let of_rows = architecture.rows(rows)?;
        // More sequences are refused in any case, and overflow nothing.
        let sequences = batch.min(u32::MAX as usize) as u64;
        let results = 2 * sequences * architecture.config().output_size as u64;
        let input = sequences * architecture.config().input_size as u64;
        let mut arrays = Vec::new();
        State::<T>::list(architecture, batch, of_rows, &mut arrays);
        State::<T>::list(architecture, batch, of_rows, &mut arrays);
        Tape::<T>::list(architecture, batch.min(PIECE), of_rows, 1, &mut arrays);
        let before = arrays.len();
        Trace::<T>::list(trace, architecture, of_rows, sequences, &mut arrays);
        let traced = arrays[before..].iter().copied().max().unwrap_or(0);
        // A step takes an input in, and hands out a copy of the results, then of each array of the trace.
        arrays.extend_from_slice(&[results, input, results.max(traced)]);
        machine.make_room("session", &arrays)?;
        let state = machine.initial_state(batch, rows)?;
        let architecture = machine.architecture();
        Ok(Session {
            next: state.clone(),
            workspace: Workspace::for_session(architecture, batch, state.rows)?,
            trace: Trace::new(trace, architecture, state.rows, 1, batch),
            results: vec![T::ZERO; results as usize],
            state,
        })
    }

    /// Refuses where there is no room for copies of what a step gives, the results together, the trace one by one.
    pub fn expect_room(&self, machine: &mut Machine<T>) -> Result<()> {
        machine.expect_room("step", &[self.trace.largest().max(self.results.len()) as u64])
    }

    /// Takes one step with the inputs `[B, X]`. Where a result is not finite the state stays as it was.
    ///
    /// A machine of another configuration than the one that the session was started with is not refused: it may panic, or
    /// give numbers that mean nothing.
    ///
    /// # Errors
    /// [`Error::Shape`]; [`Error::Option`] for an input that is not finite; [`Error::NonFinite`] for the logits and the
    /// state.
    pub fn step(&mut self, machine: &Machine<T>, input: ArrayView2<T>) -> Result<()> {
        let architecture = machine.architecture();
        let (batch, width) = input.dim();
        expect_shape("x", &[self.state.batch(), architecture.config().input_size], &[batch, width])?;
        let entries = input.to_slice().ok_or_else(|| Error::option("x", "an array in standard layout", "another"))?;
        expect_finite("x", entries)?;
        let input = Sequences { entries, steps: 1, batch, width };
        let Session { state, next, workspace, trace, results } = self;
        let size = architecture.config().output_size;
        let (logits, output) = results.split_at_mut(batch * size);
        next.copy_sequences(0, state, 0..batch);
        sequence::run(architecture, machine.parameters(), workspace, input, next, &mut |tape, _, first| {
            for sequence in 0..tape.batch {
                logits[(first + sequence) * size..][..size].copy_from_slice(tape.logits.row(sequence));
            }
            trace.record(architecture, tape, 0, first);
        })?;
        if !T::all_finite(logits) {
            return Err(Error::non_finite("logits"));
        }
        if let Some(name) = next.non_finite() {
            return Err(Error::non_finite(name));
        }
        for (output, logits) in output.chunks_exact_mut(size).zip(logits.chunks_exact(size)) {
            T::output(architecture.config().loss, logits, output);
        }
        std::mem::swap(state, next);
        Ok(())
    }

    /// The logits of the last step `[B, Y]`, then the output `[B, Y]`: σ, softmax or the logits, by the loss.
    pub fn results(&self) -> &[T] {
        &self.results
    }

    /// What was recorded of the last step, each `[1, B, …]`.
    pub fn trace(&self) -> &Trace<T> {
        &self.trace
    }

    /// Starts the sequences anew, at the machine's initial state as its parameters now give it.
    ///
    /// A machine of another configuration than the one that the session was started with is not refused: it may panic, or
    /// give numbers that mean nothing.
    pub fn reset(&mut self, machine: &Machine<T>) {
        self.state.set_initial(machine.architecture(), machine.parameters().flat());
    }

    /// The state after the last step.
    pub fn state(&self) -> &State<T> {
        &self.state
    }

    /// A copy of it. There is room for one of each of its tensors, too, in turn.
    pub fn copy_state(&self, machine: &mut Machine<T>) -> Result<State<T>> {
        let mut arrays = vec![self.state.largest() as u64];
        State::<T>::list(machine.architecture(), self.state.batch(), self.state.rows, &mut arrays);
        machine.expect_room("state", &arrays)?;
        Ok(self.state.clone())
    }

    /// Goes on from another state of as many sequences and rows.
    ///
    /// # Errors
    /// [`Error::Shape`] for a state of other sizes.
    pub fn restore(&mut self, state: State<T>) -> Result<()> {
        expect_shape("state", &[self.state.batch(), self.state.rows], &[state.batch(), state.rows])?;
        state.expect_tensors_of(&self.state)?;
        self.state = state;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use ndarray::{Array3, ArrayView3, s};

    use super::*;
    use crate::check::numbers;
    use crate::config::Config;
    use crate::machine::RunOptions;

    const STEPS: usize = 4;
    /// More than a piece.
    const BATCH: usize = 11;

    fn machine() -> Machine<f64> {
        Machine::new(Config { hidden_size: 4, rows: 5, columns: 3, ..Config::new(3, 2) }).unwrap()
    }

    fn session(machine: &mut Machine<f64>) -> Session<f64> {
        Session::new(machine, BATCH, None, TraceSet::default()).unwrap()
    }

    fn input() -> Array3<f64> {
        Array3::from_shape_vec((STEPS, BATCH, 3), numbers(1, STEPS * BATCH * 3)).unwrap()
    }

    /// What each step gives.
    fn results(session: &mut Session<f64>, machine: &Machine<f64>, input: ArrayView3<f64>) -> Vec<Vec<f64>> {
        let mut step = |x| {
            session.step(machine, x).unwrap();
            session.results().to_vec()
        };
        input.outer_iter().map(&mut step).collect()
    }

    #[test]
    fn steps_give_what_a_run_gives() {
        let mut machine = machine();
        let run = machine.run(input().view(), RunOptions::default()).unwrap();
        let session = &mut session(&mut machine);
        for (t, results) in results(session, &machine, input().view()).into_iter().enumerate() {
            let expected = [run.logits.slice(s![t, .., ..]), run.output.slice(s![t, .., ..])];
            let close = results.iter().zip(expected.iter().flatten()).all(|(one, other)| (one - other).abs() < 1e-12);
            assert!(close, "step {t}");
        }
    }

    #[test]
    fn reset_starts_anew_with_the_parameters_as_they_are_now() {
        let mut machine = machine();
        let session = &mut session(&mut machine);
        results(session, &machine, input().view());
        machine.set_parameter("initial.read", &[0.3, -0.2, 0.1]).unwrap();
        session.reset(&machine);
        assert_eq!(session.state(), &machine.initial_state(BATCH, None).unwrap());
    }

    #[test]
    fn what_goes_on_from_a_state_gives_what_came_after_it() {
        let mut machine = machine();
        let input = input();
        let (first, last) = (input.slice(s![..2, .., ..]), input.slice(s![2.., .., ..]));
        let [mut one, mut other] = [(); 2].map(|()| session(&mut machine));
        results(&mut one, &machine, first);
        let state = one.copy_state(&mut machine).unwrap();
        let expected = results(&mut one, &machine, last);
        for session in [&mut one, &mut other] {
            session.restore(state.clone()).unwrap();
            assert_eq!(results(session, &machine, last), expected);
        }
    }
}
