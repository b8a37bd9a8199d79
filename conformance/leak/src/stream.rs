//! Searching any number of bytes with bounded memory: part by part, each with some context before and after.
//!
//! A whole piece and a stream go through the same parts, so both find the same.

use super::look::{Hit, SearchResult, UnmatchedNumber};
use super::prepared::Prepared;
use super::search::{Effort, Scratch, Search};

/// The size of a part in bytes.
pub(crate) const PART: usize = 4 << 20;
/// How far an encoding or container that begins in a part is followed beyond the end of the part.
pub(crate) const AHEAD: usize = 1 << 20;
/// How many bytes before a part can be seen.
const BEHIND: usize = 4 << 10;

fn behind(prepared: &Prepared) -> usize {
    BEHIND.max(prepared.longest())
}

/// Searches a whole piece. `scratch` is from an earlier search for the same secrets, or new.
pub(crate) fn look(prepared: &Prepared, bytes: &[u8], effort: Effort, keep_pieces: bool, scratch: &mut Scratch) -> SearchResult {
    let mut search = Search::with(prepared, std::mem::take(scratch));
    search.keep_pieces = keep_pieces;
    let mut start = 0;
    loop {
        let end = (start + PART).min(bytes.len());
        let from = start.saturating_sub(behind(prepared));
        let to = (end + AHEAD).min(bytes.len());
        search.part(&bytes[from..to], start - from..end - from, from as u64, to < bytes.len(), effort);
        start = end;
        if start == bytes.len() {
            let (result, left) = search.finish_with_scratch();
            *scratch = left;
            return result;
        }
    }
}

/// A search of bytes that arrive in chunks. Wherever they are cut, it finds what [`Detector::look`](crate::Detector::look) finds.
pub struct Stream<'a> {
    prepared: &'a Prepared,
    search: Search<'a>,
    buffered: Vec<u8>,
    /// Where the buffered bytes begin, and how many of them were searched.
    base: u64,
    done: usize,
}

impl std::fmt::Debug for Stream<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Stream(after {} bytes)", self.base + self.buffered.len() as u64)
    }
}

impl<'a> Stream<'a> {
    pub(crate) fn new(prepared: &'a Prepared) -> Stream<'a> {
        Stream { prepared, search: Search::new(prepared), buffered: Vec::new(), base: 0, done: 0 }
    }

    pub fn push(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let room = (self.done + PART + AHEAD + 1).saturating_sub(self.buffered.len());
            let (now, later) = bytes.split_at(room.min(bytes.len()));
            self.buffered.extend_from_slice(now);
            bytes = later;
            // One byte more shows that the piece continues.
            if self.buffered.len() > self.done + PART + AHEAD {
                let end = self.done + PART;
                self.search.part(&self.buffered[..end + AHEAD], self.done..end, self.base, true, Effort::Full);
                let drop = end.saturating_sub(behind(self.prepared));
                self.buffered.drain(..drop);
                self.base += drop as u64;
                self.done = end - drop;
            }
        }
    }

    /// Takes the hits that are final so far, so that memory does not grow with the number of hits. [`Stream::finish`] returns the
    /// rest, and the candidate positions of the whole stream.
    pub fn take_found(&mut self) -> (Vec<Hit>, Vec<UnmatchedNumber>) {
        self.search.settled(self.base + self.done as u64)
    }

    pub fn finish(mut self) -> SearchResult {
        loop {
            let end = (self.done + PART).min(self.buffered.len());
            let to = (end + AHEAD).min(self.buffered.len());
            let from = self.done.saturating_sub(behind(self.prepared));
            let (base, cut) = (self.base + from as u64, to < self.buffered.len());
            self.search.part(&self.buffered[from..to], self.done - from..end - from, base, cut, Effort::Full);
            self.done = end;
            if end == self.buffered.len() {
                return self.search.finish();
            }
        }
    }
}
