//! Base 64 and base 32: decoding any bytes, and whether the result is worth a search.

use super::masks::{BLOCK, block_of, hex_digit, is, longest_is, mask, within};
use super::symbols;
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
    promising_from(bytes, 0).is_some()
}

/// The first block from `at` on that has something promising in it, or at its beginning the end of it.
fn promising_from(bytes: &[u8], mut at: usize) -> Option<usize> {
    let (mut run, mut wide, mut kanji) = (0, 0, 0);
    while at < bytes.len() {
        let block = &bytes[at..(at + BLOCK).min(bytes.len())];
        let glance = Glance::at(block);
        let here = glance.wide.count_ones();
        let (kanji_in_row, kanji_after) = glance.kanji_in_row(kanji);
        if longest_is(glance.text, TEXT)
            || run + glance.text.trailing_ones() >= TEXT
            || wide + here >= WIDE
            || glance.magic != 0 && glance.magics(at).any(|place| container_at(bytes, place))
            || kanji_in_row && has_wide_kanji(&bytes[at.saturating_sub(BLOCK)..(at + 2 * BLOCK).min(bytes.len())])
        {
            return Some(at);
        }
        run = if glance.text == u64::MAX { run + BLOCK as u32 } else { glance.text.leading_ones() };
        (wide, kanji) = (here, kanji_after);
        at += BLOCK;
    }
    None
}

/// Random bytes rarely have so many bytes of text in a row, or in two blocks so many that could begin characters of other scripts.
pub(crate) const TEXT: u32 = 10;
pub(crate) const WIDE: u32 = 10;

/// Up to [`BLOCK`] bytes: which of them are text, or could begin a character of another script, a container, or be one half of a
/// kanji numeral.
pub(crate) struct Glance {
    pub text: u64,
    pub wide: u64,
    magic: u64,
    kanji: u64,
    digits: u64,
}

impl Glance {
    pub fn at(bytes: &[u8]) -> Glance {
        let mut glance = Glance { text: 0, wide: 0, magic: 0, kanji: 0, digits: 0 };
        let (whole, rest) = bytes.as_chunks::<16>();
        for (i, sixteen) in whole.iter().enumerate() {
            glance.add(i, sixteen);
        }
        if !rest.is_empty() {
            let mut last = [0xFE; 16];
            last[..rest.len()].copy_from_slice(rest);
            glance.add(whole.len(), &last);
        }
        glance
    }

    #[inline(always)]
    fn add(&mut self, i: usize, sixteen: &[u8; 16]) {
        let c: i8x16 = bytemuck::cast(*sixteen);
        let bits = |mask: i8x16| u64::from(mask.to_bitmask() & 0xFFFF) << (16 * (i & 3));
        self.text |= bits(is_text(c));
        self.wide |= bits(begins_wide(c));
        self.magic |= bits(is(c, 0x1F) | is(c, 0x28) | is(c, 0x78));
        self.kanji |= bits(is_half_of_kanji(c));
        self.digits |= bits(within(c, b'0', 10));
    }

    fn looks(&self, text: u32, wide: u32) -> bool {
        longest_is(self.text, text) || self.wide.count_ones() >= wide
    }

    pub fn kanji_in_row(&self, before: u64) -> (bool, u64) {
        kanji_in_row(self.kanji, before)
    }

    /// The places at which a container could begin, if the bytes begin at `at`.
    pub fn magics(&self, at: usize) -> impl Iterator<Item = usize> {
        let mut left = self.magic;
        std::iter::from_fn(move || {
            let next = left.trailing_zeros() as usize;
            left &= left.wrapping_sub(1);
            (next < BLOCK).then_some(at + next)
        })
    }

    fn has_container(&self, bytes: &[u8]) -> bool {
        self.magic != 0 && has_container(bytes)
    }

    fn has_wide_kanji(&self, bytes: &[u8]) -> bool {
        let pairs = self.kanji & self.kanji >> 2;
        pairs & pairs >> 4 != 0 && has_wide_kanji(bytes)
    }
}

/// Whether each second byte of at least four in a row is one half of a kanji numeral; `before` are the last of the block before.
/// Also the last of this block.
pub(crate) fn kanji_in_row(halves: u64, before: u64) -> (bool, u64) {
    let pairs = halves & halves >> 2;
    (pairs & pairs >> 4 != 0 || before & halves << 2 != 0, pairs >> 62)
}

/// Either byte of the kanji numerals in UTF-16.
#[inline(always)]
pub(crate) fn is_half_of_kanji(c: i8x16) -> i8x16 {
    within(c, 0x4E, 11) | is(c, 0x30) | is(c, 0x5F) | is(c, 0x96)
}

