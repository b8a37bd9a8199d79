//! How a value was encoded where it was found.

use serde::{Serialize, Serializer};
use std::fmt;

/// How the value itself is written, inside all layers. Results call it `spelling`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Encoding {
    /// The characters themselves; of codes in either case.
    Plain,
    /// In groups of four, or each character by itself, with the same separator between.
    Grouped,
    /// With other characters between.
    Separated,
    /// 全角: full-width forms.
    FullWidth,
    /// Superscript and circled digits, and those of other languages.
    OtherDigits,
    /// 漢数字: 〇一二三四五六七八九, also 零壱弐参.
    Kanji,
    /// The number as an integer, big-endian.
    Integer,
    IntegerLittleEndian,
    /// 二進化十進数: two digits in a byte.
    PackedDecimal,
    /// IEEE 754, binary64, in either byte order.
    Double,
    /// Seven bits in a byte: protocol buffers, WebAssembly, SQLite; also zigzag.
    Varint,
    /// A decimal as Oracle, MySQL or PostgreSQL stores it.
    DatabaseDecimal,
    /// A number as programs write numbers: without leading zeros, with marks between thousands, or with an exponent.
    Numeral,
    /// The bytes that a code encodes in base 32, or a value that is bytes.
    Bytes,
    Md5,
    Sha1,
    Sha224,
    Sha256,
    Sha384,
    Sha512,
    Sha3,
    /// HMAC with a key that is known, over any of the four hashes.
    Hmac,
    /// In two or more parts, in fields of one piece or of two pieces.
    Split,
}

impl Encoding {
    /// Its name in results, the same as in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Encoding::Plain => "plain",
            Encoding::Grouped => "grouped",
            Encoding::Separated => "separated",
            Encoding::FullWidth => "full-width",
            Encoding::OtherDigits => "other-digits",
            Encoding::Kanji => "kanji",
            Encoding::Integer => "integer",
            Encoding::IntegerLittleEndian => "integer-little-endian",
            Encoding::PackedDecimal => "packed-decimal",
            Encoding::Double => "double",
            Encoding::Varint => "varint",
            Encoding::DatabaseDecimal => "database-decimal",
            Encoding::Numeral => "numeral",
            Encoding::Bytes => "bytes",
            Encoding::Md5 => "md5",
            Encoding::Sha1 => "sha1",
            Encoding::Sha224 => "sha224",
            Encoding::Sha256 => "sha256",
            Encoding::Sha384 => "sha384",
            Encoding::Sha512 => "sha512",
            Encoding::Sha3 => "sha3-256",
            Encoding::Hmac => "hmac",
            Encoding::Split => "split",
        }
    }

    /// Whether it is written character by character, so that a part of it is a part of the value.
    pub(crate) fn is_characters(self) -> bool {
        use Encoding::{FullWidth, Grouped, Kanji, OtherDigits, Plain};
        matches!(self, Plain | Grouped | FullWidth | OtherDigits | Kanji)
    }

    /// The words after "in".
    fn words(self) -> &'static str {
        match self {
            Encoding::Plain => "plain characters",
            Encoding::Grouped => "regular groups",
            Encoding::Separated => "separated characters",
            Encoding::FullWidth => "full-width characters",
            Encoding::OtherDigits => "other digits",
            Encoding::Kanji => "kanji numerals",
            Encoding::Integer => "a binary integer",
            Encoding::IntegerLittleEndian => "a little-endian integer",
            Encoding::PackedDecimal => "packed decimal",
            Encoding::Double => "a double",
            Encoding::Varint => "a varint",
            Encoding::DatabaseDecimal => "a database's decimal",
            Encoding::Numeral => "a number in text",
            Encoding::Bytes => "its bytes",
            Encoding::Md5 => "an unsalted MD5",
            Encoding::Sha1 => "an unsalted SHA-1",
            Encoding::Sha224 => "an unsalted SHA-224",
            Encoding::Sha256 => "an unsalted SHA-256",
            Encoding::Sha384 => "an unsalted SHA-384",
            Encoding::Sha512 => "an unsalted SHA-512",
            Encoding::Sha3 => "an unsalted SHA3-256",
            Encoding::Hmac => "an HMAC with a known key",
            Encoding::Split => "parts",
        }
    }
}

