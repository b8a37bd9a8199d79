//! The result of searching some bytes.

use super::how::{EncodedForm, Layer};
use super::odds::{CandidatePositions, LowConfidence};
use super::pieces::Pieces;
use crate::DataClass;

/// One place at which a secret was found.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hit {
    /// First byte of what contains it, in the input, and the byte after its last. For a hit across two pieces, `start` is in the
    /// first piece and `end` in the second.
    pub start: u64,
    pub end: u64,
    /// Index into the secrets of the detector.
    pub secret: usize,
    pub how: EncodedForm,
    /// Why it could be chance, if it could.
    pub low_confidence: Option<LowConfidence>,
}

/// A number that could be one of the class, by its length and check digit, and is not among the values searched for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct UnmatchedNumber {
    pub start: u64,
    pub end: u64,
    pub class: DataClass,
    pub how: EncodedForm,
}

/// Something that could not be unpacked, so that it was searched only as it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NotRead {
    pub start: u64,
    pub end: u64,
    /// `encrypted`, `damaged`, `limit`, `depth`, `unknown-method` or `unsupported`.
    pub kind: &'static str,
    /// The name of the format.
    pub format: &'static str,
    pub why: String,
}

/// The result of one search.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SearchResult {
    /// In the order of their places.
    pub hits: Vec<Hit>,
    /// The candidate positions: how many places could have been some number.
    pub candidates: CandidatePositions,
    pub unmatched: Vec<UnmatchedNumber>,
    /// What could not be unpacked.
    pub not_read: Vec<NotRead>,
    pub(crate) pieces: Pieces,
    pub(crate) overrun: bool,
}

impl SearchResult {
    /// Adds the result of the next part of the same bytes.
    pub(crate) fn append(&mut self, next: SearchResult) {
        let SearchResult { hits, candidates, unmatched, not_read, pieces, overrun } = next;
        self.hits.extend(hits);
        self.candidates.add(&candidates);
        self.unmatched.extend(unmatched);
        self.not_read.extend(not_read);
        self.pieces.append(pieces);
        self.overrun |= overrun;
    }

    /// Takes the hits that end before `end`, where the next part begins: no later hit can overlap them.
    pub(crate) fn settled(&mut self, end: u64) -> (Vec<Hit>, Vec<UnmatchedNumber>) {
        let hits = self.hits.extract_if(.., |h| h.end <= end).collect();
        (hits, self.unmatched.extract_if(.., |s| s.end <= end).collect())
    }

    /// Puts hits and unmatched numbers in order, each once.
    pub(crate) fn put_in_order(&mut self) {
        self.hits = deduplicated(std::mem::take(&mut self.hits));
        self.unmatched.sort_unstable();
        self.unmatched.dedup_by(|b, a| a.class == b.class && a.end > b.start);
    }

    /// Whether the work limit was reached, so that some encoded or compressed data was not searched.
    pub fn overrun(&self) -> bool {
        self.overrun
    }
}

/// The hits in order, without repetitions of the same value in the same form at an overlapping place.
fn deduplicated(mut hits: Vec<Hit>) -> Vec<Hit> {
    hits.sort_unstable();
    let mut kept: Vec<Hit> = Vec::with_capacity(hits.len());
    for hit in hits {
        let near =
            kept.iter().rev().take(16).find(|k| k.secret == hit.secret && same_form(&k.how, &hit.how) && k.end > hit.start);
        if near.is_none() {
            kept.push(hit);
        }
    }
    kept
}

/// Whether two forms are the same. The two byte orders of wide text cannot be distinguished in the middle of it.
fn same_form(a: &EncodedForm, b: &EncodedForm) -> bool {
    let order = |l: &Layer| match l {
        Layer::Utf16BigEndian => Layer::Utf16LittleEndian,
        Layer::Utf32BigEndian => Layer::Utf32LittleEndian,
        other => *other,
    };
    a.encoding == b.encoding && a.layers.iter().map(order).eq(b.layers.iter().map(order))
}
