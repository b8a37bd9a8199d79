//! Runs of characters that could be an encoding.

use super::decode::{from_base32, from_base64, only_binary, promising};
use super::how::{Encoding, Layer};
use super::search::{Effort, Map, Search};
use super::values::is_base32;
use std::ops::Range;

/// A shorter run encodes nothing that is searched for.
const SHORTEST: usize = 7;
/// From this length on a run is decoded at every phase: something may be glued to it.
const GLUED: usize = 12;
/// A line of this length or more may be one of an encoding that is broken over lines.
const LINE: usize = 32;
/// The shortest run of hex that encodes a number as digits or an integer.
const HEX: usize = 10;
/// The shortest run of base 32 that encodes a number after a tag and a length.
const BASE32: usize = 10;
/// The shortest run of base 32 that encodes anything else.
const BASE32_MORE: usize = 12;

/// Fewer characters are not counted as a part of a code.
const CODE_PART: usize = 4;
/// The largest distance of two parts of a code, in bytes.
const NEAR: usize = 256;

/// Longer words are not remembered. A certificate in base 64 is shorter.
const REMEMBERED: usize = 4096;

/// The last words that could be parts of codes.
#[derive(Default)]
struct Parts([Range<usize>; 4]);

const WORD: u8 = 1;
const HEX_DIGIT: u8 = 2;

static KINDS: [u8; 256] = {
    let mut kinds = [0; 256];
    let mut i = 0;
    while i < 256 {
        let b = i as u8;
        if b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'-' | b'_') {
            kinds[i] |= WORD;
        }
        if b.is_ascii_hexdigit() {
            kinds[i] |= HEX_DIGIT;
        }
        i += 1;
    }
    kinds
};

fn is(byte: u8, kind: u8) -> bool {
    KINDS[usize::from(byte)] & kind != 0
}

