//! Numerics at the edges: nothing finite going in gives NaN, and what leaves the finite is an error that changes
//! nothing.

use ndarray::{Array2, Array3};
use ntm_core::adam::Adam;
use ntm_core::random::Random;
use ntm_core::rmsprop::RmsProp;
use ntm_core::{
    Batch, Clip, Config, ControllerKind, Error, LossKind, Machine, MemoryInit, Optimizer, RunOptions, Session, TraceSet,
};

const RMSPROP: Optimizer = Optimizer::RmsProp(RmsProp { decay: 0.95, momentum: 0.9, epsilon: 1e-4 });
const ADAM: Optimizer = Optimizer::Adam(Adam { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 });

fn data(seed: u32, steps: usize, batch: usize, width: usize) -> Array3<f32> {
    let mut random = Random::new(seed, 3);
    Array3::from_shape_fn((steps, batch, width), |_| (random.next_word() >> 31) as f32)
}

fn small() -> Config {
    Config { hidden_size: 8, rows: 6, columns: 4, ..Config::new(3, 2) }
}

/// Sets whole heads' parameters to one value through their biases.
fn set_bias(machine: &mut Machine<f32>, value: impl Fn(usize) -> f32) {
    let size = machine.parameter("heads.bias").unwrap().len();
    let bias: Vec<f32> = (0..size).map(value).collect();
    machine.set_parameter("heads.bias", &bias).unwrap();
}

fn assert_finite_gradients(machine: &mut Machine<f32>, steps: usize) {
    let (input, target) = (data(1, steps, 2, 3), data(2, steps, 2, 2));
    let loss = machine.loss_and_gradients(&Batch { input: input.view(), target: target.view(), mask: None }).unwrap();
    assert!(loss.is_finite());
    let names: Vec<String> = machine.layout().entries().iter().map(|entry| entry.name.clone()).collect();
    for name in names {
        assert!(machine.gradient(&name).unwrap().iter().all(|entry| entry.is_finite()), "{name}");
    }
}

#[test]
fn huge_and_tiny_head_parameters_over_hundreds_of_steps() {
    // β and γ up to 1000, gates, erasures and shifts at 0 or 1 to the last bit, keys of zero.
    for value in [1000.0, -1000.0, 30.0, -30.0, 0.0] {
        let mut machine = Machine::new(small()).unwrap();
        set_bias(&mut machine, |_| value);
        assert_finite_gradients(&mut machine, 300);
        set_bias(&mut machine, |index| if index % 2 == 0 { value } else { -value });
        assert_finite_gradients(&mut machine, 300);
    }
}

#[test]
fn zero_keys_on_a_zero_memory() {
    let config = Config { memory_init: MemoryInit::Learned, ..small() };
    let mut machine = Machine::new(config).unwrap();
    for name in ["heads.weight", "heads.bias", "initial.memory"] {
        let zeros = vec![0.0; machine.parameter(name).unwrap().len()];
        machine.set_parameter(name, &zeros).unwrap();
    }
    assert_finite_gradients(&mut machine, 20);
}

#[test]
fn weightings_at_exactly_0_and_1() {
    let mut machine = Machine::new(small()).unwrap();
    // The first row alone: every other logit underflows in softmax.
    let logits: Vec<f32> = (0..12).map(|index| if index % 6 == 0 { 300.0 } else { 0.0 }).collect();
    machine.set_parameter("initial.weighting", &logits).unwrap();
    // Gate shut, no shift: the weighting stays what it was. The write head's slice is the second.
    let slice = 4 + 3 + 3;
    set_bias(&mut machine, |index| match if index < slice { index } else { index - slice } {
        5 => -200.0,
        7 => 200.0,
        _ => 0.0,
    });
    assert_finite_gradients(&mut machine, 50);
    let options = RunOptions { trace: TraceSet::ALL, ..RunOptions::default() };
    let run = machine.run(data(1, 50, 2, 3).view(), options).unwrap();
    let weightings = run.trace.get("weightings").unwrap();
    assert!(weightings.entries.chunks_exact(6).all(|weighting| *weighting == [1.0, 0.0, 0.0, 0.0, 0.0, 0.0]));
}

#[test]
fn one_row_and_one_column() {
    for (rows, columns) in [(1, 1), (1, 4), (6, 1)] {
        let mut machine = Machine::new(Config { rows, columns, shift_range: 2, ..small() }).unwrap();
        assert_finite_gradients(&mut machine, 30);
    }
}

