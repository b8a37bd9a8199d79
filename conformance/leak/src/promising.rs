//! Many bytes that may have been decoded wrongly: which parts of them are worth a search. In few bytes nothing is far from anything
//! else; in many, even random bytes contain ten bytes of text in a row, so that these are looked at more closely.

use super::decode::{self, TEXT, WIDE, container_at, has_wide_kanji, kanji_in_row};
use super::masks::{BLOCK, block_of, is, longest_is, mask, within};
use memchr::memmem::Finder;
use std::ops::Range;
use std::sync::LazyLock;
use wide::i8x16;

/// This much around what looks like text is searched with it: more than between two parts of a number.
const AROUND: usize = 256;
/// So many bytes of text in a row are worth a search whatever they are: no code is shorter.
const LONG: usize = 16;
/// A shorter row holds a word that could be an encoding, nearly all digits of a number, or one of its parts.
const WORD: usize = 7;
const DIGITS: usize = 8;
/// Five bytes in hexadecimal, the shortest binary form of a number, however they are grouped.
const HEX_DIGITS: usize = 10;
/// Of five bytes so many are escaped at least: the others can be letters as they are. Two are too common in what is no text, and with three letters the
/// row is shorter than ten.
const ESCAPES: usize = 3;
/// No number has fewer digits, in all of its parts.
const ALL_DIGITS: usize = 10;
/// Shorter rows of text do not count as parts of a number.
const PART: usize = 6;

/// What is worth a search.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Promising {
    /// Text, or characters of other scripts, with what is around them.
    pub parts: Vec<Range<usize>>,
    /// Where containers could begin.
    pub containers: Vec<usize>,
}

impl Promising {
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty() && self.containers.is_empty()
    }

    fn add(&mut self, near: Range<usize>) {
        match self.parts.last_mut() {
            Some(last) if near.start <= last.end => last.end = last.end.max(near.end),
            _ => self.parts.push(near),
        }
    }
}

/// What every block is asked: what random bytes have often enough is then read closely.
struct Rough {
    text: u64,
    wide: u64,
    kanji: u64,
}

impl Rough {
    fn at(block: &[u8; BLOCK]) -> Rough {
        // Text, and some control characters.
        let text = |c: i8x16| c.simd_gt(i8x16::splat(8)) | is(c, 0) | within(c, 0xF0, 10);
        Rough { text: mask(block, text), wide: mask(block, decode::begins_wide), kanji: mask(block, decode::is_half_of_kanji) }
    }
}

/// What is promising in many bytes. With `texts`, texts of any kind are searched for.
pub(crate) fn promising_parts(bytes: &[u8], texts: bool) -> Promising {
    let mut found = Promising { containers: containers(bytes), ..Promising::default() };
    let (mut run, mut wide, mut kanji) = (0, 0, 0);
    let mut padded = [0; BLOCK];
    for at in (0..bytes.len()).step_by(BLOCK) {
        let block = block_of(&bytes[at..], 0xFE, &mut padded);
        let rough = Rough::at(block);
        let here = rough.wide.count_ones();
        let (kanji_in_row, kanji_after) = kanji_in_row(rough.kanji, kanji);
        let before = at.saturating_sub(BLOCK);
        let near = before..(at + 2 * BLOCK).min(bytes.len());
        let text = longest_is(rough.text, TEXT) || run + rough.text.trailing_ones() >= TEXT;
        if text && has_row(bytes, at, block) && has_text(bytes, at, texts)
            || wide + here >= WIDE && characters(&bytes[before..(at + BLOCK).min(bytes.len())], bytes.get(at + BLOCK)) >= WIDE
            || kanji_in_row && has_wide_kanji(&bytes[near])
        {
            found.add(before.saturating_sub(AROUND)..(at + BLOCK + AROUND).min(bytes.len()));
        }
        run = if rough.text == u64::MAX { run + BLOCK as u32 } else { rough.text.leading_ones() };
        (wide, kanji) = (here, kanji_after);
    }
    found
}

