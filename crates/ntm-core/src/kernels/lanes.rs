//! Four numbers side by side, which one instruction adds or multiplies: a register of WebAssembly's SIMD and of SSE.
//!
//! The compiler's own vectors of a small array often come out as halves; the registers here are named. Where there are
//! none (and for `f64`, which only checks gradients) four numbers in an array do the same in the same order.

// An array of four numbers and a register are the same 16 bytes.
#![allow(unsafe_code)]

use crate::real::Real;

/// How many numbers a register holds.
pub const WIDTH: usize = 4;

/// Four numbers.
pub trait Lanes<T>: Copy + std::fmt::Debug {
    /// Four times the same number.
    fn splat(value: T) -> Self;
    /// Four numbers of an array.
    fn load(values: &[T; WIDTH]) -> Self;
    /// Gives the four numbers to an array.
    fn store(self, values: &mut [T; WIDTH]);
    /// Four numbers from `from` on.
    ///
    /// # Safety
    /// There are four numbers that may be read.
    #[inline(always)]
    unsafe fn read(from: *const T) -> Self {
        // SAFETY: an array of numbers needs no more than they do.
        Self::load(unsafe { &*from.cast::<[T; WIDTH]>() })
    }
    /// Gives four numbers to `to` and after it.
    ///
    /// # Safety
    /// There are four numbers that may be written.
    #[inline(always)]
    unsafe fn write(self, to: *mut T) {
        // SAFETY: an array of numbers needs no more than they do.
        self.store(unsafe { &mut *to.cast::<[T; WIDTH]>() });
    }
    /// Gives each lane the sum of the lanes of one of four registers, in the order of [`Lanes::sum`].
    fn sums(registers: [Self; WIDTH]) -> Self;
    /// The first lanes of four registers, their second lanes, and so on.
    fn transpose(registers: [Self; WIDTH]) -> [Self; WIDTH];
    /// Lane by lane.
    fn add(self, other: Self) -> Self;
    /// Lane by lane.
    fn subtract(self, other: Self) -> Self;
    /// Lane by lane.
    fn multiply(self, other: Self) -> Self;
    /// `self + a·b`, lane by lane; rounded twice, or once where the build allows it.
    fn multiply_add(self, a: Self, b: Self) -> Self;
    /// The greater of two numbers, lane by lane; `other` where `self` is NaN.
    fn max(self, other: Self) -> Self;
    /// The sum of the lanes, in the order (0 + 2) + (1 + 3).
    fn sum(self) -> T;
}

/// Of four rows the numbers from `column` on, turned: the four of the first column, of the second, and so on.
#[inline(always)]
pub fn turned<T: Real>(rows: [&[T]; WIDTH], column: usize) -> [T::Lanes; WIDTH] {
    T::Lanes::transpose(rows.map(|row| T::Lanes::load(row[column..].first_chunk().expect("four numbers"))))
}

/// The numbers of a vector from `from` on, fewer than four, and 0. Number by number, because WebAssembly copies a few
/// bytes by a call of the engine's; out of line, because it is much code for what happens once a pass.
#[inline(never)]
pub fn padded<T: Real>(vector: &[T], from: usize) -> T::Lanes {
    T::Lanes::load(&std::array::from_fn(|lane| vector.get(from + lane).copied().unwrap_or(T::ZERO)))
}

/// Four numbers in an array.
#[derive(Clone, Copy, Debug)]
pub struct Array<T>([T; WIDTH]);

