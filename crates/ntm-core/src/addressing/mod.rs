//! Addressing (section 3.3, figure 2): content, then interpolation, circular convolution and sharpening, of all heads
//! on the memory of one sequence. Read and write heads address alike.

pub mod content;
pub mod interpolation;
pub mod sharpening;
pub mod shift;

use crate::heads::Heads;
use crate::kernels::matrix::{Matrix, MatrixMut};
use crate::real::Real;

/// What the heads meet.
#[derive(Clone, Copy)]
pub(crate) struct Before<'a, T> {
    /// Their parameters `[P]`.
    pub parameters: &'a [T],
    /// The memory `[M, N]`, as the step before left it.
    pub memory: Matrix<'a, T>,
    /// The length of each of its rows `[N]`.
    pub norms: &'a [T],
    /// The heads' weightings of the step before `[R + W, N]`.
    pub previous: &'a [T],
}

/// The places of what the heads compute on the way, each `[R + W, N]`; the backward pass needs all of them.
pub(crate) struct Stages<'a, T> {
    /// Cosines of the keys and the rows.
    pub cosine: &'a mut [T],
    /// Content weightings.
    pub content: &'a mut [T],
    /// Interpolated weightings.
    pub interpolated: &'a mut [T],
    /// Shifted weightings.
    pub shifted: &'a mut [T],
    /// `ln(ws/m)` of the shifted weightings, m the greatest weight of a head.
    pub log_shifted: &'a mut [T],
    /// Sharpened: the heads' weightings.
    pub weighting: &'a mut [T],
}

/// What [`forward`] computed, each `[R + W, N]`.
#[derive(Clone, Copy)]
pub(crate) struct Staged<'a, T> {
    /// Cosines of the keys and the rows.
    pub cosine: &'a [T],
    /// Content weightings.
    pub content: &'a [T],
    /// Interpolated weightings.
    pub interpolated: &'a [T],
    /// Shifted weightings.
    pub shifted: &'a [T],
    /// `ln(ws/m)` of the shifted weightings, m the greatest weight of a head.
    pub log_shifted: &'a [T],
    /// Sharpened: the heads' weightings.
    pub weighting: &'a [T],
}

/// Addresses the memory with all heads.
pub(crate) fn forward<T: Real>(heads: &Heads, before: Before<T>, stages: Stages<T>) {
    let Before { parameters, memory, norms, previous } = before;
    let Stages { cosine, content, interpolated, shifted, log_shifted, weighting } = stages;
    let (keys, rows) = (heads.keys(parameters), norms.len());
    content::forward(keys, memory, norms, cosine, content);
    for head in 0..keys.height() {
        let range = head * rows..(head + 1) * rows;
        let of_head = heads.head(parameters, head);
        let (interpolated, shifted) = (&mut interpolated[range.clone()], &mut shifted[range.clone()]);
        interpolation::forward(of_head.gate, &content[range.clone()], &previous[range.clone()], interpolated);
        shift::forward(of_head.shift, interpolated, shifted);
        let log_shifted = &mut log_shifted[range.clone()];
        sharpening::forward(of_head.sharpening, shifted, log_shifted, &mut weighting[range]);
    }
}

