//! The state that a machine carries from one step to the next, and the one that every sequence starts from.

use std::ops::Range;

use crate::activation::{softmax, softmax_backward};
use crate::config::{Architecture, MemoryInit};
use crate::decimal::decimal;
use crate::error::{Error, Result, expect_finite, expect_from_zero, expect_shape, show};
use crate::kernels::vector::{add, max};
use crate::real::Real;
use crate::rows::{Make, Rows};

/// The state of B sequences; by default of none.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct State<T> {
    batch: usize,
    /// N.
    pub(crate) rows: usize,
    /// `[B, M·N]`, column after column.
    pub(crate) memory: Rows<T>,
    /// `[B, (R+W)·N]`.
    pub(crate) weightings: Rows<T>,
    /// `[B, R·M]`.
    pub(crate) reads: Rows<T>,
    /// `[B, H]` of each LSTM layer.
    pub(crate) hidden: Vec<Rows<T>>,
    /// `[B, H]` of each LSTM layer.
    pub(crate) cell: Vec<Rows<T>>,
}

/// The names of a state's tensors.
fn names(layers: usize) -> impl Iterator<Item = String> {
    ["memory", "weightings", "reads"]
        .into_iter()
        .map(String::from)
        .chain((0..layers).flat_map(|layer| [format!("hidden.{layer}"), format!("cell.{layer}")]))
}

impl<T: Real> State<T> {
    /// The state of every sequence, of which there is one or more, before its first step, with `rows` rows of memory.
    pub(crate) fn initial(architecture: &Architecture, parameters: &[T], batch: usize, rows: usize) -> Self {
        let mut state = State::zeros(architecture, batch, rows);
        state.set_initial(architecture, parameters);
        state
    }

    /// Writes the initial state over that of every sequence, of which there is one or more.
    pub(crate) fn set_initial(&mut self, architecture: &Architecture, parameters: &[T]) {
        let rows = self.rows;
        let places = &architecture.places;
        match places.memory {
            Some(place) => {
                let memory = place.matrix(parameters);
                for n in 0..rows {
                    for (m, &entry) in memory.row(n).iter().enumerate() {
                        self.memory.row_mut(0)[m * rows + n] = entry;
                    }
                }
            }
            None => self.memory.row_mut(0).fill(T::from_f64(architecture.config.memory_value)),
        }
        if let Some(place) = places.weighting {
            for head in 0..architecture.head_count() {
                let trained = place.matrix(parameters).row(head);
                let weighting = &mut self.weightings.row_mut(0)[head * rows..][..rows];
                if let Some(logits) = trained.get(..rows) {
                    softmax(T::ONE, logits, weighting);
                } else {
                    let mut logits = trained.to_vec();
                    logits.resize(rows, trained.iter().copied().fold(trained[0], T::min));
                    softmax(T::ONE, &logits, weighting);
                }
            }
        }
        if let Some(place) = places.read {
            for (read, &sum) in self.reads.row_mut(0).iter_mut().zip(place.of(parameters)) {
                *read = sum.tanh();
            }
        }
        for (layer, (hidden, cell)) in places.hidden.iter().zip(&places.cell).enumerate() {
            self.hidden[layer].row_mut(0).copy_from_slice(hidden.of(parameters));
            self.cell[layer].row_mut(0).copy_from_slice(cell.of(parameters));
        }
        for table in self.tables_mut() {
            let width = table.width();
            let (first, others) = table.all_mut().split_at_mut(width);
            for other in others.chunks_exact_mut(width.max(1)) {
                other.copy_from_slice(first);
            }
        }
    }

    /// All zeros.
    pub(crate) fn zeros(architecture: &Architecture, batch: usize, rows: usize) -> Self {
        State::build(architecture, batch, rows, &mut Make::Zeros)
    }

    /// Lists its tensors, before they are made, by their numbers.
    pub(crate) fn list(architecture: &Architecture, batch: usize, rows: usize, arrays: &mut Vec<u64>) {
        State::<T>::build(architecture, batch, rows, &mut Make::Listed(arrays));
    }

