//! A digit as the value of a byte, or of an integer of two, four or eight bytes: unpacked decimals, arrays of digits.

use super::how::Layer;
use super::masks::{Runs, mask, within};
use super::views::View;
use std::ops::Range;

/// No number has fewer digits.
const DIGITS: usize = 11;
/// More zeros in a row are no part of a number.
const ZEROS: usize = 3;
/// The sizes of integers in bytes.
const SIZES: [usize; 4] = [1, 2, 4, 8];

/// Calls `found` with every row of digits in `bytes[range]`.
pub(crate) fn rows(bytes: &[u8], range: Range<usize>, mut found: impl FnMut(View)) {
    for (start, end) in Runs::new(bytes, range.start, range.end, DIGITS as u32, |block| mask(block, |c| within(c, 0, 10))) {
        for size in SIZES {
            rows_of(bytes, start..end, size, &mut found);
        }
    }
}

/// The rows of integers of `size` bytes in a run of bytes that are digits or zero.
fn rows_of(bytes: &[u8], run: Range<usize>, size: usize, found: &mut impl FnMut(View)) {
    let mut at = run.start;
    while let Some(first) = bytes[at..run.end].iter().position(|b| *b != 0).map(|zeros| at + zeros) {
        let last = last_of_row(bytes, first..run.end, size);
        let before = ((first - run.start) / size).min(ZEROS);
        let after = ((run.end - 1 - last) / size).min(ZEROS);
        let from = first - before * size;
        let places = || (from..=last + after * size).step_by(size);
        // Bytes with as many zeros between are longer integers.
        let is_dense = || 2 * places().filter(|place| bytes[*place] != 0).count() >= places().count();
        if places().count() >= DIGITS && is_dense() {
            let view = View {
                bytes: places().map(|place| b'0' + bytes[place]).collect(),
                from: places().chain([last + after * size + 1]).map(|place| place as u32).collect(),
                decoded: 1,
                layer: Some(Layer::SmallIntegers),
            };
            found(view);
        }
        at = last + 1;
    }
}

/// Where the row of integers ends whose first digit is at the beginning of `rest`: before too many zeros, or before a byte that is
/// no zero where all bytes but one of each integer are.
fn last_of_row(bytes: &[u8], rest: Range<usize>, size: usize) -> usize {
    let mut last = rest.start;
    for place in rest.clone() {
        if bytes[place] != 0 {
            if !(place - rest.start).is_multiple_of(size) {
                break;
            }
            last = place;
        } else if place - last > (ZEROS + 1) * size {
            break;
        }
    }
    last
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_found_in_integers_of_any_size() {
        let digits = [8u8, 7, 1, 2, 1, 3, 6, 2, 0, 0, 2, 3];
        for size in SIZES {
            for big in [false, true] {
                let each = |digit: &u8| {
                    let mut bytes = vec![0; size];
                    bytes[if big { size - 1 } else { 0 }] = *digit;
                    bytes
                };
                let bytes = [&[0xFF, 77][..], &digits.iter().flat_map(each).collect::<Vec<u8>>(), &[0x90, 0]].concat();
                let mut texts = Vec::new();
                rows(&bytes, 0..bytes.len(), |view| texts.push(String::from_utf8(view.bytes).unwrap_or_default()));
                assert!(texts.iter().any(|text| text.contains("871213620023")), "{size} {big}: {texts:?}");
            }
        }
        rows(&[0; 5000], 0..5000, |_| panic!("zeros are no number"));
    }
}
