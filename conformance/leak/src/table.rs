//! A table from well-mixed fingerprints to the indexes of secrets, behind a small filter.

use super::buckets::{Buckets, Pairs};
use super::pages::Pages;

/// Takes eight more bytes into a hash that only has to spread well: whoever uses it compares.
#[inline]
pub(crate) fn take(hash: u64, eight: u64) -> u64 {
    (hash ^ eight).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29)
}

/// This many characters of a code are looked up.
pub(crate) const PREFIX: usize = 8;

/// The key of a code: whoever looks it up compares.
#[inline]
pub(crate) fn code_key(code: &[u8]) -> u64 {
    // The five lowest bits distinguish letters from each other and digits from each other, in either case.
    let five = code.first_chunk().map_or(0, |first| u64::from_le_bytes(*first) & 0x1F1F_1F1F_1F1F_1F1F);
    let x = five.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    x ^ (x >> 32)
}

/// Which secrets have a fingerprint. False positives are possible, so the caller compares.
///
/// A lookup reads one bit of the filter, which mostly stays in the processor's cache, and for about one in nine unmatched numbers
/// two cache lines of the table. That is why a million secrets cost hardly more than a thousand.
#[derive(Default)]
pub(crate) struct Table {
    filter: Filter,
    buckets: Buckets,
}

/// One bit for each fingerprint. It is near those of the fingerprints with the same highest bits, so that a filter is filled in the
/// order of memory.
#[derive(Default)]
struct Filter {
    words: Pages<u64>,
    /// Which bits of a fingerprint give the first bits of a bit's number.
    shift: u32,
    near: u64,
}

/// The most bits of a filter that are near each other: 8 KiB of them.
const NEAR: u32 = 16;
/// Where their numbers begin in a fingerprint: lower bits are not kept beside an index.
const FROM: u32 = 30;

impl Filter {
    fn new(count: usize) -> Filter {
        if count == 0 {
            return Filter::default();
        }
        let bits = (count * 6).next_power_of_two().max(64);
        let far = bits.trailing_zeros().saturating_sub(NEAR);
        Filter { words: Pages::zeroed(bits / 64), shift: 63 - far, near: (bits as u64 - 1) & ((1 << NEAR) - 1) }
    }

    #[inline]
    fn bit(&self, fingerprint: u64) -> usize {
        ((fingerprint >> 1 >> (self.shift & 63)) << NEAR | fingerprint >> FROM & self.near) as usize
    }

    fn add(&mut self, fingerprint: u64) {
        let bit = self.bit(fingerprint);
        self.words[bit / 64] |= 1 << (bit % 64);
    }

    #[inline]
    fn has(&self, fingerprint: u64) -> bool {
        let bit = self.bit(fingerprint);
        self.words.get(bit / 64).is_some_and(|word| word >> (bit % 64) & 1 == 1)
    }
}

/// A table that is being filled.
pub(crate) struct Filling {
    /// About how many entries it will have.
    count: usize,
    pairs: Pairs,
}

impl Filling {
    /// A table for as many as `count` entries, with indexes below `indexes`.
    pub fn for_entries(count: usize, indexes: usize) -> Filling {
        Filling::share(count, count, indexes)
    }

    /// A share of a table of `count` entries, with about `expected` of them.
    pub fn share(expected: usize, count: usize, indexes: usize) -> Filling {
        debug_assert!(indexes <= 1 << FROM);
        Filling { count, pairs: Pairs::share(expected, count, indexes) }
    }

    pub fn insert(&mut self, fingerprint: u64, index: u32) {
        self.pairs.push(fingerprint, u64::from(index));
    }

    pub fn finish(self) -> Table {
        Filling::join(vec![self])
    }

    /// The table of all shares.
    pub fn join(shares: Vec<Filling>) -> Table {
        let mut filter = Filter::new(shares.first().map_or(0, |share| share.count));
        let pairs = shares.into_iter().map(|share| share.pairs).collect();
        let buckets = Buckets::new(pairs, |fingerprint| filter.add(fingerprint));
        Table { filter, buckets }
    }
}

impl Table {
    pub fn is_empty(&self) -> bool {
        self.buckets.is_empty()
    }

    /// Whether the table may have the fingerprint. False positives are possible.
    #[inline]
    pub fn may_have(&self, fingerprint: u64) -> bool {
        self.filter.has(fingerprint)
    }

    #[inline]
    pub fn get(&self, fingerprint: u64) -> impl Iterator<Item = usize> + '_ {
        let may_have = self.may_have(fingerprint);
        may_have.then(|| self.buckets.get(fingerprint)).into_iter().flatten().map(|index| index as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::super::mix::mix;
    use super::*;

    #[test]
    fn every_entry_is_found_and_hardly_any_other() {
        let mut table = Filling::for_entries(10_000, 10_000);
        (0..10_000u32).for_each(|i| table.insert(mix(u64::from(i) + 1), i));
        let table = table.finish();
        assert!((0..10_000usize).all(|i| table.get(mix(i as u64 + 1)).any(|found| found == i)));
        assert!((20_000..120_000u64).filter(|i| table.get(mix(i + 1)).next().is_some()).count() < 9);
        assert!(Table::default().get(7).next().is_none());
    }
}
