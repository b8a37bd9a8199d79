//! Filters of streams: ISO 32000-2, section 7.4.

use super::object::{Object, hex, is_space};
use crate::codecs;
use crate::input::Input;
use std::io::Read;

/// What is behind filters.
pub(super) struct Decoded {
    pub(super) bytes: Vec<u8>,
    /// All filters were undone, to the end of the data.
    pub(super) whole: bool,
    /// At least one was undone.
    pub(super) any: bool,
    /// The rest is an image.
    pub(super) image: bool,
    /// A filter was not undone to its end because it gives too much.
    pub(super) over: bool,
    /// How many bytes all filters gave but the last.
    pub(super) between: usize,
}

/// A stream has no more filters.
const FILTERS: usize = 8;

/// Undoes the filters of a stream, up to `most` bytes each. `follow` looks up references.
pub(super) fn decode<'o>(dictionary: &'o Object, raw: &[u8], most: usize, follow: &dyn Fn(&'o Object) -> &'o Object) -> Decoded {
    let list = |key: &[u8], short: &[u8]| match dictionary.get(key).or_else(|| dictionary.get(short)).map(follow) {
        None | Some(Object::Null) => Vec::new(),
        Some(Object::Array(elements)) => elements.iter().take(FILTERS).map(follow).collect(),
        Some(one) => vec![one],
    };
    let (filters, parameters) = (list(b"Filter", b"F"), list(b"DecodeParms", b"DP"));
    let mut decoded = Decoded { bytes: raw.to_vec(), whole: true, any: false, image: false, over: false, between: 0 };
    for (i, filter) in filters.iter().enumerate() {
        let parameters = parameters.get(i).copied().unwrap_or(&Object::Null);
        let (bytes, whole) = match filter.name().unwrap_or_default() {
            b"FlateDecode" | b"Fl" => flate(&decoded.bytes, most),
            b"LZWDecode" | b"LZW" => lzw(&decoded.bytes, parameters, most),
            b"ASCII85Decode" | b"A85" => ascii85(&decoded.bytes, most),
            b"ASCIIHexDecode" | b"AHx" => {
                let end = memchr::memchr(b'>', &decoded.bytes).unwrap_or(decoded.bytes.len());
                (hex(&decoded.bytes[..end]), true)
            }
            b"RunLengthDecode" | b"RL" => run_length(&decoded.bytes, most),
            b"DCTDecode" | b"DCT" | b"JPXDecode" | b"CCITTFaxDecode" | b"CCF" | b"JBIG2Decode" => {
                decoded.image = true;
                break;
            }
            _ => {
                decoded.whole = false;
                break;
            }
        };
        decoded.between += if decoded.any { decoded.bytes.len() } else { 0 };
        decoded.over |= bytes.len() >= most;
        decoded.bytes = predicted(bytes, parameters, follow);
        decoded.any = true;
        decoded.whole &= whole;
    }
    decoded
}

fn limited(mut from: impl Read, most: usize) -> (Vec<u8>, bool) {
    let mut bytes = Vec::new();
    let result = (&mut from).take(most as u64).read_to_end(&mut bytes);
    let whole = result.is_ok() && bytes.len() < most;
    (bytes, whole)
}

fn flate(packed: &[u8], most: usize) -> (Vec<u8>, bool) {
    let mut source = packed;
    let mut input = Input::new(&mut source, None);
    let (bytes, whole) = limited(codecs::Pushed::one(&mut input, codecs::inflate(true)), most);
    if !bytes.is_empty() || whole {
        return (bytes, whole);
    }
    // Without the header of zlib, as some writers have it.
    let mut source = packed;
    let mut input = Input::new(&mut source, None);
    limited(codecs::Pushed::one(&mut input, codecs::inflate(false)), most)
}

fn lzw(packed: &[u8], parameters: &Object, most: usize) -> (Vec<u8>, bool) {
    use weezl::{BitOrder, LzwStatus, decode::Decoder};
    let early = parameters.get(b"EarlyChange").and_then(Object::number) != Some(0.0);
    let mut decoder = if early { Decoder::with_tiff_size_switch(BitOrder::Msb, 8) } else { Decoder::new(BitOrder::Msb, 8) };
    let (mut bytes, mut at, mut buffer) = (Vec::new(), 0, vec![0; 64 << 10]);
    loop {
        let room = buffer.len().min(most.saturating_sub(bytes.len()).max(1));
        let step = decoder.decode_bytes(&packed[at..], &mut buffer[..room]);
        bytes.extend_from_slice(&buffer[..step.consumed_out]);
        at += step.consumed_in;
        match step.status {
            Ok(LzwStatus::Ok) if bytes.len() < most => {}
            Ok(LzwStatus::Done) => return (bytes, true),
            Ok(LzwStatus::NoProgress) => return (bytes, at == packed.len()),
            _ => return (bytes, false),
        }
    }
}

