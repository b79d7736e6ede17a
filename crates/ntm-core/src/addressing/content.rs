//! Content addressing (eq. 5 and 6): which rows of the memory resemble the key.
//!
//! `cos(n) = k·mem[n] / max(|k|·|mem[n]|, 1e-8)`, `wc = softmax(β·cos)`.
//!
//! The memory lies column after column, `[M, N]`, so that every loop here runs along its rows `n`.

use crate::activation::{softmax, softmax_backward};
use crate::kernels::vector::{add_scaled, dot};
use crate::real::Real;

/// The least denominator of the cosine; where it holds, the denominator is a constant for the gradient.
const FLOOR: f64 = 1e-8;

/// The length `|mem[n]|` of every row of the memory `[M, N]`, once for all heads.
pub fn norms<T: Real>(memory: &[T], norms: &mut [T]) {
    norms.fill(T::ZERO);
    for column in memory.chunks_exact(norms.len()) {
        for (norm, &entry) in norms.iter_mut().zip(column) {
            *norm += entry * entry;
        }
    }
    for norm in norms {
        *norm = norm.sqrt();
    }
}

/// Cosines `[N]` and content weighting `[N]` of a key `[M]` of strength β.
pub fn forward<T: Real>(key: &[T], strength: T, memory: &[T], norms: &[T], cosine: &mut [T], weighting: &mut [T]) {
    cosine.fill(T::ZERO);
    for (&entry, column) in key.iter().zip(memory.chunks_exact(norms.len())) {
        add_scaled(cosine, entry, column);
    }
    let key_norm = dot(key, key).sqrt();
    let floor = T::from_f64(FLOOR);
    for (cosine, &norm) in cosine.iter_mut().zip(norms) {
        *cosine /= (key_norm * norm).max(floor);
    }
    softmax(strength, cosine, weighting);
}

/// What [`forward`] was given and gave.
pub struct Forward<'a, T> {
    /// The key `[M]`.
    pub key: &'a [T],
    /// The key strength β.
    pub strength: T,
    /// The memory `[M, N]`.
    pub memory: &'a [T],
    /// The length of each row `[N]`.
    pub norms: &'a [T],
    /// The cosines `[N]`.
    pub cosine: &'a [T],
    /// The content weighting `[N]`.
    pub weighting: &'a [T],
}

