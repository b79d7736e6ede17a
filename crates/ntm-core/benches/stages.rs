//! The stages that a time step spends its time in, each alone, most of them both ways, at the sizes of two machines:
//! `cargo bench -p ntm-core`.

use std::hint::black_box;

use criterion::{BenchmarkGroup, Criterion, criterion_group, criterion_main, measurement::WallTime};
use ntm_core::addressing::{content, interpolation, sharpening, shift};
use ntm_core::controller::{feedforward, lstm};
use ntm_core::kernels::matrix::{Matrix, MatrixMut};
use ntm_core::kernels::panels::Panels;
use ntm_core::kernels::product::{add_a_b, add_at_b};
use ntm_core::memory::{read, write};
use ntm_core::random::Random;

/// The sizes of a machine with as many read as write heads.
struct Sizes {
    name: &'static str,
    hidden: usize,
    rows: usize,
    columns: usize,
    heads: usize,
}

const MACHINES: [Sizes; 2] = [
    Sizes { name: "copy", hidden: 100, rows: 128, columns: 20, heads: 1 },
    Sizes { name: "big", hidden: 256, rows: 512, columns: 64, heads: 4 },
];

fn numbers(count: usize) -> Vec<f32> {
    let mut random = Random::new(1, 0);
    (0..count).map(|_| random.uniform() as f32).collect()
}

/// A weighting: entries above 0 that sum to 1.
fn weighting(rows: usize) -> Vec<f32> {
    let entries: Vec<f32> = numbers(rows).iter().map(|entry| entry + 0.01).collect();
    let total: f32 = entries.iter().sum();
    entries.iter().map(|entry| entry / total).collect()
}

fn addressing(group: &mut BenchmarkGroup<WallTime>, sizes: &Sizes) {
    let &Sizes { rows, columns, .. } = sizes;
    let heads = 2 * sizes.heads;
    let (keys, entries) = (numbers(heads * (columns + 1)), numbers(columns * rows));
    let (keys, memory) = (Matrix::new(&keys, heads, columns + 1), Matrix::new(&entries, columns, rows));
    let [mut norms, mut one, mut two] = [(); 3].map(|()| vec![0.0; rows]);
    let [mut cosine, mut content] = [(); 2].map(|()| vec![0.0; heads * rows]);
    group.bench_function("norms", |bencher| bencher.iter(|| content::norms(black_box(memory), &mut norms)));
    group.bench_function("content", |bencher| {
        bencher.iter(|| content::forward(black_box(keys), memory, &norms, &mut cosine, &mut content));
    });
    let d_content = numbers(heads * rows);
    let (mut d_used, mut d_keys, mut d_memory) =
        (d_content.clone(), vec![0.0; heads * (columns + 1)], vec![0.0; columns * rows]);
    group.bench_function("content, back", |bencher| {
        bencher.iter(|| {
            d_used.copy_from_slice(&d_content);
            let forward =
                content::Forward { keys: black_box(keys), memory, norms: &norms, cosine: &cosine, weighting: &content };
            let d_keys = &mut MatrixMut::new(&mut d_keys, heads, columns + 1);
            let d_memory = &mut MatrixMut::new(&mut d_memory, columns, rows);
            content::backward(forward, &mut d_used, d_keys, d_memory, [&mut one, &mut two]);
        });
    });

    let (previous, interpolated, d_weighting) = (weighting(rows), weighting(rows), numbers(rows));
    let [mut shifted, mut log_shifted, mut sharpened, mut d_one, mut d_two] = [(); 5].map(|()| vec![0.0; rows]);
    group.bench_function("interpolation", |bencher| {
        bencher.iter(|| interpolation::forward(black_box(0.3), &interpolated, &previous, &mut shifted));
    });
    group.bench_function("interpolation, back", |bencher| {
        bencher.iter(|| {
            interpolation::backward(black_box(0.3), &interpolated, &previous, &d_weighting, &mut d_one, &mut d_two)
        });
    });
    let (weights, mut d_weights) = ([0.1, 0.7, 0.2], [0.0; 3]);
    group.bench_function("shift", |bencher| {
        bencher.iter(|| shift::forward(black_box(&weights), &interpolated, &mut shifted));
    });
    group.bench_function("shift, back", |bencher| {
        bencher.iter(|| shift::backward(black_box(&weights), &interpolated, &d_weighting, &mut d_weights, &mut d_one));
    });
    group.bench_function("sharpening", |bencher| {
        bencher.iter(|| sharpening::forward(black_box(1.7), &shifted, &mut log_shifted, &mut sharpened));
    });
    group.bench_function("sharpening, back", |bencher| {
        let forward = sharpening::Forward { shifted: &shifted, log_shifted: &log_shifted, weighting: &sharpened };
        bencher.iter(|| sharpening::backward(black_box(1.7), forward, &d_weighting, &mut d_one));
    });
}