/// Whether there are kanji numerals in UTF-16 or UTF-32, whose single bytes are not distinctive.
pub(crate) fn has_wide_kanji(bytes: &[u8]) -> bool {
    // Fewer bytes are not eight characters.
    if bytes.len() < 2 * views::UNITS {
        return false;
    }
    let mut padded = [0xFF; BLOCK];
    let mut before = 0;
    for at in (0..bytes.len()).step_by(BLOCK) {
        let block = block_of(&bytes[at..], 0xFF, &mut padded);
        let halves = mask(block, is_half_of_kanji);
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
    // Fewer digits are no number, whatever is between them.
    let glance = Glance::at(bytes);
    !glance.looks(7, 3) && !glance.has_container(bytes) && glance.digits.count_ones() < FEWEST_DIGITS
}

/// The same of up to [`BLOCK`] bytes, in which there is room for a number in another script, or for a value in groups.
pub(crate) fn only_binary_in_block(bytes: &[u8]) -> bool {
    let glance = Glance::at(bytes);
    if glance.looks(7, 3) || glance.has_container(bytes) || glance.has_wide_kanji(bytes) {
        return false;
    }
    let mut padded = [0xFF; BLOCK];
    let block = block_of(bytes, 0xFF, &mut padded);
    let alphanumeric = |c: i8x16| within(c | i8x16::splat(0x20), b'a', 26) | within(c, b'0', 10);
    let escape = |c: i8x16| is(c, b'\\') | is(c, b'%') | is(c, b'&') | is(c, b'=');
    mask(block, hex_digit).count_ones() < FEWEST_DIGITS
        && mask(block, alphanumeric).count_ones() < SHORTEST_CODE
        && !(mask(block, escape) != 0 && views::has_escapes(bytes))
        && glance.digits.count_ones() as usize + symbols::most_digits(bytes) < FEWEST_DIGITS as usize
}

/// No number has fewer digits, and no code fewer characters.
const FEWEST_DIGITS: u32 = 10;
const SHORTEST_CODE: u32 = 16;

/// Bytes of text in ASCII, and digits of EBCDIC.
#[inline(always)]
pub(crate) fn is_text(c: i8x16) -> i8x16 {
    is(c, 0) | within(c, 9, 5) | is(c, 0x1B) | within(c, 0x20, 0x5F) | within(c, 0xF0, 10)
}

/// Bytes that could begin a character of another script.
#[inline(always)]
pub(crate) fn begins_wide(c: i8x16) -> i8x16 {
    is(c, 0x82) | is(c, 0xA3) | within(c, 0xE3, 3) | is(c, 0xE9) | is(c, 0xEF) | is(c, 0xFF)
}

pub(crate) fn has_container(bytes: &[u8]) -> bool {
    // A container with a number in it has more bytes.
    if bytes.len() < CONTAINER {
        return false;
    }
    memchr::memchr3_iter(0x1F, 0x28, 0x78, bytes).any(|at| container_at(bytes, at))
}

pub(crate) fn container_at(bytes: &[u8], at: usize) -> bool {
    match bytes[at..] {
        // A container with a number in it has more bytes.
        _ if bytes.len() < CONTAINER => false,
        [0x1F, 0x8B, 8, ..] | [0x28, 0xB5, 0x2F, 0xFD, ..] => true,
        [0x78, flags, ..] => flags & 0x20 == 0 && (0x7800 + u16::from(flags)).is_multiple_of(31),
        _ => false,
    }
}

/// The six bits of a character of base 64 at each of four places of a number of 24 bits.
static SIX_AT: [[u32; 256]; 4] = {
    let mut all = [[0; 256]; 4];
    let mut i = 0;
    while i < 256 {
        let mut place = 0;
        while place < 4 {
            all[place][i] = (SIX[i] as u32) << (6 * (3 - place));
            place += 1;
        }
        i += 1;
    }
    all
};

/// Decodes word characters as base 64, also those at the end that do not fill a byte: zeros are added to them.
pub(crate) fn from_base64(run: &[u8], out: &mut Vec<u8>) {
    let [first, second, third, fourth] = &SIX_AT;
    let at = |table: &[u32; 256], b: u8| table[usize::from(b)];
    let (whole, rest) = run.as_chunks::<4>();
    out.resize(whole.len() * 3, 0);
    for ([a, b, c, d], three) in whole.iter().zip(out.as_chunks_mut::<3>().0) {
        let [_, bytes @ ..] = (at(first, *a) | at(second, *b) | at(third, *c) | at(fourth, *d)).to_be_bytes();
        *three = bytes;
    }
    let n = rest.iter().zip(&SIX_AT).fold(0, |n, (byte, table)| n | at(table, *byte));
    // Each character that is left begins a byte.
    out.extend_from_slice(&n.to_be_bytes()[1..][..rest.len()]);
}

/// The six bits of a character of base 64.
pub(crate) fn six_bits(byte: u8) -> u8 {
    SIX[usize::from(byte)]
}

/// The value of a digit of hex.
pub(crate) fn nibble(digit: u8) -> u8 {
    // Letters have a bit that digits lack, and begin with 1 in the lower half.
    (digit & 15) + 9 * (digit >> 6)
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
            prop_assert_eq!(promising(&bytes), length >= 10);
        }
    }
}
