//! Gradients of whole machines through time against central differences, in double precision.

use ndarray::{Array2, Array3, s};
use ntm_core::random::Random;
use ntm_core::{Activation, Batch, Config, ControllerKind, LossKind, Machine, MemoryInit};

struct Case {
    config: Config,
    input: Array3<f64>,
    target: Array3<f64>,
    mask: Option<Array2<f64>>,
}

impl Case {
    fn batch(&self) -> Batch<'_, f64> {
        Batch { input: self.input.view(), target: self.target.view(), mask: self.mask.as_ref().map(|mask| mask.view()) }
    }

    fn machine(&self) -> Machine<f64> {
        let mut machine = Machine::new(self.config.clone()).unwrap();
        // Far from symmetric initial values, so that every path carries a gradient.
        let mut random = Random::new(self.config.seed, 5);
        let names: Vec<String> = machine.layout().entries().iter().map(|entry| entry.name.clone()).collect();
        for name in names {
            let moved: Vec<f64> =
                machine.parameter(&name).unwrap().iter().map(|value| value + random.symmetric(0.4)).collect();
            machine.set_parameter(&name, &moved).unwrap();
        }
        machine
    }
}

fn case(config: Config, steps: usize, batch: usize, masked: bool) -> Case {
    let mut random = Random::new(config.seed, 6);
    let input = Array3::from_shape_fn((steps, batch, config.input_size), |_| random.symmetric(1.0));
    let target = Array3::from_shape_fn((steps, batch, config.output_size), |_| random.uniform());
    let mask = masked
        .then(|| Array2::from_shape_fn((steps, batch), |(t, b)| if (t + b) % 3 == 0 { 0.0 } else { random.uniform() }));
    Case { config, input, target, mask }
}

fn small(seed: u32) -> Config {
    Config { hidden_size: 5, rows: 4, columns: 3, seed, ..Config::new(3, 2) }
}

/// Layers under each other, and no heads.
fn alone(seed: u32) -> Config {
    Config { hidden_size: 3, layers: 3, read_heads: 0, write_heads: 0, ..small(seed) }
}

/// Rounding leaves about 1e-16 of the loss, a difference over a step of 1e-3 then 1e-13: entries below this share of
/// the loss are measured against it.
const LEAST: f64 = 1e-6;

/// The relative error of every entry is below 1e-6, measured against entries of at least a thousandth of the tensor's
/// largest.
fn assert_gradients(what: &str, case: &Case) {
    let mut machine = case.machine();
    let least = LEAST * machine.loss_and_gradients(&case.batch()).unwrap();
    let trainable: Vec<String> =
        machine.layout().entries().iter().filter(|entry| entry.trainable).map(|entry| entry.name.clone()).collect();
    for name in trainable {
        let gradient = machine.gradient(&name).unwrap().to_vec();
        let point = machine.parameter(&name).unwrap().to_vec();
        let largest = gradient.iter().fold(0.0_f64, |most, entry| most.max(entry.abs()));
        // Every entry of small tensors, a spread of the others.
        for index in (0..point.len()).step_by(point.len().div_ceil(24)) {
            let mut loss_at = |offset: f64| {
                let mut moved = point.clone();
                moved[index] += offset * 1e-3;
                machine.set_parameter(&name, &moved).unwrap();
                machine.evaluate(&case.batch(), None).unwrap().loss
            };
            let difference = (8.0 * (loss_at(1.0) - loss_at(-1.0)) - (loss_at(2.0) - loss_at(-2.0))) / 12e-3;
            let error = (difference - gradient[index]).abs() / gradient[index].abs().max(1e-3 * largest).max(least);
            assert!(
                error < 1e-6,
                "{what}, {name}[{index}]: central difference {difference}, gradient {}, relative error {error:e}",
                gradient[index]
            );
        }
        machine.set_parameter(&name, &point).unwrap();
    }
}

#[test]
fn both_controllers_one_layer_and_two() {
    for &controller in ControllerKind::ALL {
        for layers in [1, 2] {
            let config = Config { controller, layers, ..small(1) };
            assert_gradients(&format!("{controller} × {layers}"), &case(config, 6, 2, true));
        }
    }
}

#[test]
fn layers_without_heads_which_take_a_whole_segment_each() {
    for &controller in ControllerKind::ALL {
        assert_gradients(&format!("{controller} × 3"), &case(Config { controller, ..alone(8) }, 70, 3, true));
    }
}

#[test]
fn any_number_of_heads_and_shifts() {
    for (read_heads, write_heads, shift_range) in [(2, 2, 1), (1, 3, 0), (3, 1, 2), (0, 1, 1), (1, 0, 1), (0, 0, 1)] {
        let config = Config { read_heads, write_heads, shift_range, ..small(2) };
        assert_gradients(&format!("{read_heads}R {write_heads}W ±{shift_range}"), &case(config, 5, 2, false));
    }
}

