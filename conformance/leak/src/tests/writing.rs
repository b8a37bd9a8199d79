//! Encoders for values that share no code with the detector.

use data_encoding::{BASE32, BASE32_NOPAD, BASE64, BASE64_MIME, BASE64URL_NOPAD, HEXLOWER, HEXUPPER};
use encoding_rs::{EUC_JP, ISO_2022_JP, SHIFT_JIS};
use hmac::{Hmac, Mac};
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};
use std::io::Write;

pub const KEY: &[u8] = b"a key that is known";

/// The layers around a value.
pub const LAYERS: [&str; 21] = [
    "base64",
    "base64url",
    "base64-mime",
    "hex",
    "HEX",
    "base32",
    "json",
    "x-escapes",
    "html",
    "html-hex",
    "percent",
    "quoted-printable",
    "utf16le",
    "utf16be",
    "utf32le",
    "utf32be",
    "gzip",
    "zlib",
    "deflate",
    "zstd",
    "none",
];

fn text(bytes: &[u8]) -> Option<&str> {
    let is_text = |c: char| !c.is_control() || c.is_ascii_whitespace() || c == '\u{1b}';
    std::str::from_utf8(bytes).ok().filter(|text| text.chars().all(is_text))
}

/// Writes `bytes` in `layer`; `None` if that is not possible.
pub fn wrap(layer: &str, bytes: &[u8]) -> Option<Vec<u8>> {
    let each = |write: &dyn Fn(u8) -> String| bytes.iter().map(|b| write(*b)).collect::<String>().into_bytes();
    Some(match layer {
        "base64" => BASE64.encode(bytes).into(),
        "base64url" => BASE64URL_NOPAD.encode(bytes).into(),
        "base64-mime" => BASE64_MIME.encode(bytes).into(),
        "hex" => HEXLOWER.encode(bytes).into(),
        "HEX" => HEXUPPER.encode(bytes).into(),
        "base32" => BASE32.encode(bytes).into(),
        "json" => {
            let text = text(bytes)?;
            text.encode_utf16().map(|u| format!("\\u{u:04x}")).collect::<String>().into()
        }
        "x-escapes" => each(&|b| format!("\\x{b:02X}")),
        "html" => text(bytes)?.chars().map(|c| format!("&#{};", u32::from(c))).collect::<String>().into(),
        "html-hex" => text(bytes)?.chars().map(|c| format!("&#x{:x};", u32::from(c))).collect::<String>().into(),
        "percent" => each(&|b| format!("%{b:02X}")),
        "quoted-printable" => each(&|b| format!("={b:02X}")),
        "utf16le" => text(bytes)?.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        "utf16be" => text(bytes)?.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        "utf32le" => text(bytes)?.chars().flat_map(|c| u32::from(c).to_le_bytes()).collect(),
        "utf32be" => text(bytes)?.chars().flat_map(|c| u32::from(c).to_be_bytes()).collect(),
        "gzip" => {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
            encoder.write_all(bytes).unwrap();
            encoder.finish().unwrap()
        }
        "zlib" => {
            let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
            encoder.write_all(bytes).unwrap();
            encoder.finish().unwrap()
        }
        "deflate" => {
            let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::default());
            encoder.write_all(bytes).unwrap();
            encoder.finish().unwrap()
        }
        "zstd" => zstd::encode_all(bytes, 3).unwrap(),
        _ => bytes.to_vec(),
    })
}

/// Whether a layer is found only with nothing around it.
pub fn is_whole(layer: &str) -> bool {
    layer == "deflate"
}

pub const NUMBERS: [&str; 24] = [
    "plain",
    "hyphens",
    "spaces",
    "apart",
    "full-width",
    "full-width hyphens",
    "sjis",
    "euc",
    "jis",
    "kanji",
    "kanji sjis",
    "kanji euc",
    "kanji jis",
    "reversed",
    "int64",
    "int64le",
    "tlv",
    "tlv bcd",
    "md5",
    "sha1",
    "sha256 of hyphens",
    "sha512 of spaces",
    "hmac",
    "short digest",
];

fn groups(text: &str, separator: &str) -> String {
    text.as_bytes().chunks(4).map(|g| std::str::from_utf8(g).unwrap()).collect::<Vec<_>>().join(separator)
}

/// Writes a number.
pub fn number(encoding: &str, number: &str) -> Vec<u8> {
    let full: String = number.chars().map(|c| char::from_u32(c as u32 - 0x30 + 0xFF10).unwrap()).collect();
    let kanji: String = number.chars().map(|c| "〇一二三四五六七八九".chars().nth(c as usize - 0x30).unwrap()).collect();
    let value = || number.parse::<u64>().unwrap();
    match encoding {
        "hyphens" => groups(number, "-").into(),
        "spaces" => groups(number, " ").into(),
        "apart" => number.chars().map(String::from).collect::<Vec<_>>().join(" ").into(),
        "full-width" => full.into(),
        "full-width hyphens" => {
            full.chars().collect::<Vec<_>>().chunks(4).map(|g| g.iter().collect::<String>()).collect::<Vec<_>>().join("－").into()
        }
        "sjis" => SHIFT_JIS.encode(&full).0.into_owned(),
        "euc" => EUC_JP.encode(&full).0.into_owned(),
        "jis" => ISO_2022_JP.encode(&full).0.into_owned(),
        "kanji" => kanji.into(),
        "kanji sjis" => SHIFT_JIS.encode(&kanji).0.into_owned(),
        "kanji euc" => EUC_JP.encode(&kanji).0.into_owned(),
        "kanji jis" => ISO_2022_JP.encode(&kanji).0.into_owned(),
        "reversed" => number.chars().rev().collect::<String>().into(),
        "int64" => value().to_be_bytes().into(),
        "int64le" => value().to_le_bytes().into(),
        "tlv" => {
            let bytes = value().to_be_bytes();
            let bytes = &bytes[bytes.iter().position(|b| *b != 0).unwrap()..];
            [&[2, bytes.len() as u8], bytes].concat()
        }
        "tlv bcd" => {
            let even = if number.len().is_multiple_of(2) { number.to_string() } else { format!("0{number}") };
            [&[4, 6][..], &HEXLOWER.decode(even.as_bytes()).unwrap()].concat()
        }
        "md5" => Md5::digest(number).to_vec(),
        "sha1" => Sha1::digest(number).to_vec(),
        "sha256 of hyphens" => Sha256::digest(groups(number, "-")).to_vec(),
        "sha512 of spaces" => Sha512::digest(groups(number, " ")).to_vec(),
        "hmac" => Hmac::<Sha256>::new_from_slice(KEY).unwrap().chain_update(number).finalize().into_bytes().to_vec(),
        "short digest" => Sha256::digest(number)[..8].to_vec(),
        _ => number.into(),
    }
}

pub const CODES: [&str; 8] = ["plain", "small", "hyphens", "apart", "reversed", "full-width", "bytes", "sha256 of small"];

/// Writes a code.
pub fn code(encoding: &str, code: &str) -> Vec<u8> {
    match encoding {
        "small" => code.to_lowercase().into(),
        "hyphens" => groups(code, "-").into(),
        "apart" => code.chars().map(String::from).collect::<Vec<_>>().join(" ").into(),
        "reversed" => code.chars().rev().collect::<String>().into(),
        "full-width" => code.chars().map(|c| char::from_u32(c as u32 + 0xFEE0).unwrap()).collect::<String>().into(),
        "bytes" => BASE32_NOPAD.decode(code.as_bytes()).unwrap(),
        "sha256 of small" => Sha256::digest(code.to_lowercase()).to_vec(),
        _ => code.into(),
    }
}
