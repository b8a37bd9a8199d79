//! Short words: most words of a log. What they would be in base 64 fits into one number, so that every phase is a shift.

use super::decode::{GLUED, begins_wide, has_container, is_text, six_bits};
use super::how::Layer;
use super::masks::{BLOCK, block_of, hex_digit, is, longest_is, mask, within};
use super::search::{Effort, Map, Search};
use wide::i8x16;

/// The longest short word: fifteen bytes in base 64.
pub(crate) const SHORT: usize = 20;

/// What a word consists of.
#[derive(Clone, Copy)]
pub(crate) struct Shape {
    pub hex: bool,
    pub base32: bool,
    pub slash: bool,
    pub hyphen: bool,
}

impl Shape {
    pub const ANY: Shape = Shape { hex: true, base32: true, slash: true, hyphen: true };
}

/// Which encodings the characters of a word of at most 64 characters allow, with runs of at least `hex` and `base32` characters.
pub(crate) fn shape(word: &[u8], hex: u32, base32: u32) -> Shape {
    let mut padded = [0; BLOCK];
    let block = block_of(word, 0, &mut padded);
    let letters = |first: u8| mask(block, |c: i8x16| within(c, first, 26) | within(c, b'2', 6));
    Shape {
        hex: longest_is(mask(block, hex_digit), hex),
        base32: longest_is(letters(b'A'), base32) || longest_is(letters(b'a'), base32),
        slash: mask(block, |c| is(c, b'/')) != 0,
        hyphen: mask(block, |c| is(c, b'-')) != 0,
    }
}

/// A few bytes, the first in the highest bits.
fn left(six_bits: u128, characters: usize) -> u128 {
    six_bits.unbounded_shl(128 - 6 * characters as u32)
}

impl Search<'_> {
    /// A short word in base 64, and backwards if it is long enough.
    pub fn short_base64(&mut self, word: &[u8], effort: Effort, backwards: bool) {
        let (mut forwards, mut reversed) = (0u128, 0u128);
        for (i, byte) in word.iter().enumerate() {
            let six = u128::from(six_bits(*byte));
            forwards = forwards << 6 | six;
            reversed |= six << (6 * i);
        }
        let (forwards, reversed) = (left(forwards, word.len()), left(reversed, word.len()));
        let phases = if word.len() < GLUED { 1 } else { 4 };
        for phase in 0..phases {
            let bytes = forwards.unbounded_shl(6 * phase as u32).to_be_bytes();
            self.short_phase(&bytes[..(word.len() - phase) * 6 / 8], word.len(), phase, effort);
        }
        if !backwards {
            return;
        }
        for phase in 0..phases {
            let bytes = reversed.unbounded_shl(6 * phase as u32).to_be_bytes();
            let bytes = &bytes[..(word.len() - phase) * 6 / 8];
            if looks_like_text(bytes, 10, 10) || has_container(bytes) {
                let map = Map::Even { start: phase, num: 4, den: 3, length: word.len() - phase };
                self.moved(Some(Layer::Reversed), Map::Reversed { length: word.len() }, |search| {
                    search.inside(Some(Layer::Base64), map, bytes, phase == 0, Effort::Full);
                });
            }
        }
    }

    fn short_phase(&mut self, bytes: &[u8], characters: usize, phase: usize, effort: Effort) {
        let map = Map::Even { start: phase, num: 4, den: 3, length: characters - phase };
        let full = phase == 0 && (effort == Effort::Full || characters < GLUED);
        if self.is_quiet(bytes, full) {
            if full {
                self.count_quiet(Layer::Base64, map, bytes);
            }
            return;
        }
        let text = if full { looks_like_text(bytes, 7, 3) } else { looks_like_text(bytes, 10, 10) };
        if text || has_container(bytes) {
            self.inside(Some(Layer::Base64), map, bytes, phase == 0, Effort::Full);
        } else if full || self.prepared.anywhere {
            self.moved(Some(Layer::Base64), map, |search| {
                search.patterns(bytes, 0..bytes.len(), full);
                if full {
                    search.framed(bytes, 0..bytes.len());
                    search.raw_deflate(bytes);
                }
            });
        }
    }
}

/// Whether fifteen bytes or fewer have `text` characters of text in a row, or `wide` bytes that could begin characters of other
/// scripts.
fn looks_like_text(bytes: &[u8], text: u32, wide: u32) -> bool {
    let mut padded = [0xFE; 16];
    padded[..bytes.len()].copy_from_slice(bytes);
    let c: i8x16 = bytemuck::cast(padded);
    let bits = |mask: i8x16| mask.to_bitmask() & 0xFFFF;
    longest_is(u64::from(bits(is_text(c))), text) || bits(begins_wide(c)).count_ones() >= wide
}
