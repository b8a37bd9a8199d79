//! Confidence intervals, by Student's distribution: of batches of one run, or of several seeds.

use super::Estimate;
use statrs::distribution::{ContinuousCDF, StudentsT};

/// Each end of a 95 % interval excludes 2.5 %.
const UPPER: f64 = 0.975;

/// The half-width of the 95 % interval of the mean of independent values. `None` for fewer than two.
fn half_width(values: &[f64]) -> Option<f64> {
    let n = values.len() as f64;
    if values.len() < 2 {
        return None;
    }
    let mean = values.iter().sum::<f64>() / n;
    let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / (n - 1.0);
    let t = StudentsT::new(0.0, 1.0, n - 1.0).ok()?.inverse_cdf(UPPER);
    Some(t * (variance / n).sqrt())
}

/// The value over a whole run, with the interval of its batches' values: batches are long enough to be nearly independent
/// (method of batch means, Law and Carson 1979).
pub fn of_batches(value: f64, batches: &[f64]) -> Estimate {
    Estimate { value, plus_minus: half_width(batches) }
}

/// The value of a run that is not stationary, or of which there is too little.
pub fn without(value: f64) -> Estimate {
    Estimate { value, plus_minus: None }
}

/// The mean over several seeds, each an independent run.
pub fn of_seeds(values: &[f64]) -> Estimate {
    Estimate { value: values.iter().sum::<f64>() / values.len().max(1) as f64, plus_minus: half_width(values) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn intervals_are_those_of_students_distribution() {
        // Mean 3, standard deviation 1.5811, t of four degrees 2.7764: 1.9632.
        let found = of_seeds(&[1.0, 2.0, 3.0, 4.0, 5.0]);
        assert_eq!(found.value, 3.0);
        assert!((found.plus_minus.unwrap() - 1.9632).abs() < 0.001);
        assert_eq!(of_seeds(&[1.0]).plus_minus, None);
        assert_eq!(of_batches(7.0, &[2.0, 2.0, 2.0]), Estimate { value: 7.0, plus_minus: Some(0.0) });
    }
}
