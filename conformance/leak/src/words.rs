//! Runs of characters that could be an encoding.

use super::decode::{GLUED, at_phase, base64_bytes, from_base32, from_base64, nibble, only_binary, promising};
use super::how::{Encoding, Layer};
use super::known_words::KnownWords;
use super::masks::{self, BLOCK, Runs, hex_digit, mask, within};
use super::promising::promising_parts;
use super::search::{Effort, Map, Search};
use super::short::{SHORT, Shape, shape};
use super::values::is_base32;
use std::ops::Range;
use wide::i8x16;

/// A shorter run encodes nothing that is searched for.
const SHORTEST: usize = 7;
/// A line of this length or more may be one of an encoding that is broken over lines.
const LINE: usize = 32;
/// The longest marks before each line of an encoding, in bytes.
const PREFIX: usize = 6;
/// The shortest run of hex that encodes a number as digits or an integer.
const HEX: usize = 9;
/// The shortest run of hex with hyphens in it: a digest or a code.
const HYPHENED: usize = 18;
/// The shortest run of base 32 that encodes a number after a tag and a length.
const BASE32: usize = 10;
/// The shortest run of base 32 that encodes anything else.
const BASE32_MORE: usize = 12;

/// More bytes that may have been decoded wrongly are searched only where there is something.
const MANY: usize = 1024;
/// Fewer characters are not counted as a part of a code.
const CODE_PART: usize = 4;
/// The largest distance of two parts of a code, in bytes.
const NEAR: usize = 256;

/// The last words that could be parts of codes, and a bit for each of them that has a digit.
#[derive(Default)]
struct Parts([Range<usize>; 4], u8);

static IS_WORD: [bool; 256] = {
    let mut words = [false; 256];
    let mut i = 0;
    while i < 256 {
        let b = i as u8;
        words[i] = b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'-' | b'_');
        i += 1;
    }
    words
};

fn is_word(byte: u8) -> bool {
    IS_WORD[usize::from(byte)]
}

