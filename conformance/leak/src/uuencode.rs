//! uuencode: POSIX, `uuencode`, "historical algorithm".

use super::how::Layer;
use super::search::{Effort, Map, Search};
use memchr::memmem::Finder;
use std::ops::Range;
use std::sync::LazyLock;

const BEGIN: &[u8] = b"begin ";
/// The longest line, in bytes of its content.
const LINE: usize = 63;
/// How many lines are decoded of one file.
const LINES: usize = 1 << 16;

static BEGINS: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(BEGIN));

impl Search<'_> {
    /// Every file in `bytes` whose first line begins in `range`.
    pub fn uuencoded(&mut self, bytes: &[u8], range: Range<usize>) {
        for at in BEGINS.find_iter(&bytes[range.clone()]) {
            let start = range.start + at;
            let mode = bytes[start + BEGIN.len()..].iter().take(5).take_while(|b| (b'0'..=b'7').contains(b)).count();
            let is_line = start == 0 || bytes[start - 1] == b'\n';
            if !is_line || !(3..=4).contains(&mode) || bytes.get(start + BEGIN.len() + mode) != Some(&b' ') {
                continue;
            }
            let Some(feed) = memchr::memchr(b'\n', &bytes[start..]) else { continue };
            self.uudecoded(bytes, start + feed + 1);
        }
    }

    fn uudecoded(&mut self, bytes: &[u8], start: usize) {
        let (mut decoded, mut from, mut at) = (Vec::new(), Vec::new(), start);
        for _ in 0..LINES {
            let Some(next) = line(bytes, at, start, &mut decoded, &mut from) else { break };
            at = next;
        }
        if !decoded.is_empty() {
            from.push((at - start) as u32);
            let map = Map::Each { start, from, escapes: false };
            self.inside(Some(Layer::Container("uuencode")), map, &decoded, true, Effort::Full);
        }
    }
}

/// Six bits of a character.
fn six(byte: Option<&u8>) -> Option<u32> {
    byte.filter(|b| (b' '..=b'`').contains(b)).map(|b| u32::from(b - b' ') & 63)
}

/// Decodes the line at `at`, and returns where the next one is.
fn line(bytes: &[u8], at: usize, start: usize, decoded: &mut Vec<u8>, from: &mut Vec<u32>) -> Option<usize> {
    let count = six(bytes.get(at))? as usize;
    let end = at + memchr::memchr(b'\n', &bytes[at..bytes.len().min(at + 2 * LINE)])?;
    let (mut place, mut left) = (at + 1, count);
    while left > 0 {
        // Blanks at the end of a line may be missing.
        let bits = (0..4).try_fold(0, |bits, i| match place + i < end {
            true => six(bytes.get(place + i)).or((bytes[place + i] == b'\r').then_some(0)).map(|six| bits << 6 | six),
            false => Some(bits << 6),
        })?;
        for shift in [16, 8, 0].into_iter().take(left) {
            decoded.push((bits >> shift) as u8);
            from.push((place.min(end) - start) as u32);
        }
        left = left.saturating_sub(3);
        place += 4;
    }
    (count > 0).then_some(end + 1)
}