/// From the gradient of the heads' weightings `[R + W, N]`, which becomes that of their previous weightings: writes the
/// addressing part of `d_parameters [P]`, adds to the gradient of the memory before `[M, N]`. `scratch` is
/// `[R + W + 2, N]`.
pub(crate) fn backward<T: Real>(
    heads: &Heads,
    before: Before<T>,
    staged: Staged<T>,
    d_weighting: &mut [T],
    d_parameters: &mut [T],
    d_memory: &mut MatrixMut<T>,
    scratch: &mut [T],
) {
    let Before { parameters, memory, norms, previous } = before;
    let (keys, rows) = (heads.keys(parameters), norms.len());
    let (d_content, rest) = scratch.split_at_mut(keys.height() * rows);
    let (d_shifted, rest) = rest.split_at_mut(rows);
    let d_interpolated = &mut rest[..rows];
    for head in 0..keys.height() {
        let range = head * rows..(head + 1) * rows;
        let of_head = heads.head(parameters, head);
        let d_head = heads.head_mut(d_parameters, head);
        let d_weighting = &mut d_weighting[range.clone()];
        let sharpened = sharpening::Forward {
            shifted: &staged.shifted[range.clone()],
            log_shifted: &staged.log_shifted[range.clone()],
            weighting: &staged.weighting[range.clone()],
        };
        *d_head.sharpening = sharpening::backward(of_head.sharpening, sharpened, d_weighting, d_shifted);
        shift::backward(of_head.shift, &staged.interpolated[range.clone()], d_shifted, d_head.shift, d_interpolated);
        *d_head.gate = interpolation::backward(
            of_head.gate,
            &staged.content[range.clone()],
            &previous[range.clone()],
            d_interpolated,
            &mut d_content[range],
            d_weighting,
        );
    }
    let forward = content::Forward { keys, memory, norms, cosine: staged.cosine, weighting: staged.content };
    content::backward(forward, d_content, &mut heads.keys_mut(d_parameters), d_memory, [d_shifted, d_interpolated]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{gradient, numbers};
    use crate::config::Config;
    use crate::kernels::vector::dot;

    const ROWS: usize = 5;
    const COLUMNS: usize = 3;

    /// What the heads meet, all of it but the norms.
    #[derive(Clone)]
    struct Case {
        parameters: Vec<f64>,
        memory: Vec<f64>,
        previous: Vec<f64>,
    }

    /// The norms, and the stages in their order.
    fn run(heads: &Heads, case: &Case) -> (Vec<f64>, [Vec<f64>; 6]) {
        let mut norms = vec![0.0; ROWS];
        let memory = Matrix::new(&case.memory, COLUMNS, ROWS);
        content::norms(memory, &mut norms);
        let before = Before { parameters: &case.parameters, memory, norms: &norms, previous: &case.previous };
        let mut stages = [(); 6].map(|()| vec![0.0; case.previous.len()]);
        let [cosine, content, interpolated, shifted, log_shifted, weighting] = &mut stages;
        forward(heads, before, Stages { cosine, content, interpolated, shifted, log_shifted, weighting });
        (norms, stages)
    }

    #[test]
    fn gradients_are_central_differences() {
        let config = Config { read_heads: 2, write_heads: 1, rows: ROWS, columns: COLUMNS, ..Config::new(1, 1) };
        let heads = Heads::new(&config);
        let count = heads.count() * ROWS;
        let mut parameters = vec![0.0; heads.width()];
        heads.forward(&numbers(1, heads.width()), &mut parameters);
        let previous = numbers(3, count).iter().map(|entry| entry.abs() + 0.1).collect();
        let case = Case { parameters, memory: numbers(2, COLUMNS * ROWS), previous };
        let d_weighting = numbers(4, count);

        let (norms, [cosine, content, interpolated, shifted, log_shifted, weighting]) = run(&heads, &case);
        let Case { parameters, memory, previous } = &case;
        let of_memory = Matrix::new(memory, COLUMNS, ROWS);
        let [mut d_parameters, mut d_memory] = [vec![0.0; heads.width()], vec![0.0; COLUMNS * ROWS]];
        let mut d_previous = d_weighting.clone();
        backward(
            &heads,
            Before { parameters, memory: of_memory, norms: &norms, previous },
            Staged {
                cosine: &cosine,
                content: &content,
                interpolated: &interpolated,
                shifted: &shifted,
                log_shifted: &log_shifted,
                weighting: &weighting,
            },
            &mut d_previous,
            &mut d_parameters,
            &mut MatrixMut::new(&mut d_memory, COLUMNS, ROWS),
            &mut vec![0.0; count + 2 * ROWS],
        );

        let objective = |case: Case| dot(&run(&heads, &case).1[5], &d_weighting);
        gradient("parameters", parameters, &d_parameters, |moved| {
            objective(Case { parameters: moved.into(), ..case.clone() })
        });
        gradient("memory", memory, &d_memory, |moved| objective(Case { memory: moved.into(), ..case.clone() }));
        gradient("previous", previous, &d_previous, |moved| objective(Case { previous: moved.into(), ..case.clone() }));
    }
}
