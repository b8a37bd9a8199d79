//! The one definition of a percentile: the nearest rank. The percentile of a share `p` is the smallest of the values such that
//! at least `p` of all values are at or below it. So it is always one of the values, and never above the largest. Values are
//! not interpolated.

/// The rank, from 1, of the percentile of `share` (0 to 1) among `count` values in ascending order: the smallest whole number
/// that is at least `share * count`, and at least 1. It is 0 only if there are no values.
pub fn rank(count: u64, share: f64) -> u64 {
    let exact = share.clamp(0.0, 1.0) * count as f64;
    // 0.07 of 100 is a little more than 7 in binary fractions: rounding errors must not add a rank.
    let rank = (exact - exact * 4.0 * f64::EPSILON).ceil() as u64;
    rank.clamp(count.min(1), count)
}

/// The percentile of `share` (0 to 1) of values in ascending order. `None` if there are none.
pub fn of_sorted<T>(sorted: &[T], share: f64) -> Option<&T> {
    let rank = usize::try_from(rank(sorted.len() as u64, share)).ok()?;
    sorted.get(rank.checked_sub(1)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_nearest_rank_of_known_cases() {
        let hundred: Vec<u64> = (1..=100).collect();
        for (share, expected) in
            [(0.0, 1), (0.005, 1), (0.01, 1), (0.07, 7), (0.5, 50), (0.501, 51), (0.99, 99), (0.999, 100), (1.0, 100)]
        {
            assert_eq!(of_sorted(&hundred, share), Some(&expected), "{share}");
        }
        assert_eq!(of_sorted(&[15, 20, 35, 40, 50], 0.3), Some(&20));
        assert_eq!(of_sorted(&[15, 20, 35, 40, 50], 0.4), Some(&20));
        assert_eq!(of_sorted::<u64>(&[], 0.5), None);
        assert_eq!(of_sorted(&[7], 0.99), Some(&7));
        // As many as a national peak hour has.
        assert_eq!(rank(200_000_000, 0.999), 199_800_000);
    }

    proptest! {
        /// The definition, counted out: at least this share at or below, and with the next smaller value fewer.
        #[test]
        fn it_is_the_smallest_value_with_at_least_this_share_at_or_below(
            mut values in prop::collection::vec(0..50u64, 1..200),
            per_mille in 0..=1000u64,
        ) {
            values.sort_unstable();
            let found = *of_sorted(&values, per_mille as f64 / 1000.0).unwrap();
            let at_or_below = |value: u64| values.iter().filter(|v| **v <= value).count() as u64;
            let count = values.len() as u64;
            prop_assert!(at_or_below(found) * 1000 >= per_mille * count);
            if let Some(smaller) = values.iter().rev().find(|v| **v < found) {
                prop_assert!(at_or_below(*smaller) * 1000 < per_mille * count);
            }
            prop_assert!(found <= *values.last().unwrap());
        }

        #[test]
        fn larger_shares_have_no_smaller_percentile(count in 1..10_000_000u64, a in 0.0..=1.0f64, b in 0.0..=1.0f64) {
            prop_assert!(rank(count, a.min(b)) <= rank(count, a.max(b)));
            prop_assert!((1..=count).contains(&rank(count, a)));
        }
    }
}
