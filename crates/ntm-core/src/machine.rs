//! The machine: its parameters and what can be done with them.

use ndarray::{Array3, ArrayView2, ArrayView3};

use crate::config::{Architecture, Config, LossKind};
use crate::decimal::decimal;
use crate::error::{Error, Result, expect_finite, expect_from_zero, expect_shape, show};
use crate::loss;
use crate::optimizer::{Clip, Given, Optimizer, Slots, expect_positive};
use crate::parameters::{Entry, Layout};
use crate::real::Real;
use crate::room::{FEW, can_have, expect_room, total};
use crate::sequence::{self, Gradients, Objective, Passes, Sequences, Workspace};
use crate::state::State;
use crate::tape::PIECE;
use crate::trace::{Trace, TraceSet};
use crate::weights::Parameters;

/// A Neural Turing Machine.
#[derive(Debug)]
pub struct Machine<T: Real> {
    architecture: Architecture,
    parameters: Parameters<T>,
    gradient: Vec<T>,
    piece_gradient: Vec<T>,
    slots: Option<Slots<T>>,
    workspace: Workspace<T>,
    passes: Passes,
}

/// How [`Machine::run`] runs; by default from the initial state, with the machine's own rows, without a trace.
#[derive(Debug)]
pub struct RunOptions<T> {
    /// Another number of memory rows than the machine was trained with.
    pub rows: Option<usize>,
    /// The state to go on from.
    pub state: Option<State<T>>,
    /// What to record of every step.
    pub trace: TraceSet,
}

impl<T> Default for RunOptions<T> {
    fn default() -> Self {
        RunOptions { rows: None, state: None, trace: TraceSet::default() }
    }
}

/// What [`Machine::run`] gives.
#[derive(Debug)]
pub struct Run<T> {
    /// `[T, B, Y]`.
    pub logits: Array3<T>,
    /// σ, softmax or the logits, by the loss, `[T, B, Y]`.
    pub output: Array3<T>,
    /// The state after the last step.
    pub state: State<T>,
    /// What was recorded.
    pub trace: Trace<T>,
}

/// Sequences to learn: inputs `[T, B, X]`, targets `[T, B, Y]` and weights of the steps `[T, B]` (1 where there is no
/// mask).
#[derive(Clone, Copy, Debug)]
pub struct Batch<'a, T> {
    /// `[T, B, X]`.
    pub input: ArrayView3<'a, T>,
    /// `[T, B, Y]`.
    pub target: ArrayView3<'a, T>,
    /// `[T, B]`.
    pub mask: Option<ArrayView2<'a, T>>,
}

/// What [`Machine::evaluate`] gives.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Evaluation {
    /// Nats per sequence.
    pub loss: f64,
    /// Wrong bits per sequence (wrong steps for softmax); `None` for squared error.
    pub wrong: Option<f64>,
    /// All answers per sequence: outputs where the mask is not 0 (steps for softmax).
    pub answers: f64,
}

/// What one update gives.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Update {
    /// Nats per sequence, before the update.
    pub loss: f64,
    /// |g| of all gradients together, before clipping.
    pub gradient_norm: f64,
}

/// A view `[T, B, width]` as the sequences module reads it.
fn sequences<'a, T: Real>(location: &str, view: ArrayView3<'a, T>, expected: [usize; 3]) -> Result<Sequences<'a, T>> {
    let (steps, batch, width) = view.dim();
    expect_shape(location, &expected, &[steps, batch, width])?;
    let entries = view.to_slice().ok_or_else(|| Error::option(location, "an array in standard layout", "another"))?;
    expect_finite(location, entries)?;
    Ok(Sequences { entries, steps, batch, width })
}

/// A batch whose shapes and numbers were checked.
struct CheckedBatch<'a, T> {
    input: Sequences<'a, T>,
    target: Sequences<'a, T>,
    mask: Option<Sequences<'a, T>>,
}

