//! How a number or a code can be written.

use data_encoding::{BASE32_NOPAD, BASE64_NOPAD, BASE64URL_NOPAD, HEXLOWER, HEXUPPER};
use serde::Serialize;
use sha2::{Digest, Sha256};

/// A form in which a secret can stand somewhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Spelling {
    /// The characters themselves; of codes also the small letters.
    Plain,
    /// In groups of four with single spaces or hyphens between, as on the back of the card.
    Grouped,
    /// 全角: the forms of double width, in UTF-8.
    FullWidth,
    /// The ASCII characters in hex, large or small letters.
    Hex,
    /// Within base 64 (RFC 4648, sections 4 and 5), wherever the bytes lie in the groups of three.
    Base64,
    /// Every character as `\u00XX` (RFC 8259, section 7).
    JsonEscapes,
    Utf16LittleEndian,
    Utf16BigEndian,
    /// Last character first.
    Reversed,
    /// SHA-256 without salt: raw, in hex or in base 64. Anyone can undo it by trying all numbers.
    Sha256,
    /// The number as an integer, big-endian, without leading zeros.
    Integer,
    /// 二進化十進数. Two digits in a byte; an odd number of digits is filled up with 0 in front or F behind.
    PackedDecimal,
    /// The 16 bytes of an institution code: raw, in hex or in base 64.
    CodeBytes,
}

/// An integer is sought if it takes this many bytes. A number below 2^32, as 4 in 1000 My Numbers and 4 in 100 resident codes
/// are, is not: four bytes meet by chance.
pub(super) const INTEGER_BYTES: usize = 5;

/// All forms of `secret`, with what stands for each. Empty for a text that is too short to be told from anything else.
pub(super) fn of(text: &str) -> Vec<(Spelling, Vec<u8>)> {
    if text.len() < 10 || !text.is_ascii() {
        return Vec::new();
    }
    let mut all = Vec::new();
    let mut add = |spelling, bytes: Vec<u8>| all.push((spelling, bytes));
    let digits = text.bytes().all(|b| b.is_ascii_digit());

    let mut cases = vec![text.to_string()];
    if !digits {
        cases.push(text.to_ascii_lowercase());
    }
    for case in &cases {
        add(Spelling::Plain, case.clone().into_bytes());
        for separator in [' ', '-'] {
            add(Spelling::Grouped, grouped(case, separator));
        }
        add(Spelling::FullWidth, case.chars().filter_map(full_width).collect::<String>().into_bytes());
        for hex in [&HEXLOWER, &HEXUPPER] {
            add(Spelling::Hex, hex.encode(case.as_bytes()).into_bytes());
        }
        for form in base64(case.as_bytes()) {
            add(Spelling::Base64, form);
        }
        add(Spelling::JsonEscapes, case.bytes().flat_map(|b| format!("\\u00{b:02x}").into_bytes()).collect());
        add(Spelling::JsonEscapes, case.bytes().flat_map(|b| format!("\\u00{b:02X}").into_bytes()).collect());
        add(Spelling::Utf16LittleEndian, case.bytes().flat_map(|b| [b, 0]).collect());
        add(Spelling::Utf16BigEndian, case.bytes().flat_map(|b| [0, b]).collect());
        add(Spelling::Reversed, case.bytes().rev().collect());
        raw(&Sha256::digest(case.as_bytes()), |bytes| add(Spelling::Sha256, bytes));
    }
    if digits {
        if let Some(integer) = integer(text) {
            add(Spelling::Integer, integer);
        }
        for form in packed_decimal(text) {
            add(Spelling::PackedDecimal, form);
        }
    } else if let Ok(bytes) = BASE32_NOPAD.decode(text.as_bytes()) {
        raw(&bytes, |bytes| add(Spelling::CodeBytes, bytes));
    }
    all
}

/// Bytes as they are, in hex and in base 64.
fn raw(bytes: &[u8], mut add: impl FnMut(Vec<u8>)) {
    add(bytes.to_vec());
    [&HEXLOWER, &HEXUPPER].into_iter().for_each(|hex| add(hex.encode(bytes).into_bytes()));
    base64(bytes).into_iter().for_each(add);
}

fn grouped(text: &str, separator: char) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + text.len() / 4);
    for (i, byte) in text.bytes().enumerate() {
        if i > 0 && i % 4 == 0 {
            out.push(separator as u8);
        }
        out.push(byte);
    }
    out
}

/// ！ (U+FF01) to ～ (U+FF5E) stand in the order of ASCII from `!`.
fn full_width(c: char) -> Option<char> {
    char::from_u32(u32::from(c).checked_add(0xFEE0)?)
}

/// The characters that stand for `bytes` in base 64 whatever is before and after them, for each of three alignments and both
/// alphabets. The characters at the ends that share bits with neighbours are left out: at most six bits at each end.
fn base64(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut forms = Vec::new();
    for before in 0..3 {
        let padded = [&[0u8; 2][..before], bytes].concat();
        let (first, last) = ((before * 8).div_ceil(6), padded.len() * 8 / 6);
        for alphabet in [&BASE64_NOPAD, &BASE64URL_NOPAD] {
            let form = alphabet.encode(&padded).as_bytes()[first..last].to_vec();
            if !forms.contains(&form) {
                forms.push(form);
            }
        }
    }
    forms
}

fn integer(digits: &str) -> Option<Vec<u8>> {
    let number: u64 = digits.parse().ok()?;
    let bytes = number.to_be_bytes();
    let skipped = bytes.iter().take_while(|b| **b == 0).count();
    (bytes.len() - skipped == INTEGER_BYTES).then(|| bytes[skipped..].to_vec())
}

fn packed_decimal(digits: &str) -> Vec<Vec<u8>> {
    let nibbles: Vec<u8> = digits.bytes().map(|b| b - b'0').collect();
    let pack = |nibbles: &[u8]| nibbles.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect::<Vec<u8>>();
    match nibbles.len() % 2 {
        0 => vec![pack(&nibbles)],
        _ => vec![pack(&[&[0], nibbles.as_slice()].concat()), pack(&[nibbles.as_slice(), &[0xF]].concat())],
    }
}