impl Search<'_> {
    /// Every word in `bytes` that begins in `range`.
    pub fn words(&mut self, bytes: &[u8], range: Range<usize>, effort: Effort) {
        let mut at = range.start;
        let mut groups = Groups::default();
        let mut parts = Parts::default();
        while at < range.end {
            if !is(bytes[at], WORD) {
                at += 1;
                continue;
            }
            let end = end_of_word(bytes, at);
            self.split_code(bytes, at..end, &mut parts);
            if end - at >= SHORTEST {
                let start = at;
                at = self.wrapped(bytes, at, end, effort);
                if at == end && self.is_worth_decoding(&bytes[start..end], effort) {
                    let word = &bytes[start..end];
                    if self.depth() == 0 && effort == Effort::Full && word.len() <= REMEMBERED {
                        self.word_at(start, word, |search| search.word(word, effort));
                    } else {
                        let map = Map::Even { start, num: 1, den: 1, length: word.len() };
                        self.moved(None, map, |search| search.word(word, effort));
                    }
                }
            } else {
                at = end;
            }
        }
        self.grouped_codes(bytes, range.clone(), &mut groups);
        self.hex_pairs(bytes, range);
    }

    /// A code in two fields: this word and one shortly before it.
    fn split_code(&mut self, bytes: &[u8], word: Range<usize>, parts: &mut Parts) {
        if !(CODE_PART..=127).contains(&word.len()) || !bytes[word.clone()].iter().all(|b| is_base32(*b)) {
            return;
        }
        for before in parts.0.clone() {
            let near = !before.is_empty() && word.start - before.end <= NEAR;
            if near && self.prepared.has_code_length(before.len() + word.len()) {
                let code = [&bytes[before.clone()], &bytes[word.clone()]].concat().to_ascii_uppercase();
                self.code_as(&code, Encoding::Split, (before.start, word.end));
            }
        }
        parts.0.rotate_left(1);
        if let Some(last) = parts.0.last_mut() {
            *last = word;
        }
    }

    /// Whether a run can encode anything: a long one can, a short one needs digits or capitals inside.
    fn is_worth_decoding(&self, run: &[u8], effort: Effort) -> bool {
        run.len() >= 16
            || (effort == Effort::Full || self.depth() == 0)
                && run.windows(2).any(|w| (w[1].is_ascii_digit() != w[0].is_ascii_digit()) || w[1].is_ascii_uppercase())
            || run.len() >= HEX && run.iter().all(u8::is_ascii_digit)
    }

    /// If the word from `start` to `end` continues in the next lines, searches all of it and returns where it ends.
    fn wrapped(&mut self, bytes: &[u8], start: usize, end: usize, effort: Effort) -> usize {
        let next_line = |at: usize| {
            let at = if bytes.get(at) == Some(&b'\r') { at + 1 } else { at };
            let after = (bytes.get(at) == Some(&b'\n')).then_some(at + 1)?;
            let indent = bytes[after..].iter().take(8).take_while(|b| matches!(b, b' ' | b'\t')).count();
            let word = after + indent;
            bytes.get(word).is_some_and(|b| is(*b, WORD)).then_some(word)
        };
        let (mut line, mut last) = (start, end);
        if end - line < LINE || next_line(end).is_none() {
            return end;
        }
        let mut joined = self.buffer();
        let mut from = Vec::new();
        loop {
            joined.extend_from_slice(&bytes[line..last]);
            from.extend((line..last).map(|i| (i - start) as u32));
            self.line(&bytes[line..last], line, effort);
            match next_line(last) {
                Some(next) if last - line >= LINE => (line, last) = (next, end_of_word(bytes, next)),
                _ => break,
            }
        }
        from.push((last - start) as u32);
        self.moved(None, Map::Each { start, from, escapes: false }, |search| search.word(&joined, effort));
        self.give_back(joined);
        last
    }

    /// One of the lines that were joined: it may be a word of its own, or end in a short one that is glued to a path.
    fn line(&mut self, line: &[u8], start: usize, effort: Effort) {
        let map = Map::Even { start, num: 1, den: 1, length: line.len() };
        if line.len() >= LINE {
            self.moved(None, map, |search| search.segments(line, effort));
        } else if line.len() >= SHORTEST && self.is_worth_decoding(line, effort) {
            self.moved(None, map, |search| search.word(line, effort));
        }
    }

    /// One run of word characters: as a code, as hex, as base 64 and as base 32.
    fn word(&mut self, run: &[u8], effort: Effort) {
        self.codes(run);
        if self.deepest() {
            return;
        }
        self.hex(run);
        let all_hex = run.iter().all(|b| is(*b, HEX_DIGIT));
        if !all_hex || run.len() < 16 {
            self.base64(run, effort, false);
        }
        self.base32(run);
        self.segments(run, effort);
        if run.len() >= 16 {
            let mut reversed = self.buffer();
            reversed.extend(run.iter().rev());
            self.moved(Some(Layer::Reversed), Map::Reversed { length: run.len() }, |search| {
                search.base64(&reversed, Effort::Guess, true);
                search.hex(&reversed);
            });
            self.give_back(reversed);
        }
    }

    /// Short words of a path: too short to be decoded at every phase, so that they have to be cut out. A slash beside them is not
    /// one of their characters, but one within them may be.
    fn segments(&mut self, run: &[u8], effort: Effort) {
        if self.deepest() || memchr::memchr(b'/', run).is_none() {
            return;
        }
        let starts = memchr::memchr_iter(b'/', run).map(|slash| slash + 1);
        for start in std::iter::once(0).chain(starts) {
            for end in start + SHORTEST..(start + GLUED).min(run.len() + 1) {
                let segment = &run[start..end];
                // Many slashes in a row encode many one bits in a row, which numbers hardly have.
                let in_row = || segment.windows(3).any(|w| w == b"///");
                if run.get(end).is_none_or(|b| *b == b'/') && segment.len() < run.len() && !in_row() {
                    let map = Map::Even { start, num: 1, den: 1, length: segment.len() };
                    self.moved(None, map, |search| search.base64(segment, effort, false));
                }
            }
        }
    }

    fn base64(&mut self, run: &[u8], effort: Effort, reversed: bool) {
        let phases = if run.len() < GLUED { 1 } else { 4 };
        for phase in 0..phases {
            let mut decoded = self.buffer();
            from_base64(&run[phase..], &mut decoded);
            let map = Map::Even { start: phase, num: 4, den: 3, length: run.len() - phase };
            if run.len() < GLUED && only_binary(&decoded) {
                // Too short for anything but a number or a digest of eight bytes.
                self.moved(Some(Layer::Base64), map, |search| search.framed(&decoded, 0..decoded.len()));
            } else if run.len() < GLUED {
                // Or a number in base 64 once more: six bytes after a tag and a length are eight characters.
                self.inside(Some(Layer::Base64), map, &decoded, true, Effort::Full);
            } else {
                if (phase == 0 && effort == Effort::Full) || promising(&decoded) {
                    self.inside(Some(Layer::Base64), map, &decoded, phase == 0, Effort::Full);
                } else if self.prepared.anywhere && !reversed {
                    self.moved(Some(Layer::Base64), map, |search| search.binary_values(&decoded, 0..decoded.len()));
                }
            }
            self.give_back(decoded);
        }
    }

    /// Hex, also where it is glued to other characters.
    fn hex(&mut self, run: &[u8]) {
        let mut at = 0;
        while at < run.len() {
            let length = run[at..].iter().take_while(|b| is(**b, HEX_DIGIT)).count();
            let digits = &run[at..at + length];
            // Short runs of decimal digits are numbers, dates and the like, if they do not begin with their own length.
            let decimal = length < 20 && !matches!(length, 10 | 16) && digits.iter().all(u8::is_ascii_digit);
            if length >= HEX && (!decimal || has_length_prefix(digits)) {
                for phase in 0..2 {
                    let mut decoded = self.buffer();
                    let pairs = digits[phase..].chunks_exact(2);
                    decoded.extend(pairs.map(|p| nibble(p[0]) << 4 | nibble(p[1])));
                    let map = Map::Even { start: at + phase, num: 2, den: 1, length: length - phase };
                    let whole = phase == 0 && length % 2 == 0;
                    if whole || length >= 20 {
                        self.inside(Some(Layer::Hex), map, &decoded, whole, if whole { Effort::Full } else { Effort::Guess });
                    }
                    self.give_back(decoded);
                }
            }
            at += length.max(1);
        }
    }

    fn base32(&mut self, run: &[u8]) {
        let fits = |b: &u8, capital: bool| {
            (b'2'..=b'7').contains(b) || if capital { b.is_ascii_uppercase() } else { b.is_ascii_lowercase() }
        };
        for capital in [true, false] {
            let mut at = 0;
            while at < run.len() {
                let length = run[at..].iter().take_while(|b| fits(b, capital)).count();
                let letters = &run[at..at + length];
                if length >= BASE32 && letters.iter().any(|b| !b.is_ascii_digit()) {
                    for phase in 0..if length < 16 { 1 } else { 8 } {
                        let mut decoded = self.buffer();
                        from_base32(&letters[phase..], &mut decoded);
                        let map = Map::Even { start: at + phase, num: 8, den: 5, length: length - phase };
                        let effort = if phase == 0 { Effort::Full } else { Effort::Guess };
                        if length < BASE32_MORE {
                            self.moved(Some(Layer::Base32), map, |search| search.framed(&decoded, 0..decoded.len()));
                        } else {
                            self.inside(Some(Layer::Base32), map, &decoded, phase == 0, effort);
                        }
                        self.give_back(decoded);
                    }
                }
                at += length.max(1);
            }
        }
    }

    /// Bytes in hex with the same separator between them: `31:32:33`, `31 32 33`.
    fn hex_pairs(&mut self, bytes: &[u8], range: Range<usize>) {
        let pair = |at: usize| matches!(bytes.get(at..at + 2), Some(p) if p.iter().all(|b| is(*b, HEX_DIGIT)));
        let mut at = range.start;
        while at + 2 < range.end {
            if !is(bytes[at], HEX_DIGIT) {
                at += 1;
                continue;
            }
            let separator = bytes[at + 2];
            if !pair(at) || is(separator, HEX_DIGIT) || !separator.is_ascii() || !pair(at + 3) {
                at += 1;
                continue;
            }
            let start = at;
            let mut decoded = self.buffer();
            let mut from = Vec::new();
            while pair(at) {
                decoded.push(nibble(bytes[at]) << 4 | nibble(bytes[at + 1]));
                from.push((at - start) as u32);
                at += 2;
                if bytes.get(at) != Some(&separator) {
                    break;
                }
                at += 1;
            }
            from.push((at - start) as u32);
            if decoded.len() >= 5 {
                self.inside(Some(Layer::Hex), Map::Each { start, from, escapes: false }, &decoded, true, Effort::Full);
            }
            self.give_back(decoded);
        }
    }

    /// Hex that by chance has no letter, so that it looks like a number.
    pub fn decimal_hex(&mut self, bytes: &[u8], range: Range<usize>) {
        let mut at = range.start;
        while at < range.end {
            let length = bytes[at..].iter().take_while(|b| b.is_ascii_digit()).count();
            let digits = &bytes[at..at + length];
            if (HEX..20).contains(&length) && has_length_prefix(digits) {
                let map = Map::Even { start: at, num: 1, den: 1, length };
                self.moved(None, map, |search| search.hex(digits));
            }
            at += length.max(1);
        }
    }

    /// Codes in groups of the same length with the same separator between them.
    fn grouped_codes(&mut self, bytes: &[u8], range: Range<usize>, groups: &mut Groups) {
        if self.prepared.codes.is_empty() {
            return;
        }
        let mut at = range.start;
        while at < range.end {
            let length = bytes[at..].iter().take(64).take_while(|b| is_base32(**b)).count();
            if length == 0 {
                at += 1;
                continue;
            }
            groups.take(bytes, at, length);
            for (code, from) in groups.codes() {
                if !self.prepared.has_code_length(code.len()) {
                    continue;
                }
                let code = code.to_vec();
                self.code_at(&code, from, at + length);
            }
            at += length;
        }
    }
}