impl<T: Real> Machine<T> {
    /// A machine with initial parameters drawn from the configuration's seed.
    pub fn new(config: Config) -> Result<Self> {
        let architecture = config.check()?;
        let trainable = architecture.layout.trainable();
        // The parameters, these as products read them, the gradients of a batch and of a piece, and a copy of a tensor.
        let (all, learned) = (architecture.layout.size(), trainable as u64);
        expect_room::<T>("parameters", &[all, learned, learned, learned, architecture.layout.largest()], None)?;
        Ok(Machine {
            parameters: Parameters::new(
                &architecture,
                architecture.layout.draw(architecture.config.seed, &architecture.heads),
            ),
            gradient: vec![T::ZERO; trainable],
            piece_gradient: vec![T::ZERO; trainable],
            slots: None,
            workspace: Workspace::new(),
            passes: Passes::default(),
            architecture,
        })
    }

    /// The checked configuration.
    pub fn architecture(&self) -> &Architecture {
        &self.architecture
    }

    /// The parameters' names and shapes.
    pub fn layout(&self) -> &Layout {
        &self.architecture.layout
    }

    /// The parameter of that name, row-major.
    pub fn parameter(&self, name: &str) -> Result<&[T]> {
        Ok(self.layout().entry(name)?.of(self.parameters.flat()))
    }

    /// Sets the parameter of that name. Gradients and optimiser stay as they are.
    pub fn set_parameter(&mut self, name: &str, values: &[T]) -> Result<()> {
        let entry = Self::checked(&self.architecture.layout, "", name, values)?;
        self.parameters.set(entry.place, values);
        Ok(())
    }

    /// The gradient of the parameter of that name, as the last call that computed gradients left it.
    pub fn gradient(&self, name: &str) -> Result<&[T]> {
        let entry = self.layout().entry(name)?;
        if !entry.trainable {
            return Err(Error::option(name, "a parameter that has a gradient", "a random memory"));
        }
        Ok(entry.of(&self.gradient))
    }

    /// Sets the gradient of the parameter of that name, for [`Machine::apply_gradients`].
    pub fn set_gradient(&mut self, name: &str, values: &[T]) -> Result<()> {
        self.gradient(name)?;
        let entry = Self::checked(&self.architecture.layout, "gradients.", name, values)?;
        entry.of_mut(&mut self.gradient).copy_from_slice(values);
        Ok(())
    }

