//! How a value is written where it must not be: the encodings of numbers and codes in logs, files and messages.

use flate2::{Compression, GzBuilder};
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use sim::terms::check::CheckId;
use sim::terms::messages::to_json;
use std::io::Write;

/// An encoding of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Encoding {
    Plain,
    LowerCase,
    /// In groups of four, separated by spaces.
    Grouped,
    /// 全角.
    FullWidth,
    /// 漢数字, digit by digit.
    Kanji,
    Reversed,
    /// Every octet as `%XX` (RFC 3986).
    Percent,
    /// Every UTF-16 unit as `\uXXXX` (RFC 8259).
    JsonEscapes,
    /// Every character as a decimal reference of HTML.
    Html,
    Base64,
    Base64Url,
    Base32,
    Hex,
    /// Little-endian, without a byte order mark.
    Utf16,
    /// 全角 in Shift_JIS.
    ShiftJis,
    Gzip,
    Base64OfGzip,
    /// Two digits per octet; a single last digit with F.
    Bcd,
    /// The digits as one number, eight octets, big-endian.
    Integer,
    /// Digests in lower-case hex, without a salt.
    Md5,
    Sha1,
    Sha256,
    Sha512,
    /// The first eight octets of SHA-256.
    TruncatedSha256,
    /// With a key that is not secret.
    HmacSha256,
}

/// A value in one of the encodings.
#[derive(Clone, PartialEq, Eq)]
pub struct Encoded {
    bytes: Vec<u8>,
    binary: bool,
}

impl Encoding {
    /// Whether the encoding is not text.
    fn is_binary(self) -> bool {
        matches!(self, Encoding::Utf16 | Encoding::ShiftJis | Encoding::Gzip | Encoding::Bcd | Encoding::Integer)
    }

    /// Writes `value`. `key` is for the keyed digest.
    pub fn write(self, value: &[u8], key: &[u8]) -> Encoded {
        let text = || String::from_utf8_lossy(value);
        let each = |encode: &dyn Fn(char) -> String| text().chars().map(encode).collect::<String>().into_bytes();
        let hex = |bytes: &[u8]| data_encoding::HEXLOWER.encode(bytes);
        let bytes = match self {
            Encoding::Plain => value.to_vec(),
            Encoding::LowerCase => text().to_lowercase().into_bytes(),
            Encoding::Grouped => grouped(&text()).into_bytes(),
            Encoding::FullWidth => each(&|c| full_width(c).to_string()),
            Encoding::Kanji => each(&|c| kanji(c).to_string()),
            Encoding::Reversed => text().chars().rev().collect::<String>().into_bytes(),
            Encoding::Percent => value.iter().map(|b| format!("%{b:02X}")).collect::<String>().into_bytes(),
            Encoding::JsonEscapes => text().encode_utf16().map(|u| format!("\\u{u:04x}")).collect::<String>().into_bytes(),
            Encoding::Html => each(&|c| format!("&#{};", u32::from(c))),
            Encoding::Base64 => data_encoding::BASE64.encode(value).into_bytes(),
            Encoding::Base64Url => data_encoding::BASE64URL_NOPAD.encode(value).into_bytes(),
            Encoding::Base32 => data_encoding::BASE32.encode(value).into_bytes(),
            Encoding::Hex => hex(value).into_bytes(),
            Encoding::Utf16 => text().encode_utf16().flat_map(u16::to_le_bytes).collect(),
            Encoding::ShiftJis => {
                let wide: String = text().chars().map(full_width).collect();
                encoding_rs::SHIFT_JIS.encode(&wide).0.into_owned()
            }
            Encoding::Gzip => gzip(value),
            Encoding::Base64OfGzip => data_encoding::BASE64.encode(&gzip(value)).into_bytes(),
            Encoding::Bcd => bcd(value),
            Encoding::Integer => number(value).to_be_bytes().to_vec(),
            Encoding::Md5 => hex(&md5::Md5::digest(value)).into_bytes(),
            Encoding::Sha1 => hex(&sha1::Sha1::digest(value)).into_bytes(),
            Encoding::Sha256 => hex(&Sha256::digest(value)).into_bytes(),
            Encoding::Sha512 => hex(&sha2::Sha512::digest(value)).into_bytes(),
            Encoding::TruncatedSha256 => hex(&Sha256::digest(value)[..8]).into_bytes(),
            Encoding::HmacSha256 => hex(&keyed(key, value)).into_bytes(),
        };
        Encoded { bytes, binary: self.is_binary() }
    }
}

impl Encoded {
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// As text; bytes that are not text as Base64.
    pub fn text(&self) -> String {
        match std::str::from_utf8(&self.bytes) {
            Ok(text) if !self.binary => text.to_string(),
            _ => data_encoding::BASE64.encode(&self.bytes),
        }
    }

    /// The text in two halves.
    pub fn halves(&self) -> (String, String) {
        let text: Vec<char> = self.text().chars().collect();
        let (first, second) = text.split_at(text.len() / 2);
        (first.iter().collect(), second.iter().collect())
    }

