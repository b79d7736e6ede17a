//! Circular convolution (eq. 8): `ws(n) = Σ_j s(j)·wg((n - (j - K)) mod N)`. An offset of +1 moves the focus one row up in
//! index. There may be more offsets than rows: they wrap around and add up.

use crate::kernels::vector::{add_scaled, dot};
use crate::real::Real;

/// Where row 0 goes under the `index`-th of the shifts, by which the others go as well.
fn offset(index: usize, shifts: usize, rows: usize) -> usize {
    (index as isize - (shifts / 2) as isize).rem_euclid(rows as isize) as usize
}

/// The shifted weighting `[N]` of the gated one `[N]` under the shift weighting `[S]`, `S = 2K + 1`.
pub fn forward<T: Real>(shift: &[T], gated: &[T], shifted: &mut [T]) {
    shifted.fill(T::ZERO);
    for (index, &weight) in shift.iter().enumerate() {
        let offset = offset(index, shift.len(), gated.len());
        let (tail, head) = gated.split_at(gated.len() - offset);
        add_scaled(&mut shifted[offset..], weight, tail);
        add_scaled(&mut shifted[..offset], weight, head);
    }
}

/// From `d_shifted [N]`: writes `d_shift [S]` and `d_gated [N]`.
pub fn backward<T: Real>(shift: &[T], gated: &[T], d_shifted: &[T], d_shift: &mut [T], d_gated: &mut [T]) {
    d_gated.fill(T::ZERO);
    for (index, (&weight, d_weight)) in shift.iter().zip(d_shift).enumerate() {
        let offset = offset(index, shift.len(), gated.len());
        let seam = gated.len() - offset;
        let (tail, head) = gated.split_at(seam);
        *d_weight = dot(tail, &d_shifted[offset..]) + dot(head, &d_shifted[..offset]);
        add_scaled(&mut d_gated[..seam], weight, &d_shifted[offset..]);
        add_scaled(&mut d_gated[seam..], weight, &d_shifted[..offset]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{gradient, numbers};

    #[test]
    fn gradients_are_central_differences_also_with_more_shifts_than_rows() {
        for (rows, shifts) in [(5, 3), (4, 5), (2, 7), (1, 3), (6, 1)] {
            let (shift, gated, d_shifted) = (numbers(1, shifts), numbers(2, rows), numbers(3, rows));
            let objective = |shift: &[f64], gated: &[f64]| {
                let mut shifted = vec![0.0; rows];
                forward(shift, gated, &mut shifted);
                dot(&shifted, &d_shifted)
            };
            let (mut d_shift, mut d_gated) = (vec![0.0; shifts], vec![0.0; rows]);
            backward(&shift, &gated, &d_shifted, &mut d_shift, &mut d_gated);
            gradient("shift", &shift, &d_shift, |shift| objective(shift, &gated));
            gradient("gated", &gated, &d_gated, |gated| objective(&shift, gated));
        }
    }

    #[test]
    fn an_offset_of_one_moves_the_focus_one_row_up_and_around_the_end() {
        let mut shifted = [0.0; 4];
        forward(&[0.0, 0.0, 1.0], &[0.0, 1.0, 0.0, 0.0], &mut shifted);
        assert_eq!(shifted, [0.0, 0.0, 1.0, 0.0]);
        forward(&[0.0, 0.0, 1.0], &[0.0, 0.0, 0.0, 1.0], &mut shifted);
        assert_eq!(shifted, [1.0, 0.0, 0.0, 0.0]);
        forward(&[1.0, 0.0, 0.0], &[1.0, 0.0, 0.0, 0.0], &mut shifted);
        assert_eq!(shifted, [0.0, 0.0, 0.0, 1.0]);
    }

    #[test]
    fn more_shifts_than_rows_wrap_and_add_up() {
        let mut shifted = [0.0; 2];
        forward(&[0.1, 0.2, 0.3, 0.25, 0.15], &[1.0, 0.0], &mut shifted);
        assert!((shifted[0] - 0.55_f64).abs() < 1e-12 && (shifted[1] - 0.45).abs() < 1e-12);
    }
}
