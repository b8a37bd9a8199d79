//! EBCDIC, the character set of mainframes: what its pages have in common.

use super::how::Layer;
use super::masks::{BLOCK, block_of, is, longest_is, mask, within};
use super::views::View;
use std::ops::Range;

/// No number has fewer digits but one, which may have the sign in it.
const DIGITS: u32 = 9;
/// No number is in shorter groups.
const GROUP: u32 = 3;

/// The first byte of a full-width digit in the double-byte pages of Japan.
const DOUBLE: u8 = 0x42;

/// Each character as ASCII; 1 for what is none or differs between pages.
static ASCII: [u8; 256] = {
    let mut ascii = [1; 256];
    let mut i = 0;
    while i < 9 {
        ascii[0x81 + i] = b'a' + i as u8;
        ascii[0x91 + i] = b'j' + i as u8;
        ascii[0xC1 + i] = b'A' + i as u8;
        ascii[0xD1 + i] = b'J' + i as u8;
        if i < 8 {
            ascii[0xA2 + i] = b's' + i as u8;
            ascii[0xE2 + i] = b'S' + i as u8;
        }
        i += 1;
    }
    i = 0;
    while i < 10 {
        ascii[0xF0 + i] = b'0' + i as u8;
        i += 1;
    }
    // The first byte of full-width digits, as a blank before each.
    ascii[DOUBLE as usize] = b' ';
    let marks = *b"\x40 \x4b.\x4d(\x50&\x5c*\x5d)\x60-\x61/\x6b,\x6d_\x7a:\x7d'\x7e=\x7f\"\xc0{\xd0}\x15\n\x25\n\x05\t";
    i = 0;
    while i < marks.len() {
        ascii[marks[i] as usize] = marks[i + 1];
        i += 2;
    }
    ascii
};

/// The parts of `bytes` with enough digits in EBCDIC.
pub(crate) fn ranges(bytes: &[u8]) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    let mut padded = [0; BLOCK];
    let (mut before, mut group_before) = (0, false);
    for at in (0..bytes.len()).step_by(BLOCK) {
        let block = block_of(&bytes[at..], 0, &mut padded);
        let digits = mask(block, |c| within(c, 0xF0, 10));
        let here = digits.count_ones();
        let full_width = || {
            let each = mask(block, |c| is(c, DOUBLE)) & digits >> 1;
            each & each >> 2 & each >> 4 != 0
        };
        let group = longest_is(digits, GROUP) || here >= GROUP && full_width();
        if before + here >= DIGITS && (group || group_before) {
            let (from, to) = (at.saturating_sub(BLOCK), (at + 2 * BLOCK).min(bytes.len()));
            match ranges.last_mut() {
                Some(last) if from <= last.end => last.end = to,
                _ => ranges.push(from..to),
            }
        }
        (before, group_before) = (here, group);
    }
    ranges
}

/// Bytes in EBCDIC as ASCII.
pub(crate) fn in_ascii(bytes: &[u8]) -> View {
    View {
        bytes: bytes.iter().map(|b| ASCII[usize::from(*b)]).collect(),
        from: (0..=bytes.len() as u32).collect(),
        decoded: 1,
        layer: Some(Layer::Ebcdic),
    }
}
