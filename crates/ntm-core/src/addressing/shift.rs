//! Circular convolution (eq. 8): `ws(n) = Σ_j s(j)·wg((n - (j - K)) mod N)`. An offset of +1 moves the focus one row up
//! in index. There may be more offsets than rows: they wrap around and add up.

use crate::kernels::lanes::Lanes;
use crate::kernels::sweep::sweep;
use crate::kernels::vector::{add_scaled, dot};
use crate::real::Real;

/// Where row 0 goes under the `index`-th of the shifts, by which the others go as well.
fn offset(index: usize, shifts: usize, rows: usize) -> usize {
    (index as isize - (shifts / 2) as isize).rem_euclid(rows as isize) as usize
}

/// The shifted weighting `[N]` of the interpolated one `[N]` under the shift weighting `[S]`, `S = 2K + 1`.
pub fn forward<T: Real>(shift: &[T], interpolated: &[T], shifted: &mut [T]) {
    match *shift {
        [down, stay, up] if interpolated.len() > 2 => three::<T, false>([down, stay, up], interpolated, shifted),
        _ => any(shift, interpolated, shifted),
    }
}

/// From `d_shifted [N]`: writes `d_shift [S]` and `d_interpolated [N]`.
pub fn backward<T: Real>(
    shift: &[T],
    interpolated: &[T],
    d_shifted: &[T],
    d_shift: &mut [T],
    d_interpolated: &mut [T],
) {
    for (index, d_weight) in d_shift.iter_mut().enumerate() {
        let offset = offset(index, shift.len(), interpolated.len());
        let (tail, head) = interpolated.split_at(interpolated.len() - offset);
        *d_weight = dot(tail, &d_shifted[offset..]) + dot(head, &d_shifted[..offset]);
    }
    match *shift {
        [down, stay, up] if interpolated.len() > 2 => three::<T, true>([down, stay, up], d_shifted, d_interpolated),
        _ => any_backward(shift, d_shifted, d_interpolated),
    }
}

/// Any number of shifts, one after the other.
fn any<T: Real>(shift: &[T], interpolated: &[T], shifted: &mut [T]) {
    shifted.fill(T::ZERO);
    for (index, &weight) in shift.iter().enumerate() {
        let offset = offset(index, shift.len(), interpolated.len());
        let (tail, head) = interpolated.split_at(interpolated.len() - offset);
        add_scaled(&mut shifted[offset..], weight, tail);
        add_scaled(&mut shifted[..offset], weight, head);
    }
}

/// The same way back.
fn any_backward<T: Real>(shift: &[T], d_shifted: &[T], d_interpolated: &mut [T]) {
    d_interpolated.fill(T::ZERO);
    for (index, &weight) in shift.iter().enumerate() {
        let offset = offset(index, shift.len(), d_interpolated.len());
        let (tail, head) = d_interpolated.split_at_mut(d_shifted.len() - offset);
        add_scaled(tail, weight, &d_shifted[offset..]);
        add_scaled(head, weight, &d_shifted[..offset]);
    }
}

/// The paper's three shifts, by -1, 0 and 1, of three rows or more in one pass: what [`any`] does, or [`any_backward`]
/// where it goes `BACK`, to the bit but for the sign of a zero.
fn three<T: Real, const BACK: bool>(shift: [T; 3], from: &[T], to: &mut [T]) {
    let last = from.len() - 1;
    let weights = shift.map(T::Lanes::splat);
    let met = in_order::<_, BACK>(&from[..last - 1], &from[1..last], &from[2..]);
    sweep(last - 1, met, &mut to[1..last], |met, _| {
        let [first, second, third] = [0, 1, 2].map(|index| weights[index].multiply(met[index]));
        first.add(second).add(third)
    });
    let mut end = |before: usize, here: usize, after: usize| {
        let [first, second, third] = in_order::<_, BACK>(from[before], from[here], from[after]);
        to[here] = shift[0] * first + shift[1] * second + shift[2] * third;
    };
    end(last, 0, 1);
    end(last - 1, last, 0);
}

/// What the shifts by -1, 0 and 1 meet of a row and its neighbours.
#[inline(always)]
fn in_order<V, const BACK: bool>(before: V, here: V, after: V) -> [V; 3] {
    if BACK { [before, here, after] } else { [after, here, before] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{gradient, numbers};

    #[test]
    fn gradients_are_central_differences_also_with_more_shifts_than_rows() {
        for (rows, shifts) in [(3, 3), (5, 3), (15, 3), (4, 5), (2, 7), (1, 3), (2, 3), (6, 1)] {
            let (shift, interpolated, d_shifted) = (numbers(1, shifts), numbers(2, rows), numbers(3, rows));
            let objective = |shift: &[f64], interpolated: &[f64]| {
                let mut shifted = vec![0.0; rows];
                forward(shift, interpolated, &mut shifted);
                dot(&shifted, &d_shifted)
            };
            let (mut d_shift, mut d_interpolated) = (vec![0.0; shifts], vec![0.0; rows]);
            backward(&shift, &interpolated, &d_shifted, &mut d_shift, &mut d_interpolated);
            gradient("shift", &shift, &d_shift, |shift| objective(shift, &interpolated));
            gradient("interpolated", &interpolated, &d_interpolated, |interpolated| objective(&shift, interpolated));
        }
    }

    #[test]
    fn three_shifts_in_one_pass_do_what_they_do_one_after_the_other() {
        for rows in 3..30 {
            let (shift, from) = (numbers(1, 3), numbers(2, rows));
            let [mut once, mut in_turn] = [vec![0.0; rows], vec![0.0; rows]];
            forward(&shift, &from, &mut once);
            any(&shift, &from, &mut in_turn);
            assert_eq!(once, in_turn);
            backward(&shift, &from, &from, &mut [0.0; 3], &mut once);
            any_backward(&shift, &from, &mut in_turn);
            assert_eq!(once, in_turn);
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
