//! How sure a figure is: intervals over seeds, of paired differences, over drawn assumptions; switching values; value of information.

pub mod information;
pub mod switching;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use statrs::distribution::{ContinuousCDF, StudentsT};
use terms::percentile;

/// Each end of a 95 % interval excludes this.
const TAIL: f64 = 0.025;
/// Each end of an interval over drawn assumptions excludes this.
const DRAWN_TAIL: f64 = 0.05;

/// A value with an interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Estimate {
    pub value: f64,
    /// `None` for a single value, about which nothing can be said.
    pub low: Option<f64>,
    pub high: Option<f64>,
}

/// The mean over seeds, with the 95 % interval of Student's distribution. `None` without values.
pub fn of_seeds(values: &[f64]) -> Option<Estimate> {
    let n = values.len() as f64;
    if values.is_empty() {
        return None;
    }
    let mean = values.iter().sum::<f64>() / n;
    let half = StudentsT::new(0.0, 1.0, n - 1.0).ok().map(|t| {
        let variance = values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / (n - 1.0);
        t.inverse_cdf(1.0 - TAIL) * (variance / n).sqrt()
    });
    let half = half.filter(|h| h.is_finite());
    Some(Estimate { value: rounded(mean), low: half.map(|h| rounded(mean - h)), high: half.map(|h| rounded(mean + h)) })
}

/// The differences of one design from another, seed by seed: both met the same people, visits and faults. Seeds in which one has no
/// value are not included.
pub fn paired(of: &[Option<f64>], from: &[Option<f64>]) -> Option<Estimate> {
    let differences: Vec<f64> = of.iter().zip(from).filter_map(|(a, b)| Some((*a)? - (*b)?)).collect();
    of_seeds(&differences)
}

/// A value with the interval in which nine of ten drawn values are.
pub fn of_draws(value: f64, drawn: &[f64]) -> Estimate {
    let mut sorted = drawn.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = |share| percentile::of_sorted(&sorted, share).copied().map(rounded);
    Estimate { value: rounded(value), low: at(DRAWN_TAIL), high: at(1.0 - DRAWN_TAIL) }
}

/// Eight significant digits: what is shown is not finer, and a last bit that another processor may have is dropped.
pub fn rounded(value: f64) -> f64 {
    if value == 0.0 || !value.is_finite() {
        return 0.0;
    }
    format!("{value:.7e}").parse().unwrap_or(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_are_those_of_students_distribution() {
        let found = of_seeds(&[1.0, 2.0, 3.0, 4.0, 5.0]).unwrap_or_else(|| panic!("five values"));
        // Standard deviation 1.5811, t of four degrees 2.7764.
        assert!((found.value - 3.0).abs() < 1e-9 && (found.high.unwrap_or_default() - 4.9632).abs() < 1e-3);
        assert_eq!(of_seeds(&[1.0]).and_then(|e| e.low), None);
        assert_eq!(of_seeds(&[]), None);
    }

    #[test]
    fn differences_are_paired() {
        let a = [Some(11.0), Some(21.0), None, Some(31.0)];
        let b = [Some(10.0), Some(20.0), Some(7.0), Some(30.0)];
        assert_eq!(paired(&a, &b), Some(Estimate { value: 1.0, low: Some(1.0), high: Some(1.0) }));
    }

    #[test]
    fn values_are_rounded_to_eight_digits() {
        assert_eq!((rounded(0.1 + 0.2), rounded(-1234.56789123), rounded(f64::NAN)), (0.3, -1234.5679, 0.0));
    }
}
