//! The forms that a value is written in: those of the detector's tests, and more that its documentation names.

use super::packed;
use super::writing::{self, CODES, DIGESTS, LAYERS, NUMBERS};
use data_encoding::{BASE64, HEXLOWER};
use leak::DataClass;

/// What a form is a form of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Of {
    /// My Numbers and resident codes.
    Numbers,
    /// Codes of institutions.
    Codes,
    /// Texts of medical records.
    Texts,
    /// Bytes of certificates.
    Bytes,
}

impl Of {
    pub fn classes(self) -> &'static [DataClass] {
        match self {
            Of::Numbers => &[DataClass::MyNumber, DataClass::ResidentCode],
            Of::Codes => &[DataClass::InstitutionCode],
            Of::Texts => &[DataClass::MedicalRecord],
            Of::Bytes => &[DataClass::AuthCertificate],
        }
    }
}

/// Where a form is in a text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// Wherever it fits: text in text, bytes in bytes.
    Anywhere,
    /// It begins a line.
    Line,
    /// Nothing is around it.
    Alone,
    /// Its first half ends one piece, its second begins the next.
    TwoPieces,
}

type Write = Box<dyn Fn(&[u8]) -> Vec<u8> + Sync>;

pub struct Form {
    pub name: String,
    pub of: Of,
    pub place: Place,
    pub write: Write,
}

fn text(value: &[u8]) -> &str {
    std::str::from_utf8(value).unwrap_or_default()
}

fn form(name: &str, of: Of, place: Place, write: impl Fn(&[u8]) -> Vec<u8> + Sync + 'static) -> Form {
    Form { name: name.into(), of, place, write: Box::new(write) }
}

/// All forms.
pub fn forms() -> Vec<Form> {
    let mut all = Vec::new();
    for name in NUMBERS.into_iter().chain(DIGESTS) {
        let place = if writing::begins_a_line(name) { Place::Line } else { Place::Anywhere };
        all.push(form(name, Of::Numbers, place, move |v| writing::number(name, text(v))));
    }
    all.extend(MORE.iter().map(|(name, write)| form(name, Of::Numbers, Place::Anywhere, move |v| write(text(v)).into_bytes())));
    all.extend(LINES.iter().map(|(name, write)| form(name, Of::Numbers, Place::Line, move |v| write(text(v)).into_bytes())));
    all.extend(STORED.iter().map(|(name, write)| form(name, Of::Numbers, Place::Anywhere, move |v| write(text(v)))));
    for layer in LAYERS.into_iter().filter(|l| *l != "none") {
        let place = if writing::is_whole(layer) { Place::Alone } else { Place::Anywhere };
        let name = format!("plain in {layer}");
        all.push(form(&name, Of::Numbers, place, move |v| writing::wrap(layer, v).unwrap_or_default()));
    }
    all.push(form("over two pieces", Of::Numbers, Place::TwoPieces, <[u8]>::to_vec));
    for (name, write) in packed::CONTAINERS {
        all.push(form(&format!("plain in {name}"), Of::Numbers, Place::Alone, write));
    }
    for name in CODES {
        all.push(form(&format!("code: {name}"), Of::Codes, Place::Anywhere, move |v| writing::code(name, text(v))));
    }
    all.push(form("code: two fields", Of::Codes, Place::Anywhere, |v| {
        format!("x-high: {}\nx-low: {}", &text(v)[..13], &text(v)[13..]).into()
    }));
    all.push(form("code: over two pieces", Of::Codes, Place::TwoPieces, <[u8]>::to_vec));
    for charset in ["UTF-8", "Shift_JIS", "EUC-JP", "ISO-2022-JP", "UTF-16"] {
        all.push(form(&format!("text: {charset}"), Of::Texts, Place::Anywhere, move |v| in_charset(charset, text(v))));
    }
    all.push(form("text: JSON escapes", Of::Texts, Place::Anywhere, |v| writing::wrap("json", v).unwrap_or_default()));
    all.push(form("bytes: as they are", Of::Bytes, Place::Anywhere, <[u8]>::to_vec));
    all.push(form("bytes: base64", Of::Bytes, Place::Anywhere, |v| BASE64.encode(v).into()));
    all
}

fn in_charset(charset: &str, text: &str) -> Vec<u8> {
    match charset {
        "UTF-16" => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        _ => encoding_rs::Encoding::for_label(charset.as_bytes()).map_or(Vec::new(), |e| e.encode(text).0.into_owned()),
    }
}

/// The characters of another script, of which `digits` has ten.
fn script(number: &str, digits: &str) -> String {
    number.bytes().filter_map(|b| digits.chars().nth(usize::from(b - b'0'))).collect()
}

fn parts(number: &str) -> [&str; 3] {
    [&number[..4], &number[4..8], &number[8..]]
}

/// Groups of two digits, and of three at the end.
fn indian(number: &str) -> String {
    let (head, tail) = number.trim_start_matches('0').split_at(number.trim_start_matches('0').len() - 3);
    let odd = head.len() % 2;
    let pairs = head.as_bytes()[odd..].chunks(2).map(text);
    let groups: Vec<&str> = [&head[..odd]].into_iter().filter(|g| !g.is_empty()).chain(pairs).chain([tail]).collect();
    groups.join(",")
}

