//! What a search keeps of a piece, so that a value split over two pieces can be found.

use super::masks::BLOCK;
use super::values::is_base32;
use std::collections::VecDeque;
use std::fmt;
use std::ops::Range;

/// This many bytes of each end are kept.
const END: usize = 256;
/// This many of the first fields and of the last are kept.
const FIELDS: usize = 32;
/// Fewer characters of a code are not enough to be a part of one.
const CODE: usize = 4;
/// The longest field.
pub(crate) const LONGEST: usize = 127;

/// A run of letters and digits that could be a part of a value.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Field {
    pub text: Vec<u8>,
    pub start: u64,
}

/// Ends and fields of a piece. They can be parts of values: `Debug` does not print them.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Pieces {
    first: Vec<Field>,
    last: VecDeque<Field>,
    pub head: Vec<u8>,
    pub tail: Vec<u8>,
    pub length: u64,
    /// Offsets of blocks with digits in the part that is being searched: the first and the last.
    first_blocks: Vec<usize>,
    last_blocks: VecDeque<usize>,
}

impl fmt::Debug for Pieces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Pieces(…)")
    }
}

impl Pieces {
    /// A block at `at` has digits.
    #[inline]
    pub fn digits_at(&mut self, at: usize) {
        if self.first_blocks.len() < FIELDS {
            self.first_blocks.push(at);
            return;
        }
        if self.last_blocks.len() >= FIELDS {
            self.last_blocks.pop_front();
        }
        self.last_blocks.push_back(at);
    }

    /// Keeps the ends and fields of a part that was searched.
    pub fn take(&mut self, bytes: &[u8], own: Range<usize>, base: u64) {
        let part = &bytes[own.clone()];
        if self.head.len() < END {
            let more = part.len().min(END - self.head.len());
            self.head.extend_from_slice(&part[..more]);
        }
        self.tail.extend_from_slice(&part[part.len().saturating_sub(END)..]);
        self.tail.drain(..self.tail.len().saturating_sub(END));
        self.length = base + own.end as u64;
        let mut done = own.start;
        for at in std::mem::take(&mut self.first_blocks).into_iter().chain(std::mem::take(&mut self.last_blocks)) {
            self.fields(bytes, at.max(done)..(at + BLOCK).min(own.end), base);
            done = done.max(at + BLOCK);
        }
    }

    /// Adds what was kept of the next part.
    pub fn append(&mut self, next: Pieces) {
        let more = next.head.len().min(END - self.head.len().min(END));
        self.head.extend_from_slice(&next.head[..more]);
        self.tail.extend_from_slice(&next.tail);
        self.tail.drain(..self.tail.len().saturating_sub(END));
        self.length = self.length.max(next.length);
        for field in next.first.into_iter().chain(next.last) {
            self.add(field);
        }
    }

    fn add(&mut self, field: Field) {
        if self.first.len() < FIELDS {
            self.first.push(field);
            return;
        }
        if self.last.len() >= FIELDS {
            self.last.pop_front();
        }
        self.last.push_back(field);
    }

    fn fields(&mut self, bytes: &[u8], range: Range<usize>, base: u64) {
        let mut at = range.start;
        while at < range.end {
            if !bytes[at].is_ascii_alphanumeric() {
                at += 1;
                continue;
            }
            let start = bytes[..at].iter().rev().take(LONGEST).take_while(|b| b.is_ascii_alphanumeric()).count();
            let start = at - start;
            let end = at + bytes[at..].iter().take(LONGEST).take_while(|b| b.is_ascii_alphanumeric()).count();
            let text = &bytes[start..end];
            let number = text.len() < 20 && text.iter().all(u8::is_ascii_digit);
            let code = (CODE..=LONGEST).contains(&text.len())
                && text.iter().all(|b| is_base32(*b))
                && text.iter().any(u8::is_ascii_digit);
            if number || code {
                self.add(Field { text: text.to_vec(), start: base + start as u64 });
            }
            at = end.max(at + 1);
        }
    }

    pub fn all(&self) -> impl Iterator<Item = &Field> {
        self.first.iter().chain(&self.last)
    }
}
