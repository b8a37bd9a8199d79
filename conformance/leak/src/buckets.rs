//! Very many small numbers, each under a hash: four bytes an entry, made by sorting.

use super::pages::Pages;

/// Entries a bucket, on average, and in tables so large that the beginnings of buckets take much memory.
const IN_BUCKET: usize = 4;
const IN_LARGE_BUCKET: usize = 8;
const LARGE: usize = 1 << 22;

/// So many pairs are kept apart by the first bits of their hashes: each heap is sorted in the processor's cache, and its memory is
/// free as soon as its pairs are in the table.
const MANY: usize = 1 << 20;
const HEAP_BITS: u32 = 6;

/// Pairs of a hash and a number. They are collected in any order, then sorted.
pub(crate) struct Pairs {
    /// The first bits of the hash, then the number.
    heaps: Vec<Vec<u64>>,
    /// How many of the first bits of a hash say which heap it is in.
    heap_bits: u32,
    number_bits: u32,
}

impl Pairs {
    /// For about `expected` numbers below `numbers`, at most 2^30.
    pub fn new(expected: usize, numbers: usize) -> Pairs {
        Pairs::share(expected, expected, numbers)
    }

    /// For about `expected` of the `all` numbers, of which others are collected elsewhere.
    pub fn share(expected: usize, all: usize, numbers: usize) -> Pairs {
        let heap_bits = if all < MANY { 0 } else { HEAP_BITS };
        // Heaps are not equally large.
        let size = if heap_bits == 0 { expected } else { (expected >> heap_bits) + (expected >> (heap_bits + 5)) };
        let heaps = (0..1 << heap_bits).map(|_| Vec::with_capacity(size)).collect();
        Pairs { heaps, heap_bits, number_bits: usize::BITS - numbers.saturating_sub(1).leading_zeros() }
    }

    #[inline]
    pub fn push(&mut self, hash: u64, number: u64) {
        debug_assert!(number >> self.number_bits == 0);
        let heap = hash.unbounded_shr(64 - self.heap_bits) as usize;
        self.heaps[heap].push(hash >> self.number_bits << self.number_bits | number);
    }
}

#[derive(Default)]
pub(crate) struct Buckets {
    /// Where each bucket begins in the entries.
    starts: Pages<u32>,
    bucket_shift: u32,
    number_bits: u32,
    /// The bits of the hash behind those that say which bucket it is, and the number.
    entries: Pages<u32>,
}

impl Buckets {
    /// The buckets of all `shares`, which were made for the same `all` and `numbers`. Calls `each` with the hashes in their order,
    /// so that what is kept of them is written in the order of memory. Their lowest bits, as many as a number has, are zero.
    pub fn new(mut shares: Vec<Pairs>, mut each: impl FnMut(u64)) -> Buckets {
        let count: usize = shares.iter().flat_map(|pairs| &pairs.heaps).map(Vec::len).sum();
        let Some(mut first) = (count > 0).then(|| shares.pop()).flatten() else { return Buckets::default() };
        let (heaps, number_bits) = (std::mem::take(&mut first.heaps), first.number_bits);
        let in_bucket = if count < LARGE { IN_BUCKET } else { IN_LARGE_BUCKET };
        let buckets = (count / in_bucket).next_power_of_two().max(2);
        let (mut starts, bucket_shift) = (Pages::zeroed(buckets + 1), 64 - buckets.trailing_zeros());
        let shape = Buckets { bucket_shift, number_bits, ..Buckets::default() };
        let mut entries = Pages::zeroed(count);
        let mut places = entries.iter_mut();
        for (index, mut heap) in heaps.into_iter().enumerate() {
            // Each is freed as soon as it is in the table.
            shares.iter_mut().filter_map(|pairs| pairs.heaps.get_mut(index)).for_each(|other| heap.extend(std::mem::take(other)));
            heap.sort_unstable();
            for (pair, entry) in heap.into_iter().zip(&mut places) {
                each(pair & !shape.numbers());
                starts[shape.bucket(pair) + 1] += 1;
                *entry = shape.fingerprint(pair) << number_bits | (pair & shape.numbers()) as u32;
            }
        }
        let mut sum = 0;
        for start in starts.iter_mut() {
            sum += *start;
            *start = sum;
        }
        Buckets { starts, entries, ..shape }
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    #[inline(always)]
    fn bucket(&self, hash: u64) -> usize {
        (hash >> (self.bucket_shift & 63)) as usize
    }

    /// As many bits of the hash as there is room for beside a number.
    #[inline(always)]
    fn fingerprint(&self, hash: u64) -> u32 {
        let room = 32 - self.number_bits;
        let behind = hash.unbounded_shl(64 - self.bucket_shift);
        (behind.unbounded_shr(64 - room)) as u32
    }

    fn numbers(&self) -> u64 {
        (1 << self.number_bits) - 1
    }

    /// The numbers under `hash`, and perhaps some others.
    #[inline]
    pub fn get(&self, hash: u64) -> impl Iterator<Item = u32> + '_ {
        let bucket = self.bucket(hash);
        let range = match self.starts.get(bucket..bucket + 2) {
            Some(&[start, end]) => start as usize..end as usize,
            _ => 0..0,
        };
        let fingerprint = self.fingerprint(hash);
        let entries = self.entries[range].iter();
        let same = move |entry: &&u32| (u64::from(**entry) >> self.number_bits) as u32 == fingerprint;
        entries.filter(same).map(|entry| entry & self.numbers() as u32)
    }
}

#[cfg(test)]
mod tests {
    use super::super::mix::mix;
    use super::*;

    #[test]
    fn every_number_is_found_under_its_hash_and_hardly_any_other() {
        for (count, expected) in [(1, 0), (2, 0), (3, 0), (1000, 0), (1000, MANY), (100_001u64, MANY)] {
            let mut shares = [0, 1, 2].map(|_| Pairs::share(expected / 3, expected, count as usize));
            (0..count).for_each(|i| shares[i as usize % 3].push(mix(i / 2), i));
            let mut before = 0;
            let buckets = Buckets::new(shares.into(), |hash| {
                assert!(before <= hash);
                before = hash;
            });
            assert!(!buckets.is_empty());
            for i in 0..count {
                assert!(buckets.get(mix(i / 2)).any(|found| u64::from(found) == i), "{i} of {count}");
            }
            let others = (count..2 * count).map(|i| buckets.get(mix(i)).count()).sum::<usize>();
            assert!(others as u64 <= count / 50, "{others} of {count}");
        }
        assert!(Buckets::default().get(7).next().is_none() && Buckets::new(vec![Pairs::new(0, 9)], |_| {}).is_empty());
    }
}
