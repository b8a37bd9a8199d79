//! What a look remembers, so that a value split over two pieces can be found.

use super::how::Spelling;
use super::look::{Hit, Look};
use super::odds::{Weak, Windows};
use super::search::{Effort, Search};
use super::values::is_base32;
use std::collections::VecDeque;
use std::fmt;
use std::ops::Range;

/// So many bytes of each end are kept.
const END: usize = 256;
/// So many of the first fields and of the last are kept.
const FIELDS: usize = 32;
/// Fewer characters of a code are not enough to be a part of one.
const CODE: usize = 4;
const LONGEST: usize = 127;

/// A run of letters and digits that could be a part of a value.
#[derive(Clone, PartialEq, Eq)]
struct Field {
    text: Vec<u8>,
    start: u64,
}

/// Ends and fields of a piece. They can be parts of values: `Debug` does not print them.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Pieces {
    first: Vec<Field>,
    last: VecDeque<Field>,
    head: Vec<u8>,
    tail: Vec<u8>,
    length: u64,
    /// Blocks with digits in them, of the part that is looked at: the first and the last.
    blocks: VecDeque<usize>,
    early: usize,
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
        if self.early < FIELDS {
            self.early += 1;
        } else if self.blocks.len() >= 2 * FIELDS {
            self.blocks.remove(FIELDS);
        }
        self.blocks.push_back(at);
    }

    /// Keeps what is to be kept of a part that was looked at.
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
        for at in std::mem::take(&mut self.blocks) {
            self.fields(bytes, at.max(done)..(at + super::blocks::BLOCK).min(own.end), base);
            done = done.max(at + super::blocks::BLOCK);
        }
        self.early = 0;
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
                let field = Field { text: text.to_vec(), start: base + start as u64 };
                if self.first.len() < FIELDS {
                    self.first.push(field);
                } else {
                    if self.last.len() >= FIELDS {
                        self.last.pop_front();
                    }
                    self.last.push_back(field);
                }
            }
            at = end.max(at + 1);
        }
    }

    fn all(&self) -> impl Iterator<Item = &Field> {
        self.first.iter().chain(&self.last)
    }
}

/// Values split over two pieces.
pub(crate) fn joined(search: Search<'_>, seam: Search<'_>, a: &Look, b: &Look, windows: &mut Windows) -> Vec<Hit> {
    let (a, b) = (&a.pieces, &b.pieces);
    let mut hits = at_seam(seam, a, b, windows);
    let mut search = search;
    for first in a.all() {
        for second in b.all() {
            let place = (first.start as usize, second.start as usize + second.text.len());
            let length = first.text.len() + second.text.len();
            let value = |text: &[u8]| {
                text.iter().all(u8::is_ascii_digit).then(|| text.iter().fold(0, |n, d| n * 10 + u64::from(d - b'0')))
            };
            if length <= 20
                && search.prepared.has_length(length)
                && let (Some(one), Some(other)) = (value(&first.text), value(&second.text))
            {
                search.pair((one, first.text.len()), (other, second.text.len()), place);
            }
            if search.prepared.has_code_length(length) {
                let code = [first.text.as_slice(), &second.text].concat().to_ascii_uppercase();
                search.code_as(&code, Spelling::Split, place);
            }
        }
    }
    windows.add(&search.look.windows);
    hits.append(&mut search.look.hits);
    hits.sort_unstable();
    hits.dedup_by(|later, kept| (later.start, later.end, later.secret) == (kept.start, kept.end, kept.secret));
    hits
}

/// Looks at the end of one piece and the beginning of the next as if nothing were between.
fn at_seam(mut search: Search<'_>, a: &Pieces, b: &Pieces, windows: &mut Windows) -> Vec<Hit> {
    let bytes = [a.tail.as_slice(), &b.head].concat();
    let seam = a.tail.len();
    if seam == 0 || b.head.is_empty() {
        return Vec::new();
    }
    // It is no whole piece: what is framed by the ends of one is not framed here.
    search.part(&bytes, 0..seam, 1, true, Effort::Guess);
    let look = search.finish();
    let mut hits = Vec::new();
    for hit in look.hits {
        let (start, end) = (hit.start as usize - 1, hit.end as usize - 1);
        if start < seam && end > seam {
            let code = hit.weak.is_none()
                && !matches!(hit.how.spelling, Spelling::Plain | Spelling::Grouped | Spelling::FullWidth | Spelling::Kanji);
            let weak = if code { None } else { Some(Weak::Split) };
            let start = a.length - (seam - start) as u64;
            hits.push(Hit { start, end: (end - seam) as u64, weak, ..hit });
        }
    }
    for class in crate::DataClass::ALL {
        // More than stand at the seam, so that chance is not underrated.
        let all = [None, Some(Weak::Embedded), Some(Weak::Loose)].map(|form| look.windows.of(class, form)).iter().sum::<u64>();
        (0..all).for_each(|_| windows.count(class, Some(Weak::Split)));
    }
    hits
}
