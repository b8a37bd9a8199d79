//! Decoding escapes and wide charsets: a view of the bytes, with the origin of each of its bytes.

use super::how::Layer;
use super::masks::{BLOCK, block_of, is, mask};
use super::symbols;
use std::ops::Range;

/// Decoded bytes.
#[derive(Default)]
pub(crate) struct View {
    pub bytes: Vec<u8>,
    /// The origin of each byte of the view, and of its end.
    pub from: Vec<u32>,
    /// How many escapes were decoded.
    pub decoded: usize,
    /// The first of them.
    pub layer: Option<Layer>,
}

impl View {
    /// For what is decoded from `count` bytes.
    fn of(count: usize, layer: Option<Layer>) -> View {
        View { bytes: Vec::with_capacity(count), from: Vec::with_capacity(count + 1), layer, ..View::default() }
    }

    fn put(&mut self, byte: u8, from: usize) {
        self.bytes.push(byte);
        self.from.push(from as u32);
    }

    /// Adds `bytes[from..to]` as they are.
    fn copy(&mut self, bytes: &[u8], from: usize, to: usize) {
        self.bytes.extend_from_slice(&bytes[from..to]);
        self.from.extend(from as u32..to as u32);
    }

    fn put_char(&mut self, c: char, from: usize) {
        c.encode_utf8(&mut [0; 4]).bytes().for_each(|b| self.put(b, from));
    }

    fn count_escape(&mut self, layer: Layer) {
        self.decoded += 1;
        self.layer.get_or_insert(layer);
    }
}

fn hex(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |n, d| Some(n << 4 | (*d as char).to_digit(16)?))
}

/// Reads `count` hex digits at `at`.
fn hex_at(bytes: &[u8], at: usize, count: usize) -> Option<u32> {
    hex(bytes.get(at..at + count)?)
}

/// An escape of JSON, JavaScript or C at `at`, where there is a backslash: the character or byte, and the escape's length.
fn backslash(bytes: &[u8], at: usize) -> Option<(Result<char, u8>, usize)> {
    let simple = |c: char| Some((Ok(c), 2));
    match *bytes.get(at + 1)? {
        b'u' | b'x' if bytes.get(at + 2) == Some(&b'{') => {
            let length = bytes[at + 3..].iter().take(9).position(|b| *b == b'}')?;
            Some((Ok(char::from_u32(hex_at(bytes, at + 3, length)?)?), length + 4))
        }
        b'u' => {
            let unit = hex_at(bytes, at + 2, 4)?;
            let low = || (bytes.get(at + 6..at + 8) == Some(b"\\u")).then(|| hex_at(bytes, at + 8, 4)).flatten();
            match (unit, if (0xD800..0xDC00).contains(&unit) { low() } else { None }) {
                (high, Some(low @ 0xDC00..0xE000)) => {
                    Some((Ok(char::from_u32(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))?), 12))
                }
                _ => Some((Ok(char::from_u32(unit)?), 6)),
            }
        }
        b'x' => Some((Err(hex_at(bytes, at + 2, 2)? as u8), 4)),
        b'0'..=b'7' => {
            let digits = bytes[at + 1..].iter().take(3).take_while(|d| (b'0'..=b'7').contains(d));
            let (value, count) = digits.fold((0u32, 0), |(n, count), d| (n << 3 | u32::from(d - b'0'), count + 1));
            // A short one is read if it is a digit: `\12` is a reference of a regular expression.
            let is_digit = count == 2 && (0x30..0x3A).contains(&value);
            (count == 3 && value < 0x100 || is_digit).then_some((Err(value as u8), count + 1))
        }
        b'n' => simple('\n'),
        b'r' => simple('\r'),
        b't' => simple('\t'),
        c @ (b'/' | b'"' | b'\\' | b'\'') => simple(c as char),
        _ => None,
    }
}

