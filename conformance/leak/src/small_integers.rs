//! A digit as the value of a byte: unpacked decimals, and lists of small integers in binary formats.

use super::how::Layer;
use super::masks::{Runs, mask, within};
use super::views::View;
use std::ops::Range;

/// No number has fewer digits.
const SHORTEST: usize = 11;
/// More small bytes in a row are a table, or nothing.
const LONGEST: usize = 64;

/// Calls `found` with every row of digits in `bytes[range]`. At least half of them are not zero: zeros are what is between values.
pub(crate) fn rows(bytes: &[u8], range: Range<usize>, mut found: impl FnMut(View)) {
    for (start, end) in Runs::new(bytes, range.start, range.end, SHORTEST as u32, |block| mask(block, |c| within(c, 0, 10))) {
        let row = &bytes[start..end];
        if row.len() <= LONGEST && 2 * row.iter().filter(|b| **b != 0).count() >= row.len() {
            found(View {
                bytes: row.iter().map(|b| b + b'0').collect(),
                from: (start as u32..=end as u32).collect(),
                decoded: 1,
                layer: Some(Layer::SmallIntegers),
            });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_small_bytes_are_digits() {
        let texts = |bytes: &[u8]| {
            let mut texts = Vec::new();
            rows(bytes, 0..bytes.len(), |view| texts.push(String::from_utf8(view.bytes).unwrap_or_default()));
            texts
        };
        assert_eq!(texts(&[77, 8, 7, 1, 2, 1, 3, 6, 2, 0, 0, 2, 3, 0x90, 0]), ["871213620023"]);
        assert!(texts(&[0; 5000]).is_empty() && texts(&[1; 5000]).is_empty() && texts(&[1; 10]).is_empty());
    }
}
