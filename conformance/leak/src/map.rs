//! From a place in decoded bytes back to the place in the bytes that they were decoded from.

use std::ops::Range;

/// Where the bytes of a view came from.
pub(crate) enum Map {
    /// `num` bytes of the input for `den` bytes of the view.
    Even {
        start: usize,
        num: usize,
        den: usize,
        length: usize,
    },
    /// The origin of each byte, and of the end. With `escapes`, only what contains an escape is new.
    Each {
        start: usize,
        from: Vec<u32>,
        escapes: bool,
    },
    /// The origin of single bytes is not known.
    Whole(Range<usize>),
    Reversed {
        length: usize,
    },
}

impl Map {
    /// The place of `start..end`. `None` if nothing there was decoded.
    pub fn back(&self, start: usize, end: usize) -> Option<(usize, usize)> {
        match self {
            Map::Even { start: base, num, den, length } => {
                let last = (end * num).div_ceil(*den).min(*length);
                Some((base + start * num / den, base + last))
            }
            Map::Each { start: base, from, escapes } => {
                let at = |i: usize| from.get(i).map_or(0, |f| *f as usize);
                // The end is the origin of the byte after the last one.
                let (from, to) = (at(start), at(end));
                (!escapes || to - from != end - start).then_some((base + from, base + to))
            }
            Map::Whole(range) => Some((range.start, range.end)),
            Map::Reversed { length } => Some((length - end, length - start)),
        }
    }
}