#[test]
fn every_loss() {
    for &loss in LossKind::ALL {
        assert_gradients(&loss.to_string(), &case(Config { loss, ..small(3) }, 5, 2, true));
    }
}

#[test]
fn every_memory_and_activation() {
    for &memory_init in MemoryInit::ALL {
        for &activation in Activation::ALL {
            let config = Config { memory_init, key_activation: activation, add_activation: activation, ..small(4) };
            assert_gradients(&format!("{memory_init}, {activation}"), &case(config, 5, 1, false));
        }
    }
}

#[test]
fn one_row_one_column_and_more_shifts_than_rows() {
    for (rows, columns, shift_range) in [(1, 3, 1), (4, 1, 1), (1, 1, 2), (2, 2, 3)] {
        let config = Config { rows, columns, shift_range, ..small(5) };
        assert_gradients(&format!("memory {rows}×{columns} ±{shift_range}"), &case(config, 5, 1, false));
    }
}

#[test]
fn more_sequences_than_a_piece_and_more_steps_than_a_segment() {
    let config = Config { hidden_size: 3, rows: 3, columns: 2, ..small(6) };
    assert_gradients("19 sequences", &case(config.clone(), 3, 19, true));
    assert_gradients("140 steps", &case(config, 140, 1, true));
}

#[test]
fn the_gradient_by_the_input_and_of_a_loss_of_ones_own() {
    for config in [small(7), alone(7)] {
        let case = case(config, 70, 9, false);
        let mut machine = case.machine();
        // The loss Σ target·logits, whose gradient by the logits is the target.
        let d_input = machine.gradients(case.input.view(), case.target.view()).unwrap();
        let largest = d_input.iter().fold(0.0_f64, |most, entry| most.max(entry.abs()));
        for index in [(0, 0, 0), (3, 8, 2), (65, 4, 1), (69, 8, 0)] {
            let mut loss_at = |offset: f64| {
                let mut input = case.input.clone();
                input[index] += offset * 1e-3;
                let run = machine.run(input.view(), ntm_core::RunOptions::default()).unwrap();
                (&run.logits * &case.target).sum()
            };
            let difference = (8.0 * (loss_at(1.0) - loss_at(-1.0)) - (loss_at(2.0) - loss_at(-2.0))) / 12e-3;
            let error = (difference - d_input[index]).abs() / d_input[index].abs().max(1e-3 * largest);
            assert!(error < 1e-6, "{index:?}: {difference} and {}", d_input[index]);
        }
    }
}

#[test]
fn pieces_add_up_to_the_batch_bit_for_bit() {
    for config in [small(8), alone(8)] {
        let case = case(config, 12, 19, true);
        let mut machine = case.machine();
        let loss = machine.loss_and_gradients(&case.batch()).unwrap();
        let whole = machine.flat_gradient().to_vec();
        let mut worker = case.machine();
        worker.set_flat_parameters(machine.flat_parameters()).unwrap();
        let (mut sum, mut total) = (Vec::new(), 0.0);
        for start in (0..19).step_by(ntm_core::PIECE) {
            let end = 19.min(start + ntm_core::PIECE);
            let input = case.input.slice(s![.., start..end, ..]).as_standard_layout().into_owned();
            let target = case.target.slice(s![.., start..end, ..]).as_standard_layout().into_owned();
            let mask = case.mask.as_ref().unwrap().slice(s![.., start..end]).as_standard_layout().into_owned();
            let piece = Batch { input: input.view(), target: target.view(), mask: Some(mask.view()) };
            total += worker.piece_gradients(&piece, 19).unwrap();
            match start {
                0 => sum = worker.flat_gradient().to_vec(),
                _ => sum.iter_mut().zip(worker.flat_gradient()).for_each(|(sum, part)| *sum += part),
            }
        }
        assert_eq!(machine.take_gradient(&sum, total, 19).unwrap().to_bits(), loss.to_bits());
        let bits = |values: &[f64]| values.iter().map(|value| value.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(machine.flat_gradient()), bits(&whole));
    }
}

#[test]
fn segments_run_again_give_the_same_bits() {
    for config in [small(9), alone(9)] {
        let case = case(config, 150, 11, true);
        let mut machine = case.machine();
        let loss = machine.loss_and_gradients(&case.batch()).unwrap();
        let kept = machine.flat_gradient().to_vec();
        let mut machine = case.machine();
        machine.set_recompute(true);
        assert_eq!(machine.loss_and_gradients(&case.batch()).unwrap().to_bits(), loss.to_bits());
        assert!(machine.flat_gradient().iter().zip(&kept).all(|(one, other)| one.to_bits() == other.to_bits()));
    }
}
