//! Base 64 and base 32: decoding any bytes, and whether the result is worth a search.

use super::masks::{BLOCK, block_of, is, longest_is, mask, within};
use super::views;
use wide::i8x16;

/// No container of a number has fewer bytes.
const CONTAINER: usize = 12;

/// From this length on a run is decoded at every phase: something may be glued to it.
pub(crate) const GLUED: usize = 12;

/// The values of the base-64 characters of both alphabets. Other bytes are never looked up.
static SIX: [u8; 256] = {
    let mut six = [0; 256];
    let mut i = 0;
    while i < 26 {
        six[b'A' as usize + i] = i as u8;
        six[b'a' as usize + i] = 26 + i as u8;
        i += 1;
    }
    while i < 36 {
        six[b'0' as usize + i - 26] = 26 + i as u8;
        i += 1;
    }
    six[b'+' as usize] = 62;
    six[b'-' as usize] = 62;
    six[b'/' as usize] = 63;
    six[b'_' as usize] = 63;
    six
};

/// Whether bytes that may have been decoded wrongly contain something that random bytes rarely do: a run of text, digits of other
/// scripts, or the beginning of a container.
pub(crate) fn promising(bytes: &[u8]) -> bool {
    looks(bytes, 10, 10) || has_container(bytes) || has_wide_kanji(bytes)
}

/// Whether there are kanji numerals in UTF-16 or UTF-32, whose single bytes are not distinctive.
fn has_wide_kanji(bytes: &[u8]) -> bool {
    // Fewer bytes are not eight characters.
    if bytes.len() < 2 * views::UNITS {
        return false;
    }
    let mut padded = [0xFF; BLOCK];
    let mut before = 0;
    for at in (0..bytes.len()).step_by(BLOCK) {
        let block = block_of(&bytes[at..], 0xFF, &mut padded);
        let halves = mask(block, |c| within(c, 0x4E, 11) | is(c, 0x30) | is(c, 0x5F) | is(c, 0x96));
        // Each second byte: eight of sixteen.
        let pairs = halves & halves >> 2;
        let fours = pairs & pairs >> 4;
        let across = before & halves.unbounded_shl(2) != 0;
        if fours != 0 || across {
            return views::wide_ranges(bytes).into_iter().any(|range| {
                let mut found = false;
                views::narrowed(&bytes[range], |_| found = true);
                found
            });
        }
        before = pairs >> 62;
    }
    false
}

/// Whether a few bytes can contain a value in binary form only: they have too little text for the shortest encoding of one, and
/// hardly a character of another script.
pub(crate) fn only_binary(bytes: &[u8]) -> bool {
    !looks(bytes, 7, 3) && !has_container(bytes) && !has_digits(bytes)
}

/// Whether a few bytes have so many digits that they can be a number with something between its digits.
fn has_digits(bytes: &[u8]) -> bool {
    let mut padded = [0; BLOCK];
    let digits = mask(block_of(bytes, 0, &mut padded), |c| within(c, b'0', 10));
    digits.count_ones() >= 10
}

/// Bytes of text in ASCII, and digits of EBCDIC.
pub(crate) fn is_text(c: i8x16) -> i8x16 {
    is(c, 0) | within(c, 9, 5) | is(c, 0x1B) | within(c, 0x20, 0x5F) | within(c, 0xF0, 10)
}

/// Bytes that could begin a character of another script.
pub(crate) fn begins_wide(c: i8x16) -> i8x16 {
    is(c, 0x82) | is(c, 0xA3) | within(c, 0xE3, 3) | is(c, 0xE9) | is(c, 0xEF) | is(c, 0xFF)
}

/// Whether there are `text` bytes of text in a row, or in two consecutive blocks `wide` bytes that could begin characters of other
/// scripts.
fn looks(bytes: &[u8], text: u32, wide: u32) -> bool {
    let mut padded = [0; BLOCK];
    let (mut run, mut before) = (0, 0);
    let mut at = 0;
    while at < bytes.len() {
        let block = block_of(&bytes[at..], 0xFE, &mut padded);
        let texts = mask(block, is_text);
        if longest_is(texts, text) || run + texts.trailing_ones() >= text {
            return true;
        }
        run = if texts == u64::MAX { run + BLOCK as u32 } else { texts.leading_ones() };
        let here = mask(block, begins_wide).count_ones();
        if before + here >= wide {
            return true;
        }
        before = here;
        at += BLOCK;
    }
    false
}

