//! The core without WebAssembly, as a contestant of the benchmark in `bench/`:
//!
//! ```text
//! cargo run --release -p ntm-core --example train_step -- FOLDER
//! ```
//!
//! `FOLDER` is a case that `bench/case.mjs` wrote. Each line of standard input is answered with a line of JSON, as
//! `bench/contestants/serve.mjs` describes it: `check` with values that all contestants must agree in, `measure N` with
//! the CPU time of N training steps, or N sequences of inference.

use std::collections::HashMap;
use std::error::Error;
use std::fs;
use std::io::stdin;
use std::path::Path;

use ndarray::{Array2, Array3, Axis};
use ntm_core::rmsprop::RmsProp;
use ntm_core::{Batch, Clip, Config, Machine, Optimizer, Session, TraceSet};

mod cpu;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let folder = std::env::args().nth(1).ok_or("expected the folder of a case")?;
    let case = Case::read(Path::new(&folder))?;
    let mut machine = case.machine()?;
    let mut session = Session::new(&mut machine, case.batch_size, None, TraceSet::default())?;
    println!("{{\"versions\":{{\"ntm-core\":\"{}\"}}}}", env!("CARGO_PKG_VERSION"));
    for line in stdin().lines() {
        let line = line?;
        let before = cpu::seconds();
        match line.split_once(' ') {
            None => {
                let values = if case.inference {
                    case.check_inference(&machine, &mut session)?
                } else {
                    case.train(&mut machine, CHECK_RATE)?
                };
                println!("{{\"cpu\":{},\"values\":{values:?}}}", cpu::seconds() - before);
            }
            Some((_, count)) => {
                let count: usize = count.parse()?;
                for _ in 0..count {
                    if case.inference {
                        case.infer(&machine, &mut session, |_, _| {})?;
                    } else {
                        case.train(&mut machine, MEASURE_RATE)?;
                    }
                }
                println!("{{\"cpu\":{}}}", cpu::seconds() - before);
            }
        }
    }
    Ok(())
}

/// The learning rates of `bench/contestants/serve.mjs`, which says why.
const CHECK_RATE: f64 = 3e-4;
const MEASURE_RATE: f64 = 1e-10;

/// What the files of a case say.
struct Case {
    config: Config,
    inference: bool,
    batch_size: usize,
    input: Array3<f32>,
    target: Array3<f32>,
    mask: Array2<f32>,
    parameters: HashMap<String, Vec<f32>>,
}

impl Case {
    fn read(folder: &Path) -> Result<Case> {
        let settings = fs::read_to_string(folder.join("case.txt"))?;
        let settings: HashMap<&str, &str> = settings.lines().filter_map(|line| line.split_once(' ')).collect();
        let text = |name| settings.get(name).copied().ok_or(format!("case.txt has no {name}"));
        let size = |name| -> Result<usize> { Ok(text(name)?.parse()?) };
        let config = Config {
            controller: text("controller")?.parse()?,
            hidden_size: size("hiddenSize")?,
            layers: size("layers")?,
            rows: size("rows")?,
            columns: size("columns")?,
            memory_init: text("memory")?.parse()?,
            read_heads: size("readHeads")?,
            write_heads: size("writeHeads")?,
            shift_range: size("shiftRange")?,
            key_activation: text("keyActivation")?.parse()?,
            add_activation: text("addActivation")?.parse()?,
            ..Config::new(size("inputSize")?, size("outputSize")?)
        };
        let (steps, batch_size) = (size("steps")?, size("batchSize")?);
        let read = |name: &str| floats(&folder.join(format!("{name}.f32")));
        let mut parameters = HashMap::new();
        for entry in Machine::<f32>::new(config.clone())?.layout().entries() {
            parameters.insert(entry.name.clone(), read(&entry.name)?);
        }
        Ok(Case {
            inference: text("kind")? == "infer",
            batch_size,
            input: Array3::from_shape_vec((steps, batch_size, config.input_size), read("input")?)?,
            target: Array3::from_shape_vec((steps, batch_size, config.output_size), read("target")?)?,
            mask: Array2::from_shape_vec((steps, batch_size), read("mask")?)?,
            config,
            parameters,
        })
    }

    fn machine(&self) -> Result<Machine<f32>> {
        let mut machine = Machine::new(self.config.clone())?;
        for (name, values) in &self.parameters {
            machine.set_parameter(name, values)?;
        }
        Ok(machine)
    }

    /// One training step: the loss before it and the norm of the gradients.
    fn train(&self, machine: &mut Machine<f32>, learning_rate: f64) -> Result<[f64; 2]> {
        let batch = Batch { input: self.input.view(), target: self.target.view(), mask: Some(self.mask.view()) };
        let optimizer = Optimizer::RmsProp(RmsProp::default());
        let update = machine.train_step(&batch, &optimizer, learning_rate, Clip::Value(10.0))?;
        Ok([update.loss, update.gradient_norm])
    }

    /// One sequence from the initial state, step by step.
    fn infer(
        &self,
        machine: &Machine<f32>,
        session: &mut Session<f32>,
        mut see: impl FnMut(usize, &[f32]),
    ) -> Result<()> {
        session.reset(machine);
        for (t, x) in self.input.axis_iter(Axis(0)).enumerate() {
            session.step(machine, x)?;
            see(t, &session.results()[..self.target.dim().2]);
        }
        Ok(())
    }

    /// The squared distance of the logits from the target, and from 0.
    fn check_inference(&self, machine: &Machine<f32>, session: &mut Session<f32>) -> Result<[f64; 2]> {
        let (mut from_target, mut from_zero) = (0.0, 0.0);
        self.infer(machine, session, |t, logits| {
            for (&z, &y) in logits.iter().zip(self.target.index_axis(Axis(0), t)) {
                from_target += f64::from(z - y).powi(2);
                from_zero += f64::from(z).powi(2);
            }
        })?;
        Ok([from_target, from_zero])
    }
}

/// A file of little-endian numbers.
fn floats(path: &Path) -> Result<Vec<f32>> {
    let bytes = fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(bytes.as_chunks().0.iter().map(|&four| f32::from_le_bytes(four)).collect())
}