/// From `d_weighting [N]`: writes `d_key [M]`, adds to `d_memory [M, N]`, returns the gradient of β.
/// `scratch` is two vectors `[N]`.
pub fn backward<T: Real>(
    forward: &Forward<T>,
    d_weighting: &[T],
    d_key: &mut [T],
    d_memory: &mut [T],
    scratch: [&mut [T]; 2],
) -> T {
    let &Forward { key, strength, memory, norms, cosine, weighting } = forward;
    let rows = norms.len();
    let [along_key, along_row] = scratch;
    along_key.copy_from_slice(d_weighting);
    softmax_backward(weighting, along_key);
    let d_strength = dot(along_key, cosine);

    // d cos / d k = mem/den - cos·k/|k|², d cos / d mem = k/den - cos·mem/|mem|²; the second terms vanish at the floor.
    let key_norm = dot(key, key).sqrt();
    let floor = T::from_f64(FLOOR);
    let mut key_share = T::ZERO;
    for n in 0..rows {
        let d_cosine = strength * along_key[n];
        let product = key_norm * norms[n];
        let above = product > floor;
        let share = if above { d_cosine * cosine[n] } else { T::ZERO };
        key_share += share;
        along_row[n] = if above { share / (norms[n] * norms[n]) } else { T::ZERO };
        along_key[n] = d_cosine / product.max(floor);
    }
    let key_share = if key_share == T::ZERO { T::ZERO } else { key_share / (key_norm * key_norm) };
    let columns = memory.chunks_exact(rows).zip(d_memory.chunks_exact_mut(rows));
    for ((&key, d_key), (column, d_column)) in key.iter().zip(d_key).zip(columns) {
        *d_key = dot(along_key, column) - key_share * key;
        for n in 0..rows {
            d_column[n] += along_key[n] * key - along_row[n] * column[n];
        }
    }
    d_strength
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{gradient, numbers};

    const ROWS: usize = 5;
    const COLUMNS: usize = 3;

    fn run(key: &[f64], strength: f64, memory: &[f64]) -> [Vec<f64>; 3] {
        let (mut lengths, mut cosine, mut weighting) = (vec![0.0; ROWS], vec![0.0; ROWS], vec![0.0; ROWS]);
        norms(memory, &mut lengths);
        forward(key, strength, memory, &lengths, &mut cosine, &mut weighting);
        [lengths, cosine, weighting]
    }

    fn check(key: &[f64], strength: f64, memory: &[f64]) {
        let d_weighting = numbers(5, ROWS);
        let objective = |key: &[f64], strength: f64, memory: &[f64]| dot(&run(key, strength, memory)[2], &d_weighting);
        let [lengths, cosine, weighting] = run(key, strength, memory);
        let forward = Forward { key, strength, memory, norms: &lengths, cosine: &cosine, weighting: &weighting };
        let (mut d_key, mut d_memory) = (vec![0.0; COLUMNS], vec![0.0; COLUMNS * ROWS]);
        let mut scratch = [vec![0.0; ROWS], vec![0.0; ROWS]];
        let d_strength = backward(
            &forward,
            &d_weighting,
            &mut d_key,
            &mut d_memory,
            scratch.each_mut().map(|vector| &mut vector[..]),
        );
        gradient("key", key, &d_key, |key| objective(key, strength, memory));
        gradient("strength", &[strength], &[d_strength], |strength| objective(key, strength[0], memory));
        gradient("memory", memory, &d_memory, |memory| objective(key, strength, memory));
    }

    #[test]
    fn gradients_are_central_differences() {
        check(&numbers(1, COLUMNS), 1.7, &numbers(2, COLUMNS * ROWS));
        check(&numbers(3, COLUMNS), 12.0, &numbers(4, COLUMNS * ROWS));
    }

    #[test]
    fn below_the_floor_the_denominator_is_a_constant() {
        let key: Vec<f64> = numbers(1, COLUMNS).iter().map(|entry| entry * 1e-9).collect();
        let memory = numbers(2, COLUMNS * ROWS);
        let d_weighting = numbers(5, ROWS);
        let [lengths, cosine, weighting] = run(&key, 2.0, &memory);
        let forward = Forward {
            key: &key,
            strength: 2.0,
            memory: &memory,
            norms: &lengths,
            cosine: &cosine,
            weighting: &weighting,
        };
        let (mut d_key, mut d_memory) = (vec![0.0; COLUMNS], vec![0.0; COLUMNS * ROWS]);
        let mut scratch = [vec![0.0; ROWS], vec![0.0; ROWS]];
        backward(&forward, &d_weighting, &mut d_key, &mut d_memory, scratch.each_mut().map(|vector| &mut vector[..]));
        // With the denominator held at 1e-8 the key acts linearly, a billion times enlarged.
        let scaled: Vec<f64> = key.iter().map(|entry| entry * 1e8).collect();
        let d_scaled: Vec<f64> = d_key.iter().map(|entry| entry * 1e-8).collect();
        gradient("key", &scaled, &d_scaled, |scaled| {
            let mut cosine = vec![0.0; ROWS];
            for (&entry, column) in scaled.iter().zip(memory.chunks_exact(ROWS)) {
                add_scaled(&mut cosine, entry, column);
            }
            let mut weighting = vec![0.0; ROWS];
            softmax(2.0, &cosine, &mut weighting);
            dot(&weighting, &d_weighting)
        });
    }

    #[test]
    fn a_zero_key_and_a_zero_memory_give_a_uniform_weighting_and_no_nan() {
        for (key, memory) in
            [(vec![0.0; 3], numbers(2, 15)), (numbers(1, 3), vec![0.0; 15]), (vec![0.0; 3], vec![0.0; 15])]
        {
            let [lengths, cosine, weighting] = run(&key, 50.0, &memory);
            assert!(weighting.iter().all(|&weight| (weight - 0.2).abs() < 1e-12));
            let forward = Forward {
                key: &key,
                strength: 50.0,
                memory: &memory,
                norms: &lengths,
                cosine: &cosine,
                weighting: &weighting,
            };
            let (mut d_key, mut d_memory) = (vec![0.0; 3], vec![0.0; 15]);
            let mut scratch = [vec![0.0; ROWS], vec![0.0; ROWS]];
            backward(
                &forward,
                &[1.0, 2.0, 3.0, 4.0, 5.0],
                &mut d_key,
                &mut d_memory,
                scratch.each_mut().map(|vector| &mut vector[..]),
            );
            assert!(d_key.iter().chain(&d_memory).all(|entry| entry.is_finite()));
        }
    }

    #[test]
    fn a_key_finds_its_row() {
        let mut memory = vec![0.1; 15];
        (memory[2], memory[ROWS + 2], memory[2 * ROWS + 2]) = (1.0, -1.0, 0.5);
        let [_, cosine, weighting] = run(&[2.0, -2.0, 1.0], 100.0, &memory);
        assert!((cosine[2] - 1.0).abs() < 1e-12 && weighting[2] > 0.999);
    }
}
