//! Reading the memory and writing to it. The memory of one sequence lies column after column, `[M, N]`.

pub mod read;
pub mod write;
