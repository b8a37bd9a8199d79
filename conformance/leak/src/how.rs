//! In which form a value was found.

use serde::{Serialize, Serializer};
use std::fmt;

/// How the value itself is written, innermost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Spelling {
    /// The characters themselves; of codes in either case.
    Plain,
    /// In groups of four, or each character apart, with one same separator between.
    Grouped,
    /// With other things between.
    Separated,
    /// 全角: the forms of double width.
    FullWidth,
    /// 漢数字: 〇一二三四五六七八九, also 零壱弐参.
    Kanji,
    /// The number as an integer, most significant byte first.
    Integer,
    IntegerLittleEndian,
    /// 二進化十進数. Two digits in a byte.
    PackedDecimal,
    /// The bytes that a code encodes in base 32, or a value that is bytes.
    Bytes,
    Md5,
    Sha1,
    Sha256,
    Sha512,
    /// HMAC with a key that is known, over any of the four hashes.
    Hmac,
    /// In two parts, in two fields of one piece or of two.
    Split,
}

impl Spelling {
    pub const ALL: [Spelling; 15] = [
        Spelling::Plain,
        Spelling::Grouped,
        Spelling::Separated,
        Spelling::FullWidth,
        Spelling::Kanji,
        Spelling::Integer,
        Spelling::IntegerLittleEndian,
        Spelling::PackedDecimal,
        Spelling::Bytes,
        Spelling::Md5,
        Spelling::Sha1,
        Spelling::Sha256,
        Spelling::Sha512,
        Spelling::Hmac,
        Spelling::Split,
    ];

    /// The name under which results state it, the same as in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Spelling::Plain => "plain",
            Spelling::Grouped => "grouped",
            Spelling::Separated => "separated",
            Spelling::FullWidth => "full-width",
            Spelling::Kanji => "kanji",
            Spelling::Integer => "integer",
            Spelling::IntegerLittleEndian => "integer-little-endian",
            Spelling::PackedDecimal => "packed-decimal",
            Spelling::Bytes => "bytes",
            Spelling::Md5 => "md5",
            Spelling::Sha1 => "sha1",
            Spelling::Sha256 => "sha256",
            Spelling::Sha512 => "sha512",
            Spelling::Hmac => "hmac",
            Spelling::Split => "split",
        }
    }

    /// After "in".
    fn words(self) -> &'static str {
        match self {
            Spelling::Plain => "plain characters",
            Spelling::Grouped => "regular groups",
            Spelling::Separated => "separated characters",
            Spelling::FullWidth => "full-width characters",
            Spelling::Kanji => "kanji numerals",
            Spelling::Integer => "a binary integer",
            Spelling::IntegerLittleEndian => "a little-endian integer",
            Spelling::PackedDecimal => "packed decimal",
            Spelling::Bytes => "its bytes",
            Spelling::Md5 => "an unsalted MD5",
            Spelling::Sha1 => "an unsalted SHA-1",
            Spelling::Sha256 => "an unsalted SHA-256",
            Spelling::Sha512 => "an unsalted SHA-512",
            Spelling::Hmac => "an HMAC with a known key",
            Spelling::Split => "two parts",
        }
    }
}

/// What is around the spelling.
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
    /// Last first.
    Reversed,
}

impl Layer {
    pub const ALL: [Layer; 20] = [
        Layer::Base64,
        Layer::Base32,
        Layer::Hex,
        Layer::JsonEscapes,
        Layer::HtmlEscapes,
        Layer::PercentEscapes,
        Layer::QuotedPrintable,
        Layer::Utf16LittleEndian,
        Layer::Utf16BigEndian,
        Layer::Utf32LittleEndian,
        Layer::Utf32BigEndian,
        Layer::ShiftJis,
        Layer::EucJp,
        Layer::Iso2022Jp,
        Layer::FullWidth,
        Layer::Gzip,
        Layer::Zlib,
        Layer::Deflate,
        Layer::Zstd,
        Layer::Reversed,
    ];

    /// The name under which results state it, the same as in JSON.
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
            Layer::Reversed => "reversed",
        }
    }

    /// After "in".
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
            Layer::Reversed => "reversed order",
            Layer::Hex | Layer::Gzip | Layer::Zlib | Layer::Deflate | Layer::Zstd => self.name(),
        }
    }
}

/// A spelling with everything around it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct How {
    pub spelling: Spelling,
    /// Outermost first.
    pub layers: Vec<Layer>,
}

impl How {
    /// The name under which results state it: `base64/gzip/plain`.
    pub fn name(&self) -> String {
        let layers = self.layers.iter().map(|l| l.name());
        layers.chain([self.spelling.name()]).collect::<Vec<_>>().join("/")
    }

    /// Ends the sentence "My Number of person 3, …": `in base 64, gzip, plain characters`.
    pub fn words(&self) -> String {
        let layers = self.layers.iter().map(|l| l.words());
        format!("in {}", layers.chain([self.spelling.words()]).collect::<Vec<_>>().join(", "))
    }
}

impl From<Spelling> for How {
    fn from(spelling: Spelling) -> How {
        How { spelling, layers: Vec::new() }
    }
}

impl fmt::Display for How {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words())
    }
}

impl Serialize for How {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.name())
    }
}
