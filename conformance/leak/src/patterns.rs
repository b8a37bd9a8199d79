//! Everything that is found by five bytes in a row: numbers as machines store them, digests, and the bytes of codes.
//!
//! One look-up at each place tests all of them at once: a filter says of nearly all places that nothing begins there, and a table
//! says of the others what could.

use super::buckets::{Buckets, Pairs};
use super::digests::Digester;
use super::machine::{self, Kind, WINDOW};
use super::pages::Pages;
use super::shares;
use super::values::{Secret, Value};
use std::num::NonZero;
use std::ops::{ControlFlow, Range};

/// Two bits of this many are set for each entry: the filter passes few places. With few entries there is room for more.
const BITS_PER_ENTRY: usize = 16;
const MORE_BITS_PER_ENTRY: usize = 32;
const FEW_ENTRIES: usize = 1 << 18;
/// Places that are tested before what passed is looked up: a bit for each in one number.
const CHUNK: usize = 64;
/// So few bytes are copied to be searched.
const FEW: usize = 16;
const MORE_THAN_FEW: usize = 24;
/// How many bits a kind takes.
const KIND_BITS: u32 = 4;

/// What could begin at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Candidate {
    /// Where the window begins.
    pub at: usize,
    pub secret: usize,
    pub kind: Kind,
}

/// Windows, behind a filter.
#[derive(Default)]
struct Index {
    filter: Pages<u64>,
    filter_shift: u32,
    /// The index of the secret, and what is kept with it, under the hash of each window.
    buckets: Buckets,
}

impl Index {
    fn new(pairs: Vec<Pairs>, entries: usize, bits_per_entry: usize) -> Index {
        let words = (entries * bits_per_entry / 64).next_power_of_two().max(2);
        let mut filter = Pages::zeroed(words);
        let filter_shift = 64 - words.trailing_zeros();
        let buckets = Buckets::new(pairs, |hash| filter[(hash >> filter_shift) as usize] |= bits(hash));
        Index { filter, filter_shift, buckets }
    }

    /// Whether a window with this hash may be there. There is at least one.
    #[inline(always)]
    fn may_have(&self, hash: u64) -> bool {
        let (bits, filter) = (bits(hash), &*self.filter);
        filter[(hash >> (self.filter_shift & 63)) as usize & (filter.len() - 1)] & bits == bits
    }
}

#[derive(Default)]
pub(crate) struct Patterns {
    /// With the kind of each.
    all: Index,
    /// Of digests and the bytes of codes only, for bytes that hardly ever hold anything: every second place is looked up, so that
    /// each is there twice, once from its second byte on.
    sparse: Index,
}

/// The hash of the lowest five bytes of `eight`: the factor leaves nothing of the others, and different sequences have different
/// hashes. Only the highest bits are well mixed.
#[inline(always)]
fn hash(eight: u64) -> u64 {
    eight.wrapping_mul(0x9e37_79b9_7f4a_7c15 << (64 - 8 * WINDOW))
}

/// The number of the first bit of a hash in one word of the filter.
#[inline(always)]
fn first_bit(hash: u64) -> u64 {
    hash >> 35 & 63
}

/// Both bits of a hash. The lowest bits of a hash are not kept beside the index of a secret.
#[inline(always)]
fn bits(hash: u64) -> u64 {
    1 << first_bit(hash) | 1 << (hash >> 30 & 63)
}

/// Calls `found` with every window of `secret`, in the lowest five bytes. Digests only if `digests`.
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
            if let Some(eight) = digest.first_chunk() {
                found(Kind::Bytes, u64::from_le_bytes(*eight));
            }
            ControlFlow::Continue(())
        });
    }
}