#[test]
fn training_at_absurd_rates_ends_finite_or_with_an_error_that_changed_nothing() {
    let mut ended = 0;
    for seed in 0..24 {
        let config = Config {
            seed,
            controller: if seed % 2 == 0 { ControllerKind::Lstm } else { ControllerKind::Feedforward },
            loss: [LossKind::BinaryCrossEntropy, LossKind::SoftmaxCrossEntropy, LossKind::MeanSquaredError]
                [seed as usize % 3],
            ..small()
        };
        let mut machine = Machine::<f32>::new(config).unwrap();
        let rate = [1e-2, 1.0, 1e3, 1e36][seed as usize % 4];
        let optimizer = if seed % 3 == 0 { &ADAM } else { &RMSPROP };
        for step in 0..40 {
            let (input, target) = (data(seed * 100 + step, 12, 3, 3), data(seed * 100 + step + 50, 12, 3, 2));
            let before = parameters(&machine);
            let batch = Batch { input: input.view(), target: target.view(), mask: None };
            let result = machine.train_step(&batch, optimizer, rate, Clip::None);
            match result {
                Ok(update) => assert!(update.loss.is_finite() && update.gradient_norm.is_finite()),
                Err(Error::NonFinite { tensor }) => {
                    assert!(!tensor.is_empty());
                    assert_eq!(parameters(&machine), before, "seed {seed}, step {step}: {tensor}");
                    ended += 1;
                    break;
                }
                Err(other) => panic!("seed {seed}, step {step}: {other}"),
            }
            assert!(parameters(&machine).iter().all(|value| value.is_finite()));
        }
    }
    assert!(ended > 0, "a rate of 1e36 must end some run");
}

fn parameters(machine: &Machine<f32>) -> Vec<f32> {
    let entries = machine.layout().entries().iter();
    entries.flat_map(|entry| machine.parameter(&entry.name).unwrap().to_vec()).collect()
}

#[test]
fn an_update_that_fails_keeps_slots_and_their_count() {
    let (input, target) = (data(1, 5, 1, 3), data(2, 5, 1, 2));
    let batch = Batch { input: input.view(), target: target.view(), mask: None };
    let mut machine = Machine::<f32>::new(small()).unwrap();
    let huge = vec![3e38; machine.parameter("initial.read").unwrap().len()];
    machine.set_parameter("initial.read", &huge).unwrap();
    machine.train_step(&batch, &RMSPROP, 1e38, Clip::None).unwrap_err();
    assert!(machine.slots().is_none());

    let mut machine = Machine::<f32>::new(small()).unwrap();
    machine.train_step(&batch, &RMSPROP, 1e-4, Clip::None).unwrap();
    let slot = machine.slot("n", "output.weight").unwrap().to_vec();
    // Parameters near the greatest float and a rate that carries them past it.
    machine.set_parameter("initial.read", &huge).unwrap();
    for optimizer in [&RMSPROP, &ADAM] {
        let error = machine.train_step(&batch, optimizer, 1e38, Clip::None).unwrap_err();
        assert!(matches!(error, Error::NonFinite { .. }), "{error}");
        assert_eq!(machine.slots().unwrap().names(), ["n", "m", "delta"]);
        assert_eq!(machine.slots().unwrap().steps, 1);
        assert_eq!(machine.slot("n", "output.weight").unwrap(), slot);
    }
}

#[test]
fn a_slot_that_leaves_the_finite_is_named_and_nothing_changes_though_the_parameter_would_stay_finite() {
    let (input, target) = (data(1, 5, 1, 3), data(2, 5, 1, 2));
    let batch = Batch { input: input.view(), target: target.view(), mask: None };
    let cases = [(RMSPROP, 1e20, "optimizer.n.output.bias"), (ADAM, 1e21, "optimizer.v.output.bias")];
    for (optimizer, gradient, tensor) in cases {
        let mut machine = Machine::<f32>::new(small()).unwrap();
        machine.train_step(&batch, &optimizer, 1e-4, Clip::None).unwrap();
        let slots = |machine: &Machine<f32>| {
            let slots = machine.slots().unwrap();
            (slots.steps, slots.names().iter().map(|slot| slots.get(slot).unwrap().to_vec()).collect::<Vec<_>>())
        };
        let before = (parameters(&machine), slots(&machine));
        machine.set_gradient("output.bias", &[gradient; 2]).unwrap();
        let error = machine.apply_gradients(&optimizer, 1e-4, Clip::None).unwrap_err();
        assert_eq!(error, Error::NonFinite { tensor: tensor.into() });
        assert_eq!((parameters(&machine), slots(&machine)), before);
    }
}

