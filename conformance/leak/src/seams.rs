//! Seams that were searched before: the end of one piece and the beginning of the next. Messages of one kind begin alike.

use super::look::SearchResult;
use std::collections::BTreeMap;
use std::rc::Rc;

/// By the bytes on both sides and the place of the seam, what was found.
#[derive(Default)]
pub(crate) struct Seams(BTreeMap<(usize, Vec<u8>), Rc<SearchResult>>);

impl Seams {
    /// If more are kept, all are forgotten.
    const MOST: usize = 4096;

    pub fn get(&self, seam: usize, bytes: &[u8]) -> Option<Rc<SearchResult>> {
        self.0.get(&(seam, bytes.to_vec())).cloned()
    }

    pub fn put(&mut self, seam: usize, bytes: Vec<u8>, result: &Rc<SearchResult>) {
        if self.0.len() >= Self::MOST {
            self.0.clear();
        }
        self.0.insert((seam, bytes), result.clone());
    }
}
