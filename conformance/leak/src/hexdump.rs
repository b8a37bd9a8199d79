//! Dumps: lines that begin with an offset or an address and go on with bytes in hex, as `xxd`, `hexdump -C`, debuggers and packet
//! viewers write them, in octal or decimal, as `od` does, or in binary.

use super::decode::nibble;
use super::how::Layer;
use super::search::{Effort, Map, Search};
use std::ops::Range;

/// The digits of an offset.
const OFFSET: Range<usize> = 4..17;
/// Fewer bytes in a line are something else.
const FEWEST: usize = 2;
/// How far into a line an offset is looked for, in bytes.
const BEFORE: usize = 64;
/// The most bytes in a line.
const WIDTH: usize = 64;

/// A line of a dump.
struct Line {
    offset: u64,
    /// The bytes, and where each begins.
    bytes: Vec<(u8, usize)>,
    /// How many bytes each group has but the last; 0 if they differ.
    group: usize,
    /// How many bytes each decimal number stands for; 0 if there are none.
    width: usize,
    end: usize,
}

impl Search<'_> {
    /// Every dump of two lines or more in `bytes[range]`.
    pub fn hex_dumps(&mut self, bytes: &[u8], range: Range<usize>) {
        let mut lines: Vec<Line> = Vec::new();
        let mut at = range.start;
        if at > 0 && bytes[at - 1] != b'\n' {
            let Some(feed) = memchr::memchr(b'\n', &bytes[range.clone()]) else { return };
            at += feed + 1;
        }
        while at < range.end {
            match line(bytes, at, lines.last().map_or(0, |line| line.width)) {
                Some(line) => {
                    at = line.end.min(range.end);
                    lines.push(line);
                }
                None => {
                    self.dump(&lines);
                    lines.clear();
                }
            }
            match memchr::memchr(b'\n', &bytes[at..range.end]) {
                Some(feed) => at += feed + 1,
                None => break,
            }
        }
        self.dump(&lines);
    }

    fn dump(&mut self, lines: &[Line]) {
        let [first, .., last] = lines else { return };
        let Some((_, start)) = first.bytes.first() else { return };
        let (mut decoded, mut from) = (Vec::new(), Vec::new());
        for (i, line) in lines.iter().enumerate() {
            // What stands behind the bytes can look like bytes: the offset of the next line says how many there are.
            let next = lines.get(i + 1).map(|next| next.offset.wrapping_sub(line.offset));
            let count = next.filter(|n| *n > 0).map_or(WIDTH, |n| usize::try_from(n).unwrap_or(WIDTH));
            for (byte, place) in line.bytes.iter().take(count) {
                decoded.push(*byte);
                from.push((place - start) as u32);
            }
        }
        from.push((last.end - start) as u32);
        if first.group > 1 && lines.iter().rev().skip(1).all(|line| line.group == first.group) {
            // Words of which the lowest byte is first in memory.
            let swapped: Vec<u8> = decoded.chunks(first.group).flat_map(|word| word.iter().rev()).copied().collect();
            let map = Map::Each { start: *start, from: from.clone(), escapes: false };
            self.inside(Some(Layer::Hex), map, &swapped, true, Effort::Full);
        }
        self.inside(Some(Layer::Hex), Map::Each { start: *start, from, escapes: false }, &decoded, true, Effort::Full);
    }
}

/// The line of a dump that begins at `start`, with or without something before the offset, such as the time of a log line.
fn line(bytes: &[u8], start: usize, width: usize) -> Option<Line> {
    let near = &bytes[start..(start + BEFORE).min(bytes.len())];
    let end = start + memchr::memchr(b'\n', near).unwrap_or(near.len());
    let mut at = start;
    while at < end {
        if let Some(line) = line_at(bytes, at, width) {
            return Some(line);
        }
        // The next word.
        at = memchr::memchr2(b' ', b'\t', &bytes[at..end]).map_or(end, |blank| at + blank);
        at += bytes[at..end].iter().take_while(|b| matches!(b, b' ' | b'\t')).count().max(1);
    }
    None
}

fn line_at(bytes: &[u8], start: usize, width: usize) -> Option<Line> {
    let mut at = start + bytes[start..].iter().take(8).take_while(|b| matches!(b, b' ' | b'\t')).count();
    at += usize::from(bytes.get(at) == Some(&b'|'));
    at += if bytes[at..].starts_with(b"0x") { 2 } else { 0 };
    let digits = bytes[at..].iter().take(OFFSET.end).take_while(|b| b.is_ascii_hexdigit()).count();
    if !OFFSET.contains(&digits) {
        return None;
    }
    let offset = bytes[at..at + digits].iter().fold(0u64, |n, d| n << 4 | u64::from(nibble(*d)));
    at += digits;
    at += usize::from(matches!(bytes.get(at), Some(b':' | b'|')));
    octal(bytes, at, offset)
        .or_else(|| binary(bytes, at, offset))
        .or_else(|| decimal(bytes, at, offset, width))
        .or_else(|| hex(bytes, at, offset))
}

