//! Few bytes that a word may be decoded to: nearly all of them hold nothing, which a few tests show before a search of them is begun.

use super::binary::LENGTHS;
use super::decode::only_binary;
use super::digests;
use super::how::Layer;
use super::map::Map;
use super::search::{FEW, Search};

impl Search<'_> {
    /// Whether nothing that is searched for can be in a few decoded bytes, so that only their places have to be counted. `whole` if
    /// they are all that a word is decoded to.
    pub fn is_quiet(&self, bytes: &[u8], whole: bool) -> bool {
        let prepared = self.prepared;
        bytes.len() <= FEW
            && prepared.text.is_empty()
            && prepared.binary.is_empty()
            && only_binary(bytes)
            && !prepared.patterns.may_have(bytes)
            && (prepared.anywhere || !self.may_have_digest(bytes))
            && !(whole && (self.may_be_framed(bytes) || Self::may_be_deflate(bytes)))
    }

    /// Counts the places in them at which a number could be stored.
    pub fn count_quiet(&mut self, layer: Layer, map: Map, bytes: &[u8]) {
        self.moved(Some(layer), map, |search| search.count_windows(bytes, 0..bytes.len()));
    }

    /// Whether a digest could be behind its length.
    fn may_have_digest(&self, bytes: &[u8]) -> bool {
        let lengths = bytes.iter().enumerate().filter(|(_, length)| LENGTHS.contains(length));
        lengths.map(|(at, length)| &bytes[at + 1..(at + 1 + usize::from(*length)).min(bytes.len())]).any(|d| self.is_digest(d))
    }

    fn is_digest(&self, bytes: &[u8]) -> bool {
        digests::fingerprint(bytes).is_some_and(|key| self.prepared.digests.may_have(key))
    }

    /// Whether these can be one of the forms that only a whole token can have.
    fn may_be_framed(&self, bytes: &[u8]) -> bool {
        let length = bytes.len();
        let tagged = (3..=10).contains(&length) && usize::from(bytes[1]) == length - 2;
        tagged || length == 4 || !self.prepared.anywhere && self.is_digest(bytes)
    }
}
