//! Digits of other scripts, and marks that may be between digits.

use super::masks::{BLOCK, mask, within};
use encoding_rs::{EUC_JP, SHIFT_JIS};
use std::sync::LazyLock;
use wide::i8x16;

/// The script in which a digit is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Script {
    Ascii,
    FullWidth,
    Kanji,
    /// Superscript and circled digits, and those of other languages.
    Other,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Charset {
    Utf8,
    ShiftJis,
    EucJp,
}

/// What a non-ASCII sequence of bytes is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wide {
    Digit {
        digit: u8,
        length: usize,
        script: Script,
        charset: Charset,
    },
    /// A hyphen, a space or other mark.
    Mark {
        length: usize,
    },
    Other,
}

const FULL_WIDTH: &str = "０１２３４５６７８９";
/// By digit, the numerals for it.
const KANJI: [&str; 10] = ["〇零", "一壱", "二弐", "三参", "四", "五", "六", "七", "八", "九"];

/// The first of ten digits in a row, or of nine from one on, and the digit that it is.
const OTHER: [(u32, u8); 11] = [
    (0x2074, 4),
    (0x2080, 0),
    (0x2460, 1),
    (0x2474, 1),
    (0x2776, 1),
    (0x2780, 1),
    (0x278A, 1),
    (0x24F5, 1),
    (0x0966, 0),
    (0x0E50, 0),
    (0xA620, 0),
];

/// 大字 and older forms of the numerals, which are read in UTF-8 only.
const FORMAL: [(char, u8); 13] = [
    ('壹', 1),
    ('弌', 1),
    ('貳', 2),
    ('弍', 2),
    ('參', 3),
    ('弎', 3),
    ('肆', 4),
    ('伍', 5),
    ('陸', 6),
    ('漆', 7),
    ('柒', 7),
    ('捌', 8),
    ('玖', 9),
];

/// Characters between the groups of a number that are neither marks nor digits: 8712の1362の4823, 8712億1362万4823.
const BETWEEN_GROUPS: [char; 5] = ['の', 'ノ', '兆', '億', '万'];

/// Digits that are letters of mathematics, five alphabets of ten in a row, and those of displays of seven segments.
const MATHEMATICAL: std::ops::Range<u32> = 0x1D7CE..0x1D800;
const SEGMENTED: std::ops::Range<u32> = 0x1FBF0..0x1FBFA;

const DIGIT: u8 = 0x80;
const MARK: u8 = 0x40;
const IS_KANJI: u8 = 0x20;
const IS_EUC: u8 = 0x10;
const IS_OTHER: u8 = 0x40;

struct Symbols {
    /// By code point: [`DIGIT`] and the digit, [`MARK`], or 0.
    unicode: Vec<u8>,
    /// By two bytes of Shift_JIS or EUC-JP.
    double: Vec<u8>,
    /// By first byte and by second byte of a digit, groups that they are in: a digit's two bytes have one in common.
    heads: ([u8; 256], [u8; 256]),
}

impl Symbols {
    /// Two bytes begin a digit. First bytes are in eight groups, by their lowest bits.
    fn head(&mut self, first: u8, second: u8) {
        let group = 1 << (first & 7);
        self.heads.0[usize::from(first)] |= group;
        self.heads.1[usize::from(second)] |= group;
    }
}

