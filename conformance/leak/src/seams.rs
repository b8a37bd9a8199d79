//! Seams that were searched before: the end of one piece and the beginning of the next. Messages of one kind begin alike.

use super::look::Hit;
use super::odds::CandidatePositions;
use std::collections::BTreeMap;
use std::rc::Rc;

/// What was found around a seam.
pub(crate) struct Seam {
    pub hits: Vec<Hit>,
    pub candidates: CandidatePositions,
}

/// By the place of the seam and the bytes on both sides, what was found.
#[derive(Default)]
pub(crate) struct Seams(BTreeMap<(usize, Vec<u8>), Rc<Seam>>);

impl Seams {
    /// If more are kept, all are forgotten.
    const MOST: usize = 4096;

    pub fn get(&self, seam: usize, bytes: &[u8]) -> Option<Rc<Seam>> {
        self.0.get(&(seam, bytes.to_vec())).cloned()
    }

    pub fn put(&mut self, seam: usize, bytes: Vec<u8>, found: &Rc<Seam>) {
        if self.0.len() >= Self::MOST {
            self.0.clear();
        }
        self.0.insert((seam, bytes), found.clone());
    }
}
