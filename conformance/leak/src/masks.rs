//! 64 bytes at once: which of them are of a kind, as the bits of a number.

use bytemuck::cast;
use std::ops::Range;
use wide::i8x16;

pub(crate) const BLOCK: usize = 64;

/// The bits of the bytes of `block` for which `test` gives all ones.
#[inline(always)]
pub(crate) fn mask(block: &[u8; BLOCK], test: impl Fn(i8x16) -> i8x16) -> u64 {
    let quarters: [[u8; 16]; 4] = cast(*block);
    let bits = quarters.map(|quarter| u64::from(test(cast(quarter)).to_bitmask() & 0xFFFF));
    bits[0] | bits[1] << 16 | bits[2] << 32 | bits[3] << 48
}

/// Whether bytes are one of the `count` from `first` on.
#[inline(always)]
pub(crate) fn within(c: i8x16, first: u8, count: u8) -> i8x16 {
    // An unsigned range check is one signed comparison after adding 0x80 minus the first value of the range.
    (c + i8x16::splat((0x80 - i32::from(first)) as i8)).simd_lt(i8x16::splat((i32::from(count) - 0x80) as i8))
}

#[inline(always)]
pub(crate) fn is(c: i8x16, byte: u8) -> i8x16 {
    c.simd_eq(i8x16::splat(byte as i8))
}

/// The first block of `bytes`, padded with `pad` in `padded` if there are fewer bytes.
#[inline]
pub(crate) fn block_of<'a>(bytes: &'a [u8], pad: u8, padded: &'a mut [u8; BLOCK]) -> &'a [u8; BLOCK] {
    match bytes.first_chunk() {
        Some(block) => block,
        None => {
            padded.fill(pad);
            padded[..bytes.len()].copy_from_slice(bytes);
            padded
        }
    }
}

/// Whether `length` bits in a row are set.
#[inline]
pub(crate) fn longest_is(bits: u64, length: u32) -> bool {
    let (mut bits, mut done) = (bits, 1);
    while done < length && bits != 0 {
        let step = done.min(length - done);
        bits &= bits >> step;
        done += step;
    }
    bits != 0
}

/// The characters of words: letters, digits, and the marks of both alphabets of base 64.
#[inline(always)]
pub(crate) fn word(c: i8x16) -> i8x16 {
    within(c | i8x16::splat(0x20), b'a', 26) | within(c, b'/', 11) | is(c, b'+') | is(c, b'-') | is(c, b'_')
}

/// The digits of hex.
#[inline(always)]
pub(crate) fn hex_digit(c: i8x16) -> i8x16 {
    within(c | i8x16::splat(0x20), b'a', 6) | within(c, b'0', 10)
}

/// The starts and ends of the runs of at least `shortest` bytes of a kind in `bytes[from..to]`. A run that begins there is followed
/// to its end.
pub(crate) struct Runs<'b, F> {
    bytes: &'b [u8],
    kind: F,
    shortest: u32,
    to: usize,
    /// Where the block that is being read begins, and the runs that are left in it.
    at: usize,
    left: u64,
}

impl<'b, F: Fn(&[u8; BLOCK]) -> u64> Runs<'b, F> {
    pub fn new(bytes: &'b [u8], from: usize, to: usize, shortest: u32, kind: F) -> Self {
        debug_assert!((1..=32).contains(&shortest));
        let mut runs = Runs { bytes, kind, shortest, to, at: from, left: 0 };
        runs.left = runs.read_long(from);
        runs
    }

    /// The bytes of the kind in the block at `at`, up to the end of all bytes.
    fn read(&self, at: usize) -> u64 {
        if at >= self.bytes.len() {
            return 0;
        }
        let mut padded = [0; BLOCK];
        let rest = self.bytes.len() - at;
        let bits = (self.kind)(block_of(&self.bytes[at..], 0, &mut padded));
        if rest < BLOCK { bits & ((1 << rest) - 1) } else { bits }
    }

    /// The same without runs that are too short.
    fn read_long(&self, at: usize) -> u64 {
        long_runs(self.read(at), self.shortest)
    }

    /// The end of a run that reaches the end of the block at `at`.
    fn end(&self, mut at: usize) -> usize {
        loop {
            at += BLOCK;
            let more = self.read(at).trailing_ones() as usize;
            if more < BLOCK {
                return at + more;
            }
        }
    }
}

impl<F: Fn(&[u8; BLOCK]) -> u64> Iterator for Runs<'_, F> {
    type Item = (usize, usize);

    fn next(&mut self) -> Option<(usize, usize)> {
        loop {
            if self.left == 0 {
                self.at += BLOCK;
                if self.at >= self.to {
                    return None;
                }
                self.left = self.read_long(self.at);
                continue;
            }
            let first = self.left.trailing_zeros();
            let start = self.at + first as usize;
            if start >= self.to {
                return None;
            }
            let length = (self.left >> first).trailing_ones();
            if first + length == BLOCK as u32 {
                let end = self.end(self.at);
                self.at += (end - self.at) / BLOCK * BLOCK;
                self.left = long_runs(self.read(self.at) & u64::MAX.unbounded_shl((end - self.at) as u32), self.shortest);
                if end - start >= self.shortest as usize {
                    return Some((start, end));
                }
                continue;
            }
            self.left &= u64::MAX << (first + length);
            if length >= self.shortest {
                return Some((start, start + length as usize));
            }
        }
    }
}

