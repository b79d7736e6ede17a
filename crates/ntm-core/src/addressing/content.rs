//! Content addressing (eq. 5 and 6): which rows of the memory resemble the key.
//!
//! `cos(n) = k·mem[n] / max(|k|·|mem[n]|, 1e-8)`, `wc = softmax(β·cos)`, of all heads `H = R + W` on the same memory.
//!
//! The memory lies column after column, `[M, N]`, so that every loop here runs along its rows `n`.

use crate::activation::{softmax, softmax_backward};
use crate::kernels::lanes::{Lanes, WIDTH};
use crate::kernels::matrix::{Matrix, MatrixMut};
use crate::kernels::product::add_a_b;
use crate::kernels::sweep::sweep;
use crate::kernels::vector::{dot, sum};
use crate::real::Real;

/// The least denominator of the cosine; where it holds, the denominator is a constant for the gradient.
const FLOOR: f64 = 1e-8;

/// Heads whose gradients take one pass over the memory.
const GROUP: usize = 4;

/// Registers of rows whose norms are formed side by side.
const TILE: usize = 4;

/// The length `|mem[n]|` of every row of the memory `[M, N]`, once for all heads.
pub fn norms<T: Real>(memory: Matrix<T>, norms: &mut [T]) {
    let (tiles, rest) = norms.as_chunks_mut::<{ TILE * WIDTH }>();
    let whole = tiles.len() * TILE * WIDTH;
    for (tile, norms) in tiles.iter_mut().enumerate() {
        let mut squares = [T::Lanes::splat(T::ZERO); TILE];
        for m in 0..memory.height() {
            let entries = &memory.row(m)[tile * TILE * WIDTH..][..TILE * WIDTH];
            for (square, entries) in squares.iter_mut().zip(entries.as_chunks().0) {
                let entries = T::Lanes::load(entries);
                *square = square.multiply_add(entries, entries);
            }
        }
        for (norms, square) in norms.as_chunks_mut().0.iter_mut().zip(squares) {
            square.store(norms);
        }
    }
    rest.fill(T::ZERO);
    for m in 0..memory.height() {
        for (norm, &entry) in rest.iter_mut().zip(&memory.row(m)[whole..]) {
            *norm += entry * entry;
        }
    }
    for norm in norms {
        *norm = norm.sqrt();
    }
}

/// Cosines `[H, N]` and content weightings `[H, N]` of the keys, each with its strength β after it, `[H, M + 1]`.
pub fn forward<T: Real>(keys: Matrix<T>, memory: Matrix<T>, norms: &[T], cosine: &mut [T], weighting: &mut [T]) {
    let (heads, rows, columns) = (keys.height(), norms.len(), memory.height());
    cosine.fill(T::ZERO);
    add_a_b(&mut MatrixMut::new(cosine, heads, rows), keys.columns(0..columns), memory);
    let floor = T::from_f64(FLOOR);
    let of_heads = cosine.chunks_exact_mut(rows).zip(weighting.chunks_exact_mut(rows));
    for (head, (cosine, weighting)) in of_heads.enumerate() {
        let (key, strength) = keys.row(head).split_at(columns);
        let key_norm = dot(key, key).sqrt();
        for (cosine, &norm) in cosine.iter_mut().zip(norms) {
            let product = (key_norm * norm).max(floor);
            // Divided by ∞ it would be 0, and nothing would tell; 0 · ∞ is no number.
            *cosine /= product + T::ZERO * product;
        }
        softmax(strength[0], cosine, weighting);
    }
}

/// What [`forward`] was given and gave.
#[derive(Clone, Copy)]
pub struct Forward<'a, T> {
    /// The keys and their strengths `[H, M + 1]`.
    pub keys: Matrix<'a, T>,
    /// The memory `[M, N]`.
    pub memory: Matrix<'a, T>,
    /// The length of each row `[N]`.
    pub norms: &'a [T],
    /// The cosines `[H, N]`.
    pub cosine: &'a [T],
    /// The content weightings `[H, N]`.
    pub weighting: &'a [T],
}

