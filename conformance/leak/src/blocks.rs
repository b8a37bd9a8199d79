//! The first stage: which ranges of the bytes can contain a value at all.
//!
//! 64 bytes are tested at once. Prose is skipped at about the speed of reading memory.

use super::masks::{BLOCK, block_of, is, longest_is, mask, within};
use bytemuck::cast;
use std::ops::Range;
use wide::i8x16;

/// A run of word characters of this length or more is searched whatever it consists of.
const LONG: u32 = 16;
/// No number has fewer digits, and none is spread over more than two blocks.
const DIGITS: u32 = 10;

/// In a block with so many control characters, what looks like short words and numbers is chance.
const BINARY: u32 = 4;
/// A run of word characters of this length may be an encoding also there.
const WORD: u32 = 7;

/// The ranges that are worth searching, each with one block of context on either side.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Spans {
    /// Enough digits, or bytes that could be digits of another script, are close together.
    pub digits: Vec<Range<usize>>,
    /// There are words that could be an encoding.
    pub words: Vec<Range<usize>>,
    /// There are enough digits, or such words.
    pub text: Vec<Range<usize>>,
    /// There are bytes that ASCII text does not contain.
    pub non_text: Vec<Range<usize>>,
    /// The blocks with digits that could be a part of a number.
    pub parts: Vec<usize>,
    /// The blocks with digits.
    pub with_digits: Vec<usize>,
}

impl Spans {
    pub fn clear(&mut self) {
        let Spans { digits, words, text, non_text, parts, with_digits } = self;
        [digits, words, text, non_text].into_iter().for_each(Vec::clear);
        [parts, with_digits].into_iter().for_each(Vec::clear);
    }
}

/// Of 64 bytes, which are of which kind.
struct Masks {
    digit: u64,
    letter: u64,
    upper: u64,
    non_text: u64,
    /// Control characters that no text contains.
    control: u64,
}

#[inline]
fn masks(block: &[u8; BLOCK]) -> Masks {
    Masks {
        digit: mask(block, |c| within(c, b'0', 10)),
        letter: mask(block, |c| within(c | i8x16::splat(0x20), b'a', 26)),
        upper: mask(block, |c| within(c, b'A', 26)),
        non_text: mask(block, |c| c.simd_lt(i8x16::splat(0x20)) & !within(c, 9, 5)),
        control: mask(block, |c| (within(c, 0, 0x20) & !within(c, 9, 5) & !is(c, 0x1B)) | is(c, 0x7F)),
    }
}

/// The word characters of a block (anything above `*`, which includes the alphabet of every encoding), and whether it has digits,
/// capitals or non-text bytes, which most prose lacks.
#[inline]
fn glance(block: &[u8; BLOCK]) -> (u64, bool) {
    let quarters: [[u8; 16]; 4] = cast(*block);
    let mut word = 0;
    let mut other = i8x16::splat(0);
    for (i, quarter) in quarters.into_iter().enumerate() {
        let c: i8x16 = cast(quarter);
        word |= u64::from(c.simd_gt(i8x16::splat(0x2A)).to_bitmask() & 0xFFFF) << (16 * i);
        let white = (c + i8x16::splat(0x77)).simd_lt(i8x16::splat(-0x7B));
        let digit = (c + i8x16::splat(0x50)).simd_lt(i8x16::splat(-0x76));
        let upper = (c + i8x16::splat(0x3F)).simd_lt(i8x16::splat(-0x66));
        other |= digit | upper | (c.simd_lt(i8x16::splat(0x20)) & !white);
    }
    (word, other.to_bitmask() != 0)
}

/// The most digits of scripts other than ASCII that can begin in a block.
fn leads(block: &[u8; BLOCK]) -> u32 {
    let wide = |b: &u8| matches!(b, 0x82 | 0xA3 | 0xE3 | 0xE4 | 0xE5 | 0xE9 | 0xEF);
    block.iter().filter(|b| wide(b)).count() as u32
}

/// What is carried from one block to the next.
#[derive(Default)]
pub(crate) struct Carry {
    /// Length of the run of word characters that ended the block.
    run: u32,
    digits: u32,
    leads: u32,
}

/// Finds the ranges of `bytes[scan]` that are worth searching, in the blocks that begin in `now`, a multiple of blocks behind the
/// beginning. With `guess`, a range needs something that random bytes hardly ever contain.
pub(crate) fn spans(bytes: &[u8], scan: &Range<usize>, now: Range<usize>, guess: bool, carry: &mut Carry, out: &mut Spans) {
    let mut padded = [b' '; BLOCK];
    let mut at = now.start;
    while at < now.end {
        let block = block_of(&bytes[at..scan.end], b' ', &mut padded);
        let (word, other) = glance(block);
        let mut long = word & (word >> 1);
        long &= long >> 2;
        long &= long >> 4;
        long &= long >> 8;
        let first = word.trailing_ones();
        let long = long != 0 || (first > 0 && first + carry.run >= LONG);
        let wordy = long || first + carry.run >= WORD;
        carry.run = if word == u64::MAX { (carry.run + 64).min(1 << 20) } else { word.leading_ones() };
        if other || long {
            let before = if at > scan.start { bytes[at - 1] } else { b' ' };
            let near = at.saturating_sub(BLOCK).max(scan.start)..(at + 2 * BLOCK).min(scan.end);
            read(Read { block, at, word, long, wordy, before }, guess, carry, near, out);
        } else {
            (carry.digits, carry.leads) = (0, 0);
        }
        at += BLOCK;
    }
}

