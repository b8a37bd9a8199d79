//! A negative cache: words in which nothing was found, so that they are not searched again.

use super::table::mix;

/// Words that were searched completely and contain nothing, not even a candidate. The words themselves are compared, not only
/// their hashes, so that a hash collision cannot hide a word.
#[derive(Default)]
pub(crate) struct NegativeCache(Vec<Vec<u8>>);

impl NegativeCache {
    const SLOTS: usize = 4096;

    fn slot(word: &[u8]) -> usize {
        let hash = word.iter().fold(word.len() as u64, |h, b| mix(h ^ u64::from(*b)));
        hash as usize % Self::SLOTS
    }

    pub fn has(&self, word: &[u8]) -> bool {
        self.0.get(Self::slot(word)).is_some_and(|w| w == word)
    }

    pub fn put(&mut self, word: &[u8]) {
        if self.0.is_empty() {
            self.0.resize_with(Self::SLOTS, Vec::new);
        }
        let kept = &mut self.0[Self::slot(word)];
        kept.clear();
        kept.extend_from_slice(word);
    }
}
