//! Words in which nothing was found: texts repeat their words.

/// Words are compared, not only their hashes, so that a hash collision cannot hide a word.
#[derive(Default)]
pub(crate) struct KnownWords {
    /// Each word, padded with zeros, which no word contains.
    slots: Vec<[u8; KnownWords::LONGEST]>,
}

impl KnownWords {
    pub const LONGEST: usize = 32;
    const SLOTS: usize = 8192;

    fn padded(word: &[u8]) -> ([u8; Self::LONGEST], usize) {
        let mut padded = [0; Self::LONGEST];
        padded[..word.len()].copy_from_slice(word);
        let eights = padded.as_chunks::<8>().0;
        let hash = eights.iter().fold(0u64, |h, eight| {
            (h ^ u64::from_le_bytes(*eight)).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29)
        });
        (padded, (hash >> 17) as usize % Self::SLOTS)
    }

    /// Whether nothing was found in the word, which is no longer than [`KnownWords::LONGEST`].
    pub fn has(&self, word: &[u8]) -> bool {
        let (padded, slot) = Self::padded(word);
        self.slots.get(slot) == Some(&padded)
    }

    /// Nothing was found in the word.
    pub fn add(&mut self, word: &[u8]) {
        self.slots.resize(Self::SLOTS, [0; Self::LONGEST]);
        let (padded, slot) = Self::padded(word);
        self.slots[slot] = padded;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_known_by_all_its_bytes() {
        let mut words = KnownWords::default();
        assert!(!words.has(b"unknown"));
        for i in 0..20_000u32 {
            words.add(format!("word{i}").as_bytes());
            assert!(words.has(format!("word{i}").as_bytes()) && !words.has(format!("wore{i}").as_bytes()));
        }
        assert!(!words.has(b"word") && !words.has(&[b'w'; 32]));
    }
}
