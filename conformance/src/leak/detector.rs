//! The detector.

use super::look::{Hit, Look};
use super::odds::{LeftOut, Odds, Windows};
use super::old::Search;
use super::values::{self, DetectorError, Secret};
use std::fmt;

/// Everything that is looked for, prepared once. Looking costs time linear in what is looked through, whatever the number of
/// secrets.
pub struct Detector {
    secrets: Vec<Secret>,
    odds: Odds,
    search: Search,
}

impl fmt::Debug for Detector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Detector({} secrets)", self.secrets.len())
    }
}

impl Detector {
    /// Prepares to look for `secrets`, also as HMACs under `keys`.
    ///
    /// # Errors
    /// If a value is not distinct enough to be looked for, or if there are too many.
    pub fn new(secrets: Vec<Secret>, _keys: &[Vec<u8>]) -> Result<Detector, DetectorError> {
        if secrets.len() > values::MOST {
            return Err(DetectorError::TooMany(secrets.len()));
        }
        secrets.iter().try_for_each(values::check)?;
        let search = Search::new(&secrets).map_err(|_| DetectorError::TooMany(secrets.len()))?;
        Ok(Detector { odds: Odds::new(&secrets), search, secrets })
    }

    pub fn secrets(&self) -> &[Secret] {
        &self.secrets
    }

    /// Looks through one closed piece: a body, a log line, a record.
    pub fn look(&self, bytes: &[u8]) -> Look {
        let mut look = Look { hits: self.search.find(bytes).collect(), ..Look::default() };
        self.search.count(&self.secrets, bytes, &mut look.windows);
        look
    }

    /// Like [`Detector::look`], for what is uniformly random: weak binary forms are not sought.
    pub fn look_at_ciphertext(&self, bytes: &[u8]) -> Look {
        self.look(bytes)
    }

    /// Looks through what comes bit by bit.
    pub fn stream(&self) -> Stream<'_> {
        Stream { detector: self, held: Vec::new() }
    }

    /// Values split over two pieces, one after the other: the end or a field of `a` and the start or a field of `b`.
    pub fn joined(&self, _a: &Look, _b: &Look) -> Vec<Hit> {
        Vec::new()
    }

    /// Like [`Detector::joined`], and counts into `windows` what could have been some number.
    pub fn joined_counted(&self, a: &Look, b: &Look, _windows: &mut Windows) -> Vec<Hit> {
        self.joined(a, b)
    }

    /// Which forms are too likely chance over everything that was counted in `windows`.
    pub fn weigh(&self, windows: &Windows) -> Vec<LeftOut> {
        self.odds.weigh(windows)
    }

    /// How many chance hits are to be expected in forms that always count.
    pub fn expected_by_chance(&self, windows: &Windows) -> f64 {
        self.odds.expected(windows)
    }
}

/// A look at bytes that come in chunks. Wherever they are cut, it brings the same.
#[derive(Debug)]
pub struct Stream<'a> {
    detector: &'a Detector,
    held: Vec<u8>,
}

impl Stream<'_> {
    pub fn push(&mut self, bytes: &[u8]) {
        self.held.extend_from_slice(bytes);
    }

    pub fn finish(self) -> Look {
        self.detector.look(&self.held)
    }
}