/// The runs of at least `shortest` bits, and one at the end, which may go on.
#[inline]
fn long_runs(bits: u64, shortest: u32) -> u64 {
    let begins = shortened(bits, shortest) & bits & !(bits << 1);
    // A one that is added where a run begins is carried through all of it.
    bits & !bits.wrapping_add(begins)
}

/// Of the runs in `bits`, what is left if `length` bits less one are taken from the end of each. What comes after the last bit is
/// taken to be set.
#[inline]
fn shortened(mut bits: u64, length: u32) -> u64 {
    let mut done = 1;
    while done < length {
        let step = done.min(length - done);
        bits &= bits >> step | u64::MAX << (64 - step);
        done += step;
    }
    bits
}

/// The ranges of `bytes[range]` in which runs of bytes of a kind follow each other, all equally long (but the last one) and equally
/// far apart: `enough` says of their length, their number, and how many of them in a row have the same between them, whether two or
/// more are worth a look, and how.
pub(crate) fn regular<W>(
    bytes: &[u8],
    range: Range<usize>,
    kind: impl Fn(&[u8; BLOCK]) -> u64,
    enough: impl Fn(usize, usize, usize) -> Option<W>,
    mut found: impl FnMut(Range<usize>, W),
) {
    let mut padded = [0; BLOCK];
    // The first of the runs that are alike, their length and distance, how many there are, and the end of the last.
    let (mut first, mut length, mut apart, mut count, mut end) = (0, 0, 0, 0, 0);
    let (mut before, mut start) = (0, range.start);
    // What is between the last two, how many in a row have the same between them, and the most that had.
    let (mut gap, mut alike, mut most) = (&[][..], 0, 0);
    for at in (range.start..range.end + 1).step_by(BLOCK) {
        let bits = kind(block_of(&bytes[at.min(range.end)..range.end], 0, &mut padded));
        let mut edges = bits ^ (bits << 1 | before);
        before = bits >> 63;
        while edges != 0 {
            let bit = edges.trailing_zeros() as usize;
            edges &= edges - 1;
            let place = at + bit;
            if bits >> bit & 1 == 1 {
                start = place;
                continue;
            }
            let this = place - start;
            if this == length && (count == 1 && start - end <= MOST_APART || start - end == apart) {
                (apart, count) = (start - end, count + 1);
                let between = bytes.get(end..start).unwrap_or_default();
                alike = if between == gap { alike + 1 } else { 2 };
                (gap, most) = (between, most.max(alike));
            } else {
                if count > 1
                    && let Some(how) = enough(length, count, most)
                {
                    // What follows may be a shorter last one.
                    found(first..place, how);
                }
                let follows = this == length && start - end <= MOST_APART;
                (first, count) = if follows { (end - length, 2) } else { (start, 1) };
                (gap, alike, most) = (bytes.get(end..start).filter(|_| follows).unwrap_or_default(), count, count);
                (length, apart) = (this, start - end);
            }
            end = place;
        }
    }
    if count > 1
        && let Some(how) = enough(length, count, most)
    {
        found(first..end, how);
    }
}

/// The most bytes between two runs that follow each other.
pub(crate) const MOST_APART: usize = 4;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn slowly(bytes: &[u8], from: usize, to: usize, shortest: usize) -> Vec<(usize, usize)> {
        let is = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'-' | b'_');
        let (mut all, mut at) = (Vec::new(), from);
        while at < to {
            let length = bytes[at..].iter().take_while(|b| is(b)).count();
            if length >= shortest {
                all.push((at, at + length));
            }
            at += length + 1;
        }
        all
    }

    proptest! {
        #[test]
        fn runs_are_those_of_a_slow_search(
            pieces in prop::collection::vec(("[a-z+/_-]{0,90}", "[ .:*,@`{]{1,3}"), 0..20),
            from in any::<prop::sample::Index>(), to in any::<prop::sample::Index>(), shortest in 1usize..12,
        ) {
            let text: String = pieces.iter().map(|(a, b)| format!("{a}{b}")).collect();
            let bytes = text.as_bytes();
            let (a, b) = (from.index(bytes.len() + 1), to.index(bytes.len() + 1));
            let (from, to) = (a.min(b), a.max(b));
            let fast: Vec<_> = Runs::new(bytes, from, to, shortest as u32, |block| mask(block, word)).collect();
            prop_assert_eq!(fast, slowly(bytes, from, to, shortest));
        }

        #[test]
        fn a_mask_says_of_each_byte_what_the_test_says(block in any::<[u8; BLOCK]>(), first in any::<u8>(), count in 0u8..100) {
            let bits = mask(&block, |c| within(c, first, count));
            for (i, b) in block.iter().enumerate() {
                let inside = u16::from(*b) >= u16::from(first) && u16::from(*b) < u16::from(first) + u16::from(count);
                // A range ends with the last byte.
                prop_assert!(u16::from(first) + u16::from(count) > 256 || (bits >> i & 1 == 1) == inside);
            }
        }
    }
}