/// What a glance at a block gave.
struct Read<'b> {
    block: &'b [u8; BLOCK],
    at: usize,
    word: u64,
    long: bool,
    wordy: bool,
    before: u8,
}

/// Reads a block that may contain something. It is a function of its own so that the loop that skips all others has the processor's
/// registers to itself.
#[inline(never)]
fn read(read: Read<'_>, guess: bool, carry: &mut Carry, near: Range<usize>, out: &mut Spans) {
    let Read { block, at, word, long, wordy, before } = read;
    Block { at, word, long, wordy, before, m: masks(block) }.take(block, guess, carry, near, out);
}

/// A block that may contain something.
struct Block {
    at: usize,
    word: u64,
    /// There is a long run of word characters, or one that is not so long.
    long: bool,
    wordy: bool,
    before: u8,
    m: Masks,
}

impl Block {
    fn take(&self, block: &[u8; BLOCK], guess: bool, carry: &mut Carry, near: Range<usize>, out: &mut Spans) {
        let m = &self.m;
        let binary = m.control.count_ones() >= BINARY;
        let mut digits = false;
        if m.digit != 0 {
            out.with_digits.push(self.at);
            if !binary || m.digit & m.digit >> 1 & m.digit >> 2 != 0 {
                out.parts.push(self.at);
            }
            digits = m.digit.count_ones() + carry.digits >= DIGITS;
        }
        carry.digits = m.digit.count_ones();
        let mut words = self.long;
        if guess {
            let count = if m.non_text != 0 { leads(block) } else { 0 };
            digits |= count + carry.leads >= DIGITS;
            carry.leads = count;
        } else if binary {
            words |= self.wordy || longest_is(self.word, WORD);
        } else {
            words |= self.could_be_encoding() || m.non_text != 0;
        }
        let non_text = !guess && m.non_text != 0;
        if words {
            add(&mut out.words, near.clone());
        }
        if digits || words {
            add(&mut out.text, near.clone());
        }
        if digits || non_text {
            add(&mut out.digits, near.clone());
        }
        if non_text {
            add(&mut out.non_text, near);
        }
    }

    /// Whether there is a digit beside a letter, or a capital within a word: a short word that could be an encoding. Also single
    /// letters and digits, as in a code whose characters are separated.
    fn could_be_encoding(&self) -> bool {
        let m = &self.m;
        let after_letter = m.letter << 1 | u64::from(self.before.is_ascii_alphabetic());
        let after_digit = m.digit << 1 | u64::from(self.before.is_ascii_digit());
        let any = m.letter | m.digit;
        let single = any & !(any << 1) & !(any >> 1);
        let pairs = single & (single >> 2);
        pairs & (pairs >> 4) != 0 || (m.digit | m.upper) & after_letter != 0 || m.letter & after_digit != 0
    }
}

/// Adds a range, or extends the last one if they touch.
fn add(out: &mut Vec<Range<usize>>, range: Range<usize>) {
    match out.last_mut() {
        Some(last) if range.start <= last.end => last.end = range.end,
        _ => out.push(range),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found(text: &[u8]) -> Spans {
        let mut out = Spans::default();
        spans(text, &(0..text.len()), 0..text.len(), false, &mut Carry::default(), &mut out);
        out
    }

    #[test]
    fn prose_has_no_spans_and_possible_encodings_have() {
        let prose = "It was in May 2016, on a rainy day, that the ministry published its plan for the year to come. ".repeat(20);
        assert_eq!(
            found(prose.as_bytes()),
            Spans { with_digits: found(prose.as_bytes()).with_digits, parts: found(prose.as_bytes()).parts, ..Spans::default() }
        );
        for planted in ["1234-5678-9018", "12 3456 78 90", "MTIzNDU2Nzg5MDE4", "abcdEfgh", "ab1cd", "ｘ", "\u{1}"] {
            let mut text = prose.clone();
            text.insert_str(500, planted);
            let Spans { text, digits, non_text, .. } = found(text.as_bytes());
            let mut all = text.iter().chain(&digits).chain(&non_text);
            assert!(all.any(|s| s.start <= 500 && s.end >= 500 + planted.len()), "{planted}");
        }
    }

    proptest! {
        #[test]
        fn masks_are_what_they_say(block in any::<[u8; BLOCK]>()) {
            let m = masks(&block);
            let (word, other) = glance(&block);
            prop_assert_eq!(other, m.digit | m.upper | m.non_text != 0);
            for (i, b) in block.iter().enumerate() {
                let bit = |mask: u64| mask >> i & 1 == 1;
                prop_assert_eq!(bit(word), b.is_ascii() && *b > b'*');
                prop_assert_eq!(bit(m.digit), b.is_ascii_digit());
                prop_assert_eq!(bit(m.letter), b.is_ascii_alphabetic());
                prop_assert_eq!(bit(m.upper), b.is_ascii_uppercase());
                prop_assert_eq!(bit(m.non_text), !b.is_ascii() || (*b < 0x20 && !(9..=13).contains(b)));
            }
        }
    }
}
