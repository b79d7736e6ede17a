//! What can go wrong, and with what words.

use crate::decimal::decimal;
use crate::real::Real;

/// An error of the machine. Every message says where; but for numbers that are not finite, what was expected and what came.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A value of the configuration, of an optimiser or of the data is outside its range.
    #[error("{location}: expected {expected}, got {received}")]
    Option {
        /// The option or the entry, as `memory.rows` or `input[12]`.
        location: String,
        /// What is allowed there.
        expected: String,
        /// What came.
        received: String,
    },
    /// An array has another shape than the machine needs.
    #[error("{location}: expected shape {expected}, got {received}")]
    Shape {
        /// Which array.
        location: String,
        /// The shape that was expected, as `[T, B, 9]`.
        expected: String,
        /// The shape that came.
        received: String,
    },
    /// A result left the finite numbers. Parameters, optimiser and state are as before; gradients, and what a session
    /// shows of its last step, may not be.
    #[error("{tensor} is not finite")]
    NonFinite {
        /// Which tensor: `loss`, `logits`, `gradient of heads.weight`, …
        tensor: String,
    },
    /// More memory would be needed than is left, or than there can be.
    #[error("{location}: expected {expected}, got {received}")]
    Memory {
        /// What would have been allocated.
        location: String,
        /// The limit.
        expected: String,
        /// The need.
        received: String,
    },
}

// Out of line: there are many errors, and none is in a hurry.
impl Error {
    /// The stable code of the error's kind: `option`, `shape`, `non-finite` or `memory`.
    pub fn code(&self) -> &'static str {
        match self {
            Error::Option { .. } => "option",
            Error::Shape { .. } => "shape",
            Error::NonFinite { .. } => "non-finite",
            Error::Memory { .. } => "memory",
        }
    }

    /// An [`Error::Option`].
    #[inline(never)]
    pub fn option(location: impl Into<String>, expected: impl Into<String>, received: impl ToString) -> Self {
        Error::Option { location: location.into(), expected: expected.into(), received: received.to_string() }
    }

    /// An [`Error::Shape`].
    #[inline(never)]
    pub fn shape(location: impl Into<String>, expected: &[usize], received: &[usize]) -> Self {
        Error::Shape { location: location.into(), expected: show(expected), received: show(received) }
    }

    /// An [`Error::NonFinite`].
    #[inline(never)]
    pub fn non_finite(tensor: impl Into<String>) -> Self {
        Error::NonFinite { tensor: tensor.into() }
    }
}

/// A shape as it is written: `[2, 3]`.
pub fn show(shape: &[usize]) -> String {
    let sizes: Vec<String> = shape.iter().map(usize::to_string).collect();
    format!("[{}]", sizes.join(", "))
}

/// A result with the crate's [`Error`].
pub type Result<T> = std::result::Result<T, Error>;

/// Refuses an array of another shape.
pub fn expect_shape(location: &str, expected: &[usize], received: &[usize]) -> Result<()> {
    if expected == received { Ok(()) } else { Err(Error::shape(location, expected, received)) }
}

/// Refuses an array with an entry that is not finite.
pub fn expect_finite<T: Real>(location: &str, entries: &[T]) -> Result<()> {
    if T::all_finite(entries) {
        return Ok(());
    }
    let index = entries.iter().position(|entry| !entry.is_finite()).unwrap_or(0);
    Err(unexpected_entry(location, entries, index, "a finite number"))
}

/// Refuses an array with an entry below 0, or above `most` where that is given.
pub fn expect_from_zero<T: Real>(location: &str, entries: &[T], most: Option<T>, expected: &str) -> Result<()> {
    let outside = |entry: &T| *entry < T::ZERO || most.is_some_and(|most| *entry > most);
    match entries.iter().position(outside) {
        None => Ok(()),
        Some(index) => Err(unexpected_entry(location, entries, index, expected)),
    }
}

fn unexpected_entry<T: Real>(location: &str, entries: &[T], index: usize, expected: &str) -> Error {
    Error::option(format!("{location}[{index}]"), expected, decimal(entries[index]))
}