#[test]
fn a_masked_step_has_no_loss_and_no_gradient_however_great_its_target() {
    let mut machine = Machine::<f32>::new(Config { loss: LossKind::MeanSquaredError, ..small() }).unwrap();
    let (input, mut target) = (data(1, 4, 2, 3), data(2, 4, 2, 2));
    let mut mask = Array2::ones((4, 2));
    mask[(2, 1)] = 0.0;
    let mut learned = |masked: f32| {
        target[(2, 1, 0)] = masked;
        let batch = Batch { input: input.view(), target: target.view(), mask: Some(mask.view()) };
        let loss = machine.loss_and_gradients(&batch).unwrap();
        (loss, machine.flat_gradient().to_vec(), machine.evaluate(&batch, None).unwrap())
    };
    assert_eq!(learned(3e38), learned(0.0));
}

#[test]
fn a_wrong_bit_counts_once_whatever_its_weight_and_not_at_all_at_a_masked_step() {
    let mut machine = Machine::<f32>::new(small()).unwrap();
    let input = data(1, 4, 11, 3);
    // All that the machine says is wrong.
    let target = machine.run(input.view(), RunOptions::default()).unwrap().logits.mapv(|z| f32::from(z <= 0.0));
    let mut mask = Array2::zeros((4, 11));
    (mask[(1, 0)], mask[(3, 10)]) = (0.5, 2.0);
    let batch = Batch { input: input.view(), target: target.view(), mask: Some(mask.view()) };
    assert_eq!(machine.evaluate(&batch, None).unwrap().wrong, Some(4.0 / 11.0));
}

#[test]
fn a_run_whose_result_is_not_finite_is_an_error_and_a_session_keeps_its_state() {
    let mut machine = Machine::<f32>::new(small()).unwrap();
    let session = &mut Session::new(&mut machine, 1, None, TraceSet::default()).unwrap();
    let huge = vec![3e38; machine.parameter("output.weight").unwrap().len()];
    machine.set_parameter("output.weight", &huge).unwrap();
    // All gates open: hidden units of about tanh(1), whose weighted sum is beyond the greatest float.
    let open = vec![50.0; machine.parameter("controller.0.bias").unwrap().len()];
    machine.set_parameter("controller.0.bias", &open).unwrap();
    let input = data(1, 1, 1, 3);
    let error = machine.run(input.view(), RunOptions::default()).unwrap_err();
    assert_eq!(error, Error::NonFinite { tensor: "logits".into() });
    let before = session.state().clone();
    let x = Array2::ones((1, 3));
    assert_eq!(session.step(&machine, x.view()).unwrap_err(), Error::NonFinite { tensor: "logits".into() });
    assert_eq!(session.state(), &before);
}

#[test]
fn a_state_that_is_not_finite_is_an_error_though_no_logit_shows_it() {
    // The length of a row is beyond the greatest float, and nothing is read.
    let mut machine = Machine::<f32>::new(Config { read_heads: 0, memory_value: 3e38, ..small() }).unwrap();
    let expected = Error::NonFinite { tensor: "memory".into() };
    assert_eq!(machine.run(data(1, 1, 1, 3).view(), RunOptions::default()).unwrap_err(), expected);
    let mut session = Session::new(&mut machine, 1, None, TraceSet::default()).unwrap();
    let before = session.state().clone();
    assert_eq!(session.step(&machine, Array2::ones((1, 3)).view()).unwrap_err(), expected);
    assert_eq!(session.state(), &before);
}

#[test]
fn a_gradient_of_the_input_that_is_not_finite_is_an_error_though_those_of_the_parameters_are() {
    let controller = ControllerKind::Feedforward;
    let mut machine = Machine::<f32>::new(Config { controller, read_heads: 0, write_heads: 0, ..small() }).unwrap();
    for (name, value) in [("controller.0.weight", 3e38), ("output.weight", 1.0)] {
        let values = vec![value; machine.parameter(name).unwrap().len()];
        machine.set_parameter(name, &values).unwrap();
    }
    let error = machine.gradients(Array3::zeros((1, 1, 3)).view(), Array3::ones((1, 1, 2)).view()).unwrap_err();
    assert_eq!(error, Error::NonFinite { tensor: "gradient of the input".into() });
    assert!(machine.flat_gradient().iter().all(|entry| entry.is_finite()));
}