    #[inline(never)]
    pub(crate) fn build(architecture: &Architecture, batch: usize, rows: usize, make: &mut Make) -> Self {
        let config = &architecture.config;
        let (stateful, hidden) = (architecture.places.hidden.len(), config.hidden_size as u64);
        State {
            batch,
            rows,
            memory: make.table(batch, config.columns as u64 * rows as u64),
            weightings: make.table(batch, (architecture.head_count() * rows) as u64),
            reads: make.table(batch, architecture.read_width() as u64),
            hidden: make.tables(stateful, batch, hidden),
            cell: make.tables(stateful, batch, hidden),
        }
    }

    /// Sets every number to 0.
    pub(crate) fn clear(&mut self) {
        for table in self.tables_mut() {
            T::clear(table.all_mut());
        }
    }

    /// The tensors in the order of their names.
    fn tables_mut(&mut self) -> impl Iterator<Item = &mut Rows<T>> {
        let of_layers = self.hidden.iter_mut().zip(&mut self.cell).flat_map(|(hidden, cell)| [hidden, cell]);
        [&mut self.memory, &mut self.weightings, &mut self.reads].into_iter().chain(of_layers)
    }

    /// The tensors in the order of their names.
    fn tables(&self) -> impl Iterator<Item = &Rows<T>> {
        let of_layers = self.hidden.iter().zip(&self.cell).flat_map(|(hidden, cell)| [hidden, cell]);
        [&self.memory, &self.weightings, &self.reads].into_iter().chain(of_layers)
    }

    /// B, the number of sequences.
    pub fn batch(&self) -> usize {
        self.batch
    }

    /// Refuses a state whose sequences have other tensors than those of `like`.
    pub(crate) fn expect_tensors_of(&self, like: &State<T>) -> Result<()> {
        let mut widths = [Vec::new(), Vec::new()];
        for (widths, state) in widths.iter_mut().zip([like, self]) {
            for table in state.tables() {
                widths.push(table.width());
            }
        }
        let [expected, received] = widths;
        if expected == received {
            return Ok(());
        }
        Err(Error::option("state", format!("tensors of {} numbers a sequence", show(&expected)), show(&received)))
    }

    /// Copies some sequences of `from` to here, from sequence `at` on.
    pub(crate) fn copy_sequences(&mut self, at: usize, from: &State<T>, sequences: Range<usize>) {
        for (to, from) in self.tables_mut().zip(from.tables()) {
            to.copy_rows(at, from, sequences.clone());
        }
    }

    /// The first tensor with an entry that is not finite.
    pub(crate) fn non_finite(&self) -> Option<String> {
        let index = self.tables().position(|table| !T::all_finite(table.all()))?;
        names(self.hidden.len()).nth(index)
    }

    /// The names of the state's tensors, without those that have a 0 in their shape.
    pub fn names(&self) -> Vec<String> {
        let named = names(self.hidden.len()).zip(self.tables());
        named.filter(|(_, table)| table.width() > 0).map(|(name, _)| name).collect()
    }

    /// The shape of the tensor of that name: memory `[B, N, M]`, weightings `[B, R+W, N]`, reads `[B, R, M]`,
    /// `hidden.l` and `cell.l` `[B, H]`.
    pub fn shape(&self, name: &str) -> Result<Vec<usize>> {
        let table = self.known(name)?;
        let columns = self.memory.width().checked_div(self.rows).unwrap_or(0);
        Ok(match name {
            "memory" => vec![self.batch, self.rows, columns],
            "weightings" => vec![self.batch, table.width() / self.rows, self.rows],
            "reads" => vec![self.batch, table.width() / columns, columns],
            _ => vec![self.batch, table.width()],
        })
    }

    fn known(&self, name: &str) -> Result<&Rows<T>> {
        let mut named = names(self.hidden.len()).zip(self.tables());
        let found = named.find(|(known, table)| known == name && table.width() > 0);
        found.map(|(_, table)| table).ok_or_else(|| {
            Error::option("state", format!("the tensors {}", self.names().join(", ")), format!("\"{name}\""))
        })
    }

