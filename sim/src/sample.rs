//! Distributions of times and sizes. They use `libm` alone: the platform's `ln` and `exp` differ between processors in
//! the last bit, and a different bit is a different run.

use crate::seed::Stream;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// A distribution of durations. All parameters are in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Distribution {
    /// Always the same.
    Constant { ms: f64 },
    /// Uniform between the two.
    Uniform { from_ms: f64, to_ms: f64 },
    /// `min_ms` plus an exponential with mean `mean_ms - min_ms`.
    Exponential { min_ms: f64, mean_ms: f64 },
    /// `min_ms` plus a log-normal whose median is `median_ms - min_ms`; `sigma` is the standard deviation of its logarithm.
    LogNormal { min_ms: f64, median_ms: f64, sigma: f64 },
}

impl Distribution {
    pub const ZERO: Distribution = Distribution::Constant { ms: 0.0 };

    /// One draw, in whole nanoseconds.
    pub fn draw(&self, from: &mut Stream) -> Duration {
        let ms = match *self {
            Distribution::Constant { ms } => ms,
            Distribution::Uniform { from_ms, to_ms } => from_ms + (to_ms - from_ms) * from.unit(),
            Distribution::Exponential { min_ms, mean_ms } => min_ms - (mean_ms - min_ms) * libm::log(1.0 - from.unit()),
            Distribution::LogNormal { min_ms, median_ms, sigma } => {
                min_ms + (median_ms - min_ms) * libm::exp(sigma * normal(from))
            }
        };
        Duration::from_nanos((ms.max(0.0) * 1e6) as u64)
    }

    /// The mean in milliseconds.
    pub fn mean_ms(&self) -> f64 {
        match *self {
            Distribution::Constant { ms } => ms,
            Distribution::Uniform { from_ms, to_ms } => (from_ms + to_ms) / 2.0,
            Distribution::Exponential { mean_ms, .. } => mean_ms,
            Distribution::LogNormal { min_ms, median_ms, sigma } => {
                min_ms + (median_ms - min_ms) * libm::exp(sigma * sigma / 2.0)
            }
        }
    }
}

/// A standard normal draw (Box and Muller 1958; the second value is dropped, so that one draw costs a fixed two numbers).
fn normal(from: &mut Stream) -> f64 {
    let (u, v) = (1.0 - from.unit(), from.unit());
    libm::sqrt(-2.0 * libm::log(u)) * libm::cos(2.0 * std::f64::consts::PI * v)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::Seed;

    fn draws(d: Distribution) -> Vec<f64> {
        let mut s = Seed::new(3, "sample").stream("d");
        let mut all: Vec<f64> = (0..40_000).map(|_| d.draw(&mut s).as_secs_f64() * 1e3).collect();
        all.sort_by(f64::total_cmp);
        all
    }

    #[test]
    fn draws_have_the_stated_mean_median_and_minimum() {
        let cases = [
            (Distribution::Constant { ms: 3.5 }, 3.5, 3.5, 3.5),
            (Distribution::Uniform { from_ms: 2.0, to_ms: 6.0 }, 4.0, 4.0, 2.0),
            (Distribution::Exponential { min_ms: 2.0, mean_ms: 5.0 }, 5.0, 2.0 + 3.0 * std::f64::consts::LN_2, 2.0),
            (Distribution::LogNormal { min_ms: 1.0, median_ms: 5.0, sigma: 0.5 }, 1.0 + 4.0 * 1.133_148, 5.0, 1.0),
        ];
        for (d, mean, median, min) in cases {
            let all = draws(d);
            let got_mean = all.iter().sum::<f64>() / all.len() as f64;
            // 40,000 draws: the standard error of each mean here is below 0.02 ms, so 0.08 is beyond four of them.
            assert!((got_mean - mean).abs() < 0.08, "{d:?}: mean {got_mean}, expected {mean}");
            assert!((all[all.len() / 2] - median).abs() < 0.12, "{d:?}: median {}", all[all.len() / 2]);
            assert!(all[0] >= min, "{d:?}: minimum {}", all[0]);
            assert!((d.mean_ms() - mean).abs() < 0.01);
        }
    }
}
