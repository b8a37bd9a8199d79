//! Searching any number of bytes with bounded memory: part by part, each with some context before and after, on several threads if
//! that is wanted.
//!
//! A whole piece and a stream go through the same parts, and no part depends on another, so all find the same.

use super::look::{Hit, SearchResult, UnmatchedNumber};
use super::prepared::Prepared;
use super::search::{Effort, Scratch, Search};
use std::ops::Range;

/// The size of a part in bytes.
pub(crate) const PART: usize = 4 << 20;
/// How far an encoding or container that begins in a part is followed beyond the end of the part.
pub(crate) const AHEAD: usize = 1 << 20;
/// How many bytes before a part can be seen.
const BEHIND: usize = 4 << 10;

fn behind(prepared: &Prepared) -> usize {
    BEHIND.max(prepared.longest())
}

/// How a part is searched.
#[derive(Clone, Copy)]
struct Thoroughness {
    effort: Effort,
    keep_pieces: bool,
    is_unpacked: bool,
}

/// A part of bytes that begin at offset `base` of the input, and go on after `bytes` if `cut`.
struct Part<'b> {
    bytes: &'b [u8],
    own: Range<usize>,
    base: u64,
    cut: bool,
}

impl<'b> Part<'b> {
    /// The part `own` of `bytes`, with its context.
    fn of(prepared: &Prepared, bytes: &'b [u8], own: Range<usize>, base: u64) -> Part<'b> {
        let from = own.start.saturating_sub(behind(prepared));
        let to = (own.end + AHEAD).min(bytes.len());
        Part { bytes: &bytes[from..to], own: own.start - from..own.end - from, base: base + from as u64, cut: to < bytes.len() }
    }

    fn search(self, prepared: &Prepared, how: Thoroughness, scratch: &mut Scratch) -> SearchResult {
        let mut search = Search::with(prepared, std::mem::take(scratch));
        (search.keep_pieces, search.is_unpacked) = (how.keep_pieces, how.is_unpacked);
        let effort = how.effort;
        search.part(self.bytes, self.own, self.base, self.cut, effort);
        let (result, left) = search.finish();
        *scratch = left;
        result
    }
}

/// Searches a whole piece. `scratch` is from an earlier search for the same secrets, or new.
pub(crate) fn look(prepared: &Prepared, bytes: &[u8], effort: Effort, keep_pieces: bool, scratch: &mut Scratch) -> SearchResult {
    let how = Thoroughness { effort, keep_pieces, is_unpacked: false };
    let mut all = SearchResult::default();
    let mut start = 0;
    loop {
        let end = (start + PART).min(bytes.len());
        let part = Part::of(prepared, bytes, start..end, 0).search(prepared, how, scratch);
        if end == bytes.len() && start == 0 {
            return part;
        }
        all.append(part);
        scratch.forget_words();
        start = end;
        if start == bytes.len() {
            return all;
        }
    }
}

/// A search of bytes that arrive in chunks. Wherever they are cut, it finds what [`Detector::look`](crate::Detector::look) finds.
pub struct Stream<'a> {
    prepared: &'a Prepared,
    /// How many parts are searched at once.
    threads: usize,
    is_unpacked: bool,
    result: SearchResult,
    scratch: Scratch,
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
    pub(crate) fn new(prepared: &'a Prepared, threads: usize) -> Stream<'a> {
        let (result, scratch) = (SearchResult::default(), Scratch::default());
        Stream { prepared, threads: threads.max(1), is_unpacked: false, result, scratch, buffered: Vec::new(), base: 0, done: 0 }
    }

    /// Says that the bytes were unpacked before: a container that begins in them is not listed if it cannot be read here.
    #[must_use]
    pub fn of_unpacked(mut self) -> Self {
        self.is_unpacked = true;
        self
    }

    pub fn push(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            // One byte more shows that the piece continues.
            let full = self.done + self.threads * PART + AHEAD + 1;
            let room = full.saturating_sub(self.buffered.len());
            let (now, later) = bytes.split_at(room.min(bytes.len()));
            self.buffered.extend_from_slice(now);
            bytes = later;
            if self.buffered.len() >= full {
                let parts = (0..self.threads).map(|i| self.done + i * PART).map(|start| start..start + PART);
                self.parts(&parts.collect::<Vec<_>>());
                let drop = self.done.saturating_sub(behind(self.prepared));
                self.buffered.drain(..drop);
                self.base += drop as u64;
                self.done -= drop;
            }
        }
    }

    /// Searches parts that follow each other.
    fn parts(&mut self, owned: &[Range<usize>]) {
        let part = |own: &Range<usize>| Part::of(self.prepared, &self.buffered, own.clone(), self.base);
        let prepared = self.prepared;
        let how = Thoroughness { effort: Effort::Full, keep_pieces: true, is_unpacked: self.is_unpacked };
        let results: Vec<SearchResult> = match owned {
            [one] => {
                let found = part(one).search(prepared, how, &mut self.scratch);
                self.scratch.forget_words();
                vec![found]
            }
            _ => std::thread::scope(|scope| {
                let search = |own| {
                    let part = part(own);
                    scope.spawn(move || part.search(prepared, how, &mut Scratch::default()))
                };
                let threads: Vec<_> = owned.iter().map(search).collect();
                // A search that panics has a bug, which must not be hidden.
                threads.into_iter().map(|t| t.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
            }),
        };
        results.into_iter().for_each(|result| self.result.append(result));
        self.done = owned.last().map_or(self.done, |own| own.end);
    }

    /// Takes the hits that are final so far, so that memory does not grow with the number of hits. [`Stream::finish`] returns the
    /// rest, and the candidate positions of the whole stream.
    pub fn take_found(&mut self) -> (Vec<Hit>, Vec<UnmatchedNumber>) {
        self.result.settled(self.base + self.done as u64)
    }

    pub fn finish(mut self) -> SearchResult {
        let mut parts = Vec::new();
        let mut start = self.done;
        while start < self.buffered.len() {
            let end = (start + PART).min(self.buffered.len());
            parts.push(start..end);
            start = end;
        }
        for some in parts.chunks(self.threads) {
            self.parts(some);
        }
        self.result
    }
}
