//! Encoders for values that share no code with the detector.

use data_encoding::{BASE32, BASE32_NOPAD, BASE64, BASE64_MIME, BASE64URL_NOPAD, HEXLOWER, HEXUPPER};
use encoding_rs::{EUC_JP, ISO_2022_JP, SHIFT_JIS};
use hmac::{Hmac, Mac};
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha224, Sha256, Sha384, Sha512};
use sha3::Sha3_256;
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

/// Whether an encoding is found only at the beginning of a line.
pub fn begins_a_line(encoding: &str) -> bool {
    matches!(encoding, "wrapped log" | "hex dump")
}

/// Whether an encoding is five or six bytes that neither a length nor zeros delimit.
pub fn is_bare(encoding: &str) -> bool {
    matches!(encoding, "varint be" | "varint" | "zigzag" | "oracle" | "mysql" | "postgres" | "comp-3")
}

pub const NUMBERS: [&str; 50] = [
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
    "three fields",
    "three lines",
    "form",
    "boxes",
    "inputs",
    "entities",
    "colours",
    "thousands",
    "thousands with blanks",
    "exponent",
    "byte list",
    "characters",
    "hex list",
    "hex dump",
    "wrapped log",
    "comp-3",
    "ebcdic",
    "ebcdic signed",
    "double",
    "double le",
    "varint",
    "zigzag",
    "varint be",
    "oracle",
    "mysql",
    "postgres",
];

/// Digests that are searched for as well.
pub const DIGESTS: [&str; 7] = ["sha224", "sha384", "sha3", "sha256 of line", "md5 of dos line", "sha256 twice", "sha1 of hex"];

fn groups(text: &str, separator: &str) -> String {
    text.as_bytes().chunks(4).map(|g| std::str::from_utf8(g).unwrap()).collect::<Vec<_>>().join(separator)
}

fn thousands(number: &str, mark: &str) -> String {
    let first = (number.len() - 1) % 3 + 1;
    let groups = number.as_bytes()[first..].chunks(3).map(|g| std::str::from_utf8(g).unwrap());
    std::iter::once(&number[..first]).chain(groups).collect::<Vec<_>>().join(mark)
}

fn varint(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
    bytes
}

/// As `hexdump -C` writes it.
fn hex_dump(bytes: &[u8]) -> String {
    let line = |(i, line): (usize, &[u8])| {
        let hex: Vec<String> = line.iter().map(|b| format!("{b:02x}")).collect();
        format!("{:08x}  {:<48}  |{}|\n", 16 * i, hex.join(" "), std::str::from_utf8(line).unwrap())
    };
    bytes.chunks(16).enumerate().map(line).collect()
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
        "three fields" => {
            format!("{{\"a\": \"{}\", \"b\": \"{}\", \"c\": \"{}\"}}", &number[..4], &number[4..8], &number[8..]).into()
        }
        "three lines" => format!("no.1={}\nno.2={}\nno.3={}\n", &number[..4], &number[4..8], &number[8..]).into(),
        "form" => format!("a1={}&a2={}&a3={}", &number[..4], &number[4..8], &number[8..]).into(),
        "boxes" => number.chars().map(|c| format!("<td>{c}</td>")).collect::<String>().into(),
        "inputs" => number.chars().map(|c| format!("<input maxlength=\"1\" value=\"{c}\">")).collect::<String>().into(),
        "entities" => groups(number, "&nbsp;").into(),
        "colours" => format!("\x1b[1;31m{}\x1b[0m{}", &number[..5], &number[5..]).into(),
        "thousands" => thousands(number, ",").into(),
        "thousands with blanks" => thousands(number, "\u{202f}").into(),
        "exponent" => format!("{}.{}E{}", &number[..1], &number[1..], number.len() - 1).into(),
        "byte list" => format!("[{}]", number.bytes().map(|b| b.to_string()).collect::<Vec<_>>().join(", ")).into(),
        "characters" => format!("{{{}}}", number.chars().map(|c| format!("'{c}'")).collect::<Vec<_>>().join(", ")).into(),
        "hex list" => format!("{{{}}}", number.bytes().map(|b| format!("0x{b:02x}")).collect::<Vec<_>>().join(", ")).into(),
        "hex dump" => hex_dump(format!("0123456789{number}abcdef").as_bytes()).into(),
        "wrapped log" => {
            format!("Apr  5 09:00:01 h app: id={}\nApr  5 09:00:02 h app: {} ok\n", &number[..6], &number[6..]).into()
        }
        _ => stored(encoding, number),
    }
}

/// Writes a number as machines store it, or as a rarer digest.
fn stored(encoding: &str, number: &str) -> Vec<u8> {
    let value = || number.parse::<u64>().unwrap();
    match encoding {
        "comp-3" => {
            let digits = if number.len().is_multiple_of(2) { format!("0{number}") } else { number.to_string() };
            HEXLOWER.decode(format!("{digits}c").as_bytes()).unwrap()
        }
        "ebcdic" => number.bytes().map(|b| b - b'0' + 0xF0).collect(),
        "ebcdic signed" => {
            let mut bytes: Vec<u8> = number.bytes().map(|b| b - b'0' + 0xF0).collect();
            *bytes.last_mut().unwrap() -= 0x30;
            [&[0x40, 0x40][..], &bytes, &[0x40]].concat()
        }
        "double" => (value() as f64).to_be_bytes().into(),
        "double le" => (value() as f64).to_le_bytes().into(),
        "varint" => [&[8][..], &varint(value())].concat(),
        "zigzag" => [&[8][..], &varint(2 * value())].concat(),
        "varint be" => {
            let bytes = varint(value());
            let last = bytes.len() - 1;
            bytes.iter().rev().enumerate().map(|(i, b)| if i < last { b | 0x80 } else { b & 0x7F }).collect()
        }
        "oracle" => {
            // Pairs of zeros are not stored.
            let digits = value().to_string();
            let even = if digits.len().is_multiple_of(2) { digits } else { format!("0{digits}") };
            let pairs = even.as_bytes().chunks(2).map(|p| (p[0] - b'0') * 10 + p[1] - b'0' + 1);
            [0xC0 + even.len() as u8 / 2].into_iter().chain(pairs).collect()
        }
        "mysql" => {
            let (high, low) = (value() / 1_000_000_000, (value() % 1_000_000_000) as u32);
            let high = if number.len() == 12 { (high as u16 | 0x8000).to_be_bytes().to_vec() } else { vec![high as u8 | 0x80] };
            [high, low.to_be_bytes().to_vec()].concat()
        }
        "postgres" => [8, 4, 0].iter().flat_map(|n| ((value() / 10u64.pow(*n) % 10_000) as u16).to_be_bytes()).collect(),
        "sha224" => Sha224::digest(number).to_vec(),
        "sha384" => Sha384::digest(number).to_vec(),
        "sha3" => Sha3_256::digest(number).to_vec(),
        "sha256 of line" => Sha256::digest(format!("{number}\n")).to_vec(),
        "md5 of dos line" => Md5::digest(format!("{number}\r\n")).to_vec(),
        "sha256 twice" => Sha256::digest(Sha256::digest(number)).to_vec(),
        "sha1 of hex" => Sha1::digest(HEXLOWER.encode(&Sha1::digest(number))).to_vec(),
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
