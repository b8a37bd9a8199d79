//! Numbers as machines store them: integers, packed decimal, doubles, varints, and the decimals of databases. Each form is a fixed
//! row of bytes, of which five are looked up at every place.

use super::how::Encoding;
use super::odds::LowConfidence;

/// How many bytes are looked up.
pub(crate) const WINDOW: usize = 5;
/// An integer below this is never searched for: 2 in 10,000 My Numbers, 2 in 1000 resident codes.
const SMALLEST: u64 = 1 << 24;
/// An integer from here on fills the bytes that are looked up.
const FOUR_BYTES: u64 = 1 << 32;

/// What a window of five bytes is a part of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Kind {
    IntegerBig,
    IntegerLittle,
    /// Four bytes after their length.
    ShortBig,
    ShortLittle,
    /// Two digits in a byte, the first in the upper half or in the lower half of its byte.
    Packed,
    PackedShifted,
    /// IEEE 754, binary64.
    DoubleBig,
    DoubleLittle,
    /// Seven bits in a byte, the lowest first, as in protocol buffers and WebAssembly; the number, and twice the number (zigzag).
    Varint,
    Zigzag,
    /// Seven bits in a byte, the highest first, as in SQLite and in object identifiers.
    VarintBig,
    /// NUMBER of Oracle: an exponent, and two digits and one in a byte.
    Oracle,
    /// DECIMAL of MySQL: the last nine digits in four bytes, those before them in as few bytes as they need.
    MySql,
    MySqlShort,
    /// numeric of PostgreSQL: four digits in two bytes.
    Postgres,
    /// A digest, or the bytes of a code.
    Bytes,
}

impl Kind {
    pub const NUMBERS: [Kind; 15] = [
        Kind::IntegerBig,
        Kind::IntegerLittle,
        Kind::ShortBig,
        Kind::ShortLittle,
        Kind::Packed,
        Kind::PackedShifted,
        Kind::DoubleBig,
        Kind::DoubleLittle,
        Kind::Varint,
        Kind::Zigzag,
        Kind::VarintBig,
        Kind::Oracle,
        Kind::MySql,
        Kind::MySqlShort,
        Kind::Postgres,
    ];

    /// The kind that is kept as `byte`.
    pub fn from_byte(byte: u8) -> Kind {
        Kind::NUMBERS.get(usize::from(byte)).copied().unwrap_or(Kind::Bytes)
    }

    pub fn encoding(self) -> Encoding {
        match self {
            Kind::IntegerBig | Kind::ShortBig => Encoding::Integer,
            Kind::IntegerLittle | Kind::ShortLittle => Encoding::IntegerLittleEndian,
            Kind::Packed | Kind::PackedShifted => Encoding::PackedDecimal,
            Kind::DoubleBig | Kind::DoubleLittle => Encoding::Double,
            Kind::Varint | Kind::Zigzag | Kind::VarintBig => Encoding::Varint,
            Kind::Oracle | Kind::MySql | Kind::MySqlShort | Kind::Postgres => Encoding::DatabaseDecimal,
            Kind::Bytes => Encoding::Bytes,
        }
    }
}

/// A number as a row of bytes.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Stored {
    bytes: [u8; 12],
    length: usize,
    /// Where the window begins in it.
    pub anchor: usize,
    /// Bits of the first and of the last byte that are not part of it.
    first: u8,
    last: u8,
}

impl Stored {
    fn of(bytes: &[u8], anchor: usize) -> Option<Stored> {
        let mut stored = Stored { length: bytes.len(), anchor, ..Stored::default() };
        stored.bytes.get_mut(..bytes.len())?.copy_from_slice(bytes);
        (anchor + WINDOW <= bytes.len()).then_some(stored)
    }

    /// The five bytes that are looked up, the first in the lowest bits.
    pub fn window(&self) -> u64 {
        self.bytes[self.anchor..self.anchor + WINDOW].iter().rev().fold(0, |n, b| n << 8 | u64::from(*b))
    }

    /// The place in `bytes` of this, if its window begins at `at`.
    pub fn at(&self, bytes: &[u8], at: usize) -> Option<(usize, usize)> {
        let start = at.checked_sub(self.anchor)?;
        let there = bytes.get(start..start + self.length)?;
        let differ = |i: usize| {
            let first = if i == 0 { self.first } else { 0 };
            let last = if i + 1 == self.length { self.last } else { 0 };
            (there[i] ^ self.bytes[i]) & !(first | last) != 0
        };
        (!(0..self.length).any(differ)).then_some((start, start + self.length))
    }
}

