//! The golden cases of independent implementations (`test/golden/README.md`), natively: the same code in double
//! precision, which is to round to what the files hold, and in single precision within the README's tolerances.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use ndarray::{Array2, Array3, Axis};
use ntm_core::adam::Adam;
use ntm_core::rmsprop::RmsProp;
use ntm_core::{Batch, Clip, Config, Machine, Optimizer, Real, RunOptions, Session, TraceName, TraceSet, Update};
use serde_json::Value;

/// A tensor as a file holds it.
struct Tensor {
    shape: Vec<usize>,
    entries: Vec<f32>,
}

struct Golden {
    name: String,
    config: Value,
    tensors: BTreeMap<String, Tensor>,
}

fn sizes(value: &Value) -> Vec<usize> {
    value.as_array().unwrap().iter().map(|size| size.as_u64().unwrap() as usize).collect()
}

impl Golden {
    /// A safetensors file: the length of the header, the header, the data.
    fn read(path: &Path) -> Self {
        let bytes = fs::read(path).unwrap();
        let (length, rest) = bytes.split_first_chunk().unwrap();
        let (header, data) = rest.split_at(u64::from_le_bytes(*length) as usize);
        let Value::Object(mut header) = serde_json::from_slice(header).unwrap() else { panic!("no object") };
        let metadata = header.remove("__metadata__").unwrap();
        let tensor = |entry: &Value| {
            assert_eq!(entry["dtype"], "F32");
            let (shape, offsets) = (sizes(&entry["shape"]), sizes(&entry["data_offsets"]));
            let (numbers, []) = data[offsets[0]..offsets[1]].as_chunks() else { panic!("no floats") };
            Tensor { shape, entries: numbers.iter().map(|&bytes| f32::from_le_bytes(bytes)).collect() }
        };
        Golden {
            name: path.file_stem().unwrap().to_str().unwrap().into(),
            config: serde_json::from_str(metadata["config"].as_str().unwrap()).unwrap(),
            tensors: header.iter().map(|(name, entry)| (name.clone(), tensor(entry))).collect(),
        }
    }

    /// Every case.
    fn all() -> Vec<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../test/golden");
        let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.retain(|path| path.extension().is_some_and(|extension| extension == "safetensors"));
        paths.sort();
        let cases: Vec<_> = paths.iter().map(|path| Golden::read(path)).collect();
        assert_eq!(cases.len(), 9);
        cases
    }

    /// The tensors called PREFIX.NAME, by NAME.
    fn named(&self, prefix: &str) -> BTreeMap<&str, &Tensor> {
        self.tensors
            .iter()
            .filter_map(|(name, tensor)| Some((name.strip_prefix(prefix)?.strip_prefix('.')?, tensor)))
            .collect()
    }

    fn entries<T: Real>(&self, name: &str) -> Vec<T> {
        self.tensors[name].entries.iter().map(|&entry| T::from_f64(entry.into())).collect()
    }

    fn steps<T: Real>(&self, name: &str) -> Array3<T> {
        let [steps, batch, width] = self.tensors[name].shape[..] else { panic!("{name} has no steps") };
        Array3::from_shape_vec((steps, batch, width), self.entries(name)).unwrap()
    }

    fn data<T: Real>(&self) -> Data<T> {
        let [steps, batch] = self.tensors["mask"].shape[..] else { panic!("no mask") };
        let mask = Array2::from_shape_vec((steps, batch), self.entries("mask")).unwrap();
        Data { input: self.steps("input"), target: self.steps("target"), mask }
    }

    fn machine<T: Real>(&self) -> Machine<T> {
        let size = |name: &str| self.config[name].as_u64().unwrap() as usize;
        let word = |name: &str| self.config[name].as_str().unwrap();
        let config = Config {
            controller: word("controller").parse().unwrap(),
            hidden_size: size("hiddenSize"),
            layers: size("layers"),
            rows: size("rows"),
            columns: size("cols"),
            read_heads: size("readHeads"),
            write_heads: size("writeHeads"),
            shift_range: size("shiftRange"),
            memory_init: word("memory").parse().unwrap(),
            key_activation: word("keyActivation").parse().unwrap(),
            add_activation: word("addActivation").parse().unwrap(),
            loss: word("loss").parse().unwrap(),
            ..Config::new(size("inputSize"), size("outputSize"))
        };
        let mut machine = Machine::new(config).unwrap();
        let names: Vec<String> = machine.layout().entries().iter().map(|entry| entry.name.clone()).collect();
        for name in names {
            let within = format!("param.{name}");
            let drawn = name == "initial.memory" && !self.tensors.contains_key(&within);
            let values = self.entries(if drawn { "initial_memory" } else { &within });
            machine.set_parameter(&name, &values).unwrap();
        }
        let bound = self.config["clip"]["backward"].as_f64();
        assert_eq!(bound.is_some(), self.name.starts_with("backward-"));
        machine.set_backward_clip(bound).unwrap();
        machine
    }
}

