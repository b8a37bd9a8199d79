//! Values that are found byte by byte: texts in a few charsets and escapes, bytes, and the bytes that codes encode in base 32.

use super::how::{Encoding, Layer};
use super::table::{Filling, Table};
use super::values::{Secret, Value};
use data_encoding::{BASE32_NOPAD, Specification};
use encoding_rs::{EUC_JP, ISO_2022_JP, SHIFT_JIS};

/// Only every n-th position is looked up. Each needle is in the table once for each offset that it can have between two of them.
const STRIDE: usize = 4;
/// How many bytes are looked up at a position. With the stride, a needle of ten bytes covers such a position wherever it is.
const WIDTH: usize = 7;

/// One thing to find.
struct Needle {
    bytes: Box<[u8]>,
    secret: usize,
    encoding: Encoding,
    layer: Option<Layer>,
    /// Offset of the part of it that is in the table.
    anchor: usize,
}

/// A needle that was found.
pub(crate) struct FoundNeedle {
    pub start: usize,
    pub end: usize,
    pub secret: usize,
    pub encoding: Encoding,
    pub layer: Option<Layer>,
}

/// Needles of one kind: of text, or with bytes that text does not contain.
#[derive(Default)]
pub(crate) struct Needles {
    needles: Vec<Needle>,
    table: Table,
    longest: usize,
}

/// Makes the needles of text, which are searched for everywhere, and those of bytes, which are searched for in binary content
/// only.
pub(crate) fn of(secrets: &[Secret]) -> (Needles, Needles) {
    let (mut text, mut binary) = (Vec::new(), Vec::new());
    for (secret, Secret { value, .. }) in secrets.iter().enumerate() {
        let mut add = |bytes: Vec<u8>, encoding, layer| {
            let non_text = bytes.iter().position(|b| !b.is_ascii() || (*b < 0x20 && !(9..=13).contains(b)));
            let anchor = non_text.unwrap_or(0).min(bytes.len() - (WIDTH + STRIDE - 1));
            let list = if non_text.is_some() { &mut binary } else { &mut text };
            list.push(Needle { bytes: bytes.into(), secret, encoding, layer, anchor });
        };
        match value {
            Value::Text(value) => forms(value).into_iter().for_each(|(layer, bytes)| add(bytes, Encoding::Plain, layer)),
            Value::Bytes(bytes) => add(bytes.clone(), Encoding::Bytes, None),
            Value::Code(_) | Value::Digits(_) => {}
        }
    }
    (Needles::new(text), Needles::new(binary))
}

/// The bytes that a code encodes in base 32, if there are enough of them.
pub(crate) fn code_bytes(code: &str) -> Option<Vec<u8>> {
    let upper = code.to_ascii_uppercase();
    let bytes = BASE32_NOPAD.decode(upper.as_bytes()).ok().or_else(|| {
        // Some encoders write trailing bits that are not zero.
        let mut lenient = Specification::new();
        lenient.symbols.push_str("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567");
        lenient.check_trailing_bits = false;
        lenient.encoding().ok()?.decode(upper.as_bytes()).ok()
    });
    bytes.filter(|b| b.len() >= WIDTH + STRIDE - 1)
}

/// A text in every charset, and with the usual escapes. Of two equal forms the first is taken.
fn forms(text: &str) -> Vec<(Option<Layer>, Vec<u8>)> {
    let mut all: Vec<(Option<Layer>, Vec<u8>)> = vec![(None, text.as_bytes().to_vec())];
    let mut add = |layer, bytes: Vec<u8>| {
        if bytes.len() >= WIDTH + STRIDE - 1 && all.iter().all(|(_, other)| *other != bytes) {
            all.push((Some(layer), bytes));
        }
    };
    for (layer, encoding) in [(Layer::ShiftJis, SHIFT_JIS), (Layer::EucJp, EUC_JP)] {
        let (bytes, _, lossy) = encoding.encode(text);
        if !lossy {
            add(layer, bytes.into_owned());
        }
    }
    let (bytes, _, lossy) = ISO_2022_JP.encode(text);
    if !lossy {
        // The escape sequences before and after depend on the surrounding text.
        let bytes = bytes.strip_suffix(b"\x1b(B").unwrap_or(&bytes);
        add(Layer::Iso2022Jp, bytes.strip_prefix(b"\x1b$B").unwrap_or(bytes).to_vec());
    }
    add(Layer::Utf16LittleEndian, text.encode_utf16().flat_map(u16::to_le_bytes).collect());
    add(Layer::Utf16BigEndian, text.encode_utf16().flat_map(u16::to_be_bytes).collect());
    add(Layer::Utf32LittleEndian, text.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect());
    add(Layer::Utf32BigEndian, text.chars().flat_map(|c| u32::from(c).to_be_bytes()).collect());
    for bytes in json_escaped(text) {
        add(Layer::JsonEscapes, bytes);
    }
    let html = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    add(Layer::HtmlEscapes, html.clone().into_bytes());
    add(Layer::HtmlEscapes, html.replace('"', "&quot;").into_bytes());
    for (upper, space) in [(true, "%20"), (false, "%20"), (true, "+")] {
        add(Layer::PercentEscapes, percent_escaped(text, upper, space));
    }
    add(Layer::Reversed, text.chars().rev().collect::<String>().into_bytes());
    all
}

