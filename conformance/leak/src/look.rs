//! The result of searching some bytes.

use super::how::EncodedForm;
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
    /// Whether the work limit was reached, so that some encoded or compressed data was not searched.
    pub fn overrun(&self) -> bool {
        self.overrun
    }
}