impl<T: Real> Lanes<T> for Array<T> {
    #[inline(always)]
    fn splat(value: T) -> Self {
        Array([value; WIDTH])
    }
    #[inline(always)]
    fn load(values: &[T; WIDTH]) -> Self {
        Array(*values)
    }
    #[inline(always)]
    fn store(self, values: &mut [T; WIDTH]) {
        *values = self.0;
    }
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Array(std::array::from_fn(|lane| self.0[lane] + other.0[lane]))
    }
    #[inline(always)]
    fn subtract(self, other: Self) -> Self {
        Array(std::array::from_fn(|lane| self.0[lane] - other.0[lane]))
    }
    #[inline(always)]
    fn multiply(self, other: Self) -> Self {
        Array(std::array::from_fn(|lane| self.0[lane] * other.0[lane]))
    }
    #[inline(always)]
    fn multiply_add(self, a: Self, b: Self) -> Self {
        self.add(a.multiply(b))
    }
    #[inline(always)]
    fn max(self, other: Self) -> Self {
        Array(std::array::from_fn(|lane| self.0[lane].max(other.0[lane])))
    }
    #[inline(always)]
    fn sums(registers: [Self; WIDTH]) -> Self {
        Array(registers.map(Lanes::sum))
    }
    #[inline(always)]
    fn transpose(registers: [Self; WIDTH]) -> [Self; WIDTH] {
        std::array::from_fn(|lane| Array(registers.map(|register| register.0[lane])))
    }
    #[inline(always)]
    fn sum(self) -> T {
        (self.0[0] + self.0[2]) + (self.0[1] + self.0[3])
    }
}

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod register {
    use core::arch::wasm32::*;

    pub type Register = v128;

    #[inline(always)]
    pub fn splat(value: f32) -> Register {
        f32x4_splat(value)
    }
    #[inline(always)]
    pub fn add(a: Register, b: Register) -> Register {
        f32x4_add(a, b)
    }
    #[inline(always)]
    pub fn subtract(a: Register, b: Register) -> Register {
        f32x4_sub(a, b)
    }
    #[inline(always)]
    pub fn multiply(a: Register, b: Register) -> Register {
        f32x4_mul(a, b)
    }
    #[cfg(not(target_feature = "relaxed-simd"))]
    #[inline(always)]
    pub fn multiply_add(sum: Register, a: Register, b: Register) -> Register {
        add(sum, multiply(a, b))
    }
    #[cfg(target_feature = "relaxed-simd")]
    #[inline(always)]
    pub fn multiply_add(sum: Register, a: Register, b: Register) -> Register {
        f32x4_relaxed_madd(a, b, sum)
    }
    #[inline(always)]
    pub fn max(a: Register, b: Register) -> Register {
        f32x4_pmax(b, a)
    }
    #[inline(always)]
    pub fn sums([a, b, c, d]: [Register; 4]) -> Register {
        // [a0 + a2, b0 + b2, a1 + a3, b1 + b3], and the same of c and d.
        let ab = add(i32x4_shuffle::<0, 4, 1, 5>(a, b), i32x4_shuffle::<2, 6, 3, 7>(a, b));
        let cd = add(i32x4_shuffle::<0, 4, 1, 5>(c, d), i32x4_shuffle::<2, 6, 3, 7>(c, d));
        add(i32x4_shuffle::<0, 1, 4, 5>(ab, cd), i32x4_shuffle::<2, 3, 6, 7>(ab, cd))
    }
    #[inline(always)]
    pub fn transpose([a, b, c, d]: [Register; 4]) -> [Register; 4] {
        // [a0, b0, a1, b1], [a2, b2, a3, b3], and the same of c and d.
        let (ab, ab_rest) = (i32x4_shuffle::<0, 4, 1, 5>(a, b), i32x4_shuffle::<2, 6, 3, 7>(a, b));
        let (cd, cd_rest) = (i32x4_shuffle::<0, 4, 1, 5>(c, d), i32x4_shuffle::<2, 6, 3, 7>(c, d));
        [
            i32x4_shuffle::<0, 1, 4, 5>(ab, cd),
            i32x4_shuffle::<2, 3, 6, 7>(ab, cd),
            i32x4_shuffle::<0, 1, 4, 5>(ab_rest, cd_rest),
            i32x4_shuffle::<2, 3, 6, 7>(ab_rest, cd_rest),
        ]
    }
    #[inline(always)]
    pub fn sum(a: Register) -> f32 {
        let pairs = add(a, i32x4_shuffle::<2, 3, 2, 3>(a, a));
        f32x4_extract_lane::<0>(pairs) + f32x4_extract_lane::<1>(pairs)
    }
}

#[cfg(target_arch = "x86_64")]
mod register {
    use core::arch::x86_64::*;

    pub type Register = __m128;

    #[inline(always)]
    pub fn splat(value: f32) -> Register {
        // SAFETY: every x86-64 has SSE.
        unsafe { _mm_set1_ps(value) }
    }
    #[inline(always)]
    pub fn add(a: Register, b: Register) -> Register {
        // SAFETY: every x86-64 has SSE.
        unsafe { _mm_add_ps(a, b) }
    }
    #[inline(always)]
    pub fn subtract(a: Register, b: Register) -> Register {
        // SAFETY: every x86-64 has SSE.
        unsafe { _mm_sub_ps(a, b) }
    }
    #[inline(always)]
    pub fn multiply(a: Register, b: Register) -> Register {
        // SAFETY: every x86-64 has SSE.
        unsafe { _mm_mul_ps(a, b) }
    }
    #[inline(always)]
    pub fn multiply_add(sum: Register, a: Register, b: Register) -> Register {
        add(sum, multiply(a, b))
    }
    #[inline(always)]
    pub fn max(a: Register, b: Register) -> Register {
        // SAFETY: every x86-64 has SSE.
        unsafe { _mm_max_ps(a, b) }
    }
    #[inline(always)]
    pub fn sums([a, b, c, d]: [Register; 4]) -> Register {
        // SAFETY: every x86-64 has SSE.
        unsafe {
            // [a0 + a2, b0 + b2, a1 + a3, b1 + b3], and the same of c and d.
            let ab = add(_mm_unpacklo_ps(a, b), _mm_unpackhi_ps(a, b));
            let cd = add(_mm_unpacklo_ps(c, d), _mm_unpackhi_ps(c, d));
            add(_mm_movelh_ps(ab, cd), _mm_movehl_ps(cd, ab))
        }
    }
    #[inline(always)]
    pub fn transpose([a, b, c, d]: [Register; 4]) -> [Register; 4] {
        // SAFETY: every x86-64 has SSE.
        unsafe {
            // [a0, b0, a1, b1], [a2, b2, a3, b3], and the same of c and d.
            let (ab, ab_rest) = (_mm_unpacklo_ps(a, b), _mm_unpackhi_ps(a, b));
            let (cd, cd_rest) = (_mm_unpacklo_ps(c, d), _mm_unpackhi_ps(c, d));
            [
                _mm_movelh_ps(ab, cd),
                _mm_movehl_ps(cd, ab),
                _mm_movelh_ps(ab_rest, cd_rest),
                _mm_movehl_ps(cd_rest, ab_rest),
            ]
        }
    }
    #[inline(always)]
    pub fn sum(a: Register) -> f32 {
        // SAFETY: every x86-64 has SSE.
        unsafe {
            let pairs = add(a, _mm_movehl_ps(a, a));
            _mm_cvtss_f32(_mm_add_ss(pairs, _mm_shuffle_ps::<1>(pairs, pairs)))
        }
    }
}