#[test]
fn a_loss_of_pieces_that_32_bits_do_not_hold_is_an_error() {
    let mut machine = Machine::<f32>::new(small()).unwrap();
    let gradient = vec![0.0; machine.flat_gradient().len()];
    assert_eq!(machine.take_gradient(&gradient, 3e38, 1), Ok(3e38));
    for loss in [1e39, f64::NAN] {
        let error = machine.take_gradient(&gradient, loss, 1).unwrap_err();
        assert_eq!(error, Error::NonFinite { tensor: "loss".into() });
    }
}

#[test]
fn a_piece_has_no_more_sequences_than_its_batch_and_at_most_eight() {
    let mut machine = Machine::<f32>::new(small()).unwrap();
    for (sequences, of) in [(3, 2), (9, 9)] {
        let (input, target) = (data(1, 2, sequences, 3), data(2, 2, sequences, 2));
        let piece = Batch { input: input.view(), target: target.view(), mask: None };
        let error = machine.piece_gradients(&piece, of).unwrap_err().to_string();
        assert_eq!(error, format!("piece: expected at most 8 sequences of the batch's {of}, got {sequences}"));
    }
}

#[test]
fn what_comes_in_must_be_finite_and_fit() {
    let mut machine = Machine::<f32>::new(small()).unwrap();
    let mut input = data(1, 4, 2, 3);
    let target = data(2, 4, 2, 2);
    input[(1, 0, 2)] = f32::NAN;
    let error = machine.run(input.view(), RunOptions::default()).unwrap_err();
    assert_eq!(error.to_string(), "input[8]: expected a finite number, got NaN");
    input[(1, 0, 2)] = 0.0;
    let wrong = data(2, 4, 2, 3);
    let error =
        machine.loss_and_gradients(&Batch { input: input.view(), target: wrong.view(), mask: None }).unwrap_err();
    assert_eq!(error.to_string(), "target: expected shape [4, 2, 2], got [4, 2, 3]");
    let mask = Array2::from_elem((4, 2), -1.0);
    let error = machine
        .loss_and_gradients(&Batch { input: input.view(), target: target.view(), mask: Some(mask.view()) })
        .unwrap_err();
    assert_eq!(error.to_string(), "mask[0]: expected a weight ≥ 0, got -1");
}

#[test]
fn the_state_of_another_machine_is_refused() {
    let input = data(1, 4, 2, 3);
    let others = [
        Config { columns: 5, ..small() },
        Config { write_heads: 2, ..small() },
        Config { hidden_size: 9, ..small() },
        Config { layers: 2, ..small() },
        Config { controller: ControllerKind::Feedforward, ..small() },
    ];
    let mut machine = Machine::<f32>::new(small()).unwrap();
    let mut session = Session::new(&mut machine, 2, None, TraceSet::default()).unwrap();
    let before = session.state().clone();
    for config in others {
        let mut other = Machine::<f32>::new(config).unwrap();
        let state = other.initial_state(2, None).unwrap();
        let error = session.restore(state.clone()).unwrap_err().to_string();
        assert!(error.starts_with("state: expected tensors of [24, 12, 4, 8, 8] numbers a sequence, got ["), "{error}");
        let options = RunOptions { state: Some(state), ..RunOptions::default() };
        assert_eq!(machine.run(input.view(), options).unwrap_err().to_string(), error);
        assert_eq!(session.state(), &before);
    }

    let mut learned = Machine::<f32>::new(Config { memory_init: MemoryInit::Learned, ..small() }).unwrap();
    let options = RunOptions { state: Some(machine.initial_state(2, Some(7)).unwrap()), ..RunOptions::default() };
    let error = learned.run(input.view(), options).unwrap_err().to_string();
    assert_eq!(error, "rows: expected 6, the rows of a learned memory, got 7");
}

#[test]
#[should_panic(expected = "inner dimensions")]
fn a_session_takes_no_step_of_another_machine() {
    let [mut machine, narrower] =
        [small(), Config { columns: 3, ..small() }].map(|config| Machine::<f32>::new(config).unwrap());
    let mut session = Session::new(&mut machine, 2, None, TraceSet::default()).unwrap();
    let _ = session.step(&narrower, Array2::ones((2, 3)).view());
}