/// The line of a dump in hex.
fn hex(bytes: &[u8], mut at: usize, offset: u64) -> Option<Line> {
    let (mut all, mut groups) = (Vec::new(), Vec::new());
    while all.len() < WIDTH {
        let mut gap = bytes[at..].iter().take(4).take_while(|b| matches!(b, b' ' | b'\t' | b'-')).count();
        if gap > 0 && bytes[at + gap..].starts_with(b"0x") {
            gap += 2;
        }
        let group = bytes[at + gap..].iter().take(17).take_while(|b| b.is_ascii_hexdigit()).count();
        // An odd number of digits, or another character beside them, is not a byte of the dump.
        let beside = bytes.get(at + gap + group).is_none_or(|b| b.is_ascii_whitespace() || matches!(b, b'-' | b'|'));
        // Characters stand behind at least two blanks, once there are as many bytes as a line has.
        if gap == 0 || group == 0 || group > 16 || group % 2 == 1 || !beside {
            break;
        }
        groups.push(group / 2);
        at += gap;
        for pair in 0..group / 2 {
            let place = at + 2 * pair;
            all.push((nibble(bytes[place]) << 4 | nibble(bytes[place + 1]), place));
        }
        at += group;
    }
    let group = match groups[..] {
        [only] => only,
        [first, ref middle @ .., last] if last <= first && middle.iter().all(|group| *group == first) => first,
        _ => 0,
    };
    (all.len() >= FEWEST).then_some(Line { offset, bytes: all, group, width: 0, end: at })
}

/// The line of a dump in binary: bytes of eight digits.
fn binary(bytes: &[u8], mut at: usize, offset: u64) -> Option<Line> {
    let mut all = Vec::new();
    while all.len() < WIDTH {
        let gap = bytes[at..].iter().take(4).take_while(|b| **b == b' ').count();
        let place = at + gap;
        let digits = bytes.get(place..place + 8).filter(|digits| gap > 0 && digits.iter().all(|b| matches!(b, b'0' | b'1')));
        let Some(digits) = digits.filter(|_| bytes.get(place + 8).is_none_or(u8::is_ascii_whitespace)) else { break };
        all.push((digits.iter().fold(0, |n, d| n << 1 | (d - b'0')), place));
        at = place + 8;
    }
    (all.len() >= FEWEST).then_some(Line { offset, bytes: all, group: 1, width: 0, end: at })
}

/// The line of a dump in decimal: numbers of one, two, four or eight bytes, which say by how many there are of them in a full line
/// how long each is; `width` is that of the line before.
fn decimal(bytes: &[u8], mut at: usize, offset: u64, width: usize) -> Option<Line> {
    let (mut numbers, mut is_hex) = (Vec::new(), true);
    loop {
        let gap = bytes[at..].iter().take(24).take_while(|b| **b == b' ').count();
        let sign = usize::from(bytes.get(at + gap) == Some(&b'-'));
        let place = at + gap + sign;
        let digits = bytes[place..].iter().take(21).take_while(|b| b.is_ascii_digit()).count();
        if gap == 0 || digits == 0 || numbers.len() == 16 {
            break;
        }
        // Two digits behind one or two blanks are bytes in hex; behind the offset there can be more.
        is_hex &= (gap < 3 || numbers.is_empty()) && sign == 0 && digits.is_multiple_of(2);
        let value = bytes[place..place + digits].iter().fold(0u64, |n, d| n.wrapping_mul(10).wrapping_add(u64::from(d - b'0')));
        numbers.push((if sign == 1 { value.wrapping_neg() } else { value }, at + gap));
        at = place + digits;
    }
    let width = match numbers.len() {
        count @ (2 | 4 | 8 | 16) if width == 0 => 16 / count,
        count if count * width <= 16 => width,
        _ => 0,
    };
    if is_hex || width == 0 || bytes.get(at).is_some_and(|b| !b.is_ascii_whitespace()) {
        return None;
    }
    let each = |(value, place): &(u64, usize)| {
        value.to_le_bytes().into_iter().take(width).map(|byte| (byte, *place)).collect::<Vec<_>>()
    };
    let all: Vec<_> = numbers.iter().flat_map(each).collect();
    (all.len() >= FEWEST).then_some(Line { offset, bytes: all, group: 0, width, end: at })
}

/// The line of a dump in octal: bytes of three digits, or words of six.
fn octal(bytes: &[u8], mut at: usize, offset: u64) -> Option<Line> {
    let group =
        |at: usize| bytes.get(at..).map_or(0, |rest| rest.iter().take(7).take_while(|b| (b'0'..=b'7').contains(b)).count());
    let width = group(at + bytes.get(at..)?.iter().take(4).take_while(|b| **b == b' ').count());
    let (size, most) = match width {
        3 => (1, 0o377),
        6 => (2, 0o177_777),
        _ => return None,
    };
    let mut all = Vec::new();
    while all.len() < WIDTH {
        let gap = bytes[at..].iter().take(4).take_while(|b| **b == b' ').count();
        let place = at + gap;
        if gap == 0 || group(place) != width || bytes.get(place + width).is_some_and(|b| !b.is_ascii_whitespace()) {
            break;
        }
        let value = bytes[place..place + width].iter().fold(0u32, |n, d| n << 3 | u32::from(d - b'0'));
        if value > most {
            return None;
        }
        if size == 2 {
            all.push(((value >> 8) as u8, place));
        }
        all.push((value as u8, place));
        at = place + width;
    }
    (all.len() >= FEWEST).then_some(Line { offset, bytes: all, group: size, width: 0, end: at })
}
