//! What a look at some bytes brings.

use super::how::How;
use super::odds::{Weak, Windows};
use super::pieces::Pieces;
use crate::DataClass;

/// One place where a secret stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hit {
    /// First byte of what holds it, in the bytes as they were given, and the byte after its last. Of a hit between two pieces,
    /// the first lies in the first piece and the other in the second.
    pub start: u64,
    pub end: u64,
    /// Index into the secrets that the detector was made of.
    pub secret: usize,
    pub how: How,
    /// Why it could be chance, if it could.
    pub weak: Option<Weak>,
}

/// A number that could be one of the class, by its length and check digit, and is nobody's of the run.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stranger {
    pub start: u64,
    pub end: u64,
    pub class: DataClass,
    pub how: How,
}

/// What one look brought.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// In the order of their places.
    pub hits: Vec<Hit>,
    /// How many places could have been some number.
    pub windows: Windows,
    pub strangers: Vec<Stranger>,
    pub(crate) pieces: Pieces,
    pub(crate) overrun: bool,
}

impl Look {
    /// Whether the bound on work was reached, so that something within encodings or compressed data was not looked at.
    pub fn overrun(&self) -> bool {
        self.overrun
    }
}