/// From the gradient of the content weightings `[H, N]`, which is used up: writes that of the keys and strengths
/// `[H, M + 1]`, adds to `d_memory [M, N]`. `scratch` is two vectors `[N]`.
pub fn backward<T: Real>(
    forward: Forward<T>,
    d_weighting: &mut [T],
    d_keys: &mut MatrixMut<T>,
    d_memory: &mut MatrixMut<T>,
    scratch: [&mut [T]; 2],
) {
    let [along_row, shares] = scratch.map(|vector| &mut vector[..forward.norms.len()]);
    let heads = forward.keys.height();
    for first in (0..heads).step_by(GROUP) {
        along_row.fill(T::ZERO);
        for head in first..heads.min(first + GROUP) {
            forward.head_backward(head, d_weighting, d_keys.row(head), along_row, shares);
        }
        match heads - first {
            1 => forward.memory_backward::<1>(first, d_weighting, along_row, d_keys, d_memory),
            2 => forward.memory_backward::<2>(first, d_weighting, along_row, d_keys, d_memory),
            3 => forward.memory_backward::<3>(first, d_weighting, along_row, d_keys, d_memory),
            _ => forward.memory_backward::<GROUP>(first, d_weighting, along_row, d_keys, d_memory),
        }
    }
}

// d cos / d k = mem/den - cos·k/|k|², d cos / d mem = k/den - cos·mem/|mem|²; the second terms vanish at the floor.
impl<T: Real> Forward<'_, T> {
    /// Back to what a head's cosines are made of. Its gradient in `d_weighting` becomes `d cos/den`, by which key and
    /// memory meet; its `d cos·cos/|mem|²` is added to `along_row`; of `d_key` the strength's is written, and the key's
    /// second term.
    fn head_backward(
        &self,
        head: usize,
        d_weighting: &mut [T],
        d_key: &mut [T],
        along_row: &mut [T],
        shares: &mut [T],
    ) {
        let (rows, columns) = (self.norms.len(), self.memory.height());
        let range = head * rows..(head + 1) * rows;
        let (cosine, along_key) = (&self.cosine[range.clone()][..rows], &mut d_weighting[range.clone()][..rows]);
        let (along_row, shares, norms) = (&mut along_row[..rows], &mut shares[..rows], &self.norms[..rows]);
        softmax_backward(&self.weighting[range], along_key);
        let (key, strength) = self.keys.row(head).split_at(columns);
        let (d_key, d_strength) = d_key.split_at_mut(columns);
        d_strength[0] = dot(along_key, cosine);
        let (strength, key_norm, floor) = (strength[0], dot(key, key).sqrt(), T::from_f64(FLOOR));
        for n in 0..rows {
            let product = key_norm * norms[n];
            let above = product > floor;
            let d_cosine = strength * along_key[n];
            let share = d_cosine * cosine[n];
            let of_row = share / (norms[n] * norms[n]);
            shares[n] = if above { share } else { T::ZERO };
            along_row[n] += if above { of_row } else { T::ZERO };
            along_key[n] = d_cosine / product.max(floor);
        }
        let key_share = sum(shares);
        let key_share = if key_share == T::ZERO { T::ZERO } else { key_share / (key_norm * key_norm) };
        for (d_key, &key) in d_key.iter_mut().zip(key) {
            *d_key = -key_share * key;
        }
    }

    /// `H` heads from `first` on: adds to their `d_keys` and to `d_memory`, in one pass over the memory.
    fn memory_backward<const H: usize>(
        &self,
        first: usize,
        along_keys: &[T],
        along_row: &[T],
        d_keys: &mut MatrixMut<T>,
        d_memory: &mut MatrixMut<T>,
    ) {
        let rows = self.norms.len();
        let along_keys: [&[T]; H] = std::array::from_fn(|head| &along_keys[(first + head) * rows..][..rows]);
        let keys: [&[T]; H] = std::array::from_fn(|head| self.keys.row(first + head));
        for m in 0..self.memory.height() {
            let key = keys.map(|key| T::Lanes::splat(key[m]));
            let mut products = [T::Lanes::splat(T::ZERO); H];
            sweep(
                rows,
                ((self.memory.row(m), along_row), along_keys),
                d_memory.row(m),
                |((entry, along_row), along_keys), d| {
                    for head in 0..H {
                        products[head] = products[head].multiply_add(along_keys[head], entry);
                    }
                    let d = d.subtract(along_row.multiply(entry));
                    key.into_iter().zip(along_keys).fold(d, |d, (key, along_key)| d.multiply_add(key, along_key))
                },
            );
            for (head, product) in products.into_iter().enumerate() {
                d_keys.row(first + head)[m] += product.sum();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{gradient, numbers};

    const ROWS: usize = 5;
    const COLUMNS: usize = 3;

    /// Keys and strengths `[H, M + 1]`, and the memory.
    struct Case {
        keys: Vec<f64>,
        memory: Vec<f64>,
    }

    impl Case {
        fn heads(&self) -> usize {
            self.keys.len() / (COLUMNS + 1)
        }

        fn rows(&self) -> usize {
            self.memory.len() / COLUMNS
        }
    }

    fn keys(seed: u32, strengths: &[f64]) -> Vec<f64> {
        let mut keys = numbers(seed, strengths.len() * (COLUMNS + 1));
        for (key, &strength) in keys.chunks_mut(COLUMNS + 1).zip(strengths) {
            key[COLUMNS] = strength;
        }
        keys
    }

    /// Norms, cosines and weightings.
    fn run(case: &Case) -> [Vec<f64>; 3] {
        let (heads, rows) = (case.heads(), case.rows());
        let mut lengths = vec![0.0; rows];
        let [mut cosine, mut weighting] = [vec![0.0; heads * rows], vec![0.0; heads * rows]];
        let memory = Matrix::new(&case.memory, COLUMNS, rows);
        norms(memory, &mut lengths);
        forward(Matrix::new(&case.keys, heads, COLUMNS + 1), memory, &lengths, &mut cosine, &mut weighting);
        [lengths, cosine, weighting]
    }

    /// Gradients of the keys and strengths, and of the memory.
    fn run_backward(case: &Case, d_weighting: &[f64]) -> [Vec<f64>; 2] {
        let (heads, rows) = (case.heads(), case.rows());
        let [lengths, cosine, weighting] = run(case);
        let forward = Forward {
            keys: Matrix::new(&case.keys, heads, COLUMNS + 1),
            memory: Matrix::new(&case.memory, COLUMNS, rows),
            norms: &lengths,
            cosine: &cosine,
            weighting: &weighting,
        };
        let [mut d_keys, mut d_memory] = [vec![0.0; heads * (COLUMNS + 1)], vec![0.0; COLUMNS * rows]];
        backward(
            forward,
            &mut d_weighting.to_vec(),
            &mut MatrixMut::new(&mut d_keys, heads, COLUMNS + 1),
            &mut MatrixMut::new(&mut d_memory, COLUMNS, rows),
            [&mut vec![0.0; rows], &mut vec![0.0; rows]],
        );
        [d_keys, d_memory]
    }

    fn check(case: Case) {
        let d_weighting = numbers(5, case.heads() * case.rows());
        let objective = |keys: &[f64], memory: &[f64]| {
            dot(&run(&Case { keys: keys.into(), memory: memory.into() })[2], &d_weighting)
        };
        let [d_keys, d_memory] = run_backward(&case, &d_weighting);
        gradient("keys", &case.keys, &d_keys, |keys| objective(keys, &case.memory));
        gradient("memory", &case.memory, &d_memory, |memory| objective(&case.keys, memory));
    }

    #[test]
    fn gradients_are_central_differences() {
        check(Case { keys: keys(1, &[1.7, 0.2]), memory: numbers(2, COLUMNS * 5) });
        check(Case { keys: keys(3, &[12.0, 5.0]), memory: numbers(4, COLUMNS * 5) });
    }

    #[test]
    fn gradients_are_central_differences_for_any_number_of_heads_and_rows() {
        for heads in 1..8 {
            let strengths: Vec<f64> = (0..heads).map(|head| 0.3 + head as f64).collect();
            check(Case { keys: keys(1, &strengths), memory: numbers(2, COLUMNS * (4 * heads + 3)) });
        }
    }

    #[test]
    fn below_the_floor_the_denominator_is_a_constant() {
        // With the denominator held at 1e-8, a key of that size acts as the same key enlarged, undivided.
        let enlarged = keys(1, &[2e8, 3e8]);
        let memory: Vec<f64> = numbers(2, COLUMNS * ROWS).iter().map(|entry| 0.1 * entry).collect();
        let d_weighting = numbers(5, 2 * ROWS);
        let keys = enlarged.iter().map(|entry| entry * 1e-8).collect();
        let [d_keys, d_memory] = run_backward(&Case { keys, memory: memory.clone() }, &d_weighting);
        let d_enlarged: Vec<f64> = d_keys.iter().map(|entry| entry * 1e-8).collect();
        let objective = |head: usize, key: &[f64], memory: &[f64]| {
            let mut undivided = vec![0.0; ROWS];
            let products = &mut MatrixMut::new(&mut undivided, 1, ROWS);
            add_a_b(products, Matrix::new(key, 1, COLUMNS), Matrix::new(memory, COLUMNS, ROWS));
            let mut weighting = vec![0.0; ROWS];
            softmax([2.0, 3.0][head], &undivided, &mut weighting);
            dot(&weighting, &d_weighting[head * ROWS..][..ROWS])
        };
        let key_of = |head: usize| head * (COLUMNS + 1)..head * (COLUMNS + 1) + COLUMNS;
        for head in 0..2 {
            let (key, d_key) = (&enlarged[key_of(head)], &d_enlarged[key_of(head)]);
            gradient("key", key, d_key, |key| objective(head, key, &memory));
        }
        gradient("memory", &memory, &d_memory, |memory| {
            (0..2).map(|head| objective(head, &enlarged[key_of(head)], memory)).sum()
        });
    }

    #[test]
    fn a_zero_key_and_a_zero_memory_give_a_uniform_weighting_and_no_nan() {
        let (some, memory) = (keys(1, &[50.0; 2]), numbers(2, COLUMNS * ROWS));
        let mut none = vec![0.0; 2 * (COLUMNS + 1)];
        (none[COLUMNS], none[2 * COLUMNS + 1]) = (50.0, 50.0);
        let empty = vec![0.0; COLUMNS * ROWS];
        for (keys, memory) in [(none.clone(), memory), (some, empty.clone()), (none, empty)] {
            let case = Case { keys, memory };
            let [_, _, weighting] = run(&case);
            assert!(weighting.iter().all(|&weight| (weight - 0.2).abs() < 1e-12));
            let gradients = run_backward(&case, &numbers(5, 2 * ROWS));
            assert!(gradients.iter().flatten().all(|entry| entry.is_finite()));
        }
    }

    #[test]
    fn lengths_that_are_not_finite_are_told() {
        let rows = vec![1.0_f32, 0.0, 0.0, 1.0];
        let huge = vec![1e20_f32, 0.0, 0.0, 1.0];
        let found = |keys: &[f32], memory: &[f32]| {
            let [mut lengths, mut cosine, mut weighting] = [(); 3].map(|()| vec![0.0; 2]);
            norms(Matrix::new(memory, 2, 2), &mut lengths);
            forward(Matrix::new(keys, 1, 3), Matrix::new(memory, 2, 2), &lengths, &mut cosine, &mut weighting);
            weighting
        };
        assert!(found(&[1e19, 0.0, 50.0], &rows)[0] > 0.999);
        assert!(found(&[1e20, 0.0, 50.0], &rows).iter().all(|weight| weight.is_nan()));
        assert!(found(&[1.0, 0.0, 50.0], &huge).iter().any(|weight| weight.is_nan()));
    }

    #[test]
    fn a_key_finds_its_row() {
        let mut memory = vec![0.1; COLUMNS * ROWS];
        (memory[2], memory[ROWS + 2], memory[2 * ROWS + 2]) = (1.0, -1.0, 0.5);
        let keys = vec![2.0, -2.0, 1.0, 100.0, -1.0, 1.0, -0.5, 100.0];
        let [_, cosine, weighting] = run(&Case { keys, memory });
        assert!((cosine[2] - 1.0).abs() < 1e-12 && weighting[2] > 0.999);
        assert!((cosine[ROWS + 2] + 1.0).abs() < 1e-12 && weighting[ROWS + 2] < 1e-3);
    }
}