/// Section 7.4.3.
fn ascii85(packed: &[u8], most: usize) -> (Vec<u8>, bool) {
    let mut bytes = Vec::with_capacity((packed.len() * 4 / 5).min(most));
    let (mut group, mut count, mut whole) = (0u32, 0, true);
    for byte in packed.strip_prefix(b"<~").unwrap_or(packed) {
        if bytes.len() >= most {
            return (bytes, false);
        }
        match byte {
            b'z' if count == 0 => bytes.extend([0; 4]),
            b'!'..=b'u' => {
                group = group.wrapping_mul(85).wrapping_add(u32::from(byte - b'!'));
                count += 1;
                if count == 5 {
                    bytes.extend(group.to_be_bytes());
                    (group, count) = (0, 0);
                }
            }
            b'~' => break,
            _ => whole &= is_space(*byte),
        }
    }
    if count > 1 {
        for _ in count..5 {
            group = group.wrapping_mul(85).wrapping_add(84);
        }
        bytes.extend(&group.to_be_bytes()[..count - 1]);
    }
    (bytes, whole)
}

/// Section 7.4.5.
fn run_length(packed: &[u8], most: usize) -> (Vec<u8>, bool) {
    let (mut bytes, mut at) = (Vec::new(), 0);
    while let Some(length) = packed.get(at).copied().filter(|_| bytes.len() < most) {
        at += 1;
        match length {
            128 => return (bytes, true),
            0..128 => {
                let end = (at + usize::from(length) + 1).min(packed.len());
                bytes.extend_from_slice(&packed[at..end]);
                at = end;
            }
            _ => {
                let Some(byte) = packed.get(at) else { return (bytes, false) };
                bytes.resize(bytes.len() + 257 - usize::from(length), *byte);
                at += 1;
            }
        }
    }
    (bytes, at == packed.len())
}

/// Section 7.4.4.4: predictors of PNG, and that of TIFF for bytes.
fn predicted<'o>(mut bytes: Vec<u8>, parameters: &'o Object, follow: &dyn Fn(&'o Object) -> &'o Object) -> Vec<u8> {
    let number =
        |key: &[u8], default: f64| parameters.get(key).map(follow).and_then(Object::number).unwrap_or(default).max(1.0) as usize;
    let predictor = number(b"Predictor", 1.0);
    let bits = number(b"Colors", 1.0).min(64) * number(b"BitsPerComponent", 8.0).min(32);
    let (pixel, row) = (bits.div_ceil(8), (bits * number(b"Columns", 1.0).min(1 << 24)).div_ceil(8));
    // A row that is longer than all bytes is stated only.
    let row = row.min(bytes.len().max(1));
    match predictor {
        0 | 1 => bytes,
        2 => {
            for line in bytes.chunks_mut(row) {
                for i in pixel..line.len() {
                    line[i] = line[i].wrapping_add(line[i - pixel]);
                }
            }
            bytes
        }
        _ => {
            let mut out = Vec::with_capacity(bytes.len());
            let mut above = vec![0; row];
            for line in bytes.chunks(row + 1) {
                let mut current = vec![0; row];
                for (i, byte) in line[1..].iter().enumerate() {
                    let left = if i >= pixel { current[i - pixel] } else { 0 };
                    let corner = if i >= pixel { above[i - pixel] } else { 0 };
                    current[i] = byte.wrapping_add(match line[0] {
                        1 => left,
                        2 => above[i],
                        3 => ((u16::from(left) + u16::from(above[i])) / 2) as u8,
                        4 => paeth(left, above[i], corner),
                        _ => 0,
                    });
                }
                out.extend_from_slice(&current[..line.len() - 1]);
                above = current;
            }
            out
        }
    }
}

fn paeth(left: u8, above: u8, corner: u8) -> u8 {
    let estimate = i16::from(left) + i16::from(above) - i16::from(corner);
    let distance = |byte: u8| (estimate - i16::from(byte)).abs();
    match (distance(left), distance(above), distance(corner)) {
        (a, b, c) if a <= b && a <= c => left,
        (_, b, c) if b <= c => above,
        _ => corner,
    }
}
