//! Numbers in binary content: integers, packed decimal, and digests and other values as bytes.

use super::checks;
use super::digests;
use super::how::Encoding;
use super::odds::LowConfidence;
use super::search::Search;
use crate::DataClass;
use std::ops::Range;

/// A bare integer is searched for if it takes this many bytes.
const BARE: usize = 5;
/// An integer that takes fewer than four bytes is never searched for: 2 in 10,000 My Numbers, 2 in 1000 resident codes.
const SMALLEST: u64 = 1 << 24;
const LIMIT: u64 = 1_000_000_000_000;
/// Within this distance of a byte that is not text, any byte may be binary.
const AROUND: usize = 24;
/// Lengths of digests that are searched for after a length byte.
const LENGTHS: [u8; 10] = [8, 10, 12, 16, 20, 24, 28, 32, 48, 64];
const ZEROS: usize = 16;

impl Search<'_> {
    /// Numbers as integers and in packed decimal, near bytes that are not text.
    pub fn binary(&mut self, bytes: &[u8], range: Range<usize>) {
        let forms = [
            LowConfidence::Integer,
            LowConfidence::FramedInteger,
            LowConfidence::PackedDecimal,
            LowConfidence::FramedPackedDecimal,
        ];
        let off = |form| self.over_limit(DataClass::MyNumber, form) && self.over_limit(DataClass::ResidentCode, form);
        if self.prepared.unchecked_lengths().next().is_none() && forms.into_iter().all(off) {
            return;
        }
        let mut zone: Option<Range<usize>> = None;
        let mut zones = Vec::new();
        not_text(bytes, range.clone(), |at| {
            let near = at.saturating_sub(AROUND).max(range.start)..(at + AROUND + 1).min(range.end);
            match &mut zone {
                Some(zone) if near.start <= zone.end => zone.end = near.end,
                _ => zones.extend(zone.replace(near)),
            }
        });
        for zone in zones.into_iter().chain(zone) {
            self.integers(bytes, zone.clone());
            self.decimals(bytes, zone);
        }
    }

    fn integers(&mut self, bytes: &[u8], zone: Range<usize>) {
        let unchecked = self.prepared.unchecked_lengths().next().is_some();
        let off =
            |s: &Self, form| !unchecked && s.over_limit(DataClass::MyNumber, form) && s.over_limit(DataClass::ResidentCode, form);
        let bare = !off(self, LowConfidence::Integer);
        let framed = !off(self, LowConfidence::FramedInteger);
        if !bare && !framed {
            return;
        }
        let (mut big, mut little) = (u64::MAX, u64::MAX);
        for at in zone.clone() {
            big = big << 8 | u64::from(bytes[at]);
            little = little >> 8 | u64::from(bytes[at]) << 56;
            let end = at + 1;
            if bare && end >= zone.start + BARE {
                let five = big & 0xFF_FFFF_FFFF;
                if (1 << 32..LIMIT).contains(&five) {
                    self.integer(five, Encoding::Integer, (end - BARE, end), LowConfidence::Integer);
                }
                let five = little >> 24;
                if (1 << 32..LIMIT).contains(&five) {
                    self.integer(five, Encoding::IntegerLittleEndian, (end - BARE, end), LowConfidence::Integer);
                }
            }
            if framed {
                if end >= zone.start + 8 {
                    if (SMALLEST..LIMIT).contains(&big) {
                        self.integer(big, Encoding::Integer, (end - 8, end), LowConfidence::FramedInteger);
                    }
                    if (SMALLEST..LIMIT).contains(&little) {
                        self.integer(little, Encoding::IntegerLittleEndian, (end - 8, end), LowConfidence::FramedInteger);
                    }
                }
                let length = usize::from(bytes[at]);
                if (4..=8).contains(&length) {
                    self.framed_integer(bytes, end..end + length);
                }
            }
        }
    }

    fn framed_integer(&mut self, bytes: &[u8], range: Range<usize>) {
        let Some(value) = bytes.get(range.clone()) else { return };
        let big = value.iter().fold(0, |n, b| n << 8 | u64::from(*b));
        let little = value.iter().rev().fold(0, |n, b| n << 8 | u64::from(*b));
        for (n, encoding) in [(big, Encoding::Integer), (little, Encoding::IntegerLittleEndian)] {
            if (SMALLEST..LIMIT).contains(&n) {
                self.integer(n, encoding, (range.start, range.end), LowConfidence::FramedInteger);
            }
        }
    }

    #[inline]
    fn integer(&mut self, n: u64, encoding: Encoding, place: (usize, usize), low_confidence: LowConfidence) {
        let fits = checks::integer(n);
        if fits.any() {
            self.fitting_integer(n, fits, encoding, place, low_confidence);
        }
        if self.prepared.unchecked_lengths().next().is_some() {
            let mut all = [0u8; 20];
            write_digits(n, &mut all);
            for length in self.prepared.unchecked_lengths() {
                if all[..20 - length].iter().all(|d| *d == 0) {
                    let classes = self.prepared.unchecked_classes(length);
                    self.number(&all[20 - length..], classes, encoding, &[], place, Some(low_confidence));
                }
            }
        }
    }

    fn fitting_integer(
        &mut self,
        n: u64,
        fits: checks::Fits,
        encoding: Encoding,
        place: (usize, usize),
        low_confidence: LowConfidence,
    ) {
        let mut digits = [0u8; 12];
        write_digits(n, &mut digits);
        if fits.my_number && !self.over_limit(DataClass::MyNumber, low_confidence) {
            self.number(&digits, &[DataClass::MyNumber], encoding, &[], place, Some(low_confidence));
        }
        if fits.resident_code && !self.over_limit(DataClass::ResidentCode, low_confidence) {
            self.number(&digits[1..], &[DataClass::ResidentCode], encoding, &[], place, Some(low_confidence));
        }
    }

    /// Digits in half bytes, and in bytes of their own: 0 to 9, or F0 to F9.
    fn decimals(&mut self, bytes: &[u8], zone: Range<usize>) {
        let off = |form| self.over_limit(DataClass::MyNumber, form) && self.over_limit(DataClass::ResidentCode, form);
        if off(LowConfidence::PackedDecimal)
            && off(LowConfidence::FramedPackedDecimal)
            && self.prepared.unchecked_lengths().next().is_none()
        {
            return;
        }
        let nibble = |i: usize| if i.is_multiple_of(2) { bytes[i / 2] >> 4 } else { bytes[i / 2] & 15 };
        let mut at = zone.start * 2;
        while at < zone.end * 2 {
            let start = at;
            let mut zeros = 0;
            while at < zone.end * 2 && nibble(at) < 10 && zeros < 2 * ZEROS {
                zeros = if nibble(at) == 0 { zeros + 1 } else { 0 };
                at += 1;
            }
            if at - start >= 10 {
                self.packed((start..at).map(nibble), |from, count| {
                    let (first, last) = ((start + from) / 2, (start + from + count).div_ceil(2));
                    let framed = first > 0 && usize::from(bytes[first - 1]) == last - first && last - first == count.div_ceil(2);
                    ((first, last), if framed { LowConfidence::FramedPackedDecimal } else { LowConfidence::PackedDecimal })
                });
            }
            if zeros >= 2 * ZEROS {
                // A long run of zeros contains no number; only its end can be the beginning of one.
                while at < zone.end * 2 && nibble(at) == 0 {
                    at += 1;
                }
                at = (at - 12).max(start + ZEROS);
            }
            at += usize::from(at == start || (at < zone.end * 2 && nibble(at) >= 10));
        }
        for high in [0, 0xF0u8] {
            let digit = |b: u8| b.wrapping_sub(high);
            let mut at = zone.start;
            while at < zone.end {
                let start = at;
                while at < zone.end && digit(bytes[at]) < 10 {
                    at += 1;
                }
                if at - start >= 10 && bytes[start..at].iter().any(|b| *b != high) {
                    let place = |from: usize, count: usize| ((start + from, start + from + count), LowConfidence::PackedDecimal);
                    self.packed(bytes[start..at].iter().map(|b| digit(*b)), place);
                }
                at += 1;
            }
        }
    }

    /// Values that are bytes, and digests: at every position, or only after a length byte if there are too many values.
    pub fn binary_values(&mut self, bytes: &[u8], range: Range<usize>) {
        let prepared = self.prepared;
        prepared.binary.find(bytes, range.start, range.end, |found| self.needle(found));
        if prepared.anywhere {
            for at in range {
                let Some(first) = bytes[at..].first_chunk::<8>() else { break };
                if prepared.digests.may_have(super::table::mix(u64::from_le_bytes(*first))) {
                    self.digest(bytes, at, bytes.len());
                }
            }
        } else if !self.is_guess() {
            for at in range {
                let length = bytes[at];
                if LENGTHS.contains(&length) {
                    self.digest(bytes, at + 1, at + 1 + usize::from(length));
                }
            }
        }
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

    /// The forms that a whole piece or a whole decoded token can have.
    pub fn framed(&mut self, bytes: &[u8], range: Range<usize>) {
        let length = range.len();
        // A tag and a length before the value.
        if length <= 10 && length > 2 && usize::from(bytes[range.start + 1]) == length - 2 {
            self.framed(bytes, range.start + 2..range.end);
        }
        if (4..=8).contains(&length) {
            self.framed_integer(bytes, range.clone());
        }
        let first = range.start;
        if length == 6 && bytes[first + 1..first + 5].iter().all(|b| b >> 4 < 10 && b & 15 < 10) {
            let nibbles: Vec<u8> = bytes[range.clone()].iter().flat_map(|b| [b >> 4, b & 15]).collect();
            let decimal = |nibbles: &[u8]| nibbles.iter().all(|n| *n < 10);
            let framed = |_, _| ((first, first + 6), LowConfidence::FramedPackedDecimal);
            if decimal(&nibbles) {
                self.packed(nibbles.iter().copied(), framed);
            } else if nibbles[11] == 15 && decimal(&nibbles[..11]) {
                self.packed(nibbles[..11].iter().copied(), framed);
            }
        }
        if length >= digests::SHORTEST {
            self.digest(bytes, range.start, range.end);
        }
    }
}