struct Data<T> {
    input: Array3<T>,
    target: Array3<T>,
    mask: Array2<T>,
}

impl<T> Data<T> {
    fn batch(&self) -> Batch<'_, T> {
        Batch { input: self.input.view(), target: self.target.view(), mask: Some(self.mask.view()) }
    }
}

/// How near is near: a number is within `relative` of itself and `overall` of the tensor's largest, or within `absolute`.
#[derive(Clone, Copy)]
struct Near {
    relative: f64,
    overall: f64,
    absolute: f64,
}

const fn near(relative: f64, overall: f64, absolute: f64) -> Near {
    Near { relative, overall, absolute }
}

trait Tolerances: Real {
    /// Of logits, weightings, reads, memory and loss.
    const RUN: Near;
    /// Of gradients.
    const GRADIENT: Near;
    /// Of trained parameters and losses.
    const TRAINED: Near;
    /// Of gradients' norms.
    const NORM: Near;
}

/// The README's.
impl Tolerances for f32 {
    const RUN: Near = near(1e-5, 0.0, 1e-6);
    const GRADIENT: Near = near(0.0, 1e-4, 0.0);
    const TRAINED: Near = near(0.0, 1e-4, 0.0);
    const NORM: Near = near(1e-3, 0.0, 0.0);
}

/// The files' numbers are rounded to `f32`: half a unit in its last place is all that is left, and next to nothing for
/// the order of sums.
const ROUNDED: Near = near(0.5 * f32::EPSILON as f64, 1e-12, 0.0);

impl Tolerances for f64 {
    const RUN: Near = ROUNDED;
    const GRADIENT: Near = ROUNDED;
    const TRAINED: Near = ROUNDED;
    const NORM: Near = ROUNDED;
}

fn assert_near<T: Real>(what: &str, got: &[T], expected: &Tensor, near: Near) {
    assert_eq!(got.len(), expected.entries.len(), "{what}");
    let largest = expected.entries.iter().fold(0.0_f64, |most, &entry| most.max(f64::from(entry).abs()));
    for (index, (got, &expected)) in got.iter().zip(&expected.entries).enumerate() {
        let (got, expected) = (got.to_f64(), f64::from(expected));
        let allowed = near.absolute.max(near.relative * expected.abs() + near.overall * largest);
        assert!((got - expected).abs() <= allowed, "{what}[{index}]: expected {expected} ± {allowed:e}, got {got}");
    }
}

