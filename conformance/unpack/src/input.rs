//! A source of bytes that knows its offset, can look ahead, and can return to its beginning for a while.

use std::cell::Cell;
use std::io::{self, BufRead, Read};
use std::rc::Rc;

/// How much is looked at to recognise a format, and kept of the beginning so that what only looked like a container can be read
/// from its start. An ISO image has its magic at 32 KiB.
pub(crate) const HEAD: usize = 64 << 10;

/// How many unpacked bytes are still allowed.
#[derive(Clone)]
pub(crate) struct Meter(Rc<Cell<u64>>);

impl Meter {
    pub(crate) fn new(most: u64) -> Self {
        Meter(Rc::new(Cell::new(most)))
    }

    pub(crate) fn take(&self, bytes: usize) {
        self.0.set(self.0.get().saturating_sub(bytes as u64));
    }

    pub(crate) fn is_full(&self) -> bool {
        self.0.get() == 0
    }

    pub(crate) fn left(&self) -> u64 {
        self.0.get()
    }
}

pub(crate) struct Input<'a> {
    from: &'a mut dyn Read,
    meter: Option<Meter>,
    buffer: Vec<u8>,
    start: usize,
    end: usize,
    at: u64,
    /// The buffer still begins with the first byte.
    first: bool,
    ended: bool,
    /// An error counts as the end and is asked for afterwards: decoders would hide it among their own errors.
    pub(crate) error: Option<io::Error>,
}

impl<'a> Input<'a> {
    pub(crate) fn new(from: &'a mut dyn Read, meter: Option<Meter>) -> Self {
        Input { from, meter, buffer: Vec::new(), start: 0, end: 0, at: 0, first: true, ended: false, error: None }
    }

    /// For bytes that begin at an offset of the current part.
    pub(crate) fn starting_at(at: u64, from: &'a mut dyn Read) -> Self {
        Input { at, first: false, ..Input::new(from, None) }
    }

    /// Offset of the next byte.
    pub(crate) fn at(&self) -> u64 {
        self.at
    }

    /// At least `count` next bytes, or all that are left, without taking them.
    pub(crate) fn peek(&mut self, count: usize) -> &[u8] {
        if self.end - self.start < count && !self.ended {
            if self.start > 0 {
                self.first = false;
                self.buffer.copy_within(self.start..self.end, 0);
                self.end -= self.start;
                self.start = 0;
            }
            while self.end < count {
                if self.end == self.buffer.len() || self.buffer.is_empty() {
                    self.buffer.resize(count.min(self.buffer.len() * 2).max(HEAD), 0);
                }
                if self.more() == 0 {
                    break;
                }
            }
        }
        &self.buffer[self.start..self.end]
    }

    fn more(&mut self) -> usize {
        let full = self.meter.as_ref().is_some_and(Meter::is_full);
        while !self.ended && !full {
            match self.from.read(&mut self.buffer[self.end..]) {
                Ok(0) => break,
                Ok(count) => {
                    self.end += count;
                    if let Some(meter) = &self.meter {
                        meter.take(count);
                    }
                    return count;
                }
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => {
                    self.error = Some(e);
                    break;
                }
            }
        }
        self.ended = true;
        0
    }

    pub(crate) fn take_bytes(&mut self, count: usize) -> io::Result<Vec<u8>> {
        let bytes = self.peek(count);
        let taken = bytes.get(..count).ok_or(io::ErrorKind::UnexpectedEof)?.to_vec();
        self.consume(count);
        Ok(taken)
    }

    /// All bytes, if they are at most `most`. Only at the beginning.
    pub(crate) fn take_all(&mut self, most: usize) -> Option<Vec<u8>> {
        if self.peek(most + 1).len() > most {
            return None;
        }
        let mut bytes = std::mem::take(&mut self.buffer);
        bytes.truncate(self.end);
        bytes.drain(..self.start);
        self.at += bytes.len() as u64;
        (self.start, self.end, self.first) = (0, 0, false);
        Some(bytes)
    }

    /// Returns to the first byte, if it is still there.
    pub(crate) fn rewind(&mut self) -> bool {
        if self.first {
            self.at = 0;
            self.start = 0;
        }
        self.first
    }
}

impl BufRead for Input<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        Ok(self.peek(1))
    }

    fn consume(&mut self, count: usize) {
        let count = count.min(self.end - self.start);
        self.start += count;
        self.at += count as u64;
    }
}

impl Read for Input<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let bytes = self.peek(1);
        let count = bytes.len().min(into.len());
        into[..count].copy_from_slice(&bytes[..count]);
        self.consume(count);
        Ok(count)
    }
}