static SYMBOLS: LazyLock<Symbols> = LazyLock::new(|| {
    let mut symbols = Symbols { unicode: vec![0; 1 << 16], double: vec![0; 1 << 16], heads: ([0; 256], [0; 256]) };
    let marks = [
        0xA0..0xC0,
        0x2000..0x2070,
        0x20A0..0x2460,
        0x2500..0x2800,
        0x3000..0x3007,
        0x3008..0x3021,
        0x30FB..0x30FD,
        0xFE10..0xFE70,
        0xFEFF..0xFF10,
        0xFF1A..0xFF21,
        0xFF3B..0xFF41,
        0xFF5B..0xFF66,
        0xFF70..0xFF71,
        0xFFE0..0xFFE7,
        0xFE00..0xFE10,
    ];
    marks.into_iter().flatten().for_each(|mark| symbols.unicode[mark] = MARK);
    for second in 0x40..0xFD {
        symbols.double[0x8100 + second] = MARK;
        symbols.double[0xA100 + second.max(0xA1)] = MARK | IS_EUC;
    }
    for c in BETWEEN_GROUPS {
        symbols.unicode[c as usize] = MARK;
        for (encoding, charset) in [(SHIFT_JIS, 0), (EUC_JP, IS_EUC)] {
            if let [first, second] = *encoding.encode(&c.to_string()).0 {
                symbols.double[usize::from(first) << 8 | usize::from(second)] = MARK | charset;
            }
        }
    }
    let full = FULL_WIDTH.chars().enumerate().map(|(digit, c)| (digit, c, 0));
    let kanji = KANJI.iter().enumerate().flat_map(|(digit, all)| all.chars().map(move |c| (digit, c, IS_KANJI)));
    for (digit, c, script) in full.chain(kanji) {
        let code = DIGIT | script | digit as u8;
        symbols.unicode[c as usize] = code;
        for (encoding, charset) in [(SHIFT_JIS, 0), (EUC_JP, IS_EUC)] {
            let text = c.to_string();
            if let [first, second] = *encoding.encode(&text).0 {
                symbols.double[usize::from(first) << 8 | usize::from(second)] = code | charset;
                symbols.head(first, second);
            }
        }
        if let [first, second, _] = *c.to_string().as_bytes() {
            symbols.head(first, second);
        }
    }
    let other = OTHER.into_iter().flat_map(|(first, digit)| (digit..10).map(move |d| (first + u32::from(d - digit), d)));
    for (point, digit) in other.chain([(0x2070, 0), (0x24EA, 0), (0x24FF, 0)]) {
        symbols.unicode[point as usize] = DIGIT | IS_OTHER | digit;
        if let Some([first, second, ..]) = char::from_u32(point).map(|c| c.to_string().into_bytes()).as_deref() {
            symbols.head(*first, *second);
        }
    }
    for (c, digit) in FORMAL {
        symbols.unicode[c as usize] = DIGIT | IS_KANJI | digit;
        if let [first, second, _] = *c.to_string().as_bytes() {
            symbols.head(first, second);
        }
    }
    for c in MATHEMATICAL.chain(SEGMENTED).filter_map(char::from_u32) {
        if let [first, second, ..] = *c.to_string().as_bytes() {
            symbols.head(first, second);
        }
    }
    // Superscript one, two and three are older than the others, and in two bytes.
    for (point, digit) in [(0xB9u8, 1), (0xB2, 2), (0xB3, 3)] {
        symbols.unicode[usize::from(point)] = DIGIT | IS_OTHER | digit;
        symbols.head(0xC2, point);
    }
    symbols
});

/// Reads what begins at `bytes[0]`, a non-ASCII byte.
#[inline]
pub(crate) fn read(bytes: &[u8]) -> Wide {
    let symbols = &*SYMBOLS;
    let tail = |b: u8| b & 0xC0 == 0x80;
    match *bytes {
        [a @ 0xE0..=0xEF, b, c, ..] if tail(b) && tail(c) => {
            let point = usize::from(a & 15) << 12 | usize::from(b & 63) << 6 | usize::from(c & 63);
            match symbols.unicode[point] {
                // A character of UTF-8 could also be two or three bytes of another charset, which is less likely.
                0 => double(symbols, bytes),
                code => wide(code, 3, Charset::Utf8),
            }
        }
        [0xC2, b @ 0xA0..=0xBF, ..] if symbols.unicode[usize::from(b)] != 0 => {
            wide(symbols.unicode[usize::from(b)], 2, Charset::Utf8)
        }
        [0xF0, b, c, d, ..] if tail(b) && tail(c) && tail(d) => {
            match beyond_the_first_plane(u32::from(b & 63) << 12 | u32::from(c & 63) << 6 | u32::from(d & 63)) {
                Some(digit) => Wide::Digit { digit, length: 4, script: Script::Other, charset: Charset::Utf8 },
                None => double(symbols, bytes),
            }
        }
        _ => double(symbols, bytes),
    }
}

/// The digit that a character of four bytes is.
fn beyond_the_first_plane(point: u32) -> Option<u8> {
    let ten = [MATHEMATICAL, SEGMENTED].into_iter().find(|ten| ten.contains(&point))?;
    Some(((point - ten.start) % 10) as u8)
}

