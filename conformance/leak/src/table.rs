//! A table from well-mixed fingerprints to the indexes of secrets, behind a small filter.

/// Mixes all bits of `x` into all bits of the result.
pub(crate) fn mix(x: u64) -> u64 {
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// Takes eight more bytes into a hash that only has to spread well: whoever uses it compares.
#[inline]
pub(crate) fn take(hash: u64, eight: u64) -> u64 {
    (hash ^ eight).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29)
}

/// This many characters of a code are looked up.
pub(crate) const PREFIX: usize = 8;

/// The key of a code.
pub(crate) fn code_key(code: &[u8]) -> u64 {
    mix(code.iter().take(PREFIX).fold(0, |n, b| n << 5 | u64::from(b & 31)))
}

/// Which secrets have a fingerprint. False positives are possible, so the caller compares.
///
/// A lookup reads one bit of the filter, which mostly stays in the processor's cache, and for about one in nine unmatched numbers
/// one cache line of the table. That is why a million secrets cost hardly more than a thousand.
#[derive(Default)]
pub(crate) struct Table {
    filter: Vec<u64>,
    /// Open addressing. 32 bits of the fingerprint, then the index and one; 0 is free.
    slots: Vec<u64>,
}

impl Table {
    /// A table for as many as `count` entries.
    pub fn for_entries(count: usize) -> Table {
        if count == 0 {
            return Table::default();
        }
        let bits = (count * 8).next_power_of_two().max(64);
        Table { filter: vec![0; bits / 64], slots: vec![0; count + count / 3 + 8] }
    }

    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    pub fn insert(&mut self, fingerprint: u64, index: u32) {
        let bit = self.bit(fingerprint);
        self.filter[bit / 64] |= 1 << (bit % 64);
        let entry = fingerprint << 32 | (u64::from(index) + 1);
        let mut slot = self.slot(fingerprint);
        while self.slots[slot] != 0 {
            slot = if slot + 1 == self.slots.len() { 0 } else { slot + 1 };
        }
        self.slots[slot] = entry;
    }

    /// Whether the table may have the fingerprint. False positives are possible.
    #[inline]
    pub fn may_have(&self, fingerprint: u64) -> bool {
        if self.filter.is_empty() {
            return false;
        }
        let bit = self.bit(fingerprint);
        self.filter[bit / 64] >> (bit % 64) & 1 == 1
    }

    #[inline]
    pub fn get(&self, fingerprint: u64) -> impl Iterator<Item = usize> + '_ {
        let start = if self.may_have(fingerprint) { self.slot(fingerprint) } else { usize::MAX };
        let (before, after) = if start == usize::MAX { (&[][..], &[][..]) } else { self.slots.split_at(start) };
        let entries = after.iter().chain(before).take_while(|entry| **entry != 0);
        entries.filter(move |e| **e >> 32 == fingerprint & 0xFFFF_FFFF).map(|e| (*e & 0xFFFF_FFFF) as usize - 1)
    }

    fn bit(&self, fingerprint: u64) -> usize {
        (fingerprint >> 13) as usize & (self.filter.len() * 64 - 1)
    }

    fn slot(&self, fingerprint: u64) -> usize {
        ((u128::from(fingerprint) * self.slots.len() as u128) >> 64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_is_found_and_hardly_any_other() {
        let mut table = Table::for_entries(10_000);
        (0..10_000u32).for_each(|i| table.insert(mix(u64::from(i) + 1), i));
        assert!((0..10_000usize).all(|i| table.get(mix(i as u64 + 1)).any(|found| found == i)));
        assert_eq!((20_000..120_000u64).filter(|i| table.get(mix(i + 1)).next().is_some()).count(), 0);
        assert!(Table::default().get(7).next().is_none());
    }
}