#[test]
fn sizes_that_cannot_be_are_refused_with_the_figure() {
    let refused = |config: Config| Machine::<f32>::new(config).unwrap_err().to_string();
    assert_eq!(refused(Config { rows: 0, ..small() }), "memory.rows: expected an integer from 1 to 65536, got 0");
    assert_eq!(
        refused(Config { hidden_size: 65_536, layers: 64, ..small() }),
        "parameters: expected at most 67108864 parameters, got 2181872353334"
    );
    let mut machine = Machine::<f32>::new(Config { rows: 65_536, columns: 4096, ..small() }).unwrap();
    let input = data(1, 64, 8, 3);
    let error = machine.run(input.view(), RunOptions::default()).unwrap_err();
    assert_eq!(error.code(), "memory");
    assert!(error.to_string().contains("MiB"), "{error}");
    assert!(!error.to_string().contains("recompute"), "{error}");

    // A tape of every step is far too much, the states between segments are not.
    let (input, target) = (Array3::zeros((100_000, 8, 3)), Array3::zeros((100_000, 8, 2)));
    let batch = Batch { input: input.view(), target: target.view(), mask: None };
    let mut machine = Machine::<f32>::new(Config { rows: 512, ..small() }).unwrap();
    let error = machine.loss_and_gradients(&batch).unwrap_err().to_string();
    assert!(error.starts_with("time steps × sequences: expected at most 4032 MiB (recompute: true needs "), "{error}");
}

#[test]
fn gradients_that_are_not_finite_are_not_applied_whatever_clips_them() {
    let mut machine = Machine::<f32>::new(small()).unwrap();
    let valid = machine.flat_parameters().to_vec();
    machine.set_parameter("output.weight", &vec![3e38; machine.parameter("output.weight").unwrap().len()]).unwrap();
    let (input, target) = (data(1, 3, 1, 3), data(2, 3, 1, 2));
    let batch = Batch { input: input.view(), target: target.view(), mask: None };
    assert!(matches!(machine.loss_and_gradients(&batch), Err(Error::NonFinite { .. })));
    assert!(machine.flat_gradient().iter().any(|entry| !entry.is_finite()));
    machine.set_flat_parameters(&valid).unwrap();
    for clip in [Clip::None, Clip::Value(10.0), Clip::Norm(10.0)] {
        assert!(matches!(machine.apply_gradients(&RMSPROP, 1e-4, clip), Err(Error::NonFinite { .. })));
        assert_eq!(machine.flat_parameters(), valid);
        assert!(machine.slots().is_none());
    }
}

#[test]
fn values_that_32_bits_hold_as_0_or_1_or_infinity_are_refused() {
    let mut machine = Machine::<f32>::new(small()).unwrap();
    let refused = |optimizer: Optimizer| assert!(matches!(optimizer.check(), Err(Error::Option { .. })));
    refused(Optimizer::RmsProp(RmsProp { epsilon: 1e-60, ..RmsProp::default() }));
    refused(Optimizer::RmsProp(RmsProp { epsilon: 1e39, ..RmsProp::default() }));
    refused(Optimizer::RmsProp(RmsProp { decay: 1.0 - 1e-12, ..RmsProp::default() }));
    refused(Optimizer::Adam(Adam { beta1: 0.9, beta2: 0.999, epsilon: 1e-60 }));
    // Of a gradient of 1e-22 the square would be 0, and the update a hundred million times as large as Adam's is.
    refused(Optimizer::Adam(Adam { beta1: 0.9, beta2: 0.999, epsilon: 1e-30 }));
    let error = machine.apply_gradients(&RMSPROP, 1e39, Clip::None).unwrap_err();
    assert!(error.to_string().starts_with("optimizer.learningRate: expected a finite number ≥ 0 in float32"));
    for clip in [Clip::Value(1e-60), Clip::Value(1e39), Clip::Norm(1e39)] {
        assert!(matches!(machine.apply_gradients(&RMSPROP, 1e-4, clip), Err(Error::Option { .. })));
    }
    let error = machine.set_backward_clip(Some(1e39)).unwrap_err().to_string();
    assert!(error.starts_with("clip.backward: expected a finite number > 0 in float32, got 1"), "{error}");
}

#[test]
fn a_session_with_more_to_trace_than_memory_holds_is_refused() {
    let mut machine = Machine::<f32>::new(Config { rows: 512, columns: 64, ..Config::new(3, 2) }).unwrap();
    let refused = Session::new(&mut machine, 1 << 14, None, TraceSet::ALL);
    assert!(matches!(refused, Err(Error::Memory { .. })));
}

#[test]
fn a_run_whose_trace_is_more_than_memory_holds_says_so() {
    let mut machine = Machine::<f32>::new(Config { rows: 512, columns: 64, ..Config::new(3, 2) }).unwrap();
    let input = Array3::zeros((1 << 15, 1, 3));
    let options = RunOptions { trace: TraceSet::ALL, ..RunOptions::default() };
    let Err(refused) = machine.run(input.view(), options) else { panic!("not refused") };
    assert!(refused.to_string().starts_with("run with its trace: expected at most 4032 MiB, got "), "{refused}");
}