/// An outer encoding, a compression or an order around the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Layer {
    /// RFC 4648, sections 4 and 5.
    Base64,
    /// RFC 4648, section 6.
    Base32,
    Hex,
    /// `\u0031` and `\x31`.
    JsonEscapes,
    /// `&#49;` and `&#x31;`.
    HtmlEscapes,
    /// `%31`.
    PercentEscapes,
    /// RFC 2045, section 6.7.
    QuotedPrintable,
    Utf16LittleEndian,
    Utf16BigEndian,
    Utf32LittleEndian,
    Utf32BigEndian,
    ShiftJis,
    EucJp,
    Iso2022Jp,
    /// 全角, of letters.
    FullWidth,
    Gzip,
    Zlib,
    Deflate,
    Zstd,
    /// Bytes as decimal numbers: `[56, 55, 49]`.
    ByteList,
    /// A digit as the value of a byte: unpacked decimals.
    SmallIntegers,
    /// The character set of mainframes.
    Ebcdic,
    /// Colours and other commands to a terminal between the characters (ECMA-48).
    TerminalEscapes,
    /// An archive, a document, a database or another container, by its name.
    Container(&'static str),
    /// The last character first.
    Reversed,
}

impl Layer {
    /// Its name in results, the same as in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Layer::Base64 => "base64",
            Layer::Base32 => "base32",
            Layer::Hex => "hex",
            Layer::JsonEscapes => "json-escapes",
            Layer::HtmlEscapes => "html-escapes",
            Layer::PercentEscapes => "percent-escapes",
            Layer::QuotedPrintable => "quoted-printable",
            Layer::Utf16LittleEndian => "utf16-little-endian",
            Layer::Utf16BigEndian => "utf16-big-endian",
            Layer::Utf32LittleEndian => "utf32-little-endian",
            Layer::Utf32BigEndian => "utf32-big-endian",
            Layer::ShiftJis => "shift-jis",
            Layer::EucJp => "euc-jp",
            Layer::Iso2022Jp => "iso-2022-jp",
            Layer::FullWidth => "full-width",
            Layer::Gzip => "gzip",
            Layer::Zlib => "zlib",
            Layer::Deflate => "deflate",
            Layer::Zstd => "zstd",
            Layer::ByteList => "byte-list",
            Layer::SmallIntegers => "small-integers",
            Layer::Ebcdic => "ebcdic",
            Layer::TerminalEscapes => "terminal-escapes",
            Layer::Container(format) => format,
            Layer::Reversed => "reversed",
        }
    }

    /// The words after "in".
    fn words(self) -> &'static str {
        match self {
            Layer::Base64 => "base 64",
            Layer::Base32 => "base 32",
            Layer::JsonEscapes => "JSON escapes",
            Layer::HtmlEscapes => "HTML escapes",
            Layer::PercentEscapes => "percent escapes",
            Layer::QuotedPrintable => "quoted-printable",
            Layer::Utf16LittleEndian => "UTF-16 (little-endian)",
            Layer::Utf16BigEndian => "UTF-16 (big-endian)",
            Layer::Utf32LittleEndian => "UTF-32 (little-endian)",
            Layer::Utf32BigEndian => "UTF-32 (big-endian)",
            Layer::ShiftJis => "Shift_JIS",
            Layer::EucJp => "EUC-JP",
            Layer::Iso2022Jp => "ISO-2022-JP",
            Layer::FullWidth => "full-width characters",
            Layer::ByteList => "a list of bytes",
            Layer::SmallIntegers => "small integers",
            Layer::Ebcdic => "EBCDIC",
            Layer::TerminalEscapes => "terminal escapes",
            Layer::Reversed => "reversed order",
            Layer::Hex | Layer::Gzip | Layer::Zlib | Layer::Deflate | Layer::Zstd | Layer::Container(_) => self.name(),
        }
    }
}

/// The encoding of a value, with all layers around it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EncodedForm {
    pub encoding: Encoding,
    /// Outermost first.
    pub layers: Vec<Layer>,
}

impl EncodedForm {
    /// Its name in results: `base64/gzip/plain`.
    pub fn name(&self) -> String {
        let layers = self.layers.iter().map(|l| l.name());
        layers.chain([self.encoding.name()]).collect::<Vec<_>>().join("/")
    }

    /// Ends the sentence "My Number of person 3, …": `in base 64, gzip, plain characters`.
    pub fn words(&self) -> String {
        let layers = self.layers.iter().map(|l| l.words());
        format!("in {}", layers.chain([self.encoding.words()]).collect::<Vec<_>>().join(", "))
    }
}

impl From<Encoding> for EncodedForm {
    fn from(encoding: Encoding) -> EncodedForm {
        EncodedForm { encoding, layers: Vec::new() }
    }
}

impl fmt::Display for EncodedForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words())
    }
}

impl Serialize for EncodedForm {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.name())
    }
}
