//! One seed determines all random draws. Each component draws from its own stream, chosen by name, so that adding one actor
//! does not change what the others draw.

use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use sha2::{Digest, Sha256};

/// The number that a user gives with `--seed`, mixed with what is run, so that no two runs share draws by accident.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Seed {
    root: [u8; 32],
}

impl Seed {
    /// The seed of a run: `number` is the user's, `scope` distinguishes runs that share it (the scenario).
    pub fn new(number: u64, scope: &str) -> Self {
        let root = Sha256::new()
            .chain_update(b"shikaku/seed/v1\0")
            .chain_update(number.to_be_bytes())
            .chain_update(scope.as_bytes())
            .finalize()
            .into();
        Seed { root }
    }

    /// The random stream of the component called `name`. The same name gives the same stream, always from its start.
    pub fn stream(&self, name: &str) -> Stream {
        let mut rng = ChaCha20Rng::from_seed(self.root);
        let digest = Sha256::digest(name.as_bytes());
        let mut id = [0u8; 8];
        id.copy_from_slice(&digest[..8]);
        rng.set_stream(u64::from_be_bytes(id));
        Stream { rng }
    }

    /// 32 bytes that depend on the seed and `name` alone: for keys.
    pub fn bytes(&self, name: &str) -> [u8; 32] {
        Sha256::new().chain_update(b"shikaku/bytes/v1\0").chain_update(self.root).chain_update(name.as_bytes()).finalize().into()
    }

    /// A 64-bit number that depends on the seed and `name` alone: for libraries that take a seed of their own.
    pub fn number(&self, name: &str) -> u64 {
        let b = self.bytes(name);
        u64::from_be_bytes([b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7]])
    }
}

/// A stream of random draws: ChaCha20, so its output is fixed by the algorithm and not by a library version.
#[derive(Clone, Debug)]
pub struct Stream {
    rng: ChaCha20Rng,
}

impl Stream {
    pub fn next_u64(&mut self) -> u64 {
        self.rng.next_u64()
    }

    pub fn fill(&mut self, bytes: &mut [u8]) {
        self.rng.fill_bytes(bytes);
    }

    /// Uniform in `0..bound`, without modulo bias (Lemire's method with rejection). `bound` of 0 gives 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        if bound == 0 {
            return 0;
        }
        let threshold = bound.wrapping_neg() % bound;
        loop {
            let wide = u128::from(self.rng.next_u64()) * u128::from(bound);
            if (wide as u64) >= threshold {
                return (wide >> 64) as u64;
            }
        }
    }

    /// Uniform in `[0, 1)` with 53 bits.
    pub fn unit(&mut self) -> f64 {
        (self.rng.next_u64() >> 11) as f64 * (1.0 / (1u64 << 53) as f64)
    }

    /// True with probability `p`.
    pub fn chance(&mut self, p: f64) -> bool {
        self.unit() < p
    }

    /// One element of a slice that is not empty.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len() as u64) as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_depends_on_seed_scope_and_name_only() {
        let draw = |n, scope: &str, name: &str| Seed::new(n, scope).stream(name).next_u64();
        assert_eq!(draw(1, "a", "x"), draw(1, "a", "x"));
        assert_ne!(draw(1, "a", "x"), draw(2, "a", "x"));
        assert_ne!(draw(1, "a", "x"), draw(1, "b", "x"));
        assert_ne!(draw(1, "a", "x"), draw(1, "a", "y"));
    }

    #[test]
    fn below_is_uniform_enough_and_in_range() {
        let mut s = Seed::new(7, "test").stream("below");
        let mut seen = [0u32; 10];
        for _ in 0..100_000 {
            seen[s.below(10) as usize] += 1;
        }
        // Binomial(100000, 0.1): standard deviation 95, so six of them are 570.
        assert!(seen.iter().all(|n| n.abs_diff(10_000) < 570), "{seen:?}");
        assert_eq!(s.below(0), 0);
        assert_eq!(s.below(1), 0);
    }
}