fn assert_golden<T: Tolerances>(golden: &Golden) {
    let (name, tensors, data) = (&golden.name, &golden.tensors, golden.data::<T>());
    let mut machine = golden.machine::<T>();
    let options = RunOptions { trace: TraceSet::ALL, ..Default::default() };
    let run = machine.run(data.input.view(), options).unwrap();
    assert_near(&format!("{name}: logits"), run.logits.as_slice().unwrap(), &tensors["output"], T::RUN);
    for (quantity, tensor) in [("weightings", "weighting"), ("reads", "read")] {
        let recorded = run.trace.get(quantity).unwrap();
        match tensors.get(tensor) {
            Some(expected) => {
                assert_eq!(recorded.shape, expected.shape, "{name}: {quantity}");
                assert_near(&format!("{name}: {quantity}"), &recorded.entries, expected, T::RUN);
            }
            None => assert!(recorded.entries.is_empty(), "{name}: {quantity}"),
        }
    }
    if let Some(expected) = tensors.get("memory") {
        assert_eq!(run.state.shape("memory").unwrap(), expected.shape, "{name}: memory");
        assert_near(&format!("{name}: memory"), &run.state.get("memory").unwrap(), expected, T::RUN);
        let traced = &run.trace.get("memory").unwrap().entries;
        let last = &traced[traced.len() - expected.entries.len()..];
        assert_near(&format!("{name}: memory of the trace"), last, expected, T::RUN);
    }
    let loss = machine.loss_and_gradients(&data.batch()).unwrap();
    assert_near(&format!("{name}: loss"), &[loss], &tensors["loss"], T::RUN);
    let gradients = golden.named("grad");
    assert_eq!(gradients.len(), machine.layout().entries().iter().filter(|entry| entry.trainable).count());
    for (parameter, expected) in gradients {
        let gradient = machine.gradient(parameter).unwrap();
        assert_near(&format!("{name}: gradient of {parameter}"), gradient, expected, T::GRADIENT);
    }
}

fn assert_trained<T: Tolerances>(golden: &Golden) {
    let (name, plan, data) = (&golden.name, &golden.config["train"], golden.data::<T>());
    let number = |value: &Value| value.as_f64().unwrap();
    let values = &plan["optimizer"];
    let optimizer = match values["kind"].as_str().unwrap() {
        "adam" => Optimizer::Adam(Adam {
            beta1: number(&values["beta1"]),
            beta2: number(&values["beta2"]),
            epsilon: number(&values["epsilon"]),
        }),
        _ => Optimizer::RmsProp(RmsProp {
            decay: number(&values["decay"]),
            momentum: number(&values["momentum"]),
            epsilon: number(&values["epsilon"]),
        }),
    };
    let clip = match plan["clip"]["value"].as_f64() {
        Some(value) => Clip::Value(value),
        None => Clip::Norm(number(&plan["clip"]["norm"])),
    };
    let rate = number(&values["learningRate"]);
    let mut machine = golden.machine::<T>();
    let updates: Vec<Update> = (0..plan["steps"].as_u64().unwrap())
        .map(|_| machine.train_step(&data.batch(), &optimizer, rate, clip).unwrap())
        .collect();
    let losses: Vec<f64> = updates.iter().map(|update| update.loss).collect();
    let norms: Vec<f64> = updates.iter().map(|update| update.gradient_norm).collect();
    assert_near(&format!("{name}: losses"), &losses, &golden.tensors["losses"], T::TRAINED);
    assert_near(&format!("{name}: norms"), &norms, &golden.tensors["gradient_norms"], T::NORM);
    let after = golden.named("after");
    assert!(!after.is_empty());
    for (parameter, expected) in after {
        let trained = machine.parameter(parameter).unwrap();
        assert_near(&format!("{name}: {parameter} after"), trained, expected, T::TRAINED);
    }
}

#[test]
fn every_case_in_both_precisions() {
    for golden in Golden::all() {
        assert_golden::<f64>(&golden);
        assert_golden::<f32>(&golden);
    }
}

#[test]
fn updates_in_both_precisions() {
    let trained: Vec<_> = Golden::all().into_iter().filter(|golden| golden.config["train"].is_object()).collect();
    assert_eq!(trained.len(), 2);
    for golden in &trained {
        assert_trained::<f64>(golden);
        assert_trained::<f32>(golden);
    }
}

