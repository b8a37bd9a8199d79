//! Draws of all figures from a seed.

use super::Book;
use super::figures::Figure;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// How often figures that move together are at the same place of their distributions.
pub const TOGETHER: f64 = 0.7;

/// All figures, drawn many times.
pub struct Draws {
    values: BTreeMap<String, Vec<f64>>,
    pub count: usize,
}

impl Draws {
    /// Draws each figure from a stream of its own, so that a new figure changes no other.
    pub fn of(book: &Book, seed: u64, count: usize) -> Draws {
        let mut shared: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
        for group in book.figures.iter().filter_map(|f| f.moves_with.as_deref()) {
            shared.entry(group).or_insert_with(|| uniforms(&format!("together/{group}"), seed, count));
        }
        let of = |figure: &Figure| {
            let own = uniforms(&format!("figure/{}", figure.key), seed, count);
            let which = uniforms(&format!("which/{}", figure.key), seed, count);
            let group = figure.moves_with.as_deref().and_then(|g| shared.get(g));
            let place = |(i, own): (usize, &f64)| {
                let together = which.get(i).is_some_and(|w| *w < TOGETHER);
                group.filter(|_| together).and_then(|g| g.get(i)).copied().unwrap_or(*own)
            };
            own.iter().enumerate().map(place).map(|u| triangular(figure, u)).collect()
        };
        Draws { values: book.figures.iter().map(|f| (f.key.clone(), of(f))).collect(), count }
    }

    /// All values of one draw.
    pub fn row(&self, index: usize) -> BTreeMap<&str, f64> {
        self.values.iter().filter_map(|(key, values)| Some((key.as_str(), *values.get(index)?))).collect()
    }

    /// All draws of one figure.
    pub fn of_figure(&self, key: &str) -> &[f64] {
        self.values.get(key).map_or(&[], Vec::as_slice)
    }
}

/// Numbers from 0 to 1, from the stream of that name.
pub(crate) fn uniforms(name: &str, seed: u64, count: usize) -> Vec<f64> {
    let mut digest = Sha256::new();
    digest.update(b"shikaku/compare/");
    digest.update(seed.to_be_bytes());
    digest.update(name.as_bytes());
    let mut stream = ChaCha20Rng::from_seed(digest.finalize().into());
    (0..count).map(|_| (stream.next_u64() >> 11) as f64 / (1u64 << 53) as f64).collect()
}

/// The value of a triangular distribution at the share `u`. It needs no function that differs between processors.
pub fn triangular(figure: &Figure, u: f64) -> f64 {
    let Figure { low, mode, high, .. } = figure;
    let width = high - low;
    if width <= 0.0 {
        return *mode;
    }
    match u < (mode - low) / width {
        true => low + (u * width * (mode - low)).sqrt(),
        false => high - ((1.0 - u) * width * (high - mode)).sqrt(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn book() -> Book {
        Book::built_in().unwrap_or_else(|e| panic!("{e}"))
    }

    #[test]
    fn draws_have_the_mean_of_their_distribution_and_stay_within_it() {
        let book = book();
        let draws = Draws::of(&book, 1, 4000);
        for f in &book.figures {
            let values = draws.of_figure(&f.key);
            assert!(values.iter().all(|v| (f.low..=f.high).contains(v)), "{}", f.key);
            let mean = values.iter().sum::<f64>() / values.len() as f64;
            let expected = (f.low + f.mode + f.high) / 3.0;
            let sd = ((f.low * f.low + f.mode * f.mode + f.high * f.high - f.low * f.mode - f.low * f.high - f.mode * f.high)
                / 18.0)
                .max(0.0)
                .sqrt();
            assert!((mean - expected).abs() <= 4.0 * sd / 4000f64.sqrt() + 1e-9 * expected, "{}: {mean} {expected}", f.key);
        }
    }

    #[test]
    fn figures_that_move_together_are_correlated_and_others_are_not() {
        let draws = Draws::of(&book(), 1, 4000);
        let correlation = |a: &str, b: &str| {
            let (a, b) = (draws.of_figure(a), draws.of_figure(b));
            let mean = |v: &[f64]| v.iter().sum::<f64>() / v.len() as f64;
            let (ma, mb) = (mean(a), mean(b));
            let cov: f64 = a.iter().zip(b).map(|(x, y)| (x - ma) * (y - mb)).sum();
            let sd = |v: &[f64], m: f64| v.iter().map(|x| (x - m) * (x - m)).sum::<f64>().sqrt();
            cov / (sd(a, ma) * sd(b, mb))
        };
        // Both are at the shared place with a chance of 0.7 × 0.7.
        let found = correlation("setup-clinic", "setup-dental");
        assert!((found - TOGETHER * TOGETHER).abs() < 0.06, "{found}");
        assert!(correlation("setup-clinic", "jpki-fee").abs() < 0.06);
    }

    #[test]
    fn a_seed_gives_the_same_draws_and_another_seed_others() {
        let book = book();
        let of = |seed| Draws::of(&book, seed, 5).row(3).into_values().map(f64::to_bits).collect::<Vec<_>>();
        assert_eq!(of(1), of(1));
        assert_ne!(of(1), of(2));
    }
}
