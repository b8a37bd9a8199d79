//! Words that were searched before, with what was found in them: texts repeat their words.

use super::class::DataClass;
use super::look::{Hit, UnmatchedNumber};
use super::odds::LowConfidence;
use super::table::mix;

/// One thing that a search found, with its place in the word.
#[derive(Clone)]
pub(crate) enum Effect {
    Candidate { class: DataClass, form: Option<LowConfidence>, content: u64, start: u32, end: u32 },
    Hit(Box<Hit>),
    Unmatched(Box<UnmatchedNumber>),
}

impl Effect {
    fn bytes(&self) -> usize {
        let apart = match self {
            Effect::Candidate { .. } => 0,
            Effect::Hit(hit) => size_of::<Hit>() + hit.how.layers.len(),
            Effect::Unmatched(number) => size_of::<UnmatchedNumber>() + number.how.layers.len(),
        };
        size_of::<Effect>() + apart
    }
}

/// What is being found in a word. It is not kept if the search of it was not complete, or if it would be too much.
#[derive(Default)]
pub(crate) struct Recording {
    pub effects: Vec<Effect>,
    pub is_spoiled: bool,
}

impl Recording {
    /// With more effects a word is not kept.
    const MOST: usize = 4096;

    pub fn add(&mut self, effect: Effect) {
        match self.effects.len() < Self::MOST {
            true => self.effects.push(effect),
            false => self.is_spoiled = true,
        }
    }
}

/// A word that was searched completely.
pub(crate) struct KnownWord {
    word: Vec<u8>,
    pub effects: Vec<Effect>,
    /// How many bytes were decoded.
    pub decoded: u64,
}

impl KnownWord {
    fn bytes(&self) -> usize {
        self.word.len() + self.effects.iter().map(Effect::bytes).sum::<usize>()
    }
}

/// Words are compared, not only their hashes, so that a hash collision cannot hide a word.
#[derive(Default)]
pub(crate) struct KnownWords {
    slots: Vec<Option<Box<KnownWord>>>,
    bytes: usize,
}

impl KnownWords {
    const SLOTS: usize = 4096;
    /// If more is kept, all is forgotten.
    const MOST_BYTES: usize = 32 << 20;

    fn slot(word: &[u8]) -> usize {
        let (chunks, rest) = word.as_chunks::<8>();
        let hash = chunks.iter().fold(word.len() as u64, |h, chunk| mix(h ^ u64::from_le_bytes(*chunk)));
        rest.iter().fold(hash, |h, b| mix(h ^ u64::from(*b))) as usize % Self::SLOTS
    }

    /// Takes a word out, if it is known; it has to be put back.
    pub fn take(&mut self, word: &[u8]) -> Option<Box<KnownWord>> {
        let taken = self.slots.get_mut(Self::slot(word))?.take_if(|known| known.word == word)?;
        self.bytes -= taken.bytes();
        Some(taken)
    }

    pub fn put_back(&mut self, known: Box<KnownWord>) {
        if self.slots.is_empty() || self.bytes > Self::MOST_BYTES {
            self.slots.clear();
            self.slots.resize_with(Self::SLOTS, || None);
            self.bytes = 0;
        }
        self.bytes += known.bytes();
        let slot = Self::slot(&known.word);
        if let Some(before) = self.slots[slot].replace(known) {
            self.bytes -= before.bytes();
        }
    }

    pub fn put(&mut self, word: &[u8], recording: Recording, decoded: u64) {
        if !recording.is_spoiled {
            self.put_back(Box::new(KnownWord { word: word.to_vec(), effects: recording.effects, decoded }));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_known_by_its_bytes_and_memory_is_bounded() {
        let mut words = KnownWords::default();
        assert!(words.take(b"unknown").is_none());
        for i in 0..20_000u32 {
            let candidate = Effect::Candidate { class: DataClass::MyNumber, form: None, content: 7, start: 0, end: 5 };
            let recording = Recording { effects: vec![candidate; 200], is_spoiled: false };
            words.put(format!("word{i}").as_bytes(), recording, 3);
            assert!(words.bytes <= KnownWords::MOST_BYTES + 200 * size_of::<Effect>() + 100);
        }
        let known = words.take(b"word19999").unwrap();
        assert_eq!((known.effects.len(), known.decoded), (200, 3));
        assert!(words.take(b"word19999").is_none());
        words.put_back(known);
        assert!(words.take(b"word19999").is_some());
        words.put(b"spoiled", Recording { effects: Vec::new(), is_spoiled: true }, 0);
        assert!(words.take(b"spoiled").is_none());
        let kept: usize = words.slots.iter().flatten().map(|known| known.bytes()).sum();
        assert_eq!(words.bytes, kept);
    }
}