    /// A copy of the tensor of that name, row-major in the shape of [`State::shape`].
    pub fn get(&self, name: &str) -> Result<Vec<T>> {
        let table = self.known(name)?;
        let mut entries = table.all().to_vec();
        if name == "memory" {
            transpose(table.all(), &mut entries, self.rows, self.batch);
        }
        Ok(entries)
    }

    /// Numbers of its largest tensor.
    pub fn largest(&self) -> usize {
        let of_heads = self.memory.all().len().max(self.weightings.all().len()).max(self.reads.all().len());
        // All layers have as many units.
        of_heads.max(self.hidden.first().map_or(0, |hidden| hidden.all().len()))
    }

    /// Sets the tensor of that name: finite numbers; of weightings weights ≥ 0, in each of them one of at least 1e-30, of
    /// which the shift leaves something that sharpening can divide by.
    pub fn set(&mut self, name: &str, values: &[T]) -> Result<()> {
        let shape = self.shape(name)?;
        let location = format!("state.{name}");
        expect_shape(&location, &[shape.iter().product()], &[values.len()])?;
        expect_finite(&location, values)?;
        if name == "weightings" {
            expect_from_zero(&location, values, None, "a weight ≥ 0")?;
            // Far less than any that a machine has, and enough for a shift over millions of rows.
            let least = T::from_f64(1e-30);
            if let Some(place) = values.chunks_exact(self.rows).position(|weighting| max(weighting) < least) {
                let first = place * self.rows;
                let received = decimal(max(&values[first..][..self.rows]));
                return Err(Error::option(
                    format!("{location}[{first}]"),
                    "a weighting with a weight of at least 1e-30",
                    format!("one of at most {received}"),
                ));
            }
        }
        if name == "memory" {
            transpose(values, self.memory.all_mut(), shape[2], self.batch);
            return Ok(());
        }
        let mut named = names(self.hidden.len()).zip(self.tables_mut());
        let (_, table) = named.find(|(known, _)| known == name).expect("a known name");
        table.all_mut().copy_from_slice(values);
        Ok(())
    }
}

/// Turns rows of `width` entries into columns, in each of `batch` matrices.
fn transpose<T: Copy>(from: &[T], to: &mut [T], width: usize, batch: usize) {
    let size = from.len() / batch;
    let height = size / width;
    for (from, to) in from.chunks_exact(size).zip(to.chunks_exact_mut(size)) {
        for (row, entries) in from.chunks_exact(width).enumerate() {
            for (column, &entry) in entries.iter().enumerate() {
                to[column * height + row] = entry;
            }
        }
    }
}

