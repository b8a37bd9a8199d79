//! Switching values: up to where one design stays cheaper than another, if one figure changes and all others keep their most likely
//! value.

use super::rounded;
use crate::cost::Book;
use crate::cost::formula::{Inputs, Item};
use std::collections::BTreeMap;

/// The side of a comparison.
pub struct Side<'a> {
    pub items: &'a [&'a Item],
    pub measured: &'a BTreeMap<String, f64>,
}

/// How often the range is halved: far below what is shown.
const HALVINGS: usize = 60;

/// The value of `key` at which two designs cost the same. `None` if there is none within the figure's range.
pub fn switches_at(book: &Book, key: &str, group: &str, a: &Side<'_>, b: &Side<'_>) -> Option<f64> {
    let figure = book.figure(key)?;
    let mut values = book.modes();
    let mut difference = |at: f64| {
        values.insert(&figure.key, at);
        let of = |side: &Side<'_>| Inputs { items: side.items, values: &values, measured: side.measured }.sum(group);
        Some(of(a)? - of(b)?)
    };
    let (mut low, mut high) = (figure.low, figure.high);
    let (at_low, at_high) = (difference(low)?, difference(high)?);
    if at_low == 0.0 || at_high == 0.0 || (at_low > 0.0) == (at_high > 0.0) {
        return None;
    }
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(low, high);
        match (difference(middle)? > 0.0) == (at_low > 0.0) {
            true => low = middle,
            false => high = middle,
        }
    }
    Some(rounded(f64::midpoint(low, high)))
}
