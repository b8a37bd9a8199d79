//! Seams that were searched before: the end of one piece and the beginning of the next. Messages of one kind begin alike.

use super::look::Hit;
use super::odds::CandidatePositions;
use super::table::take;
use std::collections::BTreeMap;
use std::rc::Rc;

/// What was found around a seam.
pub(crate) struct Seam {
    pub hits: Vec<Hit>,
    pub candidates: CandidatePositions,
}

/// By a hash of the bytes on both sides, the place of the seam, the bytes, and what was found.
#[derive(Default)]
pub(crate) struct Seams(BTreeMap<u64, (usize, Vec<u8>, Rc<Seam>)>);

impl Seams {
    /// If more are kept, all are forgotten.
    const MOST: usize = 4096;

    fn hash(seam: usize, bytes: &[u8]) -> u64 {
        let (eights, rest) = bytes.as_chunks::<8>();
        let hash = eights.iter().fold(seam as u64, |hash, eight| take(hash, u64::from_le_bytes(*eight)));
        rest.iter().fold(hash, |hash, byte| take(hash, u64::from(*byte)))
    }

    pub fn get(&self, seam: usize, bytes: &[u8]) -> Option<Rc<Seam>> {
        let (place, known, found) = self.0.get(&Seams::hash(seam, bytes))?;
        (*place == seam && known == bytes).then(|| found.clone())
    }

    pub fn put(&mut self, seam: usize, bytes: Vec<u8>, found: &Rc<Seam>) {
        if self.0.len() >= Self::MOST {
            self.0.clear();
        }
        self.0.insert(Seams::hash(seam, &bytes), (seam, bytes, found.clone()));
    }
}
