//! A keyed permutation of `0..size`: distinct inputs give distinct outputs, without a table.
//!
//! Numbers that must never collide (My Number, resident codes, certificate serials) are made with it: person *i* gets
//! `permutation(i)`, so a population of any size is drawn person by person without storing which numbers are in use.

use sha2::{Digest, Sha256};

/// A Feistel network over the smallest even-width binary domain that covers `size`, walked until the result falls inside
/// (cycle walking: Black and Rogaway, "Ciphers with Arbitrary Finite Domains", 2002). Not meant as encryption.
#[derive(Clone, Debug)]
pub struct Permutation {
    size: u64,
    half_bits: u32,
    key: [u8; 32],
}

const ROUNDS: u8 = 6;

impl Permutation {
    /// A permutation of `0..size`; `size` is at least 2 and at most 2^62.
    pub fn new(key: [u8; 32], size: u64) -> Self {
        assert!((2..=1 << 62).contains(&size), "a permutation needs 2 to 2^62 elements, not {size}");
        let bits = 64 - (size - 1).leading_zeros();
        Permutation { size, half_bits: bits.div_ceil(2), key }
    }

    pub fn size(&self) -> u64 {
        self.size
    }

    /// The image of `index`, which must be below `size`.
    pub fn apply(&self, index: u64) -> u64 {
        assert!(index < self.size, "index {index} is outside a permutation of {}", self.size);
        let mut x = index;
        loop {
            x = self.feistel(x);
            if x < self.size {
                return x;
            }
        }
    }

    fn feistel(&self, x: u64) -> u64 {
        let mask = (1u64 << self.half_bits) - 1;
        let (mut left, mut right) = (x >> self.half_bits, x & mask);
        for round in 0..ROUNDS {
            let digest = Sha256::new().chain_update(self.key).chain_update([round]).chain_update(right.to_be_bytes()).finalize();
            let mut word = [0u8; 8];
            word.copy_from_slice(&digest[..8]);
            (left, right) = (right, left ^ (u64::from_be_bytes(word) & mask));
        }
        (left << self.half_bits) | right
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_image_is_reached_exactly_once() {
        for size in [2, 3, 10, 97, 1000, 4096, 5000] {
            let p = Permutation::new([7; 32], size);
            let mut seen = vec![false; size as usize];
            for i in 0..size {
                let image = p.apply(i) as usize;
                assert!(!seen[image], "{image} twice in a permutation of {size}");
                seen[image] = true;
            }
        }
    }

    #[test]
    fn another_key_gives_another_permutation() {
        let (a, b) = (Permutation::new([1; 32], 100_000_000_000), Permutation::new([2; 32], 100_000_000_000));
        assert!((0..100).filter(|&i| a.apply(i) == b.apply(i)).count() < 3);
    }
}
