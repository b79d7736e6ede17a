//! Whether there is room for arrays: in WebAssembly an allocation that fails ends the instance, so that what a call
//! needs is tried for before it begins.

use crate::error::{Error, Result};

/// The most numbers of four bytes that one WebAssembly memory can hold, less 64 MiB for the machine itself.
const MOST_NUMBERS: u64 = ((1 << 32) - (64 << 20)) / 4;

/// What stays free beside whatever is reserved, 1 MiB of four-byte numbers: for the small arrays of a call, which nobody
/// reserves.
const SPARE: u64 = 1 << 18;

/// Numbers for which there is always room: a quarter of what stays free.
pub(crate) const FEW: u64 = 1 << 16;

/// Refuses an array for the time of a call that there is no room for, with the figures, as a [`Error::Memory`] about
/// `location`.
#[inline(never)]
pub fn expect_room<T>(location: &str, numbers: u64) -> Result<()> {
    if numbers <= FEW { Ok(()) } else { reserve::<T>(location, numbers) }
}

/// The same of what is to stay. It is allocated for a try and given back: only then is it known.
pub(crate) fn reserve<T>(location: &str, numbers: u64) -> Result<()> {
    reserve_parts::<T>(location, numbers, numbers, None)
}

/// The same of numbers that are allocated in parts of at most `part`: no one array can have more than half of a memory.
/// Where `recompute` numbers would do, and may be had, a refusal says so.
pub(crate) fn reserve_parts<T>(location: &str, numbers: u64, part: u64, recompute: Option<u64>) -> Result<()> {
    if can_have::<T>(numbers, part) {
        return Ok(());
    }
    let (mut most, mut left) = (MOST_NUMBERS, "");
    // Memory that was tried for stays the instance's: more than there can ever be is refused without a try.
    if numbers <= MOST_NUMBERS {
        // How many can be had, to within a sixty-fourth of them.
        let mut more = numbers;
        (most, left) = (0, " that are left");
        for _ in 0..6 {
            more /= 2;
            if allocates::<T>(most + more, part) {
                most += more;
            }
        }
    }
    let the = if left.is_empty() { "" } else { "the " };
    let mut expected = format!("at most {the}{} MiB{left}", mebibytes::<T>(most));
    if let Some(less) = recompute.filter(|&less| less <= most) {
        expected = format!("{expected} (recompute: true needs {} MiB)", mebibytes::<T>(less));
    }
    Err(Error::Memory { location: location.into(), expected, received: format!("{} MiB", mebibytes::<T>(numbers)) })
}

/// Whether numbers can be allocated in arrays of at most `part`, and what stays free beside them.
pub(crate) fn can_have<T>(numbers: u64, part: u64) -> bool {
    if numbers == 0 {
        return true;
    }
    if numbers > MOST_NUMBERS {
        return false;
    }
    if hold::<T>(1, numbers) {
        return true;
    }
    // WebAssembly's allocator grows the memory by the whole of a request, though its end be free: the last of the memory
    // is had only where that end has grown by small requests.
    hold::<T>(numbers.div_ceil(SPARE), SPARE);
    allocates::<T>(numbers, part)
}

/// The same in a memory that cannot grow, or need not. It may have holes. Where an array of `part` finds no place, each
/// hole has less than that left: so blocks of a share and a `part` each hold their shares, whatever their order.
fn allocates<T>(numbers: u64, part: u64) -> bool {
    hold::<T>(1, numbers) || [2, 4, 8, 16].iter().any(|&blocks| hold::<T>(blocks, numbers.div_ceil(blocks) + part))
}

/// Whether arrays of that size, and what stays free, can be had all at once. They are given back.
#[inline(never)]
fn hold<T>(arrays: u64, size: u64) -> bool {
    let mut held = Vec::new();
    for index in 0..=arrays {
        let mut array = Vec::<T>::new();
        let size = if index == arrays { SPARE } else { size };
        if array.try_reserve_exact(size as usize).is_err() || held.try_reserve(1).is_err() {
            return false;
        }
        held.push(array);
    }
    true
}

fn mebibytes<T>(numbers: u64) -> u64 {
    numbers.saturating_mul(size_of::<T>() as u64) >> 20
}