/// Character references by name that may be between digits, and those of the characters of markup (HTML, section 13.5).
const NAMED: &[(&str, char)] = &[
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("nbsp", '\u{A0}'),
    ("shy", '\u{AD}'),
    ("ensp", '\u{2002}'),
    ("emsp", '\u{2003}'),
    ("thinsp", '\u{2009}'),
    ("numsp", '\u{2007}'),
    ("puncsp", '\u{2008}'),
    ("hairsp", '\u{200A}'),
    ("zwnj", '\u{200C}'),
    ("zwj", '\u{200D}'),
    ("ndash", '\u{2013}'),
    ("mdash", '\u{2014}'),
    ("hyphen", '\u{2010}'),
    ("dash", '\u{2010}'),
    ("horbar", '\u{2015}'),
    ("minus", '\u{2212}'),
    ("middot", '\u{B7}'),
    ("bull", '\u{2022}'),
    ("sol", '/'),
    ("period", '.'),
    ("comma", ','),
    ("colon", ':'),
    ("lowbar", '_'),
    ("Tab", '\t'),
    ("NewLine", '\n'),
    ("NoBreak", '\u{2060}'),
    ("ZeroWidthSpace", '\u{200B}'),
];

/// A character reference of HTML at `at`, where there is an ampersand.
fn reference(bytes: &[u8], at: usize) -> Option<(char, usize)> {
    let rest = &bytes[at + 1..bytes.len().min(at + 18)];
    for (name, c) in NAMED {
        let Some(after) = rest.strip_prefix(name.as_bytes()) else { continue };
        if after.first() == Some(&b';') {
            return Some((*c, name.len() + 2));
        }
        // Browsers read these old names without a semicolon.
        if matches!(*name, "nbsp" | "shy" | "middot" | "amp" | "lt" | "gt" | "quot") {
            return Some((*c, name.len() + 1));
        }
    }
    let (digits, radix, before) = match rest {
        [b'#', b'x' | b'X', digits @ ..] => (digits, 16, 3),
        [b'#', digits @ ..] => (digits, 10, 2),
        _ => return None,
    };
    let count = digits.iter().take_while(|d| (**d as char).is_digit(radix)).count();
    let number =
        digits[..count].iter().try_fold(0u32, |n, d| n.checked_mul(radix)?.checked_add((*d as char).to_digit(radix)?))?;
    // The semicolon may be missing.
    let semicolon = usize::from(digits.get(count) == Some(&b';'));
    (count > 0).then_some(())?;
    Some((char::from_u32(number)?, before + count + semicolon))
}

/// This much around an escape, and the whole word that it is in, is searched with the escape decoded.
const AROUND: usize = 64;

/// The ranges of `bytes` that contain escapes: elsewhere, decoding them changes nothing.
fn stretches(bytes: &[u8], escapes: impl Iterator<Item = usize>) -> Vec<Range<usize>> {
    let is_word = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'/' | b'-' | b'_');
    let mut all: Vec<Range<usize>> = Vec::new();
    for at in escapes {
        let done = all.last().map_or(0, |last| last.end);
        let end = |from: usize| {
            let near = (from + AROUND).min(bytes.len());
            near + bytes[near..].iter().take_while(|b| is_word(b)).count()
        };
        match all.last_mut() {
            Some(last) if at < last.end => last.end = last.end.max(end(at)),
            _ => {
                let near = at.saturating_sub(AROUND).max(done);
                let start = near - bytes[done..near].iter().rev().take_while(|b| is_word(b)).count();
                let range = start..end(at);
                match all.last_mut() {
                    Some(last) if range.start <= last.end => last.end = range.end,
                    _ => all.push(range),
                }
            }
        }
    }
    all
}

fn is_escape(bytes: &[u8], at: usize) -> bool {
    match bytes[at] {
        b'\\' => backslash(bytes, at).is_some(),
        b'&' => reference(bytes, at).is_some(),
        _ => hex_at(bytes, at + 1, 2).is_some() || (bytes.get(at + 1) == Some(&b'u') && hex_at(bytes, at + 2, 4).is_some()),
    }
}

fn is_quoted(bytes: &[u8], at: usize) -> bool {
    hex_at(bytes, at + 1, 2).is_some() || matches!(bytes[at + 1..], [b'\n', ..] | [b'\r', b'\n', ..])
}

/// Whether there is anything that [`escaped`] or [`quoted`] finds.
pub(crate) fn has_escapes(bytes: &[u8]) -> bool {
    bytes.iter().enumerate().any(|(at, b)| match b {
        b'\\' | b'&' | b'%' => is_escape(bytes, at),
        b'=' => is_quoted(bytes, at),
        _ => false,
    })
}

