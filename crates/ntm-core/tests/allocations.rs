//! Once its buffers are made, an update allocates nothing: counted, by an allocator that counts.
//!
//! One test in a file of its own, because an allocator is the whole process's.

// An allocator cannot be written without it; this one only counts what it passes on.
#![allow(unsafe_code)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use ndarray::{Array2, Array3};
use ntm_core::adam::Adam;
use ntm_core::rmsprop::RmsProp;
use ntm_core::{Batch, Clip, Config, ControllerKind, LossKind, Machine, MemoryInit, Optimizer, Session, TraceSet};

struct Counting;

thread_local! {
    /// Of this thread: the one that runs the tests allocates, too, whenever it comes to it.
    static COUNT: Cell<usize> = const { Cell::new(0) };
}

fn count() {
    COUNT.set(COUNT.get() + 1);
}

// SAFETY: every call is passed on to the system's allocator as it is.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count();
        // SAFETY: the caller's.
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: the caller's.
        unsafe { System.dealloc(pointer, layout) }
    }
    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        count();
        // SAFETY: the caller's.
        unsafe { System.realloc(pointer, layout, size) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// How many allocations `body` makes.
fn allocations(body: impl FnOnce()) -> usize {
    let before = COUNT.get();
    body();
    COUNT.get() - before
}

fn configurations() -> Vec<Config> {
    let lstm = Config { hidden_size: 8, layers: 2, rows: 10, columns: 5, ..Config::new(3, 4) };
    vec![
        lstm.clone(),
        Config { memory_init: MemoryInit::Learned, read_heads: 2, write_heads: 3, ..lstm.clone() },
        Config { controller: ControllerKind::Feedforward, loss: LossKind::SoftmaxCrossEntropy, ..lstm.clone() },
        Config { read_heads: 0, write_heads: 0, loss: LossKind::MeanSquaredError, ..lstm },
    ]
}

#[test]
fn an_update_and_a_step_of_a_session_allocate_nothing() {
    for config in configurations() {
        for optimizer in [Optimizer::RmsProp(RmsProp::default()), Optimizer::Adam(Adam::default())] {
            for recompute in [false, true] {
                let mut machine = Machine::<f32>::new(config.clone()).unwrap();
                machine.set_recompute(recompute);
                // Three pieces and two segments; then the same, fewer steps, fewer sequences.
                for (round, (steps, batch)) in [(70, 19), (70, 19), (69, 19), (70, 9), (5, 1)].into_iter().enumerate() {
                    let input = Array3::from_elem((steps, batch, 3), 0.5);
                    let target = Array3::from_elem((steps, batch, 4), 0.25);
                    let mask = Array2::from_elem((steps, batch), 1.0);
                    let batch = Batch { input: input.view(), target: target.view(), mask: Some(mask.view()) };
                    let count = allocations(|| {
                        machine.train_step(&batch, &optimizer, 1e-4, Clip::Value(10.0)).unwrap();
                    });
                    assert_eq!(count == 0, round > 0, "{count} in round {round} of {config:?}, recompute {recompute}");
                }
            }
        }

        let mut machine = Machine::<f32>::new(config).unwrap();
        let mut session = Session::new(&mut machine, 2, None, TraceSet::default()).unwrap();
        let x = Array2::from_elem((2, 3), 0.5);
        session.step(&machine, x.view()).unwrap();
        assert_eq!(allocations(|| session.step(&machine, x.view()).unwrap()), 0, "a session's step");
    }
}
