//! Clipping of gradients before an update.

use super::expect_positive;
use crate::error::Result;
use crate::real::Real;

/// How gradients are clipped.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Clip {
    /// Left as they are.
    None,
    /// Entry by entry to ± the value: the paper's, with 10.
    Value(f64),
    /// Scaled by `min(1, norm/|g|)`, |g| the norm of all gradients together.
    Norm(f64),
}

impl Clip {
    /// Refuses a bound that 32 bits do not hold as a finite number above 0.
    pub fn check(&self) -> Result<()> {
        match *self {
            Clip::None => Ok(()),
            Clip::Value(bound) => expect_positive("clip.value", bound),
            Clip::Norm(bound) => expect_positive("clip.norm", bound),
        }
    }

    /// The clipping of one entry, of gradients of that norm.
    pub fn entry<T: Real>(&self, gradient_norm: f64) -> impl Fn(T) -> T + Copy {
        let (scale, bound) = match *self {
            Clip::Norm(norm) if gradient_norm > norm => (norm / gradient_norm, f64::INFINITY),
            Clip::Value(bound) => (1.0, bound),
            _ => (1.0, f64::INFINITY),
        };
        let (scale, bound) = (T::from_f64(scale), T::from_f64(bound));
        move |entry: T| (scale * entry).max(-bound).min(bound)
    }
}

/// |g|, the Euclidean norm of all gradients together, in double precision.
pub fn norm<T: Real>(gradient: &[T]) -> f64 {
    let mut lanes = [0.0; 8];
    let (blocks, rest) = gradient.as_chunks::<8>();
    for block in blocks {
        for (lane, &entry) in lanes.iter_mut().zip(block) {
            *lane += entry.to_f64() * entry.to_f64();
        }
    }
    let rest: f64 = rest.iter().map(|entry| entry.to_f64() * entry.to_f64()).sum();
    (lanes.iter().sum::<f64>() + rest).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_value_each_entry_is_clipped_alone() {
        let clip = Clip::Value(10.0).entry::<f32>(1e6);
        assert_eq!([clip(3.0), clip(-40.0), clip(11.0)], [3.0, -10.0, 10.0]);
    }

    #[test]
    fn by_norm_all_entries_are_scaled_together_and_only_down() {
        let gradient = [3.0_f64, 4.0];
        assert_eq!(norm(&gradient), 5.0);
        let clip = Clip::Norm(1.0).entry::<f64>(5.0);
        assert!((clip(3.0) - 0.6).abs() < 1e-15 && (clip(4.0) - 0.8).abs() < 1e-15);
        assert!((Clip::Norm(4.99).entry::<f64>(5.0)(5.0) - 4.99).abs() < 1e-14);
        assert_eq!(Clip::Norm(6.0).entry::<f64>(5.0)(3.0), 3.0);
    }

    #[test]
    fn a_norm_is_exact_also_of_entries_whose_squares_32_bits_do_not_hold() {
        // Some in a block, and the rest.
        for count in [1, 8, 9] {
            let found = norm(&vec![1e25_f32; count]) / f64::sqrt(count as f64);
            assert!((found / f64::from(1e25_f32) - 1.0).abs() < 1e-14, "{count} entries: {found:e}");
        }
    }
}
