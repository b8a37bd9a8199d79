//! Compressed content.

use super::decode::promising;
use super::how::Layer;
use super::look::NotRead;
use super::search::{Effort, Map, Search};
use flate2::{Decompress, FlushDecompress, Status};
use std::io::Read;
use std::ops::Range;

/// No value takes fewer bytes in any form.
const SHORTEST: usize = 5;
/// The most bytes that one container may expand to.
const MOST: u64 = 64 << 20;
/// The largest window of a zstd decoder, in bytes.
const WINDOW: u64 = 16 << 20;

/// The result of decompressing a container.
struct Inflated {
    bytes: Vec<u8>,
    /// How many bytes of the input it used.
    taken: usize,
    /// The end of the compressed stream was reached.
    ended: bool,
}

impl Search<'_> {
    /// Every gzip, zlib and zstd container that begins in `bytes[range]`. Returns where the last of them ends.
    pub fn containers(&mut self, bytes: &[u8], range: Range<usize>) -> usize {
        if self.deepest() || self.containers_done == Some(self.depth()) {
            return range.end;
        }
        let mut at = range.start;
        while let Some(next) = memchr::memchr3(0x1F, 0x28, 0x78, &bytes[at..range.end]) {
            at += next;
            let rest = &bytes[at..];
            let most = self.budget.min(MOST) as usize;
            let (layer, inflated) = match rest {
                [0x1F, 0x8B, 8, flags, ..] if flags & 0xE0 == 0 => {
                    (Layer::Gzip, gzip_header(rest).and_then(|header| self.inflate(rest, header, false, most)))
                }
                [0x28, 0xB5, 0x2F, 0xFD, ..] => {
                    if needs_dictionary(rest) {
                        self.without_dictionary(at..bytes.len());
                    }
                    (Layer::Zstd, zstd(rest, most))
                }
                [0x78, flags, deflate @ ..]
                    if flags & 0x20 == 0 && (0x7800 + u16::from(*flags)).is_multiple_of(31) && has_valid_block(deflate) =>
                {
                    (Layer::Zlib, self.inflate(rest, 0, true, most))
                }
                _ => (Layer::Deflate, None),
            };
            let taken = inflated.map_or(1, |inflated| self.inflated(layer, at, rest.len(), inflated, most));
            at += taken.max(1);
            if at >= range.end {
                break;
            }
        }
        at.max(range.end)
    }

    /// A zstd frame that needs a dictionary is listed. (zlib names one in two bytes only: as a whole piece it is read by `unpack`.)
    fn without_dictionary(&mut self, place: Range<usize>) {
        let why = "it needs a dictionary that is not in it".to_string();
        self.list_not_read((place.start, place.end), |start, end| NotRead {
            start,
            end,
            kind: "unsupported",
            format: "zstd",
            why,
        });
    }

    /// Whether a whole piece may be bare deflate.
    pub fn may_be_deflate(bytes: &[u8]) -> bool {
        let is_binary = |b: &u8| !b.is_ascii() || (*b < 0x20 && !(9..=13).contains(b));
        bytes.len() >= SHORTEST && could_begin_deflate(bytes) && bytes.iter().take(256).any(is_binary)
    }

    /// A whole piece may be bare deflate.
    pub fn raw_deflate(&mut self, bytes: &[u8]) {
        if self.deepest() || !Self::may_be_deflate(bytes) {
            return;
        }
        let most = self.budget.min(MOST) as usize;
        // Almost any bytes decompress as deflate for a while: the stream must fill the piece, or expand to text.
        let fills = |i: &Inflated| if i.ended { i.taken == bytes.len() } else { bytes.len() > 64 && promising(&i.bytes) };
        if let Some(inflated) = self.inflate(bytes, 0, false, most).filter(fills) {
            self.inflated(Layer::Deflate, 0, bytes.len(), inflated, most);
        }
    }

    /// Searches the decompressed container at `at`; returns how many of its bytes need not be tried again.
    fn inflated(&mut self, layer: Layer, at: usize, available: usize, inflated: Inflated, most: usize) -> usize {
        let Inflated { bytes, taken, ended } = inflated;
        if !ended && (bytes.len() >= most || (self.cut && self.depth() == 0 && taken >= available)) {
            self.overrun();
        }
        if bytes.len() >= SHORTEST {
            self.inside(Some(layer), Map::Whole(at..at + taken.max(1)), &bytes, true, Effort::Full);
        }
        if ended { taken } else { 1 }
    }

    fn inflate(&mut self, bytes: &[u8], header: usize, zlib: bool, most: usize) -> Option<Inflated> {
        let inflater = self.scratch.inflater.get_or_insert_with(|| Decompress::new(zlib));
        inflater.reset(zlib);
        let mut out: Vec<u8> = Vec::with_capacity((bytes.len() * 4).clamp(64, 4096).min(most));
        let ended = loop {
            let taken = header + inflater.total_in() as usize;
            let before = (taken, out.len());
            if out.len() == out.capacity() {
                out.reserve(out.len().max(4096).min(most.saturating_sub(out.len()).max(1)));
            }
            let status = inflater.decompress_vec(bytes.get(taken..)?, &mut out, FlushDecompress::None);
            match status {
                Ok(Status::StreamEnd) => break true,
                Ok(_) if out.len() < most => {}
                _ => break false,
            }
            if before == (header + inflater.total_in() as usize, out.len()) && out.len() < out.capacity() {
                break false;
            }
        };
        let used = inflater.total_in() as usize;
        out.truncate(most);
        let trailer = if ended && !zlib { header.min(8) } else { 0 };
        let taken = (header + used + trailer).min(bytes.len());
        Some(Inflated { bytes: out, taken, ended })
    }
}

