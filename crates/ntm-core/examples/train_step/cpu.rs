//! The CPU time of this process, as the other contestants measure it.

/// Of all threads, in the kernel and out of it.
#[cfg(unix)]
pub fn seconds() -> f64 {
    use std::ffi::c_long;
    #[allow(unsafe_code)]
    unsafe extern "C" {
        /// C's own, which the standard library of Rust is linked with anyway. POSIX counts in microseconds.
        safe fn clock() -> c_long;
    }
    clock() as f64 * 1e-6
}

/// There is no such clock without a library: the time on the wall.
#[cfg(not(unix))]
pub fn seconds() -> f64 {
    use std::sync::LazyLock;
    use std::time::Instant;
    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    START.elapsed().as_secs_f64()
}