impl Patterns {
    /// The patterns of all `secrets`; of digests only if `digests`.
    pub fn new(secrets: &[Secret], digester: &Digester, digests: bool, threads: NonZero<usize>) -> Patterns {
        let count = |some: &[Secret]| -> usize {
            let of = |secret: &Secret| match secret.value {
                Value::Digits(_) => Kind::NUMBERS.len() + if digests { digester.count(secret) } else { 0 },
                _ if digests => digester.count(secret),
                _ => 0,
            };
            some.iter().map(of).sum()
        };
        let expected = count(secrets);
        if expected == 0 {
            return Patterns::default();
        }
        let collect = |share: Range<usize>| {
            let some = secrets.get(share.clone()).unwrap_or_default();
            let mut pairs = Pairs::share(count(some), expected, secrets.len() << KIND_BITS);
            let mut sparse = Pairs::new(0, secrets.len() << 1);
            let mut twice = 0;
            for (index, secret) in share.zip(some) {
                windows(secret, digester, digests, |kind, eight| {
                    pairs.push(hash(eight), (index as u64) << KIND_BITS | kind as u64);
                    if kind == Kind::Bytes {
                        let mut add = |eight, offset| sparse.push(hash(eight), (index as u64) << 1 | offset);
                        add(eight, 0);
                        add(eight >> 8, 1);
                        twice += 2;
                    }
                });
            }
            (pairs, sparse, twice)
        };
        let per_entry = if expected <= FEW_ENTRIES { MORE_BITS_PER_ENTRY } else { BITS_PER_ENTRY };
        let (mut pairs, mut sparse, mut twice) = (Vec::new(), Vec::new(), 0);
        for (some, some_sparse, some_twice) in shares::of(secrets.len(), threads, collect) {
            pairs.push(some);
            sparse.push(some_sparse);
            twice += some_twice;
        }
        let all = Index::new(pairs, expected, per_entry);
        Patterns { all, sparse: if twice > 0 { Index::new(sparse, twice, per_entry) } else { Index::default() } }
    }

    pub fn is_empty(&self) -> bool {
        self.all.buckets.is_empty()
    }

    /// Whether anything could begin in so few bytes that they are copied.
    #[inline]
    pub fn may_have(&self, bytes: &[u8]) -> bool {
        let mut padded = [0; MORE_THAN_FEW + 8];
        let Some(copy) = padded.get_mut(..bytes.len()).filter(|_| !self.is_empty()) else { return !self.is_empty() };
        copy.copy_from_slice(bytes);
        let places = (bytes.len() + 1).saturating_sub(WINDOW);
        padded.array_windows::<8>().take(places).any(|eight| self.all.may_have(hash(u64::from_le_bytes(*eight))))
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
        let (filter, last, shift) = (&*self.all.filter, self.all.filter.len() - 1, self.all.filter_shift & 63);
        while at < fast {
            let count = (fast - at).min(CHUNK);
            let mut passed = 0u64;
            for eight in bytes[at..at + count + 7].array_windows::<8>() {
                let hash = hash(u64::from_le_bytes(*eight));
                passed = passed << 1 | (filter[(hash >> shift) as usize & last] >> first_bit(hash) & 1);
            }
            // The first place is in the highest bit.
            passed <<= CHUNK - count;
            while passed != 0 {
                let place = passed.leading_zeros();
                passed &= !(1 << 63 >> place);
                let place = at + place as usize;
                let Some(eight) = bytes[place..].first_chunk() else { break };
                if self.all.may_have(hash(u64::from_le_bytes(*eight))) {
                    self.look_up(bytes, place, out);
                }
            }
            at += count;
        }
        while at < end {
            self.look_up(bytes, at, out);
            at += 1;
        }
    }