fn write_digits(mut n: u64, digits: &mut [u8]) {
    for digit in digits.iter_mut().rev() {
        *digit = (n % 10) as u8;
        n /= 10;
    }
}

/// Calls `at` with every byte of `bytes[range]` that is not part of UTF-8 text without control characters.
fn not_text(bytes: &[u8], range: Range<usize>, mut at: impl FnMut(usize)) {
    let mut start = range.start;
    // The rest of a character that the range cuts in two does not count.
    if range.start > 0 {
        start += bytes[range.clone()].iter().take(3).take_while(|b| **b & 0xC0 == 0x80).count();
    }
    for chunk in bytes[start..range.end].utf8_chunks() {
        let valid = chunk.valid().as_bytes();
        for (i, byte) in valid.iter().enumerate() {
            let control = *byte < 0x20 && !(9..=13).contains(byte) || *byte == 0x7F;
            if control || (*byte == 0xC2 && valid.get(i + 1).is_some_and(|b| *b < 0xA0)) {
                at(start + i);
            }
        }
        start += valid.len();
        let invalid = chunk.invalid();
        let cut = start + invalid.len() == range.end && range.end < bytes.len() && invalid.len() < 4;
        if !cut {
            (start..start + invalid.len()).for_each(&mut at);
        }
        start += invalid.len();
    }
}
