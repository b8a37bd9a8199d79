//! Everything that is found by five bytes in a row: numbers as machines store them, digests, and the bytes of codes.
//!
//! One look-up at each place tests all of them at once: a filter says of nearly all places that nothing begins there, and a table
//! says of the others what could.

use super::digests::Digester;
use super::machine::{self, Kind, WINDOW};
use super::values::{Secret, Value};
use std::ops::{ControlFlow, Range};

/// Two bits of this many are set for each entry: the filter passes few places.
const BITS_PER_ENTRY: usize = 16;
/// Entries a bucket, on average.
const IN_BUCKET: usize = 4;
/// Places that are tested before what passed is looked up.
const CHUNK: usize = 128;
/// So few bytes are copied to be searched.
const FEW: usize = 16;
const FINGERPRINT: u64 = (1 << 24) - 1;
const WINDOW_BITS: u64 = (1 << (8 * WINDOW)) - 1;

/// What could begin at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Candidate {
    /// Where the window begins.
    pub at: usize,
    pub secret: usize,
    pub kind: Kind,
}

#[derive(Default)]
pub(crate) struct Patterns {
    filter: Vec<u64>,
    filter_shift: u32,
    /// Where each bucket begins in `entries`.
    starts: Vec<u32>,
    bucket_shift: u32,
    /// 24 bits of the hash, the kind, and the index of the secret.
    entries: Vec<u64>,
}

