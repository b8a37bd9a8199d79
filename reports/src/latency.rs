//! Percentiles of the waits of a run, by nearest rank (`terms::percentile`).

use crate::results::LatencyMs;
use terms::percentile;

/// Percentiles of waits given in nanoseconds, in milliseconds with three decimals. `None` for no waits.
pub fn percentiles(waits_ns: &[u64]) -> Option<LatencyMs> {
    let mut sorted = waits_ns.to_vec();
    sorted.sort_unstable();
    // Rounded down to microseconds alike, so that the order is kept.
    let at = |share: f64| percentile::of_sorted(&sorted, share).map(|ns| (ns / 1000) as f64 / 1000.0);
    Some(LatencyMs { p50: at(0.5)?, p90: at(0.9)?, p99: at(0.99)?, p999: at(0.999)?, max: at(1.0)? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn percentiles_are_waits() {
        assert_eq!(percentiles(&[]), None);
        let waits: Vec<u64> = (1..=1000).rev().map(|ms| ms * 1_000_000 + 345_678).collect();
        let expected = LatencyMs { p50: 500.345, p90: 900.345, p99: 990.345, p999: 999.345, max: 1000.345 };
        assert_eq!(percentiles(&waits), Some(expected));
        // Of one wait, every percentile is that wait: a histogram of three digits would round it up above its maximum.
        let one = LatencyMs { p50: 4096.001, p90: 4096.001, p99: 4096.001, p999: 4096.001, max: 4096.001 };
        assert_eq!(percentiles(&[4_096_001_999]), Some(one));
    }

    proptest! {
        #[test]
        fn no_percentile_is_above_the_maximum(waits in prop::collection::vec(0..10_000_000_000u64, 1..300)) {
            let p = percentiles(&waits).unwrap();
            prop_assert!(p.p50 <= p.p90 && p.p90 <= p.p99 && p.p99 <= p.p999 && p.p999 <= p.max);
            let max = waits.iter().max().unwrap();
            prop_assert_eq!(p.max, (max / 1000) as f64 / 1000.0);
        }
    }
}