/// Whether bare deflate can begin here and fill all of the bytes. Decompressing costs far more than this test, and most candidates
/// are words of a text, wrongly decoded.
fn could_begin_deflate(bytes: &[u8]) -> bool {
    let [first, .., last_but_one, last] = bytes else { return false };
    let is_last = first & 1 == 1;
    let fixed = first >> 1 & 3 == 1;
    (is_last || bytes.len() > 4096)
        && (!(fixed && is_last) || ends_in_fixed_codes(*last_but_one, *last))
        && has_valid_block(bytes)
}

/// RFC 1951, section 3.2.3: whether the first block can be valid. A table of codes must be complete.
fn has_valid_block(bytes: &[u8]) -> bool {
    match bytes {
        [first, rest @ ..] => match (first >> 1 & 3, rest) {
            (0, [a, b, c, d, ..]) => u16::from_le_bytes([*a, *b]) == !u16::from_le_bytes([*c, *d]),
            (1, _) => true,
            (2, [second, ..]) => first >> 3 <= 29 && second & 31 <= 29 && has_complete_codes(bytes),
            _ => false,
        },
        [] => false,
    }
}

/// Section 3.2.7: whether the code lengths of the code of code lengths make a complete code.
fn has_complete_codes(bytes: &[u8]) -> bool {
    let Some(head) = bytes.first_chunk::<10>() else { return false };
    let mut padded = [0; 16];
    padded[..10].copy_from_slice(head);
    let bits = u128::from_le_bytes(padded);
    let count = (bits >> 13 & 15) as usize + 4;
    let used = |i: usize| match bits >> (17 + 3 * i) & 7 {
        0 => 0,
        length => 128u32 >> length,
    };
    (0..count).map(used).sum::<u32>() == 128
}

/// A block in fixed codes ends in seven zero bits, and zeros fill the last byte (section 3.2.6).
fn ends_in_fixed_codes(last_but_one: u8, last: u8) -> bool {
    u16::from_le_bytes([last_but_one, last]).leading_zeros() >= 7
}

/// RFC 1952, section 2.3: how long the header is.
fn gzip_header(bytes: &[u8]) -> Option<usize> {
    let flags = *bytes.get(3)?;
    let mut at = 10;
    if flags & 4 != 0 {
        at += 2 + usize::from(u16::from_le_bytes([*bytes.get(at)?, *bytes.get(at + 1)?]));
    }
    for flag in [8, 16] {
        if flags & flag != 0 {
            at += 1 + memchr::memchr(0, bytes.get(at..)?)?;
        }
    }
    if flags & 2 != 0 {
        at += 2;
    }
    (at <= bytes.len()).then_some(at)
}

/// RFC 8878, section 3.1.1: whether the header of a frame names a dictionary, and a block follows.
fn needs_dictionary(frame: &[u8]) -> bool {
    let Some(descriptor) = frame.get(4).copied().filter(|d| d & 8 == 0) else { return false };
    let (single, length) = (descriptor & 0x20 != 0, [0, 1, 2, 4][usize::from(descriptor & 3)]);
    let start = if single { 5 } else { 6 };
    let content = match descriptor >> 6 {
        0 => usize::from(single),
        code => 1 << code,
    };
    let named = frame.get(start..start + length).is_some_and(|id| id.iter().any(|b| *b != 0));
    let block = frame.get(start + length + content..).and_then(|rest| rest.first_chunk::<3>());
    named && block.is_some_and(|[a, b, c]| a >> 1 & 3 != 3 && u32::from_le_bytes([*a, *b, *c, 0]) >> 3 <= 128 << 10)
}

fn zstd(bytes: &[u8], most: usize) -> Option<Inflated> {
    let mut rest = bytes;
    let mut out = Vec::new();
    let ended = {
        let decoder = ruzstd::decoding::StreamingDecoder::new_with_max_window_size(&mut rest, WINDOW).ok()?;
        decoder.take(most as u64).read_to_end(&mut out).is_ok() && out.len() < most
    };
    Some(Inflated { bytes: out, taken: bytes.len() - rest.len(), ended })
}
