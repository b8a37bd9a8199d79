//! Codes and hex in groups: of the same length, with the same between them.

use super::decode::nibble;
use super::how::{Encoding, Layer};
use super::masks::{self, BLOCK, Runs, block_of, hex_digit, mask, within};
use super::search::{Effort, Map, Search};
use std::ops::Range;
use wide::i8x16;

/// A longer run of characters is no group of a code.
const LONGEST: usize = 12;
/// The most characters between two groups.
const BETWEEN: usize = masks::MOST_APART;
/// The most bytes between two groups of hex of which the second is in the next line.
const LINE_BREAK: usize = 24;
/// No code is in more groups.
const GROUPS: usize = 64;
/// Hex of fewer bytes is no number.
const BYTES: usize = 5;

/// Groups that follow each other.
#[derive(Default)]
struct Chain {
    groups: Vec<(usize, usize)>,
}

impl Chain {
    /// Adds the group at `start..end`, or begins again with it. Returns whether it follows those before it.
    fn push(&mut self, bytes: &[u8], start: usize, end: usize) -> bool {
        let between = |a: (usize, usize), b: usize| bytes.get(a.1..b).unwrap_or_default();
        if let [first, .., last] | [first @ last] = self.groups[..] {
            let (size, gap) = (first.1 - first.0, between(last, start));
            let same = self.groups.get(1).is_none_or(|second| between(first, second.0) == gap);
            let short = gap.len() <= BETWEEN && end - start <= last.1 - last.0;
            // A shorter group is the last.
            if short && same && last.1 - last.0 == size && self.groups.len() < GROUPS {
                self.groups.push((start, end));
                return true;
            }
            self.groups.clear();
            // What came before has something else between or another size: the last of it can still be the first of these.
            if short {
                self.groups.extend([last, (start, end)]);
                return true;
            }
        }
        self.groups.push((start, end));
        false
    }
}

/// Whether before the group at `start` there is what follows it, and a letter or digit before that.
fn follows_group(bytes: &[u8], start: usize) -> bool {
    let (before, after) = bytes.split_at(start);
    let group = after.iter().take(LONGEST).take_while(|b| b.is_ascii_alphanumeric()).count();
    let gap = after[group..].iter().take(BETWEEN).take_while(|b| !b.is_ascii_alphanumeric()).count();
    let before = before.strip_suffix(&after[group..group + gap]);
    before.is_some_and(|before| before.last().is_some_and(u8::is_ascii_alphanumeric))
}

/// Whether two runs of hex or more have the length of one, two or four bytes.
fn has_hex_groups(bytes: &[u8]) -> bool {
    let mut padded = [0; BLOCK];
    let mut groups = 0;
    for chunk in bytes.chunks(BLOCK) {
        let hex = mask(block_of(chunk, 0, &mut padded), hex_digit);
        let begins = hex & !(hex << 1);
        let (two, four) = (hex & hex >> 1, hex & hex >> 1 & hex >> 2 & hex >> 3);
        let exactly = two & !(hex >> 2) | four & !(hex >> 4) | four & four >> 4 & !(hex >> 8);
        groups += (begins & exactly).count_ones();
        // A run that goes on in the next block may be one.
        groups += 2 * (hex >> 63) as u32;
    }
    groups >= 2
}