/// Ranges of `bytes` with escapes of JSON, HTML or URLs, which [`unescaped`] decodes.
pub(crate) fn escaped(bytes: &[u8]) -> Vec<Range<usize>> {
    stretches(bytes, memchr::memchr3_iter(b'\\', b'&', b'%', bytes).filter(|at| is_escape(bytes, *at)))
}

/// Ranges of `bytes` in quoted-printable, which [`unquoted`] decodes.
pub(crate) fn quoted(bytes: &[u8]) -> Vec<Range<usize>> {
    stretches(bytes, memchr::memchr_iter(b'=', bytes).filter(|at| is_quoted(bytes, *at)))
}

/// Ranges of `bytes` in ISO-2022-JP, which [`from_jis`] decodes.
pub(crate) fn in_jis(bytes: &[u8]) -> Vec<Range<usize>> {
    let mut all: Vec<Range<usize>> = Vec::new();
    for at in memchr::memchr_iter(0x1B, bytes).filter(|at| bytes.get(at + 1) == Some(&b'$')) {
        let double = bytes[at..].iter().take(4096).skip(3).take_while(|b| (0x21..0x7F).contains(*b)).count();
        let range = at.saturating_sub(AROUND)..(at + double + AROUND).min(bytes.len());
        match all.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => all.push(range),
        }
    }
    all
}

/// Decodes the escapes of JSON, HTML and URLs in `bytes`.
pub(crate) fn unescaped(bytes: &[u8]) -> View {
    let mut view = View::of(bytes.len(), None);
    let mut at = 0;
    while at < bytes.len() {
        let next = memchr::memchr3(b'\\', b'&', b'%', &bytes[at..]).map_or(bytes.len(), |n| at + n);
        view.copy(bytes, at, next);
        at = next;
        let Some(byte) = bytes.get(at) else { break };
        let length = match byte {
            b'\\' => backslash(bytes, at).map(|(c, length)| {
                view.count_escape(Layer::JsonEscapes);
                match c {
                    Ok(c) => view.put_char(c, at),
                    Err(byte) => view.put(byte, at),
                }
                length
            }),
            b'&' => reference(bytes, at).map(|(c, length)| {
                view.count_escape(Layer::HtmlEscapes);
                view.put_char(c, at);
                length
            }),
            b'%' => match (hex_at(bytes, at + 1, 2), bytes.get(at + 1)) {
                (Some(byte), _) => {
                    view.count_escape(Layer::PercentEscapes);
                    view.put(byte as u8, at);
                    Some(3)
                }
                (None, Some(b'u')) => hex_at(bytes, at + 2, 4).and_then(char::from_u32).map(|c| {
                    view.count_escape(Layer::PercentEscapes);
                    view.put_char(c, at);
                    6
                }),
                _ => None,
            },
            _ => None,
        };
        if length.is_none() {
            view.put(bytes[at], at);
        }
        at += length.unwrap_or(1);
    }
    view.from.push(bytes.len() as u32);
    view
}

/// Decodes quoted-printable.
pub(crate) fn unquoted(bytes: &[u8]) -> View {
    let mut view = View::of(bytes.len(), Some(Layer::QuotedPrintable));
    let mut at = 0;
    while at < bytes.len() {
        let next = memchr::memchr(b'=', &bytes[at..]).map_or(bytes.len(), |n| at + n);
        view.copy(bytes, at, next);
        at = next;
        let length = match &bytes[at..] {
            [b'=', b'\r', b'\n', ..] => Some(3),
            [b'=', b'\n', ..] => Some(2),
            [b'=', a, b, ..] => hex(&[*a, *b]).map(|byte| {
                view.put(byte as u8, at);
                3
            }),
            _ => None,
        };
        match (length, bytes.get(at)) {
            (Some(_), _) => view.decoded += 1,
            (None, Some(byte)) => view.put(*byte, at),
            (None, None) => {}
        }
        at += length.unwrap_or(1);
    }
    view.from.push(bytes.len() as u32);
    view
}

/// Ranges of `bytes` with commands to a terminal, which [`without_colours`] leaves out.
pub(crate) fn coloured(bytes: &[u8]) -> Vec<Range<usize>> {
    stretches(bytes, memchr::memchr_iter(0x1B, bytes).filter(|at| command(&bytes[*at..]) > 0))
}