/// What containers begin with that are decoded wherever they are.
static CONTAINERS: LazyLock<[Finder<'static>; 2]> =
    LazyLock::new(|| [Finder::new(b"\x1F\x8B\x08"), Finder::new(b"\x28\xB5\x2F\xFD")]);

/// Where containers could begin, in order.
fn containers(bytes: &[u8]) -> Vec<usize> {
    let mut all: Vec<usize> = CONTAINERS.iter().flat_map(|finder| finder.find_iter(bytes)).collect();
    all.extend(memchr::memchr_iter(0x78, bytes));
    all.retain(|at| container_at(bytes, *at));
    all.sort_unstable();
    all
}

/// Whether in the block at `at` there is enough text in a row, or the end of it.
fn has_row(bytes: &[u8], at: usize, block: &[u8; BLOCK]) -> bool {
    let text = mask(block, decode::is_text);
    let before = bytes[..at].iter().rev().take(TEXT as usize).take_while(|b| is_text(**b)).count() as u32;
    longest_is(text, TEXT) || before + text.trailing_ones() >= TEXT
}

/// The bytes of [`super::decode::is_text`], and digits of ASCII and EBCDIC.
fn is_text(byte: u8) -> bool {
    matches!(byte, 0 | 9..=13 | 0x1B | 0x20..=0x7E | 0xF0..=0xF9)
}

fn is_digit(byte: &u8) -> bool {
    byte.is_ascii_digit() || matches!(byte, 0xF0..=0xF9)
}

/// The rows of at least `shortest` bytes of text in `bytes[range]`, and of those that begin or end there all of them.
fn rows(bytes: &[u8], range: Range<usize>, shortest: usize) -> impl Iterator<Item = &[u8]> {
    let mut at = range.start - bytes[..range.start].iter().rev().take(LONG).take_while(|b| is_text(**b)).count();
    std::iter::from_fn(move || {
        while at < range.end {
            let length = bytes[at..].iter().take_while(|b| is_text(**b)).count();
            let row = &bytes[at..at + length];
            at += length + 1;
            if length >= shortest {
                return Some(row);
            }
        }
        None
    })
}

/// Whether the block at `at` has a row of text that could be a value, an encoding of one, or a part of one.
fn has_text(bytes: &[u8], at: usize, texts: bool) -> bool {
    let block = at..(at + BLOCK).min(bytes.len());
    rows(bytes, block.clone(), TEXT as usize).any(|row| {
        let digits = row.iter().filter(|b| is_digit(b)).count();
        texts
            || row.len() >= LONG
            || digits >= DIGITS
            || row.contains(&0x1B)
            || row.iter().filter(|b| b.is_ascii_hexdigit()).count() >= HEX_DIGITS
            || row.iter().filter(|b| matches!(b, b'%' | b'=' | b'\\')).count() >= ESCAPES
            || row
                .split(|b| !(b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'-' | b'_')))
                .any(|word| word.len() >= WORD)
            || digits > 0 && {
                let near = at.saturating_sub(AROUND)..(at + BLOCK + AROUND).min(bytes.len());
                rows(bytes, near, PART).flatten().filter(|b| is_digit(b)).count() >= ALL_DIGITS
            }
    })
}

