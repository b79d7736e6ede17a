//! What a machine keeps in memory, and what it refuses where there is too little: by an allocator that counts and has a
//! limit.

// An allocator cannot be written without it; this one counts what it passes on, and passes on no more than its limit.
#![allow(unsafe_code)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Mutex, MutexGuard, PoisonError};

use ndarray::{Array2, Array3};
use ntm_core::rmsprop::RmsProp;
use ntm_core::{Batch, Clip, Config, Error, Machine, Optimizer, RunOptions, Session, TraceSet};

struct Limited;

static HELD: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);
static LIMIT: AtomicUsize = AtomicUsize::new(usize::MAX);

/// What is smaller is always given: messages and lists, which no one reserves.
const SMALL: usize = 4096;

// SAFETY: every call is passed on to the system's allocator as it is, or refused.
unsafe impl GlobalAlloc for Limited {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let held = HELD.fetch_add(layout.size(), SeqCst) + layout.size();
        if held > LIMIT.load(SeqCst) && layout.size() >= SMALL {
            HELD.fetch_sub(layout.size(), SeqCst);
            return std::ptr::null_mut();
        }
        MOST.fetch_max(held, SeqCst);
        // SAFETY: the caller's.
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        HELD.fetch_sub(layout.size(), SeqCst);
        // SAFETY: the caller's.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Limited = Limited;

const MIB: usize = 1 << 20;

/// Lets one test at a time run, because all share a memory.
fn alone() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

fn held() -> usize {
    HELD.load(SeqCst)
}

/// What `body` gives where so many bytes are left.
fn with_left<T>(bytes: usize, body: impl FnOnce() -> T) -> T {
    /// Also where `body` panics: the limit is for it alone.
    struct Unlimited;
    impl Drop for Unlimited {
        fn drop(&mut self) {
            LIMIT.store(usize::MAX, SeqCst);
        }
    }
    let _after = Unlimited;
    LIMIT.store(held() + bytes, SeqCst);
    body()
}

fn machine(rows: usize, columns: usize) -> Machine<f32> {
    Machine::new(Config { hidden_size: 8, rows, columns, ..Config::new(3, 2) }).unwrap()
}

fn data(steps: usize, batch: usize) -> (Array3<f32>, Array3<f32>) {
    (Array3::from_elem((steps, batch, 3), 0.5), Array3::from_elem((steps, batch, 2), 0.25))
}

fn gradients(machine: &mut Machine<f32>, steps: usize, batch: usize) -> Result<f64, Error> {
    let (input, target) = data(steps, batch);
    machine.loss_and_gradients(&Batch { input: input.view(), target: target.view(), mask: None })
}

fn run(machine: &mut Machine<f32>, steps: usize, batch: usize) -> Result<(), Error> {
    machine.run(data(steps, batch).0.view(), RunOptions::default()).map(|_| ())
}

#[test]
fn a_larger_batch_in_between_leaves_long_gradients_what_they_were() {
    let _turn = alone();
    for recompute in [false, true] {
        let mut machine = machine(64, 8);
        machine.set_recompute(recompute);
        gradients(&mut machine, 640, 1).unwrap();
        let before = held();
        let (input, target) = data(20, 16);
        let batch = Batch { input: input.view(), target: target.view(), mask: None };
        machine.evaluate(&batch, None).unwrap();
        run(&mut machine, 20, 16).unwrap();
        drop((input, target));
        gradients(&mut machine, 640, 1).unwrap();
        assert!(held() <= before + SMALL, "{} bytes, then {}", before, held());
    }
}

#[test]
fn what_fits_alone_is_not_refused_for_what_was_asked_before() {
    let _turn = alone();
    // A tape of 8 sequences and 64 steps has 270 MiB.
    let mut machine = machine(4096, 20);
    with_left(64 * MIB, || {
        assert!(matches!(run(&mut machine, 64, 8), Err(Error::Memory { .. })));
        run(&mut machine, 10, 1).unwrap();
        assert!(matches!(gradients(&mut machine, 64, 8), Err(Error::Memory { .. })));
        gradients(&mut machine, 10, 1).unwrap();
        // Room for both, one after the other, is not room for the most sequences over the most steps.
        gradients(&mut machine, 4, 8).unwrap();
        gradients(&mut machine, 60, 1).unwrap();
        run(&mut machine, 4, 8).unwrap();
        assert!(matches!(gradients(&mut machine, 640, 1), Err(Error::Memory { .. })));
        gradients(&mut machine, 60, 1).unwrap();
    });
}

#[test]
fn what_was_refused_makes_nothing_larger_that_is_asked_for_later() {
    let _turn = alone();
    let mut machine = machine(512, 20);
    let before = held();
    // Ten tapes of 33 MiB are too much, one is not.
    with_left(64 * MIB, || assert!(matches!(gradients(&mut machine, 640, 8), Err(Error::Memory { .. }))));
    run(&mut machine, 10, 1).unwrap();
    assert!(held() - before < 4 * MIB, "{} bytes", held() - before);
}

#[test]
fn buffers_of_gradients_are_given_up_for_a_trace() {
    let _turn = alone();
    let mut machine = machine(512, 20);
    let (input, _) = data(64, 8);
    with_left(90 * MIB, || {
        gradients(&mut machine, 128, 8).unwrap();
        let options = RunOptions { trace: TraceSet::ALL, ..RunOptions::default() };
        // With the two tapes of 33 MiB that gradients have kept, a trace of as many would be too much.
        machine.run(input.view(), options).unwrap();
    });
}

#[test]
fn an_evaluation_needs_the_buffers_of_eight_sequences() {
    let _turn = alone();
    let mut machine = machine(512, 20);
    let (input, target) = data(2, 2000);
    // A state of all sequences has 86 MiB.
    with_left(8 * MIB, || {
        let batch = Batch { input: input.view(), target: target.view(), mask: None };
        machine.evaluate(&batch, None).unwrap();
    });
}

#[test]
fn more_than_there_can_be_is_refused_without_a_try() {
    let _turn = alone();
    let mut machine = machine(65_536, 20);
    let before = held();
    MOST.store(before, SeqCst);
    let refused = run(&mut machine, 64, 8).unwrap_err();
    assert_eq!(refused.to_string(), "time steps × sequences: expected at most 4032 MiB, got 4269 MiB");
    // Neither are the arrays tried for that `recompute` would need.
    let refused = gradients(&mut machine, 1280, 8).unwrap_err();
    assert!(matches!(refused, Error::Memory { expected, .. } if expected == "at most 4032 MiB"));
    // The state of 8 sequences, which was there first.
    let most = MOST.load(SeqCst) - before;
    assert!(most < 64 * MIB, "{} MiB", most / MIB);
}

/// A call with an input and what stands against its outputs.
type Call = fn(&mut Machine<f32>, &Array3<f32>, &Array3<f32>) -> Result<(), Error>;

#[test]
fn whatever_is_left_a_call_succeeds_or_is_refused() {
    let _turn = alone();
    let (input, target) = data(70, 9);
    let calls: [Call; 4] = [
        |machine, input, _| {
            let options = RunOptions { trace: TraceSet::ALL, ..RunOptions::default() };
            machine.run(input.view(), options).map(|_| ())
        },
        |machine, input, target| machine.gradients(input.view(), target.view()).map(|_| ()),
        |machine, input, target| {
            let batch = Batch { input: input.view(), target: target.view(), mask: None };
            let optimizer = Optimizer::RmsProp(RmsProp::default());
            machine.train_step(&batch, &optimizer, 1e-4, Clip::Value(10.0)).map(|_| ())
        },
        |machine, input, _| {
            let mut session = Session::new(machine, 9, None, TraceSet::ALL)?;
            let x = Array2::from_shape_fn((9, 3), |(b, channel)| input[[0, b, channel]]);
            session.step(machine, x.view()).unwrap();
            session.copy_state(machine).map(|_| ())
        },
    ];
    for (index, call) in calls.into_iter().enumerate() {
        let mut left = 0;
        loop {
            let mut machine = machine(24, 4);
            match with_left(left, || call(&mut machine, &input, &target)) {
                Ok(()) => break,
                Err(error) => assert!(matches!(error, Error::Memory { .. }), "{error}"),
            }
            left += 2 * SMALL;
        }
        assert!(left > MIB / 2, "call {index} needs only {left} bytes");
    }
}

#[test]
fn a_session_that_could_be_opened_can_take_steps_and_show_its_trace() {
    let _turn = alone();
    // A trace of the memory has 320 KiB.
    for left in (0..).step_by(64 << 10) {
        let mut machine = machine(4096, 20);
        let opened = with_left(left, || {
            let mut session = Session::new(&mut machine, 1, None, TraceSet::ALL)?;
            session.step(&machine, Array2::zeros((1, 3)).view()).unwrap();
            session.expect_room(&mut machine)
        });
        match opened {
            Ok(()) => break,
            Err(error) => assert!(error.to_string().starts_with("session: "), "{left}: {error}"),
        }
    }
}