/// Each character in a line of its own.
fn lines(number: &str, each: impl Fn(usize, char) -> String) -> String {
    number.chars().enumerate().map(|(i, c)| each(i, c)).collect()
}

/// The first character of the last one with a sign in it, as in files of mainframes that were converted to ASCII.
fn zoned(number: &str) -> String {
    let (head, last) = number.split_at(number.len() - 1);
    format!("{head}{}", char::from(b"{ABCDEFGHI"[usize::from(last.as_bytes()[0] - b'0')]))
}

type Text = fn(&str) -> String;

/// Text that may stand anywhere.
const MORE: [(&str, Text); 23] = [
    ("superscript", |n| script(n, "⁰¹²³⁴⁵⁶⁷⁸⁹")),
    ("subscript", |n| script(n, "₀₁₂₃₄₅₆₇₈₉")),
    ("circled", |n| script(n, "⓪①②③④⑤⑥⑦⑧⑨")),
    ("Devanagari", |n| script(n, "०१२३४५६७८९")),
    ("Thai", |n| script(n, "๐๑๒๓๔๕๖๗๘๙")),
    ("Vai", |n| script(n, "꘠꘡꘢꘣꘤꘥꘦꘧꘨꘩")),
    ("formal kanji", |n| script(n, "零壱弐参四五六七八九")),
    ("within a longer run", |n| format!("90{n}13")),
    ("other separators", |n| format!("{}-{} {}", parts(n)[0], parts(n)[1], parts(n)[2])),
    ("without leading zeros", |n| n.trim_start_matches('0').into()),
    ("full-width without leading zeros", |n| script(n.trim_start_matches('0'), "０１２３４５６７８９")),
    ("suffix of a long", |n| format!("{}L", n.trim_start_matches('0'))),
    ("decimal point", |n| format!("{}.0", n.trim_start_matches('0'))),
    ("Indian grouping", indian),
    ("zoned decimal", zoned),
    ("MD5 as a list of signed bytes", |n| {
        let bytes: Vec<String> = writing::number("md5", n).iter().map(|b| (*b as i8).to_string()).collect();
        format!("[{}]", bytes.join(", "))
    }),
    ("hex with colons", |n| HEXLOWER.encode(n.as_bytes()).as_bytes().chunks(2).map(text).collect::<Vec<_>>().join(":")),
    ("base64 reversed", |n| BASE64.encode(format!("id={n};").as_bytes()).chars().rev().collect()),
    ("hex reversed", |n| HEXLOWER.encode(n.as_bytes()).chars().rev().collect()),
    ("octal escapes", |n| lines(n, |_, c| format!("\\{:03o}", c as u32))),
    ("MD5 in hex", |n| HEXLOWER.encode(&writing::number("md5", n))),
    ("SHA-256 twice in base64", |n| BASE64.encode(&writing::number("sha256 twice", n))),
    ("numbers between the parts", |n| format!("1;{};2;{};3;{}", parts(n)[0], parts(n)[1], parts(n)[2])),
];

/// Text that begins a line.
const LINES: [(&str, Text); 15] = [
    ("a digit a line", |n| lines(n, |_, c| format!("{c}\n"))),
    ("a digit a line with its index", |n| lines(n, |i, c| format!("{},{c}\n", i + 1))),
    ("a digit a row of a table", |n| lines(n, |i, c| format!("row {i}\tx{}y\t{c}\tend\n", i * 37 % 11))),
    ("dump of words", |n| packed::dump(n, "%07x", 2)),
    ("xxd", |n| packed::dump(n, "%08x:", 2)),
    ("od -b", |n| packed::dump(n, "%07o", 8)),
    ("od -o", |n| packed::dump(n, "%07o", 16)),
    ("od -x", |n| packed::dump(n, "%07o", 4)),
    ("od -A d -t x1", |n| packed::dump(n, "%07d", 1)),
    ("base64 in a quotation", |n| packed::quoted(n, "> ", false)),
    ("base64 in comments", |n| packed::quoted(n, "// ", false)),
    ("hex in comments", |n| packed::quoted(n, "# ", true)),
    ("docker log", packed::docker),
    ("containerd log", packed::containerd),
    ("uuencode", packed::uuencode),
];

type Stored = fn(&str) -> Vec<u8>;

fn value(number: &str) -> u64 {
    number.parse().unwrap_or_default()
}

/// Bytes.
const STORED: [(&str, Stored); 6] = [
    ("five bytes", |n| value(n).to_be_bytes()[3..].into()),
    ("five bytes, little-endian", |n| value(n).to_le_bytes()[..5].into()),
    ("six bytes of BCD", |n| HEXLOWER.decode(format!("{n:0>12}").as_bytes()).unwrap_or_default()),
    ("BCD from the second half of a byte", |n| {
        HEXLOWER.decode(format!("{:0>14}", format!("{n}f")).as_bytes()).unwrap_or_default()
    }),
    ("NULs between", |n| n.bytes().flat_map(|b| [b, 0]).collect()),
    ("CBOR", |n| [&[0x1B][..], &value(n).to_be_bytes()].concat()),
];
