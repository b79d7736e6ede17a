//! For tests: gradients against central differences in double precision, and machines to try arrays on.

use crate::config::{Architecture, Config, ControllerKind};

/// Machines of either controller, with one layer and more, with heads and without.
pub fn architectures() -> impl Iterator<Item = Architecture> {
    [
        (ControllerKind::Lstm, 3, 2),
        (ControllerKind::Lstm, 1, 0),
        (ControllerKind::Feedforward, 1, 2),
        (ControllerKind::Feedforward, 3, 0),
        (ControllerKind::Feedforward, 2, 1),
    ]
    .into_iter()
    .map(|(controller, layers, heads)| {
        let config = Config { controller, layers, read_heads: heads, write_heads: heads, ..Config::new(3, 2) };
        config.check().unwrap()
    })
}

/// Asserts that `gradient` is that of `objective` at `point`, to a relative error below 1e-6 (of the entry, or of the
/// gradient's largest entry where an entry is small beside it).
pub fn gradient(name: &str, point: &[f64], gradient: &[f64], objective: impl Fn(&[f64]) -> f64) {
    assert_eq!(point.len(), gradient.len());
    let largest = gradient.iter().fold(1e-3_f64, |most, entry| most.max(entry.abs()));
    let mut moved = point.to_vec();
    for index in 0..point.len() {
        let step = 1e-3 * point[index].abs().max(1e-1);
        let mut at = |offset: f64| {
            moved[index] = point[index] + offset * step;
            let value = objective(&moved);
            moved[index] = point[index];
            value
        };
        // Fourth order: the truncation error is far below the bar, the step far above rounding.
        let difference = (8.0 * (at(1.0) - at(-1.0)) - (at(2.0) - at(-2.0))) / (12.0 * step);
        let error = (difference - gradient[index]).abs() / gradient[index].abs().max(1e-2 * largest);
        assert!(
            error < 1e-6,
            "{name}[{index}]: central difference {difference}, gradient {}, relative error {error:e}",
            gradient[index]
        );
    }
}

/// Numbers without a pattern in [-1, 1), for tests.
pub fn numbers(seed: u32, count: usize) -> Vec<f64> {
    let mut random = crate::random::Random::new(seed, 9);
    (0..count).map(|_| random.symmetric(1.0)).collect()
}