impl Search<'_> {
    /// Every word in `bytes` that begins in `range`.
    pub fn words(&mut self, bytes: &[u8], range: Range<usize>, effort: Effort) {
        let mut parts = Parts::default();
        let codes = !self.prepared.codes.is_empty();
        let shortest = if codes { CODE_PART } else { SHORTEST };
        let mut done = range.start;
        for (start, end) in Runs::new(bytes, range.start, range.end, shortest as u32, |b| mask(b, masks::word)) {
            // Lines that were joined to one before them.
            if start < done {
                continue;
            }
            if codes {
                self.split_code(bytes, start..end, &mut parts);
            }
            if end - start < SHORTEST || end - start < LINE && self.is_unchanged(start, end) {
                continue;
            }
            done = self.wrapped(bytes, start, end, effort);
            if done != end {
                continue;
            }
            let word = &bytes[start..end];
            if effort == Effort::Full && word.len() <= KnownWords::LONGEST {
                self.word_at(bytes, start..end, |search| search.one_word(word, effort));
            } else {
                let map = Map::Even { start, num: 1, den: 1, length: word.len() };
                self.moved(None, map, |search| search.one_word(word, effort));
            }
        }
    }

    fn one_word(&mut self, word: &[u8], effort: Effort) {
        if self.is_worth_decoding(word, effort) {
            self.word(word, effort);
        }
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
        // Words of a text that together are as long as a code have no digit.
        parts.1 = parts.1 << 1 & 0x1F | u8::from(bytes[word.clone()].iter().any(u8::is_ascii_digit));
        if parts.1 != 0 {
            self.code_in_fields(bytes, &word, parts);
        }
        parts.0.rotate_left(1);
        if let Some(last) = parts.0.last_mut() {
            *last = word;
        }
    }

    /// A code in three fields or more that follow each other, of which this word is the last.
    fn code_in_fields(&mut self, bytes: &[u8], word: &Range<usize>, parts: &Parts) {
        let (mut length, mut from) = (word.len(), word.start);
        for (i, before) in parts.0.iter().enumerate().rev() {
            if before.is_empty() || from - before.end > NEAR {
                return;
            }
            (length, from) = (length + before.len(), before.start);
            let fields = || parts.0[i..].iter().chain([word]).flat_map(|field| &bytes[field.clone()]);
            if i + 1 < parts.0.len() && self.prepared.has_code_length(length) && fields().any(u8::is_ascii_digit) {
                let code: Vec<u8> = fields().map(u8::to_ascii_uppercase).collect();
                self.code_as(&code, Encoding::Split, (from, word.end));
            }
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
        if end - start < LINE {
            return end;
        }
        let prefix = prefix(&bytes[..start]);
        let next_line = |at: usize| {
            let at = if bytes.get(at) == Some(&b'\r') { at + 1 } else { at };
            let after = (bytes.get(at) == Some(&b'\n')).then_some(at + 1)?;
            let after = if bytes[after..].starts_with(prefix) { after + prefix.len() } else { after };
            let indent = bytes[after..].iter().take(8).take_while(|b| matches!(b, b' ' | b'\t')).count();
            let word = after + indent;
            bytes.get(word).is_some_and(|b| is_word(*b)).then_some(word)
        };
        let (mut line, mut last) = (start, end);
        if next_line(end).is_none() {
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
        let shape = if run.len() <= BLOCK { shape(run, HEX as u32, BASE32 as u32) } else { Shape::ANY };
        if shape.hex {
            self.hex(run);
        }
        if shape.hyphen {
            self.hyphened_hex(run);
        }
        let all_hex = shape.hex && run.iter().all(|b| b.is_ascii_hexdigit() || *b == b'-');
        let long = run.len() >= 16;
        // Base 64 does not look like long hex or a UUID by chance.
        if !(all_hex && long) {
            match run.len() <= SHORT {
                true => self.short_base64(run, effort, long),
                false => self.base64(run, effort, false),
            }
        }
        if shape.base32 {
            self.base32(run);
        }
        if shape.slash {
            self.segments(run, effort);
        }
        if long && (run.len() > SHORT || all_hex) {
            self.backwards(run, shape.hex, all_hex);
        }
    }

    fn backwards(&mut self, run: &[u8], hex: bool, all_hex: bool) {
        let mut reversed = self.buffer();
        reversed.extend(run.iter().rev());
        self.moved(Some(Layer::Reversed), Map::Reversed { length: run.len() }, |search| {
            if !all_hex {
                search.base64(&reversed, Effort::Guess, true);
            }
            if hex {
                search.hex(&reversed);
            }
        });
        self.give_back(reversed);
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
                    self.segment(run, start..end, effort);
                }
            }
        }
    }

    /// One of them, unless nothing was found in it before: paths are made of the same few words.
    fn segment(&mut self, run: &[u8], Range { start, end }: Range<usize>, effort: Effort) {
        let word = KnownWords::padded(&run[start..], end - start);
        if self.scratch.segments.has(&word) {
            return;
        }
        let map = Map::Even { start, num: 1, den: 1, length: end - start };
        if self.finds_nothing(|search| search.moved(None, map, |search| search.base64(&run[start..end], effort, false))) {
            self.scratch.segments.add(word);
        }
    }

    fn base64(&mut self, run: &[u8], effort: Effort, reversed: bool) {
        let mut all = self.buffer();
        from_base64(run, &mut all);
        let map = |phase: usize| Map::Even { start: phase, num: 4, den: 3, length: run.len() - phase };
        let whole = &all[..base64_bytes(run.len())];
        let number = effort == Effort::Full && !reversed;
        if self.is_quiet(whole, true) {
            if run.len() < GLUED || number {
                self.count_quiet(Layer::Base64, map(0), whole);
            }
        } else if run.len() < GLUED && only_binary(whole) {
            // Too short for anything but a number or a digest of eight bytes.
            self.moved(Some(Layer::Base64), map(0), |search| search.token(whole, true));
        } else if run.len() < GLUED {
            // Or a number in base 64 once more: six bytes after a tag and a length are eight characters.
            self.inside(Some(Layer::Base64), map(0), whole, true, Effort::Full);
        } else if number {
            self.inside(Some(Layer::Base64), map(0), whole, true, Effort::Full);
        } else if !self.guessed(map(0), whole, true, !reversed) && !reversed {
            self.moved(Some(Layer::Base64), map(0), |search| search.patterns(whole, 0..whole.len(), false));
        }
        if run.len() >= GLUED {
            let mut decoded = self.buffer();
            for phase in 1..4 {
                at_phase(&all, run.len(), phase, &mut decoded);
                if self.is_quiet(&decoded, false) {
                    continue;
                }
                if !self.guessed(map(phase), &decoded, false, self.prepared.anywhere && !reversed)
                    && self.prepared.anywhere
                    && !reversed
                {
                    self.moved(Some(Layer::Base64), map(phase), |search| search.patterns(&decoded, 0..decoded.len(), false));
                }
            }
            self.give_back(decoded);
        }
        self.give_back(all);
    }

    /// Searches bytes that may have been decoded wrongly, if there is something in them. Returns whether there is.
    fn guessed(&mut self, map: Map, bytes: &[u8], whole: bool, between: bool) -> bool {
        if bytes.len() <= MANY {
            let is_promising = promising(bytes);
            if is_promising {
                self.inside(Some(Layer::Base64), map, bytes, whole, Effort::Full);
            }
            return is_promising;
        }
        let found = promising_parts(bytes, !self.prepared.text.is_empty());
        if !found.is_empty() {
            self.inside_parts(map, bytes, &found, whole, between);
        }
        !found.is_empty()
    }

    /// A few bytes that can only be a number as a machine stores it, or a digest.
    fn token(&mut self, bytes: &[u8], numbers: bool) {
        self.framed(bytes, 0..bytes.len());
        self.patterns(bytes, 0..bytes.len(), numbers);
        self.raw_deflate(bytes);
    }

    /// Hex, also where it is glued to other characters.
    fn hex(&mut self, run: &[u8]) {
        for (at, end) in Runs::new(run, 0, run.len(), HEX as u32, |block| mask(block, hex_digit)) {
            let digits = &run[at..end];
            let length = digits.len();
            // Short runs of decimal digits are numbers, dates and the like, if they do not begin with their own length.
            let decimal = length < 20 && !matches!(length, 10 | 16) && digits.iter().all(u8::is_ascii_digit);
            if decimal && !has_length_prefix(digits) {
                continue;
            }
            let mut decoded = self.buffer();
            for phase in 0..2 {
                decoded.clear();
                // Of an odd number of digits, the first is half a byte.
                let odd = phase == 1 && length < 16 && length % 2 == 1;
                decoded.extend(digits[..usize::from(odd)].iter().map(|d| nibble(*d)));
                let pairs = digits[phase..].chunks_exact(2);
                decoded.extend(pairs.map(|p| nibble(p[0]) << 4 | nibble(p[1])));
                let whole = odd || phase == 0 && length.is_multiple_of(2);
                let start = if odd { at } else { at + phase };
                let map = Map::Even { start, num: 2, den: 1, length: end - start };
                if (whole || length >= 20) && self.is_quiet(&decoded, whole) {
                    if whole {
                        self.count_quiet(Layer::Hex, map, &decoded);
                    }
                } else if whole && length <= 16 && only_binary(&decoded) {
                    self.moved(Some(Layer::Hex), map, |search| search.token(&decoded, true));
                } else if whole || length >= 20 {
                    self.inside(Some(Layer::Hex), map, &decoded, whole, if whole { Effort::Full } else { Effort::Guess });
                }
            }
            self.give_back(decoded);
        }
    }

    /// Hex with hyphens in it, as in a UUID.
    fn hyphened_hex(&mut self, run: &[u8]) {
        if run.len() < HYPHENED || !run.iter().all(|b| *b == b'-' || b.is_ascii_hexdigit()) {
            return;
        }
        let mut decoded = self.buffer();
        let mut digits = run.iter().filter(|b| **b != b'-').map(|b| nibble(*b));
        while let (Some(high), Some(low)) = (digits.next(), digits.next()) {
            decoded.push(high << 4 | low);
        }
        let quiet = self.is_quiet(&decoded, true);
        if quiet {
            // All of it begins where the word does.
            self.count_quiet(Layer::Hex, Map::Even { start: 0, num: 1, den: 1, length: run.len() }, &decoded);
        }
        self.give_back(decoded);
        if quiet {
            return;
        }
        let places: Vec<usize> = (0..run.len()).filter(|i| run[*i] != b'-').collect();
        let pairs = places.chunks_exact(2);
        let decoded: Vec<u8> = pairs.clone().map(|p| nibble(run[p[0]]) << 4 | nibble(run[p[1]])).collect();
        let from = pairs.map(|p| p[0] as u32).chain([run.len() as u32]).collect();
        self.inside(Some(Layer::Hex), Map::Each { start: 0, from, escapes: false }, &decoded, true, Effort::Full);
    }

    fn base32(&mut self, run: &[u8]) {
        if run.len() < BASE32 {
            return;
        }
        for first in *b"Aa" {
            let kind = |c: i8x16| within(c, first, 26) | within(c, b'2', 6);
            for (at, end) in Runs::new(run, 0, run.len(), BASE32 as u32, |block| mask(block, kind)) {
                let letters = &run[at..end];
                if letters.iter().all(u8::is_ascii_digit) {
                    continue;
                }
                let length = letters.len();
                for phase in 0..if length < 16 { 1 } else { 8 } {
                    let mut decoded = self.buffer();
                    from_base32(&letters[phase..], &mut decoded);
                    let map = Map::Even { start: at + phase, num: 8, den: 5, length: length - phase };
                    let effort = if phase == 0 { Effort::Full } else { Effort::Guess };
                    if length < BASE32_MORE {
                        self.moved(Some(Layer::Base32), map, |search| search.token(&decoded, true));
                    } else if phase == 0 || promising(&decoded) {
                        self.inside(Some(Layer::Base32), map, &decoded, phase == 0, effort);
                    } else {
                        self.moved(Some(Layer::Base32), map, |search| search.patterns(&decoded, 0..decoded.len(), false));
                    }
                    self.give_back(decoded);
                }
            }
        }
    }

    /// Hex that by chance has no letter, so that it looks like a number.
    pub fn decimal_hex(&mut self, bytes: &[u8], range: Range<usize>) {
        for (start, end) in Runs::new(bytes, range.start, range.end, HEX as u32, |b| mask(b, |c| within(c, b'0', 10))) {
            let digits = &bytes[start..end];
            if digits.len() < 20 && has_length_prefix(digits) {
                let map = Map::Even { start, num: 1, den: 1, length: digits.len() };
                self.moved(None, map, |search| search.hex(digits));
            }
        }
    }
}

/// What the line of a word begins with, if it is a few marks: of a quotation, `> `, or of a comment, `# ` or `// `.
fn prefix(before: &[u8]) -> &[u8] {
    let near = &before[before.len().saturating_sub(PREFIX + 1)..];
    let line = match memchr::memrchr(b'\n', near) {
        Some(feed) => &near[feed + 1..],
        None if near.len() == before.len() => near,
        None => &[],
    };
    if line.iter().any(u8::is_ascii_alphanumeric) { &[] } else { line }
}

fn end_of_word(bytes: &[u8], start: usize) -> usize {
    bytes[start..].iter().position(|b| !is_word(*b)).map_or(bytes.len(), |n| start + n)
}

/// Whether hex begins with the length of the rest, with or without a tag before it.
fn has_length_prefix(digits: &[u8]) -> bool {
    let length = |at: usize| usize::from(nibble(digits[at]) << 4 | nibble(digits[at + 1]));
    digits.len().is_multiple_of(2) && digits.len() > 4 && [0, 2].iter().any(|at| length(*at) == (digits.len() - at) / 2 - 1)
}
