//! What `bench/kernels/serve.mjs` calls. Contestants, cases and functions are numbers; NaN is what there is not.

// Only the names of the exports.
#![allow(unsafe_code)]

use std::cell::RefCell;

use crate::{CASES, CONTESTANTS, FUNCTIONS, Ready};

thread_local!(static READY: RefCell<Option<Ready>> = const { RefCell::new(None) });

/// Makes a case ready for what follows, and answers the distance of its result from what is right.
#[unsafe(no_mangle)]
pub extern "C" fn prepare(contestant: usize, case: usize) -> f64 {
    READY.with_borrow_mut(|ready| {
        *ready = Ready::new(CONTESTANTS[contestant], CASES[case]);
        ready.as_mut().map_or(f64::NAN, Ready::distance)
    })
}

/// So many computations of the case that is ready.
#[unsafe(no_mangle)]
pub extern "C" fn measure(count: usize) -> f64 {
    READY.with_borrow_mut(|ready| {
        ready.as_mut().expect("a case that is ready").run(count);
        0.0
    })
}

/// The greatest error of a function in ulp.
#[unsafe(no_mangle)]
pub extern "C" fn error(contestant: usize, function: usize) -> f64 {
    crate::error(CONTESTANTS[contestant], FUNCTIONS[function]).unwrap_or(f64::NAN)
}

/// 1 where a row's bits do not depend on the rows beside it, else 0.
#[unsafe(no_mangle)]
pub extern "C" fn neighbourless(contestant: usize) -> f64 {
    crate::neighbourless(CONTESTANTS[contestant]).map_or(f64::NAN, |same| f64::from(u8::from(same)))
}