/// As JSON strings contain it: with and without `\/`, and in ASCII only, with either case of hex.
fn json_escaped(text: &str) -> [Vec<u8>; 4] {
    let json: String = text
        .chars()
        .flat_map(|c| match c {
            '"' | '\\' | '/' => vec!['\\', c],
            '\n' => vec!['\\', 'n'],
            '\t' => vec!['\\', 't'],
            '\r' => vec!['\\', 'r'],
            _ => vec![c],
        })
        .collect();
    let ascii = |upper: bool| -> Vec<u8> {
        let unit = |u: u16| if upper { format!("\\u{u:04X}") } else { format!("\\u{u:04x}") };
        let plain = |c: char| c.is_ascii() && !c.is_control() && !matches!(c, '"' | '\\');
        let text = text
            .chars()
            .map(|c| if plain(c) { c.to_string() } else { c.encode_utf16(&mut [0; 2]).iter().map(|u| unit(*u)).collect() });
        text.collect::<String>().into_bytes()
    };
    [json.replace("\\/", "/").into_bytes(), json.into_bytes(), ascii(true), ascii(false)]
}

fn percent_escaped(text: &str, upper: bool, space: &str) -> Vec<u8> {
    let escape = |b: u8| match b {
        b' ' => space.to_string(),
        b if b.is_ascii_alphanumeric() || b"-._~".contains(&b) => char::from(b).to_string(),
        b if upper => format!("%{b:02X}"),
        b => format!("%{b:02x}"),
    };
    text.bytes().map(escape).collect::<String>().into_bytes()
}

#[inline]
fn key(window: &[u8; WIDTH]) -> u64 {
    let [a, b, c, d, e, f, g] = *window;
    // One multiplication is enough here: the table's own filter takes bits from the middle, its slots from the top.
    let x = u64::from_le_bytes([a, b, c, d, e, f, g, 1]).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    x ^ (x >> 32)
}

impl Needles {
    fn new(needles: Vec<Needle>) -> Needles {
        let mut table = Filling::for_entries(needles.len() * STRIDE, needles.len());
        for (index, needle) in needles.iter().enumerate() {
            for window in needle.bytes[needle.anchor..].windows(WIDTH).take(STRIDE) {
                if let Some(window) = window.first_chunk() {
                    table.insert(key(window), index as u32);
                }
            }
        }
        let longest = needles.iter().map(|n| n.bytes.len()).max().unwrap_or(0);
        Needles { needles, table: table.finish(), longest }
    }

    pub fn is_empty(&self) -> bool {
        self.needles.is_empty()
    }

    pub fn longest(&self) -> usize {
        self.longest
    }

    /// Every needle whose anchor is in `bytes[from..to]`.
    pub fn find(&self, bytes: &[u8], from: usize, to: usize, mut found: impl FnMut(FoundNeedle)) {
        if self.is_empty() {
            return;
        }
        let mut at = from;
        while at < to {
            let Some(window) = bytes[at..].first_chunk() else { break };
            let key = key(window);
            if self.table.may_have(key) {
                for index in self.table.get(key) {
                    let needle = &self.needles[index];
                    for offset in needle.anchor..needle.anchor + STRIDE {
                        let Some(start) = at.checked_sub(offset) else { continue };
                        let end = start + needle.bytes.len();
                        if bytes.get(start..end).is_some_and(|there| *there == *needle.bytes) {
                            let Needle { secret, encoding, layer, .. } = *needle;
                            found(FoundNeedle { start, end, secret, encoding, layer });
                        }
                    }
                }
            }
            at += STRIDE;
        }
    }
}