/// Leaves out commands to a terminal.
pub(crate) fn without_colours(bytes: &[u8]) -> View {
    let mut view = View { layer: Some(Layer::TerminalEscapes), ..View::default() };
    let mut at = 0;
    while at < bytes.len() {
        let length = if bytes[at] == 0x1B { command(&bytes[at..]) } else { 0 };
        if length == 0 {
            view.put(bytes[at], at);
        } else {
            view.decoded += 1;
        }
        at += length.max(1);
    }
    view.from.push(bytes.len() as u32);
    view
}

/// The length of the control sequence (ECMA-48, section 5.4) that `bytes` begin with, or 0.
fn command(bytes: &[u8]) -> usize {
    let [0x1B, b'[', rest @ ..] = bytes else { return 0 };
    let parameters = rest.iter().take(32).take_while(|b| (0x20..0x40).contains(*b)).count();
    if rest.get(parameters).is_some_and(|b| (0x40..0x7F).contains(b)) { parameters + 3 } else { 0 }
}

/// Converts ISO-2022-JP to EUC-JP, which the search for digits reads.
pub(crate) fn from_jis(bytes: &[u8]) -> View {
    let mut view = View { layer: Some(Layer::Iso2022Jp), ..View::default() };
    let (mut at, mut double) = (0, false);
    while at < bytes.len() {
        match &bytes[at..] {
            [0x1B, b'$', b'B' | b'@', ..] => (double, at, view.decoded) = (true, at + 3, view.decoded + 1),
            [0x1B, b'(', b'B' | b'J' | b'I', ..] => (double, at) = (false, at + 3),
            [a @ 0x21..=0x7E, b @ 0x21..=0x7E, ..] if double => {
                view.put(a | 0x80, at);
                view.put(b | 0x80, at);
                at += 2;
            }
            [byte, ..] => {
                view.put(*byte, at);
                double &= *byte != b'\n';
                at += 1;
            }
            [] => {}
        }
    }
    view.from.push(bytes.len() as u32);
    view
}

/// How many units in a row make wide text. Random bytes never have so many, and the base 64 of a number after a tag and a length
/// has no fewer.
pub(crate) const UNITS: usize = 8;
/// How many full-width characters in a row are worth a look: no code has fewer.
const FULL_WIDTH: usize = 10;

/// The ranges with enough bytes that are one half of a wide character, at every second place, as in UTF-16 and UTF-32.
pub(crate) fn wide_ranges(bytes: &[u8]) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> = Vec::new();
    let mut padded = [1; BLOCK];
    let mut before = [0, 0];
    for at in (0..bytes.len()).step_by(BLOCK) {
        let block = block_of(&bytes[at..], 1, &mut padded);
        let half = |c| {
            let kanji = is(c, 0x4E) | is(c, 0x51) | is(c, 0x53) | is(c, 0x56) | is(c, 0x58) | is(c, 0x5F) | is(c, 0x96);
            is(c, 0) | is(c, 0xFF) | is(c, 0x30) | kanji
        };
        let halves = mask(block, half);
        let every_second = 0x5555_5555_5555_5555;
        let here = [halves & every_second, halves >> 1 & every_second].map(u64::count_ones);
        let enough = here.iter().zip(before).any(|(here, before)| here + before >= UNITS as u32);
        before = here;
        if enough {
            let (from, to) = (at.saturating_sub(BLOCK), (at + 2 * BLOCK).min(bytes.len()));
            match ranges.last_mut() {
                Some(last) if from <= last.end => last.end = to,
                _ => ranges.push(from..to),
            }
        }
    }
    ranges
}