    /// The entry of that name, of which these can be the values.
    fn checked<'a>(layout: &'a Layout, prefix: &str, name: &str, values: &[T]) -> Result<&'a Entry> {
        let entry = layout.entry(name)?;
        let location = format!("{prefix}{name}");
        expect_shape(&location, &[entry.shape.iter().product()], &[values.len()])?;
        expect_finite(&location, values)?;
        Ok(entry)
    }

    /// The state of `batch` sequences before their first step.
    pub fn initial_state(&mut self, batch: usize, rows: Option<usize>) -> Result<State<T>> {
        if batch == 0 {
            return Err(Error::option("batchSize", "an integer ≥ 1", batch));
        }
        let rows = self.architecture.rows(rows)?;
        let mut arrays = Vec::new();
        State::<T>::list(&self.architecture, batch, rows, &mut arrays);
        self.make_room("state", &arrays)?;
        Ok(State::initial(&self.architecture, self.parameters.flat(), batch, rows))
    }

    /// Fails unless arrays of so many numbers can be had for the time of a call, if need be in place of the buffers of
    /// earlier calls.
    pub fn expect_room(&mut self, location: &str, arrays: &[u64]) -> Result<()> {
        if total(arrays) <= FEW { Ok(()) } else { self.make_room(location, arrays) }
    }

    fn input<'a>(&self, view: ArrayView3<'a, T>) -> Result<Sequences<'a, T>> {
        let (steps, batch, _) = view.dim();
        if steps == 0 || batch == 0 {
            return Err(Error::option("input", "at least one step of one sequence", show(view.shape())));
        }
        sequences("input", view, [steps, batch, self.architecture.config.input_size])
    }

    fn checked_batch<'a>(&self, batch: &Batch<'a, T>) -> Result<CheckedBatch<'a, T>> {
        let config = &self.architecture.config;
        let input = self.input(batch.input)?;
        let target = sequences("target", batch.target, [input.steps, input.batch, config.output_size])?;
        match config.loss {
            LossKind::BinaryCrossEntropy => {
                expect_from_zero("target", target.entries, Some(T::ONE), "a number from 0 to 1")?;
            }
            LossKind::SoftmaxCrossEntropy => expect_from_zero("target", target.entries, None, "a number ≥ 0")?,
            LossKind::MeanSquaredError => {}
        }
        let mask = match batch.mask {
            None => None,
            Some(mask) => {
                let (steps, sequences_masked) = mask.dim();
                expect_shape("mask", &[input.steps, input.batch], &[steps, sequences_masked])?;
                let mask = sequences("mask", mask.insert_axis(ndarray::Axis(2)), [steps, sequences_masked, 1])?;
                expect_from_zero("mask", mask.entries, None, "a weight ≥ 0")?;
                Some(mask)
            }
        };
        Ok(CheckedBatch { input, target, mask })
    }

    /// Fails unless arrays of so many numbers can be had, if need be in place of the buffers of earlier calls.
    pub(crate) fn make_room(&mut self, location: &str, arrays: &[u64]) -> Result<()> {
        if can_have::<T>(arrays) {
            return Ok(());
        }
        self.workspace = Workspace::new();
        expect_room::<T>(location, arrays, None)
    }

    /// Runs sequences `[T, B, X]` through the machine.
    ///
    /// # Errors
    /// [`Error::Shape`] and [`Error::Option`] for an input or a state that does not fit or is not finite, and for rows that
    /// the memory cannot have; [`Error::Memory`]; [`Error::NonFinite`] for logits and a state that are not finite.
    pub fn run(&mut self, input: ArrayView3<T>, options: RunOptions<T>) -> Result<Run<T>> {
        let input = self.input(input)?;
        let RunOptions { rows, state, trace } = options;
        let mut state = match state {
            Some(state) => {
                expect_shape("state", &[input.batch], &[state.batch()])?;
                if let Some(rows) = rows.filter(|&rows| rows != state.rows) {
                    return Err(Error::option("rows", format!("{}, the rows of the state", state.rows), rows));
                }
                let rows = self.architecture.rows(Some(state.rows))?;
                state.expect_tensors_of(&State::zeros(&self.architecture, 0, rows))?;
                state
            }
            None => self.initial_state(input.batch, rows)?,
        };
        let (steps, batch, output_size) = (input.steps, input.batch, self.architecture.config.output_size);
        let outputs = (steps * batch) as u64 * output_size as u64;
        let mut arrays = Vec::new();
        Trace::<T>::list(trace, &self.architecture, state.rows, (steps * batch) as u64, &mut arrays);
        arrays.extend_from_slice(&[outputs, outputs]);
        self.make_room(if trace == TraceSet::default() { "run" } else { "run with its trace" }, &arrays)?;
        let architecture = &self.architecture;
        let mut trace = Trace::new(trace, architecture, state.rows, steps, batch);
        let mut logits = Array3::from_elem((steps, batch, output_size), T::ZERO);
        let mut output = logits.clone();
        let entries = logits.as_slice_mut().expect("owned, so contiguous");
        let parameters = &self.parameters;
        sequence::run(architecture, parameters, &mut self.workspace, input, &mut state, &mut |tape, start, first| {
            for t in 0..tape.steps {
                let row = (start + t) * batch + first;
                let of_piece = tape.logits.matrix(tape.at(t));
                for sequence in 0..tape.batch {
                    entries[(row + sequence) * output_size..][..output_size].copy_from_slice(of_piece.row(sequence));
                }
            }
            trace.record(architecture, tape, start, first);
        })?;
        if !T::all_finite(entries) {
            return Err(Error::non_finite("logits"));
        }
        if let Some(name) = state.non_finite() {
            return Err(Error::non_finite(name));
        }
        let outputs = output.as_slice_mut().expect("owned, so contiguous");
        for (output, logits) in outputs.chunks_exact_mut(output_size).zip(entries.chunks_exact(output_size)) {
            T::output(architecture.config.loss, logits, output);
        }
        // The state's tensors are handed out as copies, one by one.
        self.make_room("state", &[state.largest() as u64])?;
        Ok(Run { logits, output, state, trace })
    }

    /// Loss and wrong answers of a batch, with another number of memory rows where that is asked for.
    ///
    /// # Errors
    /// As [`Machine::run`] and [`Machine::check_batch`]; [`Error::NonFinite`] for the loss.
    pub fn evaluate(&mut self, batch: &Batch<T>, rows: Option<usize>) -> Result<Evaluation> {
        let CheckedBatch { input, target, mask } = self.checked_batch(batch)?;
        let piece = input.batch.min(PIECE);
        let mut states = [self.initial_state(1, rows)?, self.initial_state(piece, rows)?];
        let architecture = &self.architecture;
        let kind = architecture.config.loss;
        let (mut loss, mut wrong, mut asked) = (0.0, Some(0), 0);
        let parameters = &self.parameters;
        sequence::run_anew(
            architecture,
            parameters,
            &mut self.workspace,
            input,
            &mut states,
            &mut |tape, start, first| {
                loss += sequence::loss_of(architecture, tape, target, mask, start, first);
                for t in 0..tape.steps {
                    for b in 0..tape.batch {
                        if mask.is_none_or(|mask| mask.at(start + t, first + b)[0] > T::ZERO) {
                            let logits = tape.logits.row(t * tape.batch + b);
                            let here = loss::wrong(kind, logits, target.at(start + t, first + b));
                            wrong = wrong.zip(here).map(|(wrong, here)| wrong + here);
                            asked += 1;
                        }
                    }
                }
            },
        )?;
        if !loss.is_finite() {
            return Err(Error::non_finite("loss"));
        }
        let sequences = input.batch as f64;
        let answers = asked * loss::answers(kind, architecture.config.output_size);
        Ok(Evaluation {
            loss: loss / sequences,
            wrong: wrong.map(|wrong| wrong as f64 / sequences),
            answers: answers as f64 / sequences,
        })
    }

    /// The gradients of an objective, unchecked; returns the loss summed over the sequences.
    fn compute(&mut self, input: Sequences<T>, objective: Objective<T>, d_input: Option<&mut [T]>) -> Result<f64> {
        sequence::gradient(
            &self.architecture,
            &self.parameters,
            &mut self.workspace,
            input,
            objective,
            self.passes,
            Gradients { parameters: &mut self.gradient, piece: &mut self.piece_gradient, input: d_input },
        )
    }

    /// Refuses a loss or gradients that left the finite; returns the gradients' norm.
    fn check_gradients(&self, loss: f64) -> Result<f64> {
        if !T::from_f64(loss).is_finite() {
            return Err(Error::non_finite("loss"));
        }
        self.gradient_norm()
    }

    /// |g| of all gradients together; or where it is not finite, the first of them that is not, or, where only the
    /// squares of the greatest are too great for double precision, the norm.
    fn gradient_norm(&self) -> Result<f64> {
        let norm = T::norm(&self.gradient);
        if norm.is_finite() {
            return Ok(norm);
        }
        let name = self.layout().non_finite(&self.gradient);
        Err(Error::non_finite(name.map_or("norm of the gradients".into(), |name| format!("gradient of {name}"))))
    }

    /// The loss of a batch in nats per sequence; its gradients are then [`Machine::gradient`].
    ///
    /// # Errors
    /// As [`Machine::check_batch`]; [`Error::Memory`]; [`Error::NonFinite`] for the loss and each gradient.
    pub fn loss_and_gradients(&mut self, batch: &Batch<T>) -> Result<f64> {
        Ok(self.loss_and_norm(batch)?.loss)
    }

    /// The loss of a batch and the norm of its gradients.
    fn loss_and_norm(&mut self, batch: &Batch<T>) -> Result<Update> {
        let CheckedBatch { input, target, mask } = self.checked_batch(batch)?;
        let of = input.batch;
        let loss = self.compute(input, Objective::Loss { target, mask, of }, None)? / of as f64;
        Ok(Update { loss, gradient_norm: self.check_gradients(loss)? })
    }

    /// Refuses a batch that [`Machine::loss_and_gradients`] would refuse for its shapes or numbers.
    ///
    /// # Errors
    /// [`Error::Shape`]; [`Error::Option`] for numbers that are not finite, and for targets and masks that the loss does
    /// not take.
    pub fn check_batch(&self, batch: &Batch<T>) -> Result<()> {
        self.checked_batch(batch).map(|_| ())
    }

    /// The part that one piece, at most [`PIECE`] sequences of a batch of `of`, has in the batch's gradients; returns
    /// the loss in nats summed over its sequences. Neither is checked: the sum over all pieces is, from
    /// [`Machine::take_gradient`].
    ///
    /// # Errors
    /// As [`Machine::check_batch`]; [`Error::Option`] for more sequences than a piece or the batch has; [`Error::Memory`].
    pub fn piece_gradients(&mut self, piece: &Batch<T>, of: usize) -> Result<f64> {
        let CheckedBatch { input, target, mask } = self.checked_batch(piece)?;
        if input.batch > PIECE || of < input.batch {
            return Err(Error::option("piece", format!("at most {PIECE} sequences of the batch's {of}"), input.batch));
        }
        self.compute(input, Objective::Loss { target, mask, of }, None)
    }

    /// Whether gradients from now on keep only the states between segments of time steps and run each segment again on
    /// the way back: far less memory for long sequences, the same bits, the time of one more forward pass.
    pub fn set_recompute(&mut self, recompute: bool) {
        self.passes.recompute = recompute;
    }

    /// What gradients from now on are clipped to within the backward pass: at every time step entries of the gradients of
    /// weightings, memory, reads, the sums of heads and layers, and cells are kept within ± the bound (docs/machine.md
    /// says which), so that none grows from step to step without end (Graves 2014, section 4.6: "during the backward
    /// pass"). `None`, as at first: they are the loss's own.
    pub fn set_backward_clip(&mut self, bound: Option<f64>) -> Result<()> {
        if let Some(bound) = bound {
            expect_positive("clip.backward", bound)?;
        }
        self.passes.clip = bound;
        Ok(())
    }

    /// All gradients, flat in the order of [`Machine::layout`].
    pub fn flat_gradient(&self) -> &[T] {
        &self.gradient
    }

    /// Takes the sum of the pieces' flat gradients, in order of piece, for the batch's gradients, and the sum of their
    /// losses for its loss: the same bits as [`Machine::loss_and_gradients`] of the whole batch. Returns the loss in nats
    /// per sequence.
    ///
    /// # Errors
    /// [`Error::Shape`]; [`Error::Option`] for a batch of no sequences; [`Error::NonFinite`] for the loss: gradients that
    /// are not finite [`Machine::apply_gradients`] refuses.
    pub fn take_gradient(&mut self, gradient: &[T], loss: f64, of: usize) -> Result<f64> {
        expect_shape("gradient", &[self.gradient.len()], &[gradient.len()])?;
        if of == 0 {
            return Err(Error::option("of", "1 sequence or more", of));
        }
        self.gradient.copy_from_slice(gradient);
        let loss = loss / of as f64;
        if T::from_f64(loss).is_finite() { Ok(loss) } else { Err(Error::non_finite("loss")) }
    }

    /// All parameters, flat in the order of [`Machine::layout`].
    pub fn flat_parameters(&self) -> &[T] {
        self.parameters.flat()
    }

    pub(crate) fn parameters(&self) -> &Parameters<T> {
        &self.parameters
    }

    /// Sets all parameters, flat in the order of [`Machine::layout`].
    pub fn set_flat_parameters(&mut self, values: &[T]) -> Result<()> {
        expect_shape("parameters", &[self.flat_parameters().len()], &[values.len()])?;
        expect_finite("parameters", values)?;
        self.parameters.change(|flat| flat.copy_from_slice(values));
        Ok(())
    }

    /// Gradients for a loss of one's own, of its gradient by the logits `[T, B, Y]`: that of the input `[T, B, X]` is
    /// returned, those of the parameters are then [`Machine::gradient`].
    ///
    /// # Errors
    /// [`Error::Shape`] and [`Error::Option`] for arrays that do not fit or are not finite; [`Error::Memory`];
    /// [`Error::NonFinite`] for each gradient.
    pub fn gradients(&mut self, input: ArrayView3<T>, logits_gradient: ArrayView3<T>) -> Result<Array3<T>> {
        let input = self.input(input)?;
        let expected = [input.steps, input.batch, self.architecture.config.output_size];
        let objective = Objective::LogitsGradient(sequences("logitsGradient", logits_gradient, expected)?);
        let numbers = input.entries.len() as u64;
        self.make_room("input gradient", &[numbers])?;
        let mut d_input = Array3::from_elem((input.steps, input.batch, input.width), T::ZERO);
        let entries = d_input.as_slice_mut().expect("owned, so contiguous");
        let loss = self.compute(input, objective, Some(entries))?;
        self.check_gradients(loss)?;
        if T::all_finite(entries) { Ok(d_input) } else { Err(Error::non_finite("gradient of the input")) }
    }

    /// One update by the gradients inside. Returns their norm before clipping.
    ///
    /// # Errors
    /// [`Error::Option`] for values of optimiser, rate or clip outside their ranges; [`Error::Memory`];
    /// [`Error::NonFinite`] for the gradients, the new parameters and what the optimiser remembers.
    pub fn apply_gradients(&mut self, optimizer: &Optimizer, learning_rate: f64, clip: Clip) -> Result<f64> {
        check_update(optimizer, learning_rate, clip)?;
        // Clipping would make a number of one that is none.
        let gradient_norm = self.gradient_norm()?;
        self.update(optimizer, learning_rate, clip, gradient_norm)?;
        Ok(gradient_norm)
    }

    /// One update by the gradients of a batch.
    ///
    /// # Errors
    /// As [`Machine::loss_and_gradients`] and [`Machine::apply_gradients`].
    pub fn train_step(
        &mut self,
        batch: &Batch<T>,
        optimizer: &Optimizer,
        learning_rate: f64,
        clip: Clip,
    ) -> Result<Update> {
        check_update(optimizer, learning_rate, clip)?;
        let update = self.loss_and_norm(batch)?;
        self.update(optimizer, learning_rate, clip, update.gradient_norm)?;
        Ok(update)
    }

    fn update(&mut self, optimizer: &Optimizer, learning_rate: f64, clip: Clip, gradient_norm: f64) -> Result<()> {
        let (mut slots, others) = match self.slots.take() {
            Some(slots) if slots.belong_to(optimizer) => (slots, None),
            others => {
                if let Err(error) = self.make_room_for_slots(optimizer) {
                    self.slots = others;
                    return Err(error);
                }
                (Slots::new(optimizer, self.gradient.len()), Some(others))
            }
        };
        let gradient = &self.gradient;
        let given = Given { optimizer, learning_rate, clip, gradient_norm, gradient };
        let layout = &self.architecture.layout;
        let updated = self.parameters.change(|flat| slots.update(&given, flat, layout));
        self.slots = match others {
            // The first update of another kind of optimiser failed: nothing changed.
            Some(others) if updated.is_err() => others,
            _ => Some(slots),
        };
        updated
    }

    /// Also for a copy of each tensor in turn, so that what is learned with the slots can be had.
    fn make_room_for_slots(&mut self, optimizer: &Optimizer) -> Result<()> {
        let mut arrays = Vec::new();
        Slots::<T>::list(optimizer, self.gradient.len(), &mut arrays);
        arrays.push(self.layout().largest());
        self.make_room("optimizer", &arrays)
    }

    /// What the optimiser remembers; `None` before the first update.
    pub fn slots(&self) -> Option<&Slots<T>> {
        self.slots.as_ref()
    }

    /// One slot of the parameter of that name.
    pub fn slot(&self, slot: &str, name: &str) -> Result<&[T]> {
        let entry = self.layout().entry(name)?;
        self.gradient(name)?;
        match &self.slots {
            Some(slots) => Ok(entry.of(slots.get(slot)?)),
            None => Err(Error::option("optimizer", "an optimiser that made an update", "none")),
        }
    }

    /// Gives the machine slots of that kind, all 0, as after `steps` updates; [`Machine::set_slot`] fills them.
    pub fn restore_slots(&mut self, optimizer: &Optimizer, steps: u64) -> Result<()> {
        optimizer.check()?;
        let trainable = self.gradient.len();
        self.make_room_for_slots(optimizer)?;
        let mut slots = Slots::new(optimizer, trainable);
        slots.steps = steps;
        self.slots = Some(slots);
        Ok(())
    }

    /// Sets one slot of the parameter of that name.
    pub fn set_slot(&mut self, slot: &str, name: &str, values: &[T]) -> Result<()> {
        self.slot(slot, name)?;
        let entry = Self::checked(&self.architecture.layout, &format!("optimizer.{slot}."), name, values)?;
        let slots = self.slots.as_mut().expect("there are slots");
        entry.of_mut(slots.get_mut(slot)?).copy_from_slice(values);
        Ok(())
    }
}

fn check_update(optimizer: &Optimizer, learning_rate: f64, clip: Clip) -> Result<()> {
    optimizer.check()?;
    clip.check()?;
    if learning_rate >= 0.0 && (learning_rate as f32).is_finite() {
        Ok(())
    } else {
        Err(Error::option("optimizer.learningRate", "a finite number ≥ 0 in float32", decimal(learning_rate)))
    }
}
