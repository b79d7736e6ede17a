//! The generator of random numbers: xoshiro128** (Blackman and Vigna 2018), seeded by splitmix32.
//!
//! A seed is API: the streams are pinned by tests here and, with the same numbers, in TypeScript.

/// One stream of numbers of one seed. Stream 0 draws a machine's parameters, stream 1 its training data.
#[derive(Clone, Debug)]
pub struct Random {
    words: [u32; 4],
}

/// One draw of splitmix32; advances its state.
fn splitmix32(state: &mut u32) -> u32 {
    *state = state.wrapping_add(0x9e37_79b9);
    let mut word = *state ^ (*state >> 16);
    word = word.wrapping_mul(0x21f0_aaad);
    word ^= word >> 15;
    word = word.wrapping_mul(0x735a_2d97);
    word ^ (word >> 15)
}

impl Random {
    /// Starts stream `stream` of `seed`.
    pub fn new(seed: u32, stream: u32) -> Self {
        let mut first = seed;
        let first = splitmix32(&mut first);
        let mut state = first.wrapping_add(stream.wrapping_mul(0x85eb_ca6b));
        let mut words = [0; 4].map(|_: u32| splitmix32(&mut state));
        // The all-zero state is the one that the generator cannot leave.
        if words == [0; 4] {
            words[0] = 1;
        }
        Random { words }
    }

    /// The next 32 bits.
    pub fn next_word(&mut self) -> u32 {
        let [s0, s1, s2, s3] = &mut self.words;
        let result = s1.wrapping_mul(5).rotate_left(7).wrapping_mul(9);
        let shifted = *s1 << 9;
        *s2 ^= *s0;
        *s3 ^= *s1;
        *s1 ^= *s2;
        *s0 ^= *s3;
        *s2 ^= shifted;
        *s3 = s3.rotate_left(11);
        result
    }

    /// Uniform in [0, 1), of 24 bits.
    pub fn uniform(&mut self) -> f64 {
        f64::from(self.next_word() >> 8) / f64::from(1 << 24)
    }

    /// Uniform in [-bound, bound).
    pub fn symmetric(&mut self, bound: f64) -> f64 {
        bound * (2.0 * self.uniform() - 1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Computed by an independent implementation; the same numbers are pinned in TypeScript.
    #[test]
    fn streams_are_pinned() {
        let words = |seed, stream| {
            let mut random = Random::new(seed, stream);
            [0; 4].map(|_: u32| random.next_word())
        };
        assert_eq!(words(0, 0), [4_040_328_573, 766_560_300, 3_233_569_545, 3_077_719_474]);
        assert_eq!(words(1, 0), [1_526_988_584, 2_907_895_945, 1_394_869_624, 2_016_686_417]);
        assert_eq!(words(1, 1), [2_309_967_796, 1_080_243_134, 3_808_536_229, 3_840_123_672]);
        assert_eq!(words(4_294_967_295, 7), [3_555_398_715, 3_477_592_433, 3_207_172_993, 1_504_802_133]);
    }

    #[test]
    fn uniform_stays_in_its_range_and_fills_it() {
        let mut random = Random::new(3, 0);
        let draws: Vec<f64> = (0..10_000).map(|_| random.uniform()).collect();
        assert!(draws.iter().all(|draw| (0.0..1.0).contains(draw)));
        let mean = draws.iter().sum::<f64>() / 10_000.0;
        assert!((mean - 0.5).abs() < 0.02, "mean {mean}");
    }
}