/// The bytes of the number with these digits (values 0 to 9), if it can be stored in that way.
pub(crate) fn stored(kind: Kind, digits: &[u8]) -> Option<Stored> {
    let value = digits.iter().try_fold(0u64, |n, d| n.checked_mul(10)?.checked_add(u64::from(*d)))?;
    match kind {
        Kind::IntegerBig | Kind::IntegerLittle | Kind::ShortBig | Kind::ShortLittle => integer(kind, value),
        Kind::Packed => packed(digits, false),
        Kind::PackedShifted => packed(digits, true),
        Kind::DoubleBig | Kind::DoubleLittle => {
            if !(SMALLEST..1 << 53).contains(&value) {
                return None;
            }
            let bytes = (value as f64).to_be_bytes();
            let reversed = (value as f64).to_le_bytes();
            if kind == Kind::DoubleBig { Stored::of(&bytes, 1) } else { Stored::of(&reversed, 2) }
        }
        Kind::Varint => varint(value, false),
        Kind::Zigzag => varint(value.checked_mul(2)?, false),
        Kind::VarintBig => varint(value, true),
        Kind::Oracle => oracle(value),
        Kind::MySql | Kind::MySqlShort => {
            let (high, low) = (value / 1_000_000_000, (value % 1_000_000_000) as u32);
            let [a, b, c, d] = low.to_be_bytes();
            let fits = high > 0 && if kind == Kind::MySqlShort { high <= 99 } else { high <= 999_999_999 };
            let sign = if kind == Kind::MySqlShort { 0x80 } else { 0 };
            fits.then(|| Stored::of(&[high as u8 | sign, a, b, c, d], 0)).flatten()
        }
        Kind::Postgres => {
            let groups = [value / 1_000_000_000_000, value / 100_000_000 % 10_000, value / 10_000 % 10_000, value % 10_000];
            let bytes: Vec<u8> = groups.iter().skip_while(|g| **g == 0).flat_map(|g| (*g as u16).to_be_bytes()).collect();
            (value < 10_000_000_000_000_000).then(|| Stored::of(&bytes, 0)).flatten()
        }
        Kind::Bytes => None,
    }
}

fn integer(kind: Kind, value: u64) -> Option<Stored> {
    if value < SMALLEST {
        return None;
    }
    let big = value.to_be_bytes();
    let mut little = value.to_le_bytes();
    let short = value < FOUR_BYTES;
    // A shorter number has at least one zero byte, or its length, before or after it.
    let length = (8 - value.leading_zeros() as usize / 8).max(WINDOW);
    match kind {
        Kind::IntegerBig => Stored::of(&big[8 - length..], length - WINDOW),
        Kind::IntegerLittle => Stored::of(&little[..length], 0),
        Kind::ShortBig if short => Stored::of(&[&[4], &big[4..]].concat(), 0),
        Kind::ShortLittle if short => {
            little.rotate_right(1);
            little[0] = 4;
            Stored::of(&little[..WINDOW], 0)
        }
        _ => None,
    }
}

fn packed(digits: &[u8], shifted: bool) -> Option<Stored> {
    let mut halves: Vec<u8> = if shifted { vec![0] } else { Vec::new() };
    halves.extend(digits);
    let odd = !halves.len().is_multiple_of(2);
    if odd {
        halves.push(0);
    }
    let bytes: Vec<u8> = halves.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect();
    // The window has whole bytes only.
    let whole = bytes.len() - usize::from(shifted) - usize::from(odd);
    let mut stored = Stored::of(&bytes, usize::from(shifted)).filter(|_| whole >= WINDOW)?;
    stored.first = if shifted { 0xF0 } else { 0 };
    stored.last = if odd { 0x0F } else { 0 };
    Some(stored)
}

fn varint(mut value: u64, big: bool) -> Option<Stored> {
    let mut sevens = Vec::new();
    while value > 0 {
        sevens.push(value as u8 & 0x7F);
        value >>= 7;
    }
    if big {
        sevens.reverse();
    }
    let last = sevens.len().checked_sub(1)?;
    sevens[..last].iter_mut().for_each(|b| *b |= 0x80);
    Stored::of(&sevens, 0)
}

fn oracle(value: u64) -> Option<Stored> {
    let mut pairs = Vec::new();
    let mut rest = value;
    while rest > 0 {
        pairs.push((rest % 100) as u8 + 1);
        rest /= 100;
    }
    let exponent = 0xC0 + pairs.len() as u8;
    pairs.push(exponent);
    pairs.reverse();
    while pairs.len() > 1 && pairs.last() == Some(&1) {
        pairs.pop();
    }
    Stored::of(&pairs, 0)
}