#[inline(always)]
fn hash(window: u64) -> u64 {
    window.wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

/// Both bits of a hash, in one word of the filter.
#[inline(always)]
fn bits(hash: u64) -> u64 {
    BITS[(hash >> 20 & 255) as usize]
}

/// Two of 64 bits, different for each of 256 numbers.
static BITS: [u64; 256] = {
    let mut all = [0; 256];
    let mut i = 0;
    while i < 256 {
        let first = i % 64;
        all[i] = 1 << first | 1 << ((first + 1 + 5 * (i / 64) + i / 8 % 8) % 64);
        i += 1;
    }
    all
};

/// Calls `found` with every window of `secret`. Digests only if `digests`.
fn windows(secret: &Secret, digester: &Digester, digests: bool, mut found: impl FnMut(Kind, u64)) {
    if let Value::Digits(text) = &secret.value {
        let digits: Vec<u8> = text.bytes().map(|b| b - b'0').collect();
        for kind in Kind::NUMBERS {
            if let Some(stored) = machine::stored(kind, &digits) {
                found(kind, stored.window());
            }
        }
    }
    if digests {
        digester.each(secret, |_, digest| {
            if let Some([a, b, c, d, e, ..]) = digest.first_chunk::<8>() {
                found(Kind::Bytes, u64::from_le_bytes([*a, *b, *c, *d, *e, 0, 0, 0]));
            }
            ControlFlow::Continue(())
        });
    }
}

impl Patterns {
    /// The patterns of all `secrets`; of digests only if `digests`.
    pub fn new(secrets: &[Secret], digester: &Digester, digests: bool) -> Patterns {
        let expected: usize = secrets
            .iter()
            .map(|s| match s.value {
                Value::Digits(_) => Kind::NUMBERS.len() + if digests { digester.count(s) } else { 0 },
                _ if digests => digester.count(s),
                _ => 0,
            })
            .sum();
        if expected == 0 {
            return Patterns::default();
        }
        let words = (expected * BITS_PER_ENTRY / 64).next_power_of_two().max(2);
        let buckets = (expected / IN_BUCKET).next_power_of_two().max(2);
        let mut patterns = Patterns {
            filter: vec![0; words],
            filter_shift: 64 - words.trailing_zeros(),
            starts: vec![0; buckets + 1],
            bucket_shift: 64 - buckets.trailing_zeros(),
            entries: Vec::new(),
        };
        let mut all: Vec<(u64, u64)> = Vec::with_capacity(expected);
        for (index, secret) in secrets.iter().enumerate() {
            windows(secret, digester, digests, |kind, window| {
                all.push((hash(window), (kind as u64) << 32 | index as u64));
            });
        }
        patterns.fill(all);
        patterns
    }

    fn fill(&mut self, all: Vec<(u64, u64)>) {
        for (hash, _) in &all {
            let word = self.word(*hash);
            self.filter[word] |= bits(*hash);
            let bucket = self.bucket(*hash);
            self.starts[bucket + 1] += 1;
        }
        let mut sum = 0;
        for start in &mut self.starts {
            sum += *start;
            *start = sum;
        }
        let mut next = self.starts.clone();
        self.entries = vec![0; all.len()];
        for (hash, what) in all {
            let slot = &mut next[self.bucket(hash)];
            self.entries[*slot as usize] = (hash >> 8 & FINGERPRINT) << 40 | what;
            *slot += 1;
        }
    }

    #[inline(always)]
    fn word(&self, hash: u64) -> usize {
        (hash >> (self.filter_shift & 63)) as usize
    }

    fn bucket(&self, hash: u64) -> usize {
        (hash >> self.bucket_shift) as usize
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// What could begin at the places in `bytes[range]`. All of its window is in `bytes`.
    pub fn find(&self, bytes: &[u8], range: Range<usize>, out: &mut Vec<Candidate>) {
        out.clear();
        if self.is_empty() || bytes.len() < WINDOW {
            return;
        }
        let end = range.end.min(bytes.len() - WINDOW + 1);
        if bytes.len() <= FEW {
            return self.find_in_few(bytes, range.start..end, out);
        }
        // Eight bytes are read at a time.
        let fast = end.min((bytes.len() + 1).saturating_sub(8));
        let mut at = range.start;
        let mut passed = [0u8; CHUNK];
        let (filter, last, shift) = (self.filter.as_slice(), self.filter.len() - 1, self.filter_shift & 63);
        while at < fast {
            let count = (fast - at).min(CHUNK);
            let (mut n, mut i) = (0usize, 0u8);
            for window in bytes[at..at + count + 7].array_windows::<8>() {
                let hash = hash(u64::from_le_bytes(*window) & WINDOW_BITS);
                let bits = bits(hash);
                passed[n & (CHUNK - 1)] = i;
                n = n.wrapping_add(usize::from(filter[(hash >> shift) as usize & last] & bits == bits));
                i = i.wrapping_add(1);
            }
            let n = n.min(CHUNK);
            for i in &passed[..n] {
                self.look_up(bytes, at + usize::from(*i), out);
            }
            at += count;
        }
        while at < end {
            self.look_up(bytes, at, out);
            at += 1;
        }
    }

    /// The same in so few bytes that they are copied.
    fn find_in_few(&self, bytes: &[u8], range: Range<usize>, out: &mut Vec<Candidate>) {
        let mut padded = [0; FEW];
        padded[..bytes.len()].copy_from_slice(bytes);
        let all = u128::from_le_bytes(padded);
        for at in range {
            let hash = hash((all >> (8 * at)) as u64 & WINDOW_BITS);
            let bits = bits(hash);
            if self.filter[self.word(hash)] & bits == bits {
                self.look_up(bytes, at, out);
            }
        }
    }

    fn look_up(&self, bytes: &[u8], at: usize, out: &mut Vec<Candidate>) {
        let Some([a, b, c, d, e]) = bytes[at..].first_chunk::<WINDOW>() else { return };
        let hash = hash(u64::from_le_bytes([*a, *b, *c, *d, *e, 0, 0, 0]));
        let bucket = self.bucket(hash);
        let entries = &self.entries[self.starts[bucket] as usize..self.starts[bucket + 1] as usize];
        for entry in entries.iter().filter(|e| **e >> 40 == hash >> 8 & FINGERPRINT) {
            let kind = Kind::from_byte((*entry >> 32) as u8);
            out.push(Candidate { at, secret: (*entry & 0xFFFF_FFFF) as usize, kind });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::DataClass;

    #[test]
    fn every_number_is_found_at_every_place_in_every_kind_and_hardly_anything_else() {
        let secret = |n: u64| Secret {
            class: DataClass::MyNumber,
            person: n,
            value: Value::Digits(format!("{:012}", 871_213_624_823 - n * 1_000_003)),
        };
        let secrets: Vec<Secret> = (0..500).map(secret).collect();
        let patterns = Patterns::new(&secrets, &Digester::new(&[], true), true);
        let mut found = Vec::new();
        for (index, secret) in secrets.iter().enumerate().step_by(50) {
            windows(secret, &Digester::new(&[], true), true, |kind, window| {
                for before in [0, 1, 700] {
                    for after in 0..4 {
                        let bytes = [&vec![7; before][..], &window.to_le_bytes()[..WINDOW], &vec![9; after]].concat();
                        patterns.find(&bytes, 0..bytes.len(), &mut found);
                        assert!(found.contains(&Candidate { at: before, secret: index, kind }));
                    }
                }
            });
        }
        let noise: Vec<u8> = (0..1u32 << 20).map(|i| (super::super::table::mix(u64::from(i)) >> 40) as u8).collect();
        patterns.find(&noise, 0..noise.len(), &mut found);
        assert!(found.len() < 30, "{}", found.len());
    }
}