pub(crate) fn has_container(bytes: &[u8]) -> bool {
    // A container with a number in it has more bytes.
    if bytes.len() < CONTAINER {
        return false;
    }
    let container = |at: usize| match bytes[at..] {
        [0x1F, 0x8B, 8, ..] | [0x28, 0xB5, 0x2F, 0xFD, ..] => true,
        [0x78, flags, ..] => flags & 0x20 == 0 && (0x7800 + u16::from(flags)).is_multiple_of(31),
        _ => false,
    };
    memchr::memchr3_iter(0x1F, 0x28, 0x78, bytes).any(container)
}

/// Decodes word characters as base 64, also those at the end that do not fill a byte: zeros are added to them.
pub(crate) fn from_base64(run: &[u8], out: &mut Vec<u8>) {
    let six = |b: u8| u32::from(SIX[usize::from(b)]);
    let (whole, rest) = run.as_chunks::<4>();
    out.resize(whole.len() * 3, 0);
    for ([a, b, c, d], three) in whole.iter().zip(out.as_chunks_mut::<3>().0) {
        let n = six(*a) << 18 | six(*b) << 12 | six(*c) << 6 | six(*d);
        *three = [(n >> 16) as u8, (n >> 8) as u8, n as u8];
    }
    match *rest {
        [a] => out.push((six(a) << 2) as u8),
        [a, b] => out.extend_from_slice(&[(six(a) << 2 | six(b) >> 4) as u8, (six(b) << 4) as u8]),
        [a, b, c] => {
            let n = six(a) << 18 | six(b) << 12 | six(c) << 6;
            out.extend_from_slice(&[(n >> 16) as u8, (n >> 8) as u8, n as u8]);
        }
        _ => {}
    }
}

/// The six bits of a character of base 64.
pub(crate) fn six_bits(byte: u8) -> u8 {
    SIX[usize::from(byte)]
}

/// The value of a digit of hex.
pub(crate) fn nibble(digit: u8) -> u8 {
    if digit.is_ascii_digit() { digit - b'0' } else { (digit | 0x20) - b'a' + 10 }
}

/// How many bytes `characters` of base 64 contain completely.
pub(crate) fn base64_bytes(characters: usize) -> usize {
    characters * 6 / 8
}

/// The bytes that base 64 gives if its first `phase` characters belong to something else; `decoded` is what all `characters` give.
pub(crate) fn at_phase(decoded: &[u8], characters: usize, phase: usize, out: &mut Vec<u8>) {
    let (skip, shift) = (phase * 6 / 8, phase * 6 % 8);
    let length = base64_bytes(characters - phase);
    out.clear();
    let Some(from) = decoded.get(skip..) else { return };
    if shift == 0 {
        out.extend_from_slice(&from[..length.min(from.len())]);
        return;
    }
    let pairs = from.len().saturating_sub(1).min(length);
    out.extend(from[..pairs].iter().zip(&from[1..]).map(|(a, b)| a << shift | b >> (8 - shift)));
    // Nothing comes after the last byte of all.
    if let (Some(last), true) = (from.last(), length > pairs) {
        out.push(last << shift);
    }
}

pub(crate) fn from_base32(run: &[u8], out: &mut Vec<u8>) {
    let five = |b: u8| if b.is_ascii_digit() { b - b'2' + 26 } else { (b | 0x20) - b'a' };
    let (mut bits, mut pending) = (0u32, 0u32);
    for byte in run {
        bits = bits << 5 | u32::from(five(*byte));
        pending += 5;
        if pending >= 8 {
            pending -= 8;
            out.push((bits >> pending) as u8);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_phase_is_what_the_rest_alone_gives(run in "[A-Za-z0-9+/_-]{4,40}", phase in 0usize..4) {
            let run = run.as_bytes();
            let (mut all, mut there, mut alone) = (Vec::new(), Vec::new(), Vec::new());
            from_base64(run, &mut all);
            at_phase(&all, run.len(), phase, &mut there);
            from_base64(&run[phase..], &mut alone);
            alone.truncate(base64_bytes(run.len() - phase));
            prop_assert_eq!(there, alone);
        }

        #[test]
        fn runs_of_text_are_found_wherever_they_are(before in 0usize..200, length in 0usize..30) {
            let bytes = [&vec![0xFE; before][..], &vec![b'7'; length], &[0xFE; 9]].concat();
            prop_assert_eq!(looks(&bytes, 10, 99), length >= 10);
        }
    }
}
