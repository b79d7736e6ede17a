//! Flat arrays with their sizes beside them, as shaped views.

use ndarray::{ArrayView2, ArrayView3};
use ntm_core::Error;

use crate::error::Result;

/// `values` as `[steps, batch, width]`, where they are that many.
pub fn view3<'a>(
    location: &str,
    values: &'a [f32],
    steps: u32,
    batch: u32,
    width: usize,
) -> Result<ArrayView3<'a, f32>> {
    let shape = (steps as usize, batch as usize, width);
    match ArrayView3::from_shape(shape, values) {
        Ok(view) if values.len() as u64 == u64::from(steps) * u64::from(batch) * width as u64 => Ok(view),
        _ => Err(Error::shape(location, &[shape.0, shape.1, shape.2], &[values.len()]).into()),
    }
}

/// `values` as `[height, width]`, where they are that many.
pub fn view2<'a>(location: &str, values: &'a [f32], height: u32, width: usize) -> Result<ArrayView2<'a, f32>> {
    let shape = (height as usize, width);
    match ArrayView2::from_shape(shape, values) {
        Ok(view) if values.len() as u64 == u64::from(height) * width as u64 => Ok(view),
        _ => Err(Error::shape(location, &[shape.0, shape.1], &[values.len()]).into()),
    }
}

/// A number of rows, where 0 stands for the machine's own.
pub fn rows(rows: u32) -> Option<usize> {
    (rows > 0).then_some(rows as usize)
}

/// A shape as it crosses.
pub fn shape(shape: &[usize]) -> Vec<u32> {
    shape.iter().map(|&size| size as u32).collect()
}