    /// The digests and bytes of codes that could begin at the places in `bytes[range]`.
    pub fn find_sparse(&self, bytes: &[u8], range: Range<usize>, out: &mut Vec<Candidate>) {
        out.clear();
        if self.sparse.buckets.is_empty() || bytes.len() < WINDOW {
            return;
        }
        // The last one may have its second byte behind the range. No digest has fewer than eight bytes.
        let end = (range.end + 1).min((bytes.len() + 1).saturating_sub(WINDOW));
        let first = range.start.next_multiple_of(2);
        // Eight bytes are read at a time, from every second one on.
        let fast = end.min((bytes.len() + 1).saturating_sub(8));
        let pairs = bytes.get(first..(fast + 7).next_multiple_of(2).min(bytes.len())).unwrap_or_default().as_chunks::<2>().0;
        let (filter, last, shift) = (&*self.sparse.filter, self.sparse.filter.len() - 1, self.sparse.filter_shift & 63);
        let mut at = first;
        while at < fast {
            let count = (fast - at).div_ceil(2).min(CHUNK);
            let mut passed = 0u64;
            let begin = (at - first) / 2;
            let Some(windows) = pairs.get(begin..begin + count + 3) else { break };
            for four in windows.array_windows::<4>() {
                let hash = hash(u64::from_le_bytes(bytemuck::cast(*four)));
                passed = passed << 1 | (filter[(hash >> shift) as usize & last] >> first_bit(hash) & 1);
            }
            // The first place is in the highest bit.
            passed <<= CHUNK - count;
            while passed != 0 {
                let place = passed.leading_zeros();
                passed &= !(1 << 63 >> place);
                let place = at + 2 * place as usize;
                let Some(eight) = bytes[place..].first_chunk() else { break };
                if self.sparse.may_have(hash(u64::from_le_bytes(*eight))) {
                    self.look_up_sparse(bytes, place, &range, out);
                }
            }
            at += 2 * count;
        }
        (at..end).step_by(2).for_each(|at| self.look_up_sparse(bytes, at, &range, out));
    }

    fn look_up_sparse(&self, bytes: &[u8], at: usize, range: &Range<usize>, out: &mut Vec<Candidate>) {
        let Some([a, b, c, d, e]) = bytes[at..].first_chunk::<WINDOW>() else { return };
        for entry in self.sparse.buckets.get(hash(u64::from_le_bytes([*a, *b, *c, *d, *e, 0, 0, 0]))) {
            if let Some(at) = at.checked_sub((entry & 1) as usize).filter(|at| range.contains(at)) {
                out.push(Candidate { at, secret: (entry >> 1) as usize, kind: Kind::Bytes });
            }
        }
    }

    /// The same in so few bytes that they are copied.
    fn find_in_few(&self, bytes: &[u8], range: Range<usize>, out: &mut Vec<Candidate>) {
        let mut padded = [0; FEW + 8];
        padded[..bytes.len()].copy_from_slice(bytes);
        for at in range {
            let Some(eight) = padded[at & (FEW - 1)..].first_chunk() else { break };
            if self.all.may_have(hash(u64::from_le_bytes(*eight))) {
                self.look_up(bytes, at, out);
            }
        }
    }

    fn look_up(&self, bytes: &[u8], at: usize, out: &mut Vec<Candidate>) {
        let Some([a, b, c, d, e]) = bytes[at..].first_chunk::<WINDOW>() else { return };
        let hash = hash(u64::from_le_bytes([*a, *b, *c, *d, *e, 0, 0, 0]));
        for entry in self.all.buckets.get(hash) {
            let kind = Kind::from_byte((entry & ((1 << KIND_BITS) - 1)) as u8);
            out.push(Candidate { at, secret: (entry >> KIND_BITS) as usize, kind });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::digests::Keys;
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
        let patterns = Patterns::new(&secrets, &Digester::new(&Keys::OfEverybody(&[]), true), true, NonZero::<usize>::MIN);
        let mut found = Vec::new();
        for (index, secret) in secrets.iter().enumerate().step_by(50) {
            windows(secret, &Digester::new(&Keys::OfEverybody(&[]), true), true, |kind, window| {
                for before in [0, 1, 700] {
                    for after in 0..4 {
                        let length = if kind == Kind::Bytes { 8 } else { WINDOW };
                        let bytes = [&vec![7; before][..], &window.to_le_bytes()[..length], &vec![9; after]].concat();
                        patterns.find(&bytes, 0..bytes.len(), &mut found);
                        assert!(found.contains(&Candidate { at: before, secret: index, kind }));
                        if kind == Kind::Bytes {
                            for range in [0..bytes.len(), before..before + 1] {
                                patterns.find_sparse(&bytes, range, &mut found);
                                assert!(found.contains(&Candidate { at: before, secret: index, kind }));
                            }
                        }
                    }
                }
            });
        }
        let noise: Vec<u8> = (0..1u32 << 20).map(|i| (super::super::mix::mix(u64::from(i)) >> 40) as u8).collect();
        patterns.find(&noise, 0..noise.len(), &mut found);
        assert!(found.len() < 30, "{}", found.len());
    }
}