    /// The text for a JSON string: unchanged, if it is written in JSON's escapes.
    pub fn in_json(&self) -> String {
        let text = self.text();
        if text.starts_with("\\u") {
            return text;
        }
        // A JSON string has its quotes around it.
        let quoted = serde_json::Value::String(text).to_string();
        quoted[1..quoted.len() - 1].to_string()
    }

    /// A record that contains it: JSON around text, and the bytes alone otherwise.
    pub fn record(&self, check: Option<&CheckId>) -> Vec<u8> {
        if self.binary {
            return self.bytes.clone();
        }
        match check {
            Some(check) => to_json(&serde_json::json!({ "check": check, "note": self.text() })),
            None => to_json(&serde_json::json!({ "note": self.text() })),
        }
    }
}

fn grouped(text: &str) -> String {
    let all: Vec<char> = text.chars().collect();
    all.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

/// The printable characters of ASCII have their full-width forms in the same order, from U+FF01.
fn full_width(c: char) -> char {
    match c {
        '!'..='~' => char::from_u32(u32::from(c) + 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

fn kanji(c: char) -> char {
    const DIGITS: [char; 10] = ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
    c.to_digit(10).and_then(|d| DIGITS.get(d as usize)).copied().unwrap_or(c)
}

fn gzip(value: &[u8]) -> Vec<u8> {
    // The header must contain neither a time nor the operating system.
    let mut writer = GzBuilder::new().mtime(0).operating_system(255).write(Vec::new(), Compression::best());
    // Writing to memory does not fail.
    let _ = writer.write_all(value);
    writer.finish().unwrap_or_default()
}

fn digits(value: &[u8]) -> impl Iterator<Item = u8> + '_ {
    value.iter().filter(|b| b.is_ascii_digit()).map(|b| b - b'0')
}

fn bcd(value: &[u8]) -> Vec<u8> {
    let digits: Vec<u8> = digits(value).collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair.get(1).copied().unwrap_or(0x0F)).collect()
}

fn number(value: &[u8]) -> u64 {
    digits(value).fold(0, |n: u64, d| n.wrapping_mul(10).wrapping_add(u64::from(d)))
}

/// HMAC-SHA-256.
fn keyed(key: &[u8], value: &[u8]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC accepts a key of any length");
    mac.update(value);
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed unwrap fails the test")]
mod tests {
    use super::*;

    fn text(encoding: Encoding, value: &str) -> String {
        encoding.write(value.as_bytes(), b"key").text()
    }

    #[test]
    fn a_number_in_each_encoding() {
        let n = "123456789018";
        for (encoding, expected) in [
            (Encoding::Plain, "123456789018"),
            (Encoding::Grouped, "1234 5678 9018"),
            (Encoding::FullWidth, "１２３４５６７８９０１８"),
            (Encoding::Kanji, "一二三四五六七八九〇一八"),
            (Encoding::Reversed, "810987654321"),
            (Encoding::Percent, "%31%32%33%34%35%36%37%38%39%30%31%38"),
            (Encoding::Base64, "MTIzNDU2Nzg5MDE4"),
            (Encoding::Base64Url, "MTIzNDU2Nzg5MDE4"),
            (Encoding::Base32, "GEZDGNBVGY3TQOJQGE4A===="),
            (Encoding::Hex, "313233343536373839303138"),
        ] {
            assert_eq!(text(encoding, n), expected, "{encoding:?}");
        }
        assert_eq!(text(Encoding::JsonEscapes, "1a"), "\\u0031\\u0061");
        assert_eq!(text(Encoding::Html, "1a"), "&#49;&#97;");
        assert_eq!(Encoding::Bcd.write(b"12345", b"").bytes(), [0x12, 0x34, 0x5F]);
        assert_eq!(Encoding::Integer.write(n.as_bytes(), b"").bytes(), 123_456_789_018u64.to_be_bytes());
        assert_eq!(Encoding::Utf16.write(b"1", b"").bytes(), [0x31, 0]);
        assert_eq!(Encoding::ShiftJis.write(b"1", b"").bytes(), [0x82, 0x50]);
    }

    #[test]
    fn digests_are_those_of_the_published_examples() {
        // From RFC 1321, RFC 3174 (FIPS 180) and RFC 4231.
        assert_eq!(text(Encoding::Md5, "abc"), "900150983cd24fb0d6963f7d28e17f72");
        assert_eq!(text(Encoding::Sha1, "abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
        assert!(text(Encoding::Sha256, "abc").starts_with("ba7816bf8f01cfea414140de5dae2223"));
        assert_eq!(text(Encoding::TruncatedSha256, "abc"), "ba7816bf8f01cfea");
        assert!(text(Encoding::Sha512, "abc").starts_with("ddaf35a193617abacc417349ae204131"));
        let jefe = Encoding::HmacSha256.write(b"what do ya want for nothing?", b"Jefe").text();
        assert!(jefe.starts_with("5bdcc146bf60754e6a042426089575c7"));
    }

    #[test]
    fn gzip_is_deterministic_and_can_be_unpacked() {
        let packed = Encoding::Gzip.write(b"123456789018", b"");
        assert_eq!(packed.bytes(), Encoding::Gzip.write(b"123456789018", b"").bytes());
        let mut out = Vec::new();
        std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(packed.bytes()), &mut out).unwrap();
        assert_eq!(out, b"123456789018");
    }
}