/// Runs of UTF-16 and UTF-32 in `bytes`, as UTF-8.
pub(crate) fn narrowed(bytes: &[u8], mut found: impl FnMut(View)) {
    const ALL: [(Layer, usize); 4] =
        [(Layer::Utf16LittleEndian, 2), (Layer::Utf16BigEndian, 2), (Layer::Utf32LittleEndian, 4), (Layer::Utf32BigEndian, 4)];
    for (layer, width) in ALL {
        let unit = |at: usize| -> Option<char> {
            let unit = match (layer, bytes.get(at..at + width)?) {
                (Layer::Utf16LittleEndian, &[a, b]) | (Layer::Utf16BigEndian, &[b, a]) => u16::from_le_bytes([a, b]),
                (Layer::Utf32LittleEndian, &[a, b, 0, 0]) | (Layer::Utf32BigEndian, &[0, 0, b, a]) => u16::from_le_bytes([a, b]),
                _ => return None,
            };
            let ascii = (0x20..0x7F).contains(&unit) || matches!(unit, 9..=13 | 0x1B);
            let fits = ascii || (unit > 0x7F && ((0xFF01..0xFF5F).contains(&unit) || symbols::is_wide_unit(unit)));
            fits.then(|| char::from_u32(u32::from(unit))).flatten()
        };
        for phase in 0..width {
            let mut at = phase;
            while at + width <= bytes.len() {
                // A run of `UNITS` units contains every `UNITS`-th unit, counted from anywhere: probe there first.
                let probe = at + (UNITS - 1) * width;
                if probe + width > bytes.len() {
                    break;
                }
                if unit(probe).is_none() {
                    at = probe + width;
                    continue;
                }
                let mut start = probe;
                while start >= at + width && unit(start - width).is_some() {
                    start -= width;
                }
                let mut end = probe + width;
                while unit(end).is_some() {
                    end += width;
                }
                if (end - start) / width >= UNITS {
                    let mut view = View { layer: Some(layer), decoded: 1, ..View::default() };
                    for place in (start..end).step_by(width) {
                        if let Some(c) = unit(place) {
                            view.put_char(c, place);
                        }
                    }
                    view.from.push(end as u32);
                    found(view);
                }
                at = end;
            }
        }
    }
}

/// Ranges of `bytes` with enough full-width digits in UTF-8, near each other but not in one run, which [`in_half_width`] makes ASCII.
pub(crate) fn full_width_parts(bytes: &[u8]) -> Vec<Range<usize>> {
    let mut ranges: Vec<(Range<usize>, usize)> = Vec::new();
    for at in memchr::memchr_iter(0xEF, bytes).filter(|at| matches!(bytes[*at..], [_, 0xBC, 0x90..=0x99, ..])) {
        match ranges.last_mut() {
            Some((last, count)) if at <= last.end + 2 * AROUND => (last.end, *count) = (at + 3, *count + 1),
            _ => ranges.push((at..at + 3, 1)),
        }
    }
    let around = |range: Range<usize>| range.start.saturating_sub(AROUND)..(range.end + AROUND).min(bytes.len());
    ranges
        .into_iter()
        .filter(|(range, count)| *count >= FULL_WIDTH && range.len() > 3 * count)
        .map(|(range, _)| around(range))
        .collect()
}

/// The full-width character in UTF-8 that `bytes` begin with, as ASCII.
fn half_width(bytes: &[u8]) -> Option<u8> {
    let [0xEF, b @ 0xBC..=0xBD, c @ 0x80..=0xBF, ..] = bytes else { return None };
    let point = u32::from(b & 63) << 6 | u32::from(c & 63) | 0xF000;
    (0xFF01..0xFF5F).contains(&point).then(|| (point - 0xFEE0) as u8)
}

/// Full-width characters as ASCII, all others as they are.
pub(crate) fn in_half_width(bytes: &[u8]) -> View {
    let mut view = View { layer: Some(Layer::FullWidth), ..View::default() };
    let mut at = 0;
    while at < bytes.len() {
        let half = half_width(&bytes[at..]);
        view.put(half.unwrap_or(bytes[at]), at);
        view.decoded += usize::from(half.is_some());
        at += if half.is_some() { 3 } else { 1 };
    }
    view.from.push(bytes.len() as u32);
    view
}

/// Runs of full-width letters and digits in UTF-8, as ASCII; only those with letters, since digits are read as they are.
pub(crate) fn halved(bytes: &[u8], mut found: impl FnMut(View)) {
    let mut at = 0;
    while let Some(next) = memchr::memchr(0xEF, &bytes[at..]) {
        at += next;
        let mut view = View { decoded: 1, ..View::default() };
        while let Some(byte) = half_width(&bytes[at..]) {
            view.put(byte, at);
            at += 3;
        }
        view.from.push(at as u32);
        if view.bytes.is_empty() {
            at += 1;
        } else if view.bytes.len() >= FULL_WIDTH && view.bytes.iter().any(u8::is_ascii_alphabetic) {
            found(view);
        }
    }
}