/// How many characters of other scripts begin in `bytes`, behind which is `next`: a first byte with a second that can follow it, or
/// a half of a full-width character in UTF-16.
fn characters(bytes: &[u8], next: Option<&u8>) -> u32 {
    let at = |i: usize| bytes.get(i).or(next.filter(|_| i == bytes.len()));
    let begins = |i: &usize| match (bytes[*i], at(i + 1)) {
        (0xE3..=0xE5 | 0xE9 | 0xEF, Some(0x80..=0xBF)) | (0x82, Some(0x4F..=0x9A)) | (0xA3, Some(0xB0..=0xFA)) => true,
        (0xFF, next) => next.is_some_and(|b| *b < 0x60) || i.checked_sub(1).is_some_and(|before| bytes[before] < 0x60),
        _ => false,
    };
    (0..bytes.len()).filter(begins).count() as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The same, block by block with all tests.
    fn slowly(bytes: &[u8], texts: bool) -> Promising {
        let mut found = Promising::default();
        let (mut run, mut wide, mut kanji) = (0, 0, 0);
        for at in (0..bytes.len()).step_by(BLOCK) {
            let glance = decode::Glance::at(&bytes[at..(at + BLOCK).min(bytes.len())]);
            let here = glance.wide.count_ones();
            let (in_row, kanji_after) = glance.kanji_in_row(kanji);
            let before = at.saturating_sub(BLOCK);
            let near = before..(at + 2 * BLOCK).min(bytes.len());
            if (longest_is(glance.text, TEXT) || run + glance.text.trailing_ones() >= TEXT) && has_text(bytes, at, texts)
                || wide + here >= WIDE && characters(&bytes[before..(at + BLOCK).min(bytes.len())], bytes.get(at + BLOCK)) >= WIDE
                || in_row && has_wide_kanji(&bytes[near])
            {
                found.add(before.saturating_sub(AROUND)..(at + BLOCK + AROUND).min(bytes.len()));
            }
            found.containers.extend(glance.magics(at).filter(|place| container_at(bytes, *place)));
            run = if glance.text == u64::MAX { run + BLOCK as u32 } else { glance.text.leading_ones() };
            (wide, kanji) = (here, kanji_after);
        }
        found
    }

    proptest! {
        #[test]
        fn what_is_passed_over_at_a_glance_is_not_promising(
            pieces in prop::collection::vec(
                (prop::collection::vec(any::<u8>(), 0..150), "[ -~]{0,25}|[0-9A-Z,. ]{0,20}|[０-９一二三]{0,9}|[0-9]{4}\\PC{0,9}"), 0..12,
            ),
            magics in prop::collection::vec(prop::sample::select(vec![&b"\x1F\x8B\x08"[..], b"\x78\x9C", b"\x28\xB5\x2F\xFD", b""]), 12),
            texts in any::<bool>(),
        ) {
            let bytes: Vec<u8> =
                pieces.iter().zip(&magics).flat_map(|((noise, text), magic)| [noise, text.as_bytes(), magic].concat()).collect();
            prop_assert_eq!(promising_parts(&bytes, texts), slowly(&bytes, texts));
        }

        #[test]
        fn parts_of_many_bytes_have_what_is_around_text(before in 0usize..3000, length in 10usize..30, after in 0usize..2000) {
            let bytes = [&vec![0xFE; before][..], &vec![b'7'; length], &vec![0xFE; after]].concat();
            let (from, to) = (before.saturating_sub(192), (before + length + 192).min(bytes.len()));
            prop_assert!(promising_parts(&bytes, false).parts.iter().any(|part| part.start <= from && part.end >= to));
            prop_assert!(promising_parts(&vec![0xFE; before], false).is_empty());
        }

        /// Whatever a number looks like in text, in UTF-8 or another charset, the place is not passed over.
        #[test]
        fn numbers_are_promising_wherever_they_are(before in 0usize..2000, form in 0usize..20) {
            const FORMS: [&[u8]; 20] = [
                b"8712 1362 4823",
                b"8 7 1 2 1 3 6 2 4 8 2 3",
                b"871,213,624,823",
                b"871213624823",
                b"87-12-13-62-48-23",
                b"a=8712, b=1362, c=4823",
                b"8.71213624823E11",
                b"87121362482C",
                b"\xf8\xf7\xf1\xf2\xf1\xf3\xf6\xf2\xf4\xf8\xf2\xf3",
                b"8\x007\x001\x002\x001\x003\x006\x002\x004\x008\x002\x003\x00",
                "８７１２１３６２４８２３".as_bytes(),
                "八七一二一三六二四八二三".as_bytes(),
                b"\x82\x57\x82\x56\x82\x50\x82\x51\x82\x50\x82\x52\x82\x55\x82\x51\x82\x53\x82\x57\x82\x51\x82\x52",
                b"\xa3\xb8\xa3\xb7\xa3\xb1\xa3\xb2\xa3\xb1\xa3\xb3\xa3\xb6\xa3\xb2\xa3\xb4\xa3\xb8\xa3\xb2\xa3\xb3",
                b"VLO4 TXEE N4QE K3QL JBIY PAGX PQ",
                b"ca d8 60 ed f7",
                b"CA:D8:60:ED:F7",
                b"%CA%D8%60%ED%F7",
                b"%CA%D8ab%F7",
                b"\\xca\\xd8ab\\xf7",
            ];
            let bytes = [&vec![0xFE; before][..], FORMS[form], &[0xFE; 300]].concat();
            prop_assert!(promising_parts(&bytes, false).parts.iter().any(|p| p.start <= before && p.end >= before + FORMS[form].len()));
        }
    }

    #[test]
    fn random_bytes_are_hardly_ever_promising() {
        let noise: Vec<u8> = (0..1u64 << 20).map(|i| (super::super::mix::mix(i) >> 40) as u8).collect();
        let found = promising_parts(&noise, false);
        assert!(found.parts.iter().map(Range::len).sum::<usize>() < noise.len() / 25, "{}", found.parts.len());
    }
}
