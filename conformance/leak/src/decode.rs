//! Base 64 and base 32: decoding any bytes, and whether the result is worth a search.

use super::views;

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
    let (text, wide) = looks(bytes);
    text >= 10 || wide >= 10 || has_container(bytes) || has_wide_kanji(bytes)
}

/// Whether there are kanji numerals in UTF-16 or UTF-32, whose single bytes are not distinctive.
fn has_wide_kanji(bytes: &[u8]) -> bool {
    let halves = |b: &&u8| matches!(**b, 0x30 | 0x4E | 0x51 | 0x53 | 0x56 | 0x58 | 0x5F | 0x96);
    let mut found = false;
    if bytes.iter().filter(halves).nth(views::UNITS - 1).is_some() {
        views::narrowed(bytes, |_| found = true);
    }
    found
}

/// Whether a few bytes can contain a value in binary form only: they have too little text for the shortest encoding of one, and
/// hardly a character of another script.
pub(crate) fn only_binary(bytes: &[u8]) -> bool {
    let (text, wide) = looks(bytes);
    text < 7 && wide < 3 && !has_container(bytes)
}

/// The length of the longest run of text, and how many bytes of two consecutive blocks could begin characters of other scripts.
fn looks(bytes: &[u8]) -> (u32, u32) {
    let (mut run, mut longest, mut wide, mut before) = (0, 0, 0, 0);
    for chunk in bytes.chunks(64) {
        let mut here = 0;
        for byte in chunk {
            let kind = LOOKS[usize::from(*byte)];
            run = if kind == TEXT { run + 1 } else { 0 };
            longest = longest.max(run);
            here += u32::from(kind == WIDE);
        }
        wide = wide.max(before + here);
        before = here;
    }
    (longest, wide)
}

fn has_container(bytes: &[u8]) -> bool {
    let container = |at: usize| match bytes[at..] {
        [0x1F, 0x8B, 8, ..] | [0x28, 0xB5, 0x2F, 0xFD, ..] => true,
        [0x78, flags, ..] => flags & 0x20 == 0 && (0x7800 + u16::from(flags)).is_multiple_of(31),
        _ => false,
    };
    memchr::memchr3_iter(0x1F, 0x28, 0x78, bytes).any(container)
}

const TEXT: u8 = 1;
const WIDE: u8 = 2;

static LOOKS: [u8; 256] = {
    let mut looks = [0; 256];
    let mut i = 0;
    while i < 256 {
        looks[i] = match i as u8 {
            0 | 9..=13 | 0x1B | 0x20..=0x7E => TEXT,
            0x82 | 0xA3 | 0xE3 | 0xE4 | 0xE5 | 0xE9 | 0xEF | 0xFF => WIDE,
            _ => 0,
        };
        i += 1;
    }
    looks
};

/// Decodes word characters as base 64; an incomplete group at the end gives the bytes that it contains completely.
pub(crate) fn from_base64(run: &[u8], out: &mut Vec<u8>) {
    let six = |b: u8| u32::from(SIX[usize::from(b)]);
    let (whole, rest) = run.as_chunks::<4>();
    out.reserve(run.len());
    for [a, b, c, d] in whole {
        let n = six(*a) << 18 | six(*b) << 12 | six(*c) << 6 | six(*d);
        out.extend_from_slice(&[(n >> 16) as u8, (n >> 8) as u8, n as u8]);
    }
    match *rest {
        [a, b] => out.push((six(a) << 2 | six(b) >> 4) as u8),
        [a, b, c] => out.extend_from_slice(&[(six(a) << 2 | six(b) >> 4) as u8, (six(b) << 4 | six(c) >> 2) as u8]),
        _ => {}
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
