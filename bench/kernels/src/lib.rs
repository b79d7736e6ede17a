//! Kernels of `ntm-core` beside those of other libraries, at the sizes of the paper's machine. `bench/kernels.mjs`
//! builds this as WebAssembly and as a native program, and asks both the same.

mod accuracy;
#[cfg(feature = "ndarray-products")]
mod nd;
#[cfg(any(feature = "ours-products", feature = "ours-functions"))]
mod ours;
#[cfg(any(feature = "rten-products", feature = "rten-functions"))]
mod rten;
#[cfg(target_arch = "wasm32")]
mod wasm;

pub use accuracy::{error, neighbourless};

/// Outputs of the layer: the gates of 100 LSTM units.
pub const OUTPUTS: usize = 400;
/// Inputs of the layer, about: what comes in, what was read and the units' own state.
pub const INPUTS: usize = 132;

/// Something that a library computes.
#[derive(Clone, Copy)]
pub enum Case {
    /// `C ← C + A·Bᵀ`, rows `A [rows, INPUTS]` through a layer of weights `B [OUTPUTS, INPUTS]`, which may be laid out
    /// beforehand.
    Layer(usize),
    /// `C ← C + Aᵀ·B`, the gradient of those weights, of `A [rows, OUTPUTS]` and `B [rows, INPUTS]`, over all steps and
    /// sequences.
    Gradient(usize),
    /// A function of each of so many numbers.
    Each(Function, usize),
    /// Softmax of so many numbers.
    Softmax(usize),
}

/// A function of one number.
#[derive(Clone, Copy)]
pub enum Function {
    Exp,
    Ln,
    Tanh,
}

impl Function {
    /// In double precision, by the standard library.
    fn exact(self, x: f64) -> f64 {
        match self {
            Function::Exp => x.exp(),
            Function::Ln => x.ln(),
            Function::Tanh => x.tanh(),
        }
    }
}

/// By the numbers of `bench/kernels.mjs`.
pub const FUNCTIONS: [Function; 3] = [Function::Exp, Function::Ln, Function::Tanh];

/// By the numbers of `bench/kernels.mjs`.
pub const CASES: [Case; 8] = [
    Case::Layer(1),
    Case::Layer(16),
    Case::Gradient(41),
    Case::Gradient(8 * 41),
    Case::Each(Function::Exp, 128),
    Case::Each(Function::Ln, 128),
    Case::Each(Function::Tanh, 400),
    Case::Softmax(128),
];

/// Who computes it. By the numbers of `bench/kernels.mjs`.
#[derive(Clone, Copy)]
pub enum Contestant {
    Ours,
    Rten,
    Ndarray,
}

/// By the numbers of `bench/kernels.mjs`.
pub const CONTESTANTS: [Contestant; 3] = [Contestant::Ours, Contestant::Rten, Contestant::Ndarray];

impl Contestant {
    /// One computation after another into a vector: a product is added to it, all else takes its place. None where the
    /// library has nothing for it.
    fn work(self, case: Case, operands: Operands) -> Option<Work> {
        match (self, case) {
            #[cfg(feature = "ours-products")]
            (Contestant::Ours, Case::Layer(_)) => Some(ours::layer(operands)),
            #[cfg(feature = "ours-products")]
            (Contestant::Ours, Case::Gradient(_)) => Some(ours::gradient(operands)),
            #[cfg(feature = "ours-functions")]
            (Contestant::Ours, Case::Each(function, _)) => Some(ours::each(function, operands)),
            #[cfg(feature = "ours-functions")]
            (Contestant::Ours, Case::Softmax(_)) => Some(ours::softmax(operands)),
            #[cfg(feature = "rten-products")]
            (Contestant::Rten, Case::Layer(_)) => Some(rten::layer(operands)),
            #[cfg(feature = "rten-products")]
            (Contestant::Rten, Case::Gradient(_)) => Some(rten::gradient(operands)),
            #[cfg(feature = "rten-functions")]
            (Contestant::Rten, Case::Each(function, _)) => rten::each(function, operands),
            #[cfg(feature = "rten-functions")]
            (Contestant::Rten, Case::Softmax(_)) => Some(rten::softmax(operands)),
            #[cfg(feature = "ndarray-products")]
            (Contestant::Ndarray, Case::Layer(_)) => Some(nd::layer(operands)),
            #[cfg(feature = "ndarray-products")]
            (Contestant::Ndarray, Case::Gradient(_)) => Some(nd::gradient(operands)),
            _ => cfg!(feature = "nothing").then(|| -> Work { Box::new(|_| ()) }),
        }
    }
}

