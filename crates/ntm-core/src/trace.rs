//! What a run can tell of its inside, step by step.

use crate::config::{Architecture, Config};
use crate::error::{Error, Result};
use crate::named::named;
use crate::real::Real;
use crate::tape::Tape;

named!(
    /// A quantity of every time step, by its name in the public API. Their order is that of the bits of a [`TraceSet`].
    TraceName, "trace", {
        /// The heads' weightings `[T, B, R+W, N]`.
        Weightings = "weightings",
        /// Content weightings `[T, B, R+W, N]`.
        Content = "content",
        /// Interpolated weightings `[T, B, R+W, N]`.
        Interpolated = "interpolated",
        /// Shifted weightings `[T, B, R+W, N]`.
        Shifted = "shifted",
        /// Read vectors `[T, B, R, M]`.
        Reads = "reads",
        /// The memory after the step's write `[T, B, N, M]`.
        Memory = "memory",
        /// Keys `[T, B, R+W, M]`.
        Key = "key",
        /// Key strengths β `[T, B, R+W]`.
        KeyStrength = "keyStrength",
        /// Gates g `[T, B, R+W]`.
        Gate = "gate",
        /// Sharpenings γ `[T, B, R+W]`.
        Sharpening = "sharpening",
        /// Shift weightings `[T, B, R+W, S]`.
        Shift = "shift",
        /// Erase vectors `[T, B, W, M]`.
        Erase = "erase",
        /// Add vectors `[T, B, W, M]`.
        Add = "add",
    }
);

impl TraceName {
    /// The shape of one step of one sequence.
    fn shape(self, config: &Config, rows: usize) -> Vec<usize> {
        let heads = config.read_heads + config.write_heads;
        match self {
            TraceName::Weightings | TraceName::Content | TraceName::Interpolated | TraceName::Shifted => {
                vec![heads, rows]
            }
            TraceName::Reads => vec![config.read_heads, config.columns],
            TraceName::Memory => vec![rows, config.columns],
            TraceName::Key => vec![heads, config.columns],
            TraceName::KeyStrength | TraceName::Gate | TraceName::Sharpening => vec![heads],
            TraceName::Shift => vec![heads, 2 * config.shift_range + 1],
            TraceName::Erase | TraceName::Add => vec![config.write_heads, config.columns],
        }
    }

    /// Copies step `t` of a tape's sequence.
    fn copy<T: Real>(self, architecture: &Architecture, tape: &Tape<T>, t: usize, sequence: usize, to: &mut [T]) {
        let (now, next) = (tape.at(t).start + sequence, tape.at(t + 1).start + sequence);
        let parameters = tape.heads.row(now);
        let columns = architecture.config.columns;
        let head = |head| architecture.heads.head(parameters, head);
        match self {
            TraceName::Weightings => to.copy_from_slice(tape.weightings.row(next)),
            TraceName::Content => to.copy_from_slice(tape.content.row(now)),
            TraceName::Interpolated => to.copy_from_slice(tape.interpolated.row(now)),
            TraceName::Shifted => to.copy_from_slice(tape.shifted.row(now)),
            TraceName::Reads => to.copy_from_slice(tape.reads.row(next)),
            TraceName::Memory => {
                for (m, column) in tape.memory.row(next).chunks_exact(tape.rows.max(1)).enumerate() {
                    for (n, &entry) in column.iter().enumerate() {
                        to[n * columns + m] = entry;
                    }
                }
            }
            TraceName::Key => {
                for (index, key) in to.chunks_exact_mut(columns.max(1)).enumerate() {
                    key.copy_from_slice(head(index).key);
                }
            }
            TraceName::KeyStrength => fill(to, |index| head(index).strength),
            TraceName::Gate => fill(to, |index| head(index).gate),
            TraceName::Sharpening => fill(to, |index| head(index).sharpening),
            TraceName::Shift => {
                let shifts = 2 * architecture.config.shift_range + 1;
                for (index, shift) in to.chunks_exact_mut(shifts).enumerate() {
                    shift.copy_from_slice(head(index).shift);
                }
            }
            TraceName::Erase | TraceName::Add => {
                let start = if self == TraceName::Add { columns } else { 0 };
                for (index, vector) in to.chunks_exact_mut(columns.max(1)).enumerate() {
                    let erase_add = architecture.heads.erase_add(parameters).row(index);
                    vector.copy_from_slice(&erase_add[start..start + columns]);
                }
            }
        }
    }
}

fn fill<T>(to: &mut [T], value: impl Fn(usize) -> T) {
    for (index, entry) in to.iter_mut().enumerate() {
        *entry = value(index);
    }
}

/// A set of quantities: bit `i` stands for `TraceName::ALL[i]`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TraceSet(pub u32);

impl TraceSet {
    /// Everything.
    pub const ALL: TraceSet = TraceSet((1 << TraceName::ALL.len()) - 1);

    fn names(self) -> impl Iterator<Item = TraceName> {
        TraceName::ALL.iter().enumerate().filter(move |(bit, _)| self.0 >> bit & 1 == 1).map(|(_, &name)| name)
    }
}

/// The quantities asked for, of T steps of B sequences.
#[derive(Clone, Debug)]
pub struct Trace<T> {
    batch: usize,
    recorded: Vec<Recorded<T>>,
}

/// One quantity of every step.
#[derive(Clone, Debug)]
pub struct Recorded<T> {
    /// Which.
    pub name: TraceName,
    /// Its shape `[T, B, …]`, as at its name.
    pub shape: Vec<usize>,
    /// Its numbers, row-major.
    pub entries: Vec<T>,
}