/// Adds to the parameters' gradient that of the initial state, of the gradient of the state before the first step summed
/// over `batch` sequences. `scratch` has room for N numbers.
pub(crate) fn initial_backward<T: Real>(
    architecture: &Architecture,
    initial: &State<T>,
    d_state: &State<T>,
    batch: usize,
    scratch: &mut [T],
    gradient: &mut [T],
) {
    let places = &architecture.places;
    let rows = initial.rows;
    let learned = places.memory.filter(|_| architecture.config.memory_init == MemoryInit::Learned);
    let scratch = &mut scratch[..rows];
    for sequence in 0..batch {
        if let Some(place) = learned {
            let mut d_memory = place.matrix_mut(gradient);
            let d_sequence = d_state.memory.row(sequence);
            for n in 0..rows {
                for (m, d_entry) in d_memory.row(n).iter_mut().enumerate() {
                    *d_entry += d_sequence[m * rows + n];
                }
            }
        }
        if let Some(place) = places.weighting {
            let weightings = initial.weightings.row(0).chunks_exact(rows);
            let d_weightings = d_state.weightings.row(sequence).chunks_exact(rows);
            for (head, (weighting, d_weighting)) in weightings.zip(d_weightings).enumerate() {
                scratch.copy_from_slice(d_weighting);
                softmax_backward(weighting, scratch);
                add(place.matrix_mut(gradient).row(head), scratch);
            }
        }
        if let Some(place) = places.read {
            let reads = initial.reads.row(0).iter().zip(d_state.reads.row(sequence));
            for (d_sum, (&read, &d_read)) in place.of_mut(gradient).iter_mut().zip(reads) {
                *d_sum += d_read * (T::ONE - read * read);
            }
        }
        for (layer, (hidden, cell)) in places.hidden.iter().zip(&places.cell).enumerate() {
            add(hidden.of_mut(gradient), d_state.hidden[layer].row(sequence));
            add(cell.of_mut(gradient), d_state.cell[layer].row(sequence));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{architectures, gradient, numbers};
    use crate::config::Config;
    use crate::kernels::vector::dot;

    #[test]
    fn a_state_has_the_tensors_that_were_listed() {
        for architecture in architectures() {
            let rows = architecture.config.rows;
            let state = State::<f32>::zeros(&architecture, 3, rows);
            let sizes: Vec<u64> = state.tables().map(|table| table.all().len() as u64).collect();
            let mut listed = Vec::new();
            State::<f32>::list(&architecture, 3, rows, &mut listed);
            assert_eq!(listed, sizes, "{:?}", architecture.config);
            assert_eq!(state.largest() as u64, *sizes.iter().max().unwrap(), "{:?}", architecture.config);
        }
    }

    #[test]
    fn gradients_of_the_initial_state_are_central_differences() {
        let (batch, rows) = (2, 5);
        let memory_init = MemoryInit::Learned;
        let config = Config { hidden_size: 4, layers: 2, rows, columns: 3, memory_init, ..Config::new(1, 1) };
        let architecture = config.check().unwrap();
        let flat: Vec<f64> = architecture.layout.draw(1, &architecture.heads);
        let mut d_state = State::zeros(&architecture, batch, rows);
        for (seed, table) in (1..).zip(d_state.tables_mut()) {
            let count = table.all().len();
            table.all_mut().copy_from_slice(&numbers(seed, count));
        }
        let initial = State::initial(&architecture, &flat, 1, rows);
        let mut found = vec![0.0; architecture.layout.trainable()];
        initial_backward(&architecture, &initial, &d_state, batch, &mut vec![0.0; rows], &mut found);
        gradient("parameters", &flat, &found, |flat| {
            let state = State::initial(&architecture, flat, batch, rows);
            state.tables().zip(d_state.tables()).map(|(table, d_table)| dot(table.all(), d_table.all())).sum()
        });
    }

    #[test]
    fn of_more_rows_than_were_trained_each_head_gives_the_others_its_least_weight() {
        let architecture = Config { rows: 3, columns: 2, ..Config::new(1, 1) }.check().unwrap();
        let mut flat: Vec<f64> = architecture.layout.draw(1, &architecture.heads);
        let logits = [4.0, 1.0, 2.0, 2.0, 8.0, 4.0].map(f64::ln);
        architecture.places.weighting.unwrap().of_mut(&mut flat).copy_from_slice(&logits);
        let weights = [
            (2, vec![4.0 / 5.0, 1.0 / 5.0, 2.0 / 10.0, 8.0 / 10.0]),
            (5, [[4.0, 1.0, 2.0, 1.0, 1.0].map(|w| w / 9.0), [2.0, 8.0, 4.0, 2.0, 2.0].map(|w| w / 18.0)].concat()),
        ];
        for (rows, expected) in weights {
            let found = State::initial(&architecture, &flat, 1, rows).get("weightings").unwrap();
            let close = found.iter().zip(&expected).all(|(found, expected)| (found - expected).abs() < 1e-14);
            assert!(found.len() == expected.len() && close, "{rows} rows: {found:?}");
        }
    }

    #[test]
    fn a_weighting_without_a_weight_that_counts_is_refused() {
        let architecture = Config { rows: 3, columns: 2, ..Config::new(1, 1) }.check().unwrap();
        let mut state = State::<f32>::zeros(&architecture, 1, 3);
        state.set("weightings", &[0.0, 1e-30, 0.0, 0.0, 0.0, 1.0]).unwrap();
        let before = state.clone();
        for greatest in [9e-31, 0.0] {
            let error = state.set("weightings", &[0.0, 1.0, 0.0, 0.0, greatest, 0.0]).unwrap_err().to_string();
            assert!(error.starts_with("state.weightings[3]: expected a weighting with a weight"), "{error}");
            assert_eq!(state, before);
        }
    }
}