/// A computation into a vector that has the length of the result.
type Work = Box<dyn FnMut(&mut Vec<f32>)>;

/// What a case is computed of.
struct Operands {
    /// Rows of both factors of a gradient, or through a layer.
    rows: usize,
    /// The left factor, or the numbers.
    a: Vec<f32>,
    /// The right factor.
    b: Vec<f32>,
}

impl Case {
    fn operands(self) -> Operands {
        match self {
            Case::Layer(rows) => {
                Operands { rows, a: numbers(1, rows * INPUTS, 0.5), b: numbers(2, OUTPUTS * INPUTS, 0.5) }
            }
            Case::Gradient(rows) => {
                Operands { rows, a: numbers(1, rows * OUTPUTS, 0.5), b: numbers(2, rows * INPUTS, 0.5) }
            }
            Case::Each(Function::Ln, count) => {
                Operands { rows: 1, a: numbers(1, count, 0.5).iter().map(|x| x + 0.6).collect(), b: vec![] }
            }
            Case::Each(_, count) | Case::Softmax(count) => Operands { rows: 1, a: numbers(1, count, 5.0), b: vec![] },
        }
    }

    fn result(self) -> Vec<f32> {
        vec![
            0.0;
            match self {
                Case::Layer(rows) => rows * OUTPUTS,
                Case::Gradient(_) => OUTPUTS * INPUTS,
                Case::Each(_, count) | Case::Softmax(count) => count,
            }
        ]
    }

    /// What is to be found, by plain loops in double precision.
    fn exact(self) -> Vec<f64> {
        let Operands { rows, a, b } = self.operands();
        let (a, b) = (|index: usize| f64::from(a[index]), |index: usize| f64::from(b[index]));
        let entries = |width: usize| move |index: usize| (index / width, index % width);
        match self {
            Case::Layer(_) => (0..rows * OUTPUTS)
                .map(entries(OUTPUTS))
                .map(|(row, output)| {
                    (0..INPUTS).map(|input| a(row * INPUTS + input) * b(output * INPUTS + input)).sum()
                })
                .collect(),
            Case::Gradient(_) => (0..OUTPUTS * INPUTS)
                .map(entries(INPUTS))
                .map(|(output, input)| (0..rows).map(|row| a(row * OUTPUTS + output) * b(row * INPUTS + input)).sum())
                .collect(),
            Case::Each(function, count) => (0..count).map(|index| function.exact(a(index))).collect(),
            Case::Softmax(count) => {
                let total: f64 = (0..count).map(|index| a(index).exp()).sum();
                (0..count).map(|index| a(index).exp() / total).collect()
            }
        }
    }
}

/// Numbers from -bound to bound, the same every time.
fn numbers(seed: u32, count: usize, bound: f32) -> Vec<f32> {
    let mut state = seed.wrapping_mul(0x9e37_79b9) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state
    };
    (0..count).map(|_| ((next() >> 8) as f32 / (1 << 23) as f32 - 1.0) * bound).collect()
}

/// A case that a contestant is ready to compute.
pub struct Ready {
    work: Work,
    result: Vec<f32>,
    exact: Vec<f64>,
}

impl Ready {
    /// None where the contestant's library has nothing for it.
    pub fn new(contestant: Contestant, case: Case) -> Option<Self> {
        let work = contestant.work(case, case.operands())?;
        Some(Ready { work, result: case.result(), exact: case.exact() })
    }

    /// So many computations. What products add up is begun anew now and then, and so stays finite.
    pub fn run(&mut self, count: usize) {
        self.result.fill(0.0);
        for _ in 0..count {
            (self.work)(&mut self.result);
        }
    }

    /// The greatest distance of one computation from what is right, relative to the greatest entry.
    pub fn distance(&mut self) -> f64 {
        self.run(1);
        let greatest = self.exact.iter().fold(0.0_f64, |greatest, entry| greatest.max(entry.abs()));
        let pairs = self.result.iter().zip(&self.exact);
        pairs.fold(0.0_f64, |most, (&found, &exact)| most.max((f64::from(found) - exact).abs())) / greatest
    }
}