impl Search<'_> {
    /// Codes in groups, and bytes in hex with the same between them: `31:32:33`, `0x31, 0x32`, `3132 3334`.
    pub fn groups(&mut self, bytes: &[u8], range: Range<usize>) {
        let kind = |c: i8x16| within(c | i8x16::splat(0x20), b'a', 26) | within(c, b'0', 10);
        let shortest_code = self.prepared.shortest_code();
        // One group of a code can be shorter than the others, and one can be glued to something.
        let enough = |length: usize, count: usize, alike: usize| {
            let worth_a_look = length <= LONGEST && (count + 1) * length >= 2 * BYTES;
            worth_a_look.then_some([1, 2].map(|more| (alike + more) * length >= shortest_code))
        };
        let mut places = std::mem::take(&mut self.scratch.places);
        let mut codes = std::mem::take(&mut self.scratch.code_places);
        places.clear();
        codes.clear();
        masks::regular(
            bytes,
            range,
            |block| mask(block, kind),
            enough,
            |range, [could_be_code, with_one_glued]| {
                if could_be_code || with_one_glued && follows_group(bytes, range.start) {
                    let beside = LONGEST + BETWEEN + 1;
                    codes.push(range.start.saturating_sub(beside)..(range.end + beside).min(bytes.len()));
                }
                // Most are words of a text that happen to be equally long.
                if !has_hex_groups(&bytes[range.clone()]) {
                    return;
                }
                match places.last_mut() {
                    // A list may go on in the next line.
                    Some(last) if range.start <= last.end + LINE_BREAK => last.end = last.end.max(range.end),
                    _ => places.push(range),
                }
            },
        );
        if !self.prepared.codes.is_empty() {
            codes.iter().for_each(|place| self.codes_in(bytes, place.clone()));
        }
        for place in &places {
            // The last group may be alone in its line.
            self.hex_in(bytes, place.start..(place.end + LINE_BREAK).min(bytes.len()));
        }
        (self.scratch.places, self.scratch.code_places) = (places, codes);
    }

    fn codes_in(&mut self, bytes: &[u8], range: Range<usize>) {
        let mut chain = Chain::default();
        let kind = |c: i8x16| within(c | i8x16::splat(0x20), b'a', 26) | within(c, b'2', 6);
        for (start, end) in Runs::new(bytes, range.start, range.end, 1, |block| mask(block, kind)) {
            if end - start > LONGEST {
                chain.groups.clear();
            } else if chain.push(bytes, start, end) {
                self.code_in(bytes, &chain.groups);
            }
        }
    }

    /// Looks up the codes that end with the last of `groups`.
    fn code_in(&mut self, bytes: &[u8], groups: &[(usize, usize)]) {
        let Some((_, end)) = groups.last() else { return };
        let mut length = 0;
        for (i, (start, stop)) in groups.iter().enumerate().rev() {
            length += stop - start;
            if self.prepared.has_code_length(length) && i + 1 < groups.len() {
                let code: Vec<u8> = groups[i..].iter().flat_map(|(s, e)| &bytes[*s..*e]).map(u8::to_ascii_uppercase).collect();
                self.code_as(&code, Encoding::Grouped, (*start, *end));
            }
        }
    }

    fn hex_in(&mut self, bytes: &[u8], part: Range<usize>) {
        let mut groups: Vec<(usize, usize)> = Vec::new();
        for (start, end) in Runs::new(bytes, part.start, part.end, 2, |block| mask(block, hex_digit)) {
            if !matches!(end - start, 2 | 4 | 8) {
                continue;
            }
            let follows = groups.last().is_some_and(|last| {
                let between = bytes.get(last.1..start).unwrap_or_default();
                // A backslash says that the next line goes on with it.
                let marks = |between: &[u8]| {
                    let goes_on = between.contains(&b'\n');
                    let is_mark = |b: &&u8| !(b.is_ascii_whitespace() || goes_on && **b == b'\\');
                    between.iter().filter(is_mark).copied().collect::<Vec<u8>>()
                };
                let same = groups.len() < 2 || between == &bytes[groups[0].1..groups[1].0] || {
                    between.len() <= LINE_BREAK && marks(between) == marks(&bytes[groups[0].1..groups[1].0])
                };
                (between.len() <= BETWEEN || groups.len() >= 2) && end - start == last.1 - last.0 && same
            });
            if !follows {
                let last = groups.last().copied();
                self.hex_of(bytes, &groups);
                groups.clear();
                // The last one can be the first of others.
                groups.extend(last.filter(|last| start - last.1 <= BETWEEN && end - start == last.1 - last.0));
            }
            groups.push((start, end));
        }
        self.hex_of(bytes, &groups);
    }

    fn hex_of(&mut self, bytes: &[u8], groups: &[(usize, usize)]) {
        let [(start, first_end), .., (_, end)] = groups else { return };
        if groups.len() * (first_end - start) < 2 * BYTES {
            return;
        }
        let mut decoded = self.buffer();
        let mut from = Vec::new();
        for (s, e) in groups {
            for at in (*s..*e).step_by(2) {
                decoded.push(nibble(bytes[at]) << 4 | nibble(bytes[at + 1]));
                from.push((at - start) as u32);
            }
        }
        from.push((end - start) as u32);
        self.inside(Some(Layer::Hex), Map::Each { start: *start, from, escapes: false }, &decoded, true, Effort::Full);
        self.give_back(decoded);
    }
}
