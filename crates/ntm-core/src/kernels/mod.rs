//! The loops in which the time goes: products of matrices and reductions of vectors.
//!
//! Every kernel adds in one fixed order, whatever the number of rows beside it, so that a sequence's numbers depend on
//! no neighbour in its batch.

pub mod lanes;
pub mod matrix;
pub mod panels;
pub mod product;
pub(crate) mod sweep;
pub mod vector;