/// The lanes of `f32`: a register where there is one.
#[cfg(any(all(target_arch = "wasm32", target_feature = "simd128"), target_arch = "x86_64"))]
pub type Single = Vector;

/// The lanes of `f32`.
#[cfg(not(any(all(target_arch = "wasm32", target_feature = "simd128"), target_arch = "x86_64")))]
pub type Single = Array<f32>;

/// Four numbers in a register.
#[cfg(any(all(target_arch = "wasm32", target_feature = "simd128"), target_arch = "x86_64"))]
#[derive(Clone, Copy, Debug)]
pub struct Vector(register::Register);

#[cfg(any(all(target_arch = "wasm32", target_feature = "simd128"), target_arch = "x86_64"))]
impl Lanes<f32> for Vector {
    #[inline(always)]
    fn splat(value: f32) -> Self {
        Vector(register::splat(value))
    }
    #[inline(always)]
    fn load(values: &[f32; WIDTH]) -> Self {
        // SAFETY: both types are 16 bytes of plain numbers.
        Vector(unsafe { std::mem::transmute::<[f32; WIDTH], register::Register>(*values) })
    }
    #[inline(always)]
    fn store(self, values: &mut [f32; WIDTH]) {
        // SAFETY: both types are 16 bytes of plain numbers.
        *values = unsafe { std::mem::transmute::<register::Register, [f32; WIDTH]>(self.0) };
    }
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Vector(register::add(self.0, other.0))
    }
    #[inline(always)]
    fn subtract(self, other: Self) -> Self {
        Vector(register::subtract(self.0, other.0))
    }
    #[inline(always)]
    fn multiply(self, other: Self) -> Self {
        Vector(register::multiply(self.0, other.0))
    }
    #[inline(always)]
    fn multiply_add(self, a: Self, b: Self) -> Self {
        Vector(register::multiply_add(self.0, a.0, b.0))
    }
    #[inline(always)]
    fn max(self, other: Self) -> Self {
        Vector(register::max(self.0, other.0))
    }
    #[inline(always)]
    fn sums(registers: [Self; WIDTH]) -> Self {
        Vector(register::sums(registers.map(|lanes| lanes.0)))
    }
    #[inline(always)]
    fn transpose(registers: [Self; WIDTH]) -> [Self; WIDTH] {
        register::transpose(registers.map(|lanes| lanes.0)).map(Vector)
    }
    #[inline(always)]
    fn sum(self) -> f32 {
        register::sum(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_register_does_what_an_array_does_to_the_bit() {
        let (a, b, c) = ([1.1_f32, -2.7, 3e-8, 4e7], [0.3_f32, 1e8, -7.7, 0.1], [5.5_f32, 1e-3, 2.2, -9.9]);
        fn results<L: Lanes<f32>>(a: &[f32; 4], b: &[f32; 4], c: &[f32; 4]) -> [[f32; 4]; 11] {
            let (a, b, c) = (L::load(a), L::load(b), L::load(c));
            let [first, second, third, fourth] = L::transpose([a, b, c, a.add(b)]);
            [
                a.add(b),
                a.subtract(b),
                a.multiply(b),
                c.multiply_add(a, b),
                a.max(c),
                L::sums([a, b, c, a]),
                L::splat(a.add(c).sum()),
                first,
                second,
                third,
                fourth,
            ]
            .map(|lanes| {
                let mut values = [0.0; 4];
                lanes.store(&mut values);
                values
            })
        }
        assert_eq!(results::<Single>(&a, &b, &c), results::<Array<f32>>(&a, &b, &c));
    }

    #[test]
    fn the_greater_of_nan_and_another_is_the_other() {
        fn assert_other<T: Real, L: Lanes<T>>() {
            let [one, two, nan] = [1.0, 2.0, f64::NAN].map(T::from_f64);
            let mut values = [T::ZERO; WIDTH];
            L::load(&[nan, one, nan, one]).max(L::load(&[one, nan, nan, two])).store(&mut values);
            assert_eq!(format!("{values:?}"), "[1.0, NaN, NaN, 2.0]", "{}", std::any::type_name::<L>());
        }
        assert_other::<f32, Single>();
        assert_other::<f32, Array<f32>>();
        assert_other::<f64, Array<f64>>();
    }
}