fn memory(group: &mut BenchmarkGroup<WallTime>, sizes: &Sizes) {
    let &Sizes { rows, columns, heads, .. } = sizes;
    let (weightings, entries, vectors) = (numbers(heads * rows), numbers(columns * rows), numbers(heads * 2 * columns));
    let (weightings, before) = (Matrix::new(&weightings, heads, rows), Matrix::new(&entries, columns, rows));
    let erase_add = Matrix::new(&vectors, heads, 2 * columns);
    let (mut reads, mut after) = (vec![0.0; heads * columns], vec![0.0; columns * rows]);
    group.bench_function("read", |bencher| {
        bencher.iter(|| read::forward(black_box(weightings), before, &mut reads));
    });
    group.bench_function("write", |bencher| {
        let after = &mut MatrixMut::new(&mut after, columns, rows);
        bencher.iter(|| write::forward(black_box(weightings), erase_add, before, after));
    });
    let d_reads = numbers(heads * columns);
    let (mut d_weightings, mut d_vectors) = (vec![0.0; heads * rows], vec![0.0; heads * 2 * columns]);
    let (d_after, mut scratch) = (numbers(columns * rows), vec![0.0; heads * rows]);
    let mut d_memory = d_after.clone();
    group.bench_function("read, back", |bencher| {
        bencher.iter(|| {
            let d_weightings = &mut MatrixMut::new(&mut d_weightings, heads, rows);
            let d_memory = &mut MatrixMut::new(&mut d_memory, columns, rows);
            read::backward(
                black_box(weightings),
                before,
                Matrix::new(&d_reads, heads, columns),
                d_weightings,
                d_memory,
            );
        });
    });
    group.bench_function("write, back", |bencher| {
        bencher.iter(|| {
            // Anew each time: going back through one erasure after the other would end among subnormal numbers.
            d_memory.copy_from_slice(&d_after);
            write::backward(
                black_box(weightings),
                erase_add,
                before,
                &mut MatrixMut::new(&mut d_memory, columns, rows),
                &mut MatrixMut::new(&mut d_weightings, heads, rows),
                &mut MatrixMut::new(&mut d_vectors, heads, 2 * columns),
                &mut scratch,
            );
        });
    });
}

fn controller(group: &mut BenchmarkGroup<WallTime>, sizes: &Sizes) {
    let hidden = sizes.hidden;
    let (sums, cell, d_hidden) = (numbers(4 * hidden), numbers(hidden), numbers(hidden));
    let [mut gates, mut d_gates] = [(); 2].map(|()| vec![0.0; 4 * hidden]);
    let [mut new_cell, mut cell_tanh, mut units, mut d_cell] = [(); 4].map(|()| vec![0.0; hidden]);
    group.bench_function("feedforward", |bencher| {
        bencher.iter(|| feedforward::forward(black_box(&sums[..hidden]), &mut units));
    });
    group.bench_function("lstm", |bencher| {
        bencher.iter(|| {
            gates.copy_from_slice(black_box(&sums));
            lstm::forward(&mut gates, &cell, &mut new_cell, &mut cell_tanh, &mut units);
        });
    });
    group.bench_function("lstm, back", |bencher| {
        bencher.iter(|| {
            d_cell.copy_from_slice(&cell);
            let forward = lstm::Forward { gates: &gates, previous_cell: &cell, cell_tanh: &cell_tanh };
            lstm::backward(black_box(&forward), &d_hidden, &mut d_cell, &mut d_gates);
        });
    });
}

/// The recurrent weights of an LSTM layer, for one sequence and for a piece of eight.
fn products(group: &mut BenchmarkGroup<WallTime>, sizes: &Sizes) {
    let hidden = sizes.hidden;
    let gates = 4 * hidden;
    let (weights, mut d_weights) = (numbers(gates * hidden), vec![0.0; gates * hidden]);
    for batch in [1, 8] {
        let steps = 41 * batch;
        let (inputs, d_outputs) = (numbers(steps * hidden), numbers(steps * gates));
        let (mut outputs, mut d_inputs) = (vec![0.0; batch * gates], vec![0.0; batch * hidden]);
        let weights = Matrix::new(&weights, gates, hidden);
        let mut panels = Panels::zeros(gates, hidden);
        panels.set(weights);
        let (of_inputs, of_outputs) = (&inputs[..batch * hidden], &d_outputs[..batch * gates]);
        group.bench_function(format!("A·Bᵀ in panels, {batch} rows"), |bencher| {
            let outputs = &mut MatrixMut::new(&mut outputs, batch, gates);
            bencher.iter(|| panels.add_product(outputs, black_box(Matrix::new(of_inputs, batch, hidden))));
        });
        group.bench_function(format!("A·B, {batch} rows"), |bencher| {
            let d_inputs = &mut MatrixMut::new(&mut d_inputs, batch, hidden);
            bencher.iter(|| add_a_b(d_inputs, black_box(Matrix::new(of_outputs, batch, gates)), weights));
        });
        group.bench_function(format!("Aᵀ·B, {steps} rows"), |bencher| {
            let d_weights = &mut MatrixMut::new(&mut d_weights, gates, hidden);
            let (inputs, d_outputs) = (Matrix::new(&inputs, steps, hidden), Matrix::new(&d_outputs, steps, gates));
            bencher.iter(|| add_at_b(d_weights, black_box(d_outputs), inputs));
        });
    }
}

fn stages(criterion: &mut Criterion) {
    for sizes in &MACHINES {
        let group = &mut criterion.benchmark_group(sizes.name);
        controller(group, sizes);
        addressing(group, sizes);
        memory(group, sizes);
        products(group, sizes);
    }
}

criterion_group!(benches, stages);
criterion_main!(benches);
