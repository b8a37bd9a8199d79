//! Binary content: numbers as machines store them, digests, and other values as bytes.

use super::checks;
use super::digests;
use super::how::Encoding;
use super::machine::{self, Kind, WINDOW};
use super::masks::{BLOCK, block_of, is, mask, within};
use super::odds::LowConfidence;
use super::patterns::Candidate;
use super::search::{self, Effort, Search};
use super::values::Value;
use crate::DataClass;
use std::ops::Range;
use wide::i8x16;

/// An integer that takes fewer than four bytes is never searched for: 2 in 10,000 My Numbers, 2 in 1000 resident codes.
const SMALLEST: u64 = 1 << 24;
/// Within this distance of a byte that is not text, any byte may be binary.
const AROUND: usize = 24;
/// So few bytes are counted at once.
const FEW: usize = 16;
/// Lengths of digests that are searched for after a length byte.
pub(crate) const LENGTHS: [u8; 10] = [8, 10, 12, 16, 20, 24, 28, 32, 48, 64];

impl Search<'_> {
    /// Everything binary, near bytes that are not text.
    pub fn binary(&mut self, bytes: &[u8], range: Range<usize>) {
        self.values(bytes, range.clone());
        for zone in zones(bytes, range) {
            self.windows(bytes, zone, true);
        }
    }

    /// Searches a few bytes that are neither text nor a container: most results of decoding words that are not an encoding.
    pub fn binary_only(&mut self, bytes: &[u8], whole: bool, effort: Effort) {
        let all = 0..bytes.len();
        let prepared = self.prepared;
        prepared.text.find(bytes, 0, bytes.len(), |found| self.needle(found));
        if bytes.len() > search::FEW && effort == Effort::Full {
            self.packed(bytes, all.clone());
            self.binary(bytes, all.clone());
        } else {
            self.patterns(bytes, all.clone(), effort == Effort::Full);
        }
        if whole {
            self.framed(bytes, all);
            if effort == Effort::Full {
                self.raw_deflate(bytes);
            }
            if bytes.len() > search::FEW && effort == Effort::Full {
                self.unsupported(bytes);
            }
        }
    }

    /// Values that are texts or bytes.
    fn values(&mut self, bytes: &[u8], range: Range<usize>) {
        self.prepared.binary.find(bytes, range.start, range.end, |found| self.needle(found));
    }

    /// Everything binary in `bytes[range]`; without `numbers`, only what random bytes never contain.
    pub fn patterns(&mut self, bytes: &[u8], range: Range<usize>, numbers: bool) {
        self.values(bytes, range.clone());
        self.windows(bytes, range, numbers);
    }

    fn windows(&mut self, bytes: &[u8], range: Range<usize>, numbers: bool) {
        let prepared = self.prepared;
        if !prepared.anywhere && !self.is_guess() {
            for at in range.clone() {
                let length = bytes[at];
                if LENGTHS.contains(&length) {
                    self.digest(bytes, at + 1, at + 1 + usize::from(length));
                }
            }
        }
        if !prepared.anywhere && !numbers {
            return;
        }
        let mut candidates = std::mem::take(&mut self.scratch.candidates);
        match numbers {
            true => prepared.patterns.find(bytes, range.clone(), &mut candidates),
            false => prepared.patterns.find_sparse(bytes, range.clone(), &mut candidates),
        }
        for candidate in &candidates {
            self.candidate(bytes, *candidate, numbers);
        }
        self.scratch.candidates = candidates;
        if numbers {
            self.count_windows(bytes, range);
        }
    }

    fn candidate(&mut self, bytes: &[u8], Candidate { at, secret, kind }: Candidate, numbers: bool) {
        let prepared = self.prepared;
        let Some(wanted) = prepared.secrets.get(secret) else { return };
        if kind == Kind::Bytes {
            if let Some((encoding, length)) = prepared.digester.matching(wanted, &bytes[at..]) {
                self.hit(secret, encoding, &[], (at, at + length), None);
            }
            return;
        }
        let Value::Digits(text) = &wanted.value else { return };
        if !numbers {
            return;
        }
        let mut digits = [0; 20];
        let Some(digits) = digits.get_mut(..text.len()) else { return };
        text.bytes().zip(digits.iter_mut()).for_each(|(b, digit)| *digit = b - b'0');
        let place = machine::stored(kind, digits).and_then(|stored| stored.at(bytes, at));
        if let Some((start, end)) = place
            && machine::fits(kind, bytes, start, digits)
        {
            let low_confidence = machine::confidence(kind, bytes, start, end);
            self.hit(secret, kind.encoding(), &[], (start, end), Some(low_confidence));
        }
    }

    /// Counts the places in `bytes[range]` that could be some number. Their check digits are not tested: one in eleven is right.
    pub fn count_windows(&mut self, bytes: &[u8], range: Range<usize>) {
        let Some(range) = self.counted(range) else { return };
        if range.len() <= FEW {
            self.count_in_few(&bytes[range]);
            return;
        }
        let mut padded = [0; BLOCK];
        // All windows that begin in the first bytes of a block are in the block.
        const STEP: usize = BLOCK - WINDOW + 1;
        let mut at = range.start;
        while at + WINDOW <= range.end {
            let block = block_of(&bytes[at..range.end], 0xFF, &mut padded);
            let places = (range.end - at).saturating_sub(WINDOW - 1).min(STEP);
            let counted = u64::MAX >> (BLOCK - places);
            let count = |bits: u64| u64::from((bits & counted).count_ones());
            let row = |bits: u64| bits & bits >> 1 & bits >> 2 & bits >> 3 & bits >> 4;
            let zero = mask(block, |c| is(c, 0));
            let halves = |c: i8x16| within(c & i8x16::splat(15), 0, 10) & within(c, 0, 0xA0);
            let packed = row(mask(block, halves)) & !row(zero);
            let three = zero & zero >> 1 & zero >> 2;
            let filled = count(three & !(zero >> 3)) + count(three & !(zero << 1));
            let long = row(mask(block, |c| c.simd_lt(i8x16::splat(0))));
            let below = mask(block, |c| within(c, 0, 0x28));
            let fours = below & below >> 2 & below >> 4 & !row(zero);
            let heads = mask(block, |c| within(c, 0x41, 2) | within(c, 0x80, 4) | within(c, 0xC5, 2));
            let candidates = &mut self.result.candidates;
            candidates.windows(LowConfidence::Integer, 2 * places as u64);
            candidates.windows(LowConfidence::FramedInteger, filled + 2 * count(mask(block, |c| within(c, 4, 5))));
            candidates.windows(LowConfidence::PackedDecimal, 2 * count(packed));
            candidates.windows(LowConfidence::FramedPackedDecimal, count(mask(block, |c| is(c, 6)) & packed >> 1));
            candidates.windows(LowConfidence::Machine, 3 * count(long) + count(fours) + 2 * count(heads));
            at += STEP;
        }
    }

    /// The same in at most sixteen bytes.
    fn count_in_few(&mut self, bytes: &[u8]) {
        let mut padded = [0xFF; FEW];
        padded[..bytes.len()].copy_from_slice(bytes);
        let c: i8x16 = bytemuck::cast(padded);
        let places = (bytes.len() + 1).saturating_sub(WINDOW);
        let bits = |mask: i8x16| mask.to_bitmask() & 0xFFFF;
        let row = |bits: u32| bits & bits >> 1 & bits >> 2 & bits >> 3 & bits >> 4 & !(u32::MAX << places);
        let packed = row(bits(within(c & i8x16::splat(15), 0, 10) & within(c, 0, 0xA0)));
        let long = row(bits(c.simd_lt(i8x16::splat(0))));
        let heads = bits(within(c, 0x41, 2) | within(c, 0x80, 4) | within(c, 0xC5, 2));
        let candidates = &mut self.result.candidates;
        candidates.windows(LowConfidence::Integer, 2 * places as u64);
        // All of the bytes, and with a length before them.
        candidates.windows(LowConfidence::FramedInteger, 4);
        candidates.windows(LowConfidence::PackedDecimal, 2 * u64::from(packed.count_ones()));
        candidates.windows(LowConfidence::FramedPackedDecimal, 2 * u64::from(packed & 3).min(1));
        candidates.windows(LowConfidence::Machine, u64::from(3 * long.count_ones() + 2 * heads.count_ones()));
    }

    /// Looks up a digest of a value that begins at `at` and ends at `end` or before.
    fn digest(&mut self, bytes: &[u8], at: usize, end: usize) {
        let Some(there) = bytes.get(at..end.min(bytes.len())) else { return };
        let Some(key) = digests::fingerprint(there) else { return };
        let prepared = self.prepared;
        for secret in prepared.digests.get(key) {
            if let Some((encoding, length)) = prepared.digester.matching(&prepared.secrets[secret], there) {
                self.hit(secret, encoding, &[], (at, at + length), None);
            }
        }
    }

    /// The forms that only a whole piece or a whole decoded token can have.
    pub fn framed(&mut self, bytes: &[u8], range: Range<usize>) {
        let length = range.len();
        // A tag and a length before the value.
        if length <= 10 && length > 2 && usize::from(bytes[range.start + 1]) == length - 2 {
            self.framed(bytes, range.start + 2..range.end);
        }
        if length == 4 {
            self.four_bytes(bytes, range.clone());
        }
        if !self.prepared.anywhere && length >= digests::SHORTEST {
            self.digest(bytes, range.start, range.end);
        }
    }

    /// An integer of four bytes that are all there is.
    fn four_bytes(&mut self, bytes: &[u8], range: Range<usize>) {
        let Some(four) = bytes[range.clone()].first_chunk::<4>() else { return };
        let both = [(u32::from_be_bytes(*four), Encoding::Integer), (u32::from_le_bytes(*four), Encoding::IntegerLittleEndian)];
        for (n, encoding) in both {
            let n = u64::from(n);
            if n < SMALLEST {
                continue;
            }
            let fits = checks::integer(n);
            let low_confidence = Some(LowConfidence::FramedInteger);
            let mut digits = [0u8; 12];
            write_digits(n, &mut digits);
            if fits.my_number {
                self.number(&digits, &[DataClass::MyNumber], encoding, &[], (range.start, range.end), low_confidence);
            }
            if fits.resident_code {
                self.number(&digits[1..], &[DataClass::ResidentCode], encoding, &[], (range.start, range.end), low_confidence);
            }
        }
    }
}

