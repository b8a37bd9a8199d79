//! The detector.

use super::digests::Keys;
use super::evidence::Evidence;
use super::look::{Hit, SearchResult};
use super::odds::CandidatePositions;
use super::prepared::Prepared;
use super::seam::joined;
use super::search::{Effort, Scratch};
use super::stream::{self, Stream};
use super::values::{self, DetectorError, Secret};
use std::collections::BTreeMap;
use std::fmt;
use std::num::NonZero;

/// Everything that is searched for, prepared once. Searching costs time linear in the number of bytes, whatever the number of
/// secrets.
pub struct Detector {
    prepared: Prepared,
}

impl fmt::Debug for Detector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Detector({} secrets)", self.prepared.secrets.len())
    }
}

impl Detector {
    /// Prepares to search for `secrets`, also as HMACs under `keys`.
    ///
    /// # Errors
    /// If a value is not distinct enough to be searched for, or if there are too many.
    pub fn new(secrets: Vec<Secret>, keys: &[Vec<u8>]) -> Result<Detector, DetectorError> {
        Self::with(secrets, &Keys::OfEverybody(keys), NonZero::<usize>::MIN)
    }

    /// The same, prepared on up to `threads` threads if there are very many values: it finds the same.
    ///
    /// # Errors
    /// Those of [`Detector::new`].
    pub fn new_on(secrets: Vec<Secret>, keys: &[Vec<u8>], threads: NonZero<usize>) -> Result<Detector, DetectorError> {
        Self::with(secrets, &Keys::OfEverybody(keys), threads)
    }

    /// The same, with each person's values searched for as HMACs only under some of the keys: `of` has their indices by person. A
    /// table of all people under all keys would grow with their product.
    ///
    /// # Errors
    /// Those of [`Detector::new`].
    pub fn with_keys_of(
        secrets: Vec<Secret>,
        keys: &[Vec<u8>],
        of: &BTreeMap<u64, Vec<usize>>,
    ) -> Result<Detector, DetectorError> {
        Self::with(secrets, &Keys::OfSome(keys, of), NonZero::<usize>::MIN)
    }

    fn with(secrets: Vec<Secret>, keys: &Keys<'_>, threads: NonZero<usize>) -> Result<Detector, DetectorError> {
        if secrets.len() > values::MOST {
            return Err(DetectorError::TooMany(secrets.len()));
        }
        secrets.iter().try_for_each(values::check)?;
        Ok(Detector { prepared: Prepared::new(secrets, keys, threads) })
    }

    pub fn secrets(&self) -> &[Secret] {
        &self.prepared.secrets
    }

    /// Searches one closed piece: a body, a log line, a record.
    pub fn look(&self, bytes: &[u8]) -> SearchResult {
        self.session().look(bytes)
    }

    /// Like [`Detector::look`], for what is uniformly random: low-confidence binary forms are not searched for.
    pub fn look_at_ciphertext(&self, bytes: &[u8]) -> SearchResult {
        self.session().look_at_ciphertext(bytes)
    }

    /// A session in which many pieces are searched: it finds the same, and is much faster for small pieces.
    pub fn session(&self) -> Session<'_> {
        Session { prepared: &self.prepared, scratch: Scratch::default() }
    }

    /// Searches bytes that arrive in chunks.
    pub fn stream(&self) -> Stream<'_> {
        self.stream_on(1)
    }

    /// The same on up to `threads` threads: it finds the same.
    pub fn stream_on(&self, threads: usize) -> Stream<'_> {
        Stream::new(&self.prepared, threads)
    }

    /// Values split over two pieces, one after the other: the end or a field of `a` and the start or a field of `b`.
    pub fn joined(&self, a: &SearchResult, b: &SearchResult) -> Vec<Hit> {
        self.joined_counted(a, b, &mut CandidatePositions::default())
    }

    /// Like [`Detector::joined`], and counts candidate positions into `candidates`.
    pub fn joined_counted(&self, a: &SearchResult, b: &SearchResult, candidates: &mut CandidatePositions) -> Vec<Hit> {
        self.session().joined_counted(a, b, candidates)
    }

    /// An empty account of hits and places, for a search in which all values are sought everywhere.
    pub fn evidence(&self) -> Evidence {
        Evidence::new(self.prepared.odds, None)
    }

    /// The same, if at each place one value of a class is sought: places are counted once for each value that is sought there.
    pub fn evidence_of_one(&self) -> Evidence {
        Evidence::new(self.prepared.odds, Some(1))
    }
}

/// Searches of many pieces, one after the other, that share memory and what was found in words and at seams.
pub struct Session<'d> {
    prepared: &'d Prepared,
    scratch: Scratch,
}

impl fmt::Debug for Session<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Session({} secrets)", self.prepared.secrets.len())
    }
}

impl Session<'_> {
    /// As [`Detector::look`].
    pub fn look(&mut self, bytes: &[u8]) -> SearchResult {
        stream::look(self.prepared, bytes, Effort::Full, true, &mut self.scratch)
    }

    /// As [`Session::look`], for a piece that nothing follows: the result cannot be joined.
    pub fn look_alone(&mut self, bytes: &[u8]) -> SearchResult {
        stream::look(self.prepared, bytes, Effort::Full, false, &mut self.scratch)
    }

    /// As [`Detector::look_at_ciphertext`].
    pub fn look_at_ciphertext(&mut self, bytes: &[u8]) -> SearchResult {
        stream::look(self.prepared, bytes, Effort::Noise, false, &mut self.scratch)
    }

    /// As [`Detector::joined_counted`].
    pub fn joined_counted(&mut self, a: &SearchResult, b: &SearchResult, candidates: &mut CandidatePositions) -> Vec<Hit> {
        joined(self.prepared, a, b, candidates, &mut self.scratch)
    }
}