/// What no file holds of the steps before the last: each reads with its weightings what the one before left.
#[test]
fn the_memory_of_a_trace_is_what_the_next_step_reads() {
    for golden in Golden::all().iter().filter(|golden| golden.tensors.contains_key("memory")) {
        let (data, mut machine) = (golden.data::<f64>(), golden.machine::<f64>());
        let options = RunOptions { trace: TraceSet::ALL, ..Default::default() };
        let trace = machine.run(data.input.view(), options).unwrap().trace;
        let [weightings, reads, memory] = ["weightings", "reads", "memory"].map(|name| trace.get(name).unwrap());
        let [steps, batch, heads, rows] = weightings.shape[..] else { panic!("no weightings") };
        let [_, _, readers, columns] = reads.shape[..] else { panic!("no reads") };
        assert_eq!(memory.shape, [steps, batch, rows, columns]);
        for place in batch..steps * batch {
            let before = &memory.entries[(place - batch) * rows * columns..][..rows * columns];
            for head in 0..readers {
                let weighting = &weightings.entries[(place * heads + head) * rows..][..rows];
                for column in 0..columns {
                    let expected: f64 = (0..rows).map(|row| weighting[row] * before[row * columns + column]).sum();
                    let read = reads.entries[(place * readers + head) * columns + column];
                    assert!((read - expected).abs() < 1e-12, "{}: {read} and {expected}", golden.name);
                }
            }
        }
    }
}

#[test]
fn a_session_does_what_a_run_does_also_from_a_state_that_was_set() {
    for golden in Golden::all() {
        let (name, data, mut machine) = (&golden.name, golden.data::<f64>(), golden.machine::<f64>());
        let (steps, batch, _) = data.input.dim();
        let options = RunOptions { trace: TraceSet::ALL, ..Default::default() };
        let run = machine.run(data.input.view(), options).unwrap();
        let mut session = Session::new(&mut machine, batch, None, TraceSet::ALL).unwrap();
        for t in 0..steps {
            if t == steps / 2 {
                // Through copies of its tensors into the state of another session.
                let mut state = machine.initial_state(batch, None).unwrap();
                assert_eq!(state.names(), session.state().names());
                for tensor in session.state().names() {
                    let values = session.state().get(&tensor).unwrap();
                    assert_ne!(state.get(&tensor).unwrap(), values, "{name}: {tensor}");
                    state.set(&tensor, &values).unwrap();
                    assert_eq!(state.get(&tensor).unwrap(), values, "{name}: {tensor}");
                }
                session = Session::new(&mut machine, batch, None, TraceSet::ALL).unwrap();
                session.restore(state).unwrap();
            }
            session.step(&machine, data.input.index_axis(Axis(0), t)).unwrap();
            let of_run =
                [&run.logits, &run.output].map(|all| all.index_axis(Axis(0), t).iter().copied().collect::<Vec<_>>());
            assert_eq!(session.results(), of_run.concat(), "{name}: results of step {t}");
            for quantity in TraceName::ALL.iter().map(|name| name.name()) {
                let (of_step, of_run) = (session.trace().get(quantity).unwrap(), run.trace.get(quantity).unwrap());
                assert_eq!(of_step.shape[1..], of_run.shape[1..]);
                let width = of_step.entries.len();
                assert_eq!(of_step.entries, of_run.entries[t * width..][..width], "{name}: {quantity} of step {t}");
            }
            for tensor in ["memory", "weightings", "reads"].iter().filter(|_| golden.tensors.contains_key("memory")) {
                let traced = &session.trace().get(tensor).unwrap().entries;
                assert_eq!(&session.state().get(tensor).unwrap(), traced, "{name}: {tensor} after step {t}");
            }
        }
        assert_eq!(session.state(), &run.state, "{name}");
    }
}
