//! Whether there is room for arrays: in WebAssembly an allocation that fails ends the instance, so that what a call
//! needs is tried for before it begins.

use crate::error::{Error, Result};

/// The most numbers of four bytes that one WebAssembly memory can hold, less 64 MiB for the machine itself. A native
/// program is refused no fewer, so that it and the package agree on what a machine is.
const MOST_NUMBERS: u64 = ((1 << 32) - (64 << 20)) / 4;

/// 256 MiB of four-byte numbers: a memory that grows in small steps takes its time.
const LARGE: u64 = 1 << 26;

/// What stays free beside whatever is listed, 1 MiB of four-byte numbers: for the small arrays of a call, which nobody
/// lists.
const SPARE: u64 = 1 << 18;

/// Numbers for which there is always room: a quarter of what stays free.
pub(crate) const FEW: u64 = 1 << 16;

/// Fails with an [`Error::Memory`] about `location` unless arrays of so many numbers can be had, all at once and in this
/// order. They are allocated for a try and given back: there is no other way to know. Where the arrays of `recompute`
/// can be had instead, the error says so.
pub(crate) fn expect_room<T>(location: &str, arrays: &[u64], recompute: Option<&[u64]>) -> Result<()> {
    if can_have::<T>(arrays) {
        return Ok(());
    }
    let numbers = total(arrays);
    // Memory that was tried for stays the instance's: more than there can ever be is refused without a try.
    let (most, the, left) =
        if numbers > MOST_NUMBERS { (MOST_NUMBERS, "", "") } else { (grow::<T>(numbers), "the ", " left") };
    // What there is rounded down, what is needed up.
    let needed = |numbers| format!("{} MiB", bytes::<T>(numbers).div_ceil(1 << 20));
    let mut expected = if most < numbers {
        format!("at most {the}{} MiB{left}", bytes::<T>(most) >> 20)
    } else {
        "arrays no larger than the pieces of memory left".into()
    };
    if let Some(less) = recompute.filter(|less| can_have::<T>(less)) {
        expected.push_str(&format!(" (recompute: true needs {})", needed(total(less))));
    }
    Err(Error::Memory { location: location.into(), expected, received: needed(numbers) })
}

/// Whether all these arrays can be had, and what stays free beside them.
pub(crate) fn can_have<T>(arrays: &[u64]) -> bool {
    if arrays.is_empty() {
        return true;
    }
    if total(arrays) > MOST_NUMBERS {
        return false;
    }
    if hold::<T>(arrays) {
        return true;
    }
    grow::<T>(total(arrays));
    hold::<T>(arrays)
}

/// Lets the memory grow until so many numbers are free at its end, or as far as it goes. WebAssembly's allocator grows it
/// by the whole of a request, though its end be free: the last of it is had by ever smaller ones. Gives how many were
/// had, beside what stays free.
#[inline(never)]
fn grow<T>(numbers: u64) -> u64 {
    let mut held = Vec::new();
    let (mut size, mut free) = (LARGE, 0);
    while size >= SPARE && free < numbers + SPARE {
        if add::<T>(&mut held, size) {
            free += size;
        } else {
            size /= 2;
        }
    }
    free.saturating_sub(SPARE)
}

/// Whether these arrays can be had all at once, and what stays free. They are given back.
///
/// Each time that a WebAssembly memory grows V8 collects its garbage, tens of milliseconds in a program that holds much:
/// where it has to grow, it does so once for all that is left, and by a sixteenth of itself for what comes later.
#[inline(never)]
fn hold<T>(arrays: &[u64]) -> bool {
    let mut held = Vec::new();
    let (mut known, mut left) = (memory_numbers(), total(arrays));
    add::<T>(&mut held, SPARE)
        && arrays.iter().all(|&size| {
            if memory_numbers() != known {
                add::<T>(&mut Vec::new(), left + known / 16);
                known = memory_numbers();
            }
            left -= size;
            add::<T>(&mut held, size)
        })
}

/// How many numbers of four bytes the WebAssembly memory has; 0 of a native program.
fn memory_numbers() -> u64 {
    #[cfg(target_arch = "wasm32")]
    return (core::arch::wasm32::memory_size::<0>() as u64) << 14;
    #[cfg(not(target_arch = "wasm32"))]
    0
}

/// Adds an array to those that are held, if there is room for it.
#[inline(never)]
fn add<T>(held: &mut Vec<Vec<T>>, numbers: u64) -> bool {
    let mut array = Vec::new();
    let had = array.try_reserve_exact(numbers as usize).is_ok() && held.try_reserve(1).is_ok();
    if had {
        held.push(array);
    }
    had
}

/// Numbers of all arrays together.
pub(crate) fn total(arrays: &[u64]) -> u64 {
    let mut sum = 0_u64;
    for &array in arrays {
        sum = sum.saturating_add(array);
    }
    sum
}

fn bytes<T>(numbers: u64) -> u64 {
    numbers.saturating_mul(size_of::<T>() as u64)
}
