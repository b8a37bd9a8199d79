//! Percentiles of waits, by HDR histogram: exact to three digits and mergeable over runs.

use crate::results::LatencyMs;
use hdrhistogram::Histogram;

/// Percentiles of waits given in nanoseconds. `None` for no waits.
pub fn percentiles(waits_ns: &[u64]) -> Option<LatencyMs> {
    if waits_ns.is_empty() {
        return None;
    }
    // Microseconds up to an hour, three significant digits: the bounds are constants, so creation cannot fail.
    let mut histogram = Histogram::<u64>::new_with_bounds(1, 3_600_000_000, 3).ok()?;
    for ns in waits_ns {
        histogram.saturating_record((ns / 1000).max(1));
    }
    let ms = |us: u64| us as f64 / 1000.0;
    let at = |quantile: f64| ms(histogram.value_at_quantile(quantile));
    // The maximum is known exactly.
    let max = waits_ns.iter().max().map_or(0, |ns| ns / 1000);
    Some(LatencyMs { p50: at(0.5), p90: at(0.9), p99: at(0.99), p999: at(0.999), max: ms(max) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_those_of_the_waits() {
        assert_eq!(percentiles(&[]), None);
        let waits: Vec<u64> = (1..=1000).map(|ms| ms * 1_000_000).collect();
        let p = percentiles(&waits).unwrap();
        for (found, expected) in [(p.p50, 500.0), (p.p90, 900.0), (p.p99, 990.0), (p.p999, 999.0)] {
            assert!((found / expected - 1.0).abs() < 0.001, "{found} instead of {expected}");
        }
        assert_eq!(p.max, 1000.0);
    }
}