pub(crate) fn write_digits(mut n: u64, digits: &mut [u8]) {
    for digit in digits.iter_mut().rev() {
        *digit = (n % 10) as u8;
        n /= 10;
    }
}

/// The parts of `bytes[range]` that are near bytes that are not text: control characters, or not UTF-8.
fn zones(bytes: &[u8], range: Range<usize>) -> Vec<Range<usize>> {
    let mut zones: Vec<Range<usize>> = Vec::new();
    let mut add = |from: usize, to: usize| {
        let near = from.saturating_sub(AROUND).max(range.start)..(to + AROUND).min(range.end);
        match zones.last_mut() {
            Some(last) if near.start <= last.end => last.end = last.end.max(near.end),
            _ => zones.push(near),
        }
    };
    let mut at = range.start;
    // The rest of a character that the range cuts in two does not count.
    if at > 0 {
        at += tail_of_character(&bytes[range.clone()]);
    }
    while at < range.end {
        let rest = &bytes[at..range.end];
        let (valid, invalid) = match std::str::from_utf8(rest) {
            Ok(_) => (rest.len(), 0),
            Err(e) => (e.valid_up_to(), e.error_len().unwrap_or(rest.len() - e.valid_up_to())),
        };
        controls(&rest[..valid], |place| add(at + place, at + place + 1));
        let end = at + valid + invalid;
        // A character that the range cuts in two, but not the bytes.
        let cut = end == range.end && end < bytes.len() && invalid < 4;
        if invalid > 0 && !cut {
            add(at + valid, end);
        }
        at = end;
        while invalid > 0
            && let Some(last) = last_invalid(&bytes[..range.end], at)
        {
            add(last, last + 1);
            at = last + 1;
        }
        if invalid > 0 {
            at += tail_of_character(&bytes[at..range.end]);
        }
    }
    zones
}