/// Why a number that is stored at `bytes[start..end]` could be chance: one that fills eight bytes, follows its length or is all of
/// the bytes is much less likely to be.
pub(crate) fn confidence(kind: Kind, bytes: &[u8], start: usize, end: usize) -> LowConfidence {
    let length = end - start;
    let zeros = |at: &mut dyn Iterator<Item = usize>| at.take(3).take_while(|i| bytes.get(*i) == Some(&0)).count();
    let says = |at: usize, length: usize| at > 0 && usize::from(bytes[at - 1]) == length;
    let all = |start: usize, end: usize| start == 0 && end == bytes.len();
    match kind {
        Kind::IntegerBig => {
            let before = zeros(&mut (0..start).rev());
            let framed = (0..=before).any(|n| says(start - n, length + n)) || all(start - before, end);
            // A zero byte that is a part of a shorter number counts too.
            let filled = before + length >= 8;
            if framed || filled { LowConfidence::FramedInteger } else { LowConfidence::Integer }
        }
        Kind::IntegerLittle => {
            let after = zeros(&mut (end..bytes.len()));
            let framed = (0..=after).any(|n| says(start, length + n)) || all(start, end + after);
            let filled = after + length >= 8;
            if framed || filled { LowConfidence::FramedInteger } else { LowConfidence::Integer }
        }
        Kind::ShortBig | Kind::ShortLittle => LowConfidence::FramedInteger,
        Kind::Packed | Kind::PackedShifted if says(start, length) || all(start, end) => LowConfidence::FramedPackedDecimal,
        Kind::Packed | Kind::PackedShifted => LowConfidence::PackedDecimal,
        _ => LowConfidence::Machine,
    }
}

/// Whether what is around a number that is stored at `bytes[start..]` allows that it is of this kind.
pub(crate) fn fits(kind: Kind, bytes: &[u8], start: usize, digits: &[u8]) -> bool {
    match kind {
        // The digits before the last nine can take two bytes or more: the byte before has the rest, and the sign if it is the first.
        Kind::MySql => {
            let high = digits.iter().rev().skip(9).rev().fold(0u64, |n, d| n * 10 + u64::from(*d));
            start > 0 && matches!(bytes[start - 1] ^ (high >> 8) as u8, 0 | 0x80)
        }
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(kind: Kind, digits: &str) -> Vec<u8> {
        let digits: Vec<u8> = digits.bytes().map(|b| b - b'0').collect();
        stored(kind, &digits).map(|s| s.bytes[..s.length].to_vec()).unwrap_or_default()
    }

    /// The right bytes are those that the named programs write.
    #[test]
    fn numbers_are_stored_as_machines_store_them() {
        let number = "871213624823";
        assert_eq!(of(Kind::IntegerBig, number), [0xCA, 0xD8, 0x60, 0xED, 0xF7]);
        assert_eq!(of(Kind::IntegerLittle, number), [0xF7, 0xED, 0x60, 0xD8, 0xCA]);
        assert_eq!(of(Kind::Packed, number), [0x87, 0x12, 0x13, 0x62, 0x48, 0x23]);
        assert_eq!(of(Kind::PackedShifted, number), [0x08, 0x71, 0x21, 0x36, 0x24, 0x82, 0x30]);
        assert_eq!(of(Kind::DoubleLittle, number), *b"\x00\xe0\xbe\x1d\x0c[iB");
        assert_eq!(of(Kind::Varint, number), *b"\xf7\xdb\x83\xc3\xad\x19");
        assert_eq!(of(Kind::Zigzag, number), *b"\xee\xb7\x87\x86\xdb2");
        assert_eq!(of(Kind::Oracle, number), *b"\xc6X\r\x0e?1\x18");
        assert_eq!(of(Kind::MySql, number), *b"g\x0c\xbb\xa7\xf7");
        assert_eq!(of(Kind::Postgres, number), *b"\"\x08\x05R\x12\xd7".split_at(0).1);
        assert_eq!(of(Kind::IntegerBig, "01000000007"), [0, 0x3B, 0x9A, 0xCA, 0x07]);
        assert_eq!(of(Kind::ShortLittle, "01000000007"), [4, 0x07, 0xCA, 0x9A, 0x3B]);
        assert_eq!(of(Kind::IntegerBig, "00000000007"), [0u8; 0]);
    }
}