/// All first bytes of digits of other scripts, and some more bytes.
#[inline(always)]
fn begins(c: i8x16) -> i8x16 {
    within(c, 0x81, 2)
        | within(c, 0x88, 7)
        | within(c, 0x93, 6)
        | within(c, 0xA1, 3)
        | within(c, 0xB0, 13)
        | within(c, 0xC2, 14)
        | within(c, 0xE0, 17)
}

/// Which bytes of a block could begin a digit of another script; `next` is the byte after the block. None that does is missing.
pub(crate) fn could_be_digits(block: &[u8; BLOCK], next: Option<&u8>) -> u64 {
    let heads = &SYMBOLS.heads;
    let (mut left, mut bits) = (mask(block, begins), 0);
    while left != 0 {
        let i = left.trailing_zeros() as usize;
        left &= left - 1;
        let second = block.get(i + 1).or(next).map_or(0xFF, |b| heads.1[usize::from(*b)]);
        bits |= u64::from(heads.0[usize::from(block[i])] & second != 0) << i;
    }
    bits
}

/// At most how many digits of other scripts begin in `bytes`.
pub(crate) fn most_digits(bytes: &[u8]) -> usize {
    let heads = &SYMBOLS.heads;
    bytes.array_windows::<2>().filter(|[a, b]| heads.0[usize::from(*a)] & heads.1[usize::from(*b)] != 0).count()
}

fn double(symbols: &Symbols, bytes: &[u8]) -> Wide {
    let &[a, b, ..] = bytes else { return Wide::Other };
    let code = symbols.double[usize::from(a) << 8 | usize::from(b)];
    if code == 0 {
        return Wide::Other;
    }
    wide(code, 2, if code & IS_EUC == 0 { Charset::ShiftJis } else { Charset::EucJp })
}

fn wide(code: u8, length: usize, charset: Charset) -> Wide {
    if code & DIGIT == 0 {
        return Wide::Mark { length };
    }
    let script = match code {
        _ if code & IS_KANJI != 0 => Script::Kanji,
        _ if code & IS_OTHER != 0 => Script::Other,
        _ => Script::FullWidth,
    };
    Wide::Digit { digit: code & 15, length, script, charset }
}

/// Whether a UTF-16 code unit is a numeral, a mark or kana.
pub(crate) fn is_wide_unit(unit: u16) -> bool {
    (0x3000..0x3100).contains(&unit) || SYMBOLS.unicode[usize::from(unit)] != 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_first_byte_of_a_digit_is_passed_over() {
        for byte in 0..=255 {
            let passed = mask(&[byte; BLOCK], begins) == 0;
            assert!(!passed || SYMBOLS.heads.0[usize::from(byte)] == 0, "{byte:#x}");
        }
    }

    #[test]
    fn numerals_are_read_in_three_charsets() {
        for (text, digit, script) in [("７", 7, Script::FullWidth), ("七", 7, Script::Kanji), ("零", 0, Script::Kanji)] {
            let utf8 = read(text.as_bytes());
            assert_eq!(utf8, Wide::Digit { digit, length: 3, script, charset: Charset::Utf8 });
            let sjis = read(&SHIFT_JIS.encode(text).0);
            assert_eq!(sjis, Wide::Digit { digit, length: 2, script, charset: Charset::ShiftJis });
            let euc = read(&EUC_JP.encode(text).0);
            assert_eq!(euc, Wide::Digit { digit, length: 2, script, charset: Charset::EucJp });
        }
        for (text, digit) in [("𝟕", 7), ("𝟩", 7), ("🯷", 7)] {
            let charset = Charset::Utf8;
            assert_eq!(
                read(text.as_bytes()),
                Wide::Digit { digit, length: text.len(), script: Script::Other, charset },
                "{text}"
            );
        }
        for text in ["の", "億"] {
            assert_eq!(read(text.as_bytes()), Wide::Mark { length: 3 });
            assert_eq!(read(&SHIFT_JIS.encode(text).0), Wide::Mark { length: 2 });
            assert_eq!(read(&EUC_JP.encode(text).0), Wide::Mark { length: 2 });
        }
        assert_eq!(read("捌".as_bytes()), Wide::Digit { digit: 8, length: 3, script: Script::Kanji, charset: Charset::Utf8 });
        assert_eq!(read("－".as_bytes()), Wide::Mark { length: 3 });
        assert_eq!(read("語".as_bytes()), Wide::Other);
        assert_eq!(read(&[0xE3]), Wide::Other);
    }
}