/// How many bytes at the beginning can only be the rest of a character.
fn tail_of_character(bytes: &[u8]) -> usize {
    bytes.iter().take(3).take_while(|b| **b & 0xC0 == 0x80).count()
}

/// If the few bytes from `at` on are not UTF-8, the last of them that may be what is wrong.
fn last_invalid(bytes: &[u8], at: usize) -> Option<usize> {
    let near = &bytes[at..bytes.len().min(at + AROUND)];
    let invalid = std::str::from_utf8(near).is_err_and(|e| e.error_len().is_some());
    let last = near.iter().rposition(|b| !b.is_ascii() || *b < 9).filter(|_| invalid)?;
    Some(at + last)
}

/// Calls `found` with every control character in `text`.
fn controls(text: &[u8], mut found: impl FnMut(usize)) {
    // In binary content, what is between two invalid bytes is short.
    if text.len() < FEW {
        for (at, byte) in text.iter().enumerate() {
            let second = || text.get(at + 1).is_some_and(|b| *b < 0xA0);
            if matches!(byte, 0..=8 | 14..=31 | 0x7F) || *byte == 0xC2 && second() {
                found(at);
            }
        }
        return;
    }
    let mut padded = [0; BLOCK];
    for at in (0..text.len()).step_by(BLOCK) {
        let block = block_of(&text[at..], b' ', &mut padded);
        let control = |c: i8x16| (within(c, 0, 0x20) & !within(c, 9, 5)) | is(c, 0x7F);
        let mut bits = mask(block, control);
        let mut second = mask(block, |c| is(c, 0xC2));
        while second != 0 {
            let place = second.trailing_zeros() as usize;
            if text.get(at + place + 1).is_some_and(|b| *b < 0xA0) {
                bits |= 1 << place;
            }
            second &= second - 1;
        }
        while bits != 0 {
            found(at + bits.trailing_zeros() as usize);
            bits &= bits - 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_are_around_what_is_not_text() {
        let text = "保険医療機関等は".repeat(40);
        assert!(zones(text.as_bytes(), 0..text.len()).is_empty());
        // Cut within characters.
        assert!(zones(text.as_bytes(), 100..500).is_empty());
        for planted in [&b"\x01"[..], b"\xFF", b"\xC2\x85", b"\xE3\x81", b"\x7F"] {
            let bytes = [text.as_bytes(), planted, text.as_bytes()].concat();
            let place = text.len();
            let zones = zones(&bytes, 0..bytes.len());
            assert_eq!(zones.len(), 1, "{planted:?}");
            assert!(
                zones[0].start <= place - AROUND && zones[0].end >= place + planted.len() + AROUND - 2,
                "{planted:?}: {zones:?}"
            );
        }
    }
}
