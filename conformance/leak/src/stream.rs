//! Looking at any number of bytes with bounded memory: part by part, each with some of what is before and after.
//!
//! A whole piece and a stream go through the same parts, so both bring the same.

use super::detector::Detector;
use super::look::{Hit, Look, Stranger};
use super::search::{Effort, Search};

/// A part ends after so many bytes.
const PART: usize = 4 << 20;
/// An encoding or container that begins in a part is followed so far beyond its end.
const AHEAD: usize = 1 << 20;
/// So much before a part is seen.
const BEHIND: usize = 4 << 10;

fn behind(detector: &Detector) -> usize {
    BEHIND.max(detector.prepared().longest())
}

pub(crate) fn look(detector: &Detector, bytes: &[u8], effort: Effort) -> Look {
    let mut search = Search::new(detector.prepared());
    let mut start = 0;
    loop {
        let end = (start + PART).min(bytes.len());
        let from = start.saturating_sub(behind(detector));
        let to = (end + AHEAD).min(bytes.len());
        search.part(&bytes[from..to], start - from..end - from, from as u64, to < bytes.len(), effort);
        start = end;
        if start == bytes.len() {
            return search.finish();
        }
    }
}

/// A look at bytes that come in chunks. Wherever they are cut, it brings what [`Detector::look`] brings.
pub struct Stream<'a> {
    detector: &'a Detector,
    search: Search<'a>,
    held: Vec<u8>,
    /// Where what is held begins, and how much of it was looked at.
    base: u64,
    done: usize,
}

impl std::fmt::Debug for Stream<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Stream(after {} bytes)", self.base + self.held.len() as u64)
    }
}

impl<'a> Stream<'a> {
    pub(crate) fn new(detector: &'a Detector) -> Stream<'a> {
        Stream { detector, search: Search::new(detector.prepared()), held: Vec::new(), base: 0, done: 0 }
    }

    pub fn push(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let room = (self.done + PART + AHEAD + 1).saturating_sub(self.held.len());
            let (now, later) = bytes.split_at(room.min(bytes.len()));
            self.held.extend_from_slice(now);
            bytes = later;
            // One byte more says that the piece goes on.
            if self.held.len() > self.done + PART + AHEAD {
                let end = self.done + PART;
                self.search.part(&self.held[..end + AHEAD], self.done..end, self.base, true, Effort::Full);
                let drop = end.saturating_sub(behind(self.detector));
                self.held.drain(..drop);
                self.base += drop as u64;
                self.done = end - drop;
            }
        }
    }

    /// Takes out what was found so far and is settled, so that a stream in which much is found takes no more memory than one in
    /// which nothing is. [`Stream::finish`] brings the rest, and the windows of all.
    pub fn take_found(&mut self) -> (Vec<Hit>, Vec<Stranger>) {
        self.search.settled(self.base + self.done as u64)
    }

    pub fn finish(mut self) -> Look {
        loop {
            let end = (self.done + PART).min(self.held.len());
            let to = (end + AHEAD).min(self.held.len());
            let from = self.done.saturating_sub(behind(self.detector));
            let (base, cut) = (self.base + from as u64, to < self.held.len());
            self.search.part(&self.held[from..to], self.done - from..end - from, base, cut, Effort::Full);
            self.done = end;
            if end == self.held.len() {
                return self.search.finish();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::DataClass;
    use crate::{Secret, Value};

    #[test]
    fn what_is_taken_on_the_way_and_what_is_left_are_all_that_a_look_brings() {
        let number = terms::identifiers::MyNumber::from_body(98_765_432_109);
        let secret = Secret { class: DataClass::MyNumber, person: 1, value: Value::Digits(number.reveal().into()) };
        let detector = Detector::new(vec![secret], &[]).unwrap();
        let mut bytes = vec![b'\n'; 3 * PART + AHEAD];
        // Also across the ends of parts.
        for at in [0, 1000, PART - 6, PART + 100, 2 * PART - 12, 2 * PART + 50, 3 * PART + AHEAD - 12] {
            bytes[at..at + 12].copy_from_slice(number.reveal().as_bytes());
        }
        let whole = detector.look(&bytes);
        let (mut stream, mut hits, mut early) = (detector.stream(), Vec::new(), 0);
        for chunk in bytes.chunks(100_000) {
            stream.push(chunk);
            let (taken, strangers) = stream.take_found();
            early += taken.len();
            assert!(strangers.is_empty());
            hits.extend(taken);
        }
        let rest = stream.finish();
        hits.extend(rest.hits);
        assert_eq!((hits.len(), &hits), (7, &whole.hits));
        assert!(early >= 4 && rest.windows == whole.windows);
    }
}
