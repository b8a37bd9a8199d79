//! Words in which nothing was found: texts repeat their words.

use super::table::take;

/// A word, padded with zeros, which no word contains.
pub(crate) type Padded = [u64; KnownWords::LONGEST / 8];

/// Words are compared, not only their hashes, so that a hash collision cannot hide a word.
#[derive(Default)]
pub(crate) struct KnownWords {
    /// Each word and the age in which it was added: words of an earlier age are forgotten.
    slots: Vec<(Padded, u64)>,
    age: u64,
}

impl KnownWords {
    pub const LONGEST: usize = 32;
    const SLOTS: usize = 8192;

    /// The first `length` of `bytes`, at most [`KnownWords::LONGEST`].
    pub fn padded(bytes: &[u8], length: usize) -> Padded {
        let mut copy = [0; Self::LONGEST];
        let all: &[u8; Self::LONGEST] = match bytes.first_chunk() {
            Some(all) => all,
            None => {
                copy[..bytes.len()].copy_from_slice(bytes);
                &copy
            }
        };
        let mut padded = [0; Self::LONGEST / 8];
        for (i, (eight, word)) in all.as_chunks::<8>().0.iter().zip(&mut padded).enumerate() {
            let used = 8 * length.saturating_sub(8 * i).min(8) as u32;
            *word = u64::from_le_bytes(*eight) & !u64::MAX.unbounded_shl(used);
        }
        padded
    }

    fn slot(word: &Padded) -> usize {
        let hash = word.iter().fold(0, |hash, eight| take(hash, *eight));
        (hash >> 17) as usize % Self::SLOTS
    }

    /// Whether nothing was found in the word.
    pub fn has(&self, word: &Padded) -> bool {
        self.slots.get(Self::slot(word)) == Some(&(*word, self.age))
    }

    /// Nothing was found in the word.
    pub fn add(&mut self, word: Padded) {
        self.slots.resize(Self::SLOTS, Default::default());
        self.slots[Self::slot(&word)] = (word, self.age);
    }

    /// No word is known from now on.
    pub fn forget(&mut self) {
        self.age += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_known_by_all_its_bytes() {
        let padded = |word: &str| KnownWords::padded(word.as_bytes(), word.len());
        let mut words = KnownWords::default();
        assert!(!words.has(&padded("unknown")));
        for i in 0..20_000u32 {
            words.add(padded(&format!("word{i}")));
            assert!(words.has(&padded(&format!("word{i}"))) && !words.has(&padded(&format!("wore{i}"))));
            let within = format!("word{i} and what stands behind it in the same text");
            assert!(words.has(&KnownWords::padded(within.as_bytes(), format!("word{i}").len())));
        }
        assert!(!words.has(&padded("word")) && !words.has(&padded(&"w".repeat(32))));
        words.forget();
        assert!(!words.has(&padded("word19999")));
    }
}
