//! Draws that several kinds of facts about people share.

use crate::seed::Stream;
use jiff::ToSpan;
use jiff::civil::Date;

/// A day drawn uniformly from `from` to `to`, both included; `to` if the range is empty.
pub(super) fn between(draw: &mut Stream, from: Date, to: Date) -> Date {
    let days = (to - from).get_days();
    match u64::try_from(days) {
        Ok(days) => from.saturating_add((draw.below(days + 1) as i64).days()),
        Err(_) => to,
    }
}

/// The items in a drawn order (Fisher and Yates).
pub(super) fn shuffled<T>(mut items: Vec<T>, draw: &mut Stream) -> Vec<T> {
    for last in (1..items.len()).rev() {
        items.swap(last, draw.below(last as u64 + 1) as usize);
    }
    items
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::Seed;
    use std::collections::BTreeSet;

    #[test]
    fn a_shuffle_keeps_every_item_and_gives_every_order() {
        let mut draw = Seed::new(1, "places").stream("shuffle");
        let mut orders = BTreeSet::new();
        for _ in 0..200 {
            let order = shuffled(vec![1, 2, 3], &mut draw);
            assert_eq!(order.iter().copied().collect::<BTreeSet<_>>(), BTreeSet::from([1, 2, 3]));
            orders.insert(order);
        }
        assert_eq!(orders.len(), 6);
    }
}