/// Groups of base-32 characters that follow each other.
#[derive(Default)]
struct Groups {
    text: Vec<u8>,
    starts: Vec<(usize, usize)>,
    size: usize,
    end: usize,
    separator: u8,
}

impl Groups {
    fn take(&mut self, bytes: &[u8], at: usize, length: usize) {
        let follows = at == self.end + 1 && !self.starts.is_empty() && {
            let separator = bytes[self.end];
            (self.starts.len() == 1 || separator == self.separator) && separator.is_ascii() && length <= self.size
        };
        // A shorter group is the last.
        let ended = self.starts.last().is_some_and(|(_, last)| *last < self.size);
        let last =
            self.starts.last().copied().filter(|(_, last)| at == self.end + 1 && length <= *last && bytes[self.end].is_ascii());
        if follows && !ended {
            self.separator = bytes[self.end];
        } else if let Some(last) = last {
            // What came before has another separator or size: the last of it can still be the first of these.
            let from = self.text.len() - last.1;
            self.text.drain(..from);
            self.starts.clear();
            self.starts.push(last);
            (self.size, self.separator) = (last.1, bytes[self.end]);
        } else {
            self.text.clear();
            self.starts.clear();
            self.size = length;
        }
        self.starts.push((at, length));
        self.text.extend(bytes[at..at + length].iter().map(u8::to_ascii_uppercase));
        self.end = at + length;
        if self.starts.len() > 64 {
            self.starts.remove(0);
            self.text.drain(..self.size);
        }
    }

    /// The text from each group to the end, with the offset at which it begins.
    fn codes(&self) -> impl Iterator<Item = (&[u8], usize)> {
        let size = if self.size > 12 || self.starts.len() < 2 { usize::MAX } else { self.size };
        let all = self.starts.iter().enumerate().filter(move |_| size != usize::MAX);
        let all = all.map(move |(i, (start, _))| (&self.text[i * size..], *start));
        all.filter(|(text, _)| (16..=128).contains(&text.len()))
    }
}

fn end_of_word(bytes: &[u8], start: usize) -> usize {
    bytes[start..].iter().position(|b| !is(*b, WORD)).map_or(bytes.len(), |n| start + n)
}

/// Whether hex begins with the length of the rest, with or without a tag before it.
fn has_length_prefix(digits: &[u8]) -> bool {
    let length = |at: usize| usize::from(nibble(digits[at]) << 4 | nibble(digits[at + 1]));
    digits.len().is_multiple_of(2) && digits.len() > 4 && [0, 2].iter().any(|at| length(*at) == (digits.len() - at) / 2 - 1)
}

fn nibble(digit: u8) -> u8 {
    if digit.is_ascii_digit() { digit - b'0' } else { (digit | 0x20) - b'a' + 10 }
}