impl<T: Real> Trace<T> {
    pub(crate) fn new(set: TraceSet, architecture: &Architecture, rows: usize, steps: usize, batch: usize) -> Self {
        let tensor = |name: TraceName| {
            let shape = [vec![steps, batch], name.shape(&architecture.config, rows)].concat();
            Recorded { name, entries: vec![T::ZERO; shape.iter().product()], shape }
        };
        Trace { batch, recorded: set.names().map(tensor).collect() }
    }

    /// Lists its tensors, before they are made, by their numbers.
    #[inline(never)]
    pub(crate) fn list(set: TraceSet, architecture: &Architecture, rows: usize, sequences: u64, arrays: &mut Vec<u64>) {
        for name in set.names() {
            // Of more sequences nothing is traced, and nothing overflows.
            let mut numbers = sequences.min(u32::MAX.into());
            for size in name.shape(&architecture.config, rows) {
                numbers *= size as u64;
            }
            arrays.push(numbers);
        }
    }

    /// Takes over a tape's steps as those from `start` on, its sequences as those from `first` on.
    pub(crate) fn record(&mut self, architecture: &Architecture, tape: &Tape<T>, start: usize, first: usize) {
        let batch = self.batch;
        for Recorded { name, entries, .. } in &mut self.recorded {
            let width = name.shape(&architecture.config, tape.rows).iter().product::<usize>();
            for t in 0..tape.steps {
                for sequence in 0..tape.batch {
                    let row = (start + t) * batch + first + sequence;
                    name.copy(architecture, tape, t, sequence, &mut entries[row * width..][..width]);
                }
            }
        }
    }

    fn index(&self, name: &str) -> Result<usize> {
        let found = self.recorded.iter().position(|recorded| recorded.name.name() == name);
        found.ok_or_else(|| Error::option("trace", "a quantity that the run recorded", format!("\"{name}\"")))
    }

    /// The quantity of that name.
    pub fn get(&self, name: &str) -> Result<&Recorded<T>> {
        Ok(&self.recorded[self.index(name)?])
    }

    /// Numbers of its largest tensor.
    pub(crate) fn largest(&self) -> usize {
        self.recorded.iter().map(|recorded| recorded.entries.len()).max().unwrap_or(0)
    }

    /// The numbers of the quantity of that name, which go with this call.
    pub fn take(&mut self, name: &str) -> Result<Vec<T>> {
        let index = self.index(name)?;
        Ok(std::mem::take(&mut self.recorded[index].entries))
    }
}

#[cfg(test)]
mod tests {
    use ndarray::{Array3, ArrayView3, s};

    use super::*;
    use crate::check::numbers;
    use crate::config::Config;
    use crate::machine::{Machine, Run, RunOptions};

    #[test]
    fn a_trace_has_the_tensors_that_were_listed() {
        let architecture = Config { layers: 2, read_heads: 2, ..Config::new(3, 2) }.check().unwrap();
        let (rows, steps, batch) = (7, 4, 3);
        let trace = Trace::<f32>::new(TraceSet::ALL, &architecture, rows, steps, batch);
        let sizes: Vec<u64> = trace.recorded.iter().map(|recorded| recorded.entries.len() as u64).collect();
        let mut listed = Vec::new();
        Trace::<f32>::list(TraceSet::ALL, &architecture, rows, (steps * batch) as u64, &mut listed);
        assert_eq!(listed, sizes);
        assert_eq!(trace.largest() as u64, *sizes.iter().max().unwrap());
    }

    const STEPS: usize = 70;
    const BATCH: usize = 11;

    /// More sequences than a piece over more steps than a segment, and the machine to run them.
    fn case() -> (Machine<f64>, Array3<f64>) {
        let config = Config { hidden_size: 4, rows: 5, columns: 3, read_heads: 2, ..Config::new(3, 2) };
        let input = Array3::from_shape_vec((STEPS, BATCH, 3), numbers(1, STEPS * BATCH * 3)).unwrap();
        (Machine::new(config).unwrap(), input)
    }

    fn run(machine: &mut Machine<f64>, input: ArrayView3<f64>) -> Run<f64> {
        machine.run(input, RunOptions { trace: TraceSet::ALL, ..RunOptions::default() }).unwrap()
    }

    #[test]
    fn each_of_many_sequences_is_traced_as_alone() {
        let (mut machine, input) = case();
        let together = run(&mut machine, input.view()).trace;
        for sequence in 0..BATCH {
            let input = input.slice(s![.., sequence..=sequence, ..]);
            let alone = run(&mut machine, input.as_standard_layout().view()).trace;
            for (together, alone) in together.recorded.iter().zip(alone.recorded) {
                let width = alone.entries.len() / STEPS;
                for (t, alone) in alone.entries.chunks_exact(width).enumerate() {
                    let found = &together.entries[(t * BATCH + sequence) * width..][..width];
                    let close = found.iter().zip(alone).all(|(found, alone)| (found - alone).abs() < 1e-9);
                    assert!(close, "{:?} of sequence {sequence}, step {t}", together.name);
                }
            }
        }
    }

    #[test]
    fn a_trace_ends_with_the_state_that_the_run_leaves() {
        let (mut machine, input) = case();
        let Run { state, trace, .. } = run(&mut machine, input.view());
        for name in ["weightings", "reads", "memory"] {
            let steps = &trace.get(name).unwrap().entries;
            assert_eq!(steps[steps.len() / STEPS * (STEPS - 1)..], state.get(name).unwrap(), "{name}");
        }
    }
}
