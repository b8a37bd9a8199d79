//! Numbers in parts: form fields, members of JSON, cells of tables, a box for each digit; and numbers as programs write numbers.
//!
//! Each run of digits with neither letter nor digit beside it is a part. Parts belong together if they follow each other, if they
//! are equally long, or if the same stands before and after them.

use super::binary::write_digits;
use super::checks;
use super::how::{Encoding, Layer};
use super::masks::{BLOCK, block_of, mask, within};
use super::odds::LowConfidence;
use super::rings::{CONTEXTS, FOURS, Part, Parts, Ring};
use super::search::{Effort, Map, Search};
use super::symbols::{self, Wide};
use crate::DataClass;

/// The longest number in parts, in digits.
const LONGEST: usize = 20;
/// The powers of ten.
const TENS: [u64; LONGEST] = {
    let mut tens = [1; LONGEST];
    let mut i = 1;
    while i < LONGEST {
        tens[i] = 10 * tens[i - 1];
        i += 1;
    }
    tens
};
/// The largest distance of two parts, in bytes: more than between two fields of a form in MIME.
const APART: usize = 192;
/// In a row of digits with so many other characters between them, they are found as a row.
const GAP: usize = 3;
/// No mark has more than three bytes.
const MARKS_LENGTH: usize = 3 * GAP;
/// A number that lost more zeros has fewer digits, and is not looked up.
const LOST: usize = 8;
/// What stands in CBOR before a text of four characters: a letter (RFC 8949, section 3.1).
const TEXT_OF_FOUR: u8 = 0x64;
/// So many characters before a part say which field it is.
const FIELD: usize = 5;
/// Groups of four digits that lost leading zeros: how many digits are left at least, and how far apart the groups are at most.
const LEFT: usize = 9;
const CELLS: usize = 64;
/// How much of a line is compared with the next one, in bytes.
const LINE: usize = 128;
/// The most marks between the first part of a number and the end of its line.
const MARKS: usize = 5;
/// The most characters between what two lines begin with and the second part.
const CONTINUED: usize = 24;
/// The most characters from one byte of a list to the next.
const BETWEEN: usize = 8;
/// The same with a line's end and the blanks after it.
const LINE_BREAK: usize = 24;
/// A list of fewer bytes holds no number.
const BYTES: usize = 5;

fn is_word(byte: Option<&u8>) -> bool {
    byte.is_some_and(u8::is_ascii_alphanumeric)
}

impl Search<'_> {
    /// Reads the digits of the blocks of `bytes` that begin at `blocks`, after the `parts` that were read before.
    pub fn parts(&mut self, bytes: &[u8], blocks: &[usize], end: usize, parts: &mut Parts) {
        for block in blocks {
            let mut padded = [b' '; BLOCK];
            let mut bits = mask(block_of(&bytes[*block..end], b' ', &mut padded), |c| within(c, b'0', 10));
            // A run that began in a block before was read to its end.
            bits &= u64::MAX.unbounded_shl(parts.done.saturating_sub(*block).min(BLOCK) as u32);
            while bits != 0 {
                let first = bits.trailing_zeros() as usize;
                let start = block + first;
                let mut stop = start + (bits >> first).trailing_ones() as usize;
                if stop == block + BLOCK {
                    stop += bytes[stop..end].iter().take_while(|b| b.is_ascii_digit()).count();
                }
                bits &= u64::MAX.unbounded_shl((stop - block) as u32);
                self.run(bytes, start, stop, parts);
                parts.done = stop;
            }
        }
    }

    /// There are no more parts in this text.
    pub fn end_of_parts(&mut self, mut parts: Box<Parts>) {
        self.end_of_list(&mut parts);
        self.scratch.parts.push(parts);
    }

    /// Reads a run of digits.
    fn run(&mut self, bytes: &[u8], start: usize, end: usize, parts: &mut Parts) {
        let count = end - start;
        let is_glued = start > 0 && is_word(bytes.get(start - 1));
        // An integer of bencode is glued to the letters around it, and a text of CBOR to its length.
        let is_bencode = || count >= LOST && bytes[start - 1] == b'i' && bytes.get(end) == Some(&b'e') && bytes[start] != b'0';
        let is_cbor = || count == 4 && bytes[start - 1] == TEXT_OF_FOUR;
        if count >= LONGEST || is_glued && !is_bencode() && !is_cbor() {
            return;
        }
        let value = bytes[start..end].iter().fold(0u64, |n, b| n.wrapping_mul(10).wrapping_add(u64::from(b - b'0')));
        let part = Part { value, count, start, end };
        if is_glued {
            match bytes[start - 1] {
                TEXT_OF_FOUR if count == 4 => self.four(bytes, part, parts),
                _ => self.value(value, count, (start, end)),
            }
            return;
        }
        if is_word(bytes.get(end)) {
            self.number_and_letter(bytes, part, parts);
            return;
        }
        self.numeral(bytes, part, parts);
        self.list(bytes, part, parts);
        if count >= 12 {
            return;
        }
        self.over_lines(bytes, part);
        self.join(bytes, &parts.all, part, true);
        self.without_zeros(bytes, &parts.all, part);
        parts.all.push(part);
        if let 1..=4 | 6 = count {
            let ring = parts.lengths[count].of(parts.text, 0);
            self.join(bytes, ring, part, false);
            ring.push(part);
        }
        let kind = context(bytes, start, end);
        let ring = parts.contexts[kind as usize % CONTEXTS].of(parts.text, kind);
        self.join(bytes, ring, part, false);
        ring.push(part);
        // What follows a mark behind another digit is in a date, a time or a row of numbers, which the others have.
        if matches!(count, 1 | 4) && start >= 2 && !bytes[start - 2].is_ascii_digit() {
            self.field(bytes, part, parts);
        }
    }

    /// A short part in a field of its own: the same stands before the other parts, but not always after them, or each field has its
    /// own name.
    fn field(&mut self, bytes: &[u8], part: Part, parts: &mut Parts) {
        let kind = before(bytes, part.start, FIELD, 0);
        // Marks differ in few bits.
        let slot = kind.wrapping_mul(0x9E37_79B1) >> 16;
        let ring = parts.fields[slot as usize % CONTEXTS].of(parts.text, kind);
        self.join(bytes, ring, part, false);
        ring.push(part);
        if part.count == 4 {
            self.four(bytes, part, parts);
        }
    }

    /// Four digits, behind the same character as those before them.
    fn four(&mut self, bytes: &[u8], part: Part, parts: &mut Parts) {
        let mark = u32::from(bytes[part.start - 1]);
        let ring = parts.fours[mark as usize % FOURS].of(parts.text, mark);
        self.join(bytes, ring, part, false);
        ring.push(part);
    }

    /// A number in three groups of which some lost their leading zeros, as cells and members with numbers do: 530, 5210, 3556.
    fn without_zeros(&mut self, bytes: &[u8], ring: &Ring, part: Part) {
        if part.count > 4 || bytes[part.start] == b'0' {
            return;
        }
        let mut before = ring.backwards();
        let (Some(second), Some(first)) = (before.next(), before.next()) else { return };
        let groups = [first, second, &part];
        let digits: usize = groups.iter().map(|group| group.count).sum();
        let is_near = part.start - second.end <= CELLS && second.start - first.end <= CELLS;
        let is_cell = |group: &&Part| group.count <= 4 && bytes[group.start] != b'0';
        if !(LEFT..12).contains(&digits) || !is_near || !groups.iter().all(is_cell) {
            return;
        }
        // The same mark stands before the second and the third, or words do: 530億5210万3556.
        let marks = [bytes[second.start - 1], bytes[part.start - 1]];
        if marks[0] != marks[1] && marks.iter().any(u8::is_ascii) {
            return;
        }
        let place = (first.start, part.end);
        if digits > LEFT {
            self.joined((first.value * TENS[4] + second.value) * TENS[4] + part.value, 12, place);
        }
        if digits < 11 && part.count <= 3 {
            self.joined((first.value * TENS[4] + second.value) * TENS[3] + part.value, 11, place);
        }
    }

    /// Looks up the numbers that end in `part` and begin in one of those before it, unless all of their parts are in one row. With
    /// `one_between`, also this and the last but one.
    fn join(&mut self, bytes: &[u8], ring: &Ring, part: Part, one_between: bool) {
        let (lengths, longest) = (self.prepared.lengths, self.prepared.longest_number);
        let Part { mut value, mut count, mut start, .. } = part;
        let mut in_row = true;
        for (i, before) in ring.backwards().enumerate() {
            if start - before.end > APART {
                break;
            }
            if i == 1 && one_between && lengths >> (part.count + before.count) & 1 == 1 {
                self.pair((before.value, before.count), (part.value, part.count), (before.start, part.end));
            }
            if count + before.count > longest {
                break;
            }
            if in_row {
                let between = &bytes[before.end..start];
                in_row = are_marks(&bytes[before.end..], between.len());
            }
            value += before.value * TENS[count];
            (count, start) = (count + before.count, before.start);
            if lengths >> count & 1 == 1 && !in_row {
                self.joined(value, count, (start, part.end));
            }
        }
    }

    /// A number that begins at the end of a line, and goes on in the next line behind what both lines begin with.
    fn over_lines(&mut self, bytes: &[u8], part: Part) {
        let marks = bytes[part.end..].iter().take(MARKS).take_while(|b| !b.is_ascii_alphanumeric() && **b != b'\n').count();
        let feed = part.end + marks;
        if bytes.get(feed) != Some(&b'\n') {
            return;
        }
        let before = &bytes[part.start.saturating_sub(LINE)..part.start];
        let Some(line) = memchr::memrchr(b'\n', before).map(|at| part.start - before.len() + at + 1) else {
            if before.len() == part.start {
                self.over(bytes, part, 0, feed + 1);
            }
            return;
        };
        self.over(bytes, part, line, feed + 1);
    }

    fn over(&mut self, bytes: &[u8], part: Part, line: usize, next: usize) {
        let alike = |(a, b): &(&u8, &u8)| a == b || (a.is_ascii_digit() && b.is_ascii_digit());
        let prefix = bytes[line..part.start].iter().zip(&bytes[next..]).take(LINE).take_while(alike).count();
        let from = next + prefix;
        if prefix == 0 || from >= bytes.len() {
            return;
        }
        let mut start = from + bytes[from..].iter().take(CONTINUED).take_while(|b| !b.is_ascii_digit() && **b != b'\n').count();
        // The lines may have begun alike up to the middle of it.
        while start > next && start <= from && from - start < LONGEST && bytes[start - 1].is_ascii_digit() {
            start -= 1;
        }
        let digits = bytes[start..].iter().take(LONGEST).take_while(|b| b.is_ascii_digit());
        let (value, count) = digits.fold((0u64, 0), |(n, c), b| (n.wrapping_mul(10).wrapping_add(u64::from(b - b'0')), c + 1));
        if count > 0 {
            self.pair((part.value, part.count), (value, count), (part.start, start + count));
        }
    }

    /// Looks up a number that was in parts.
    fn joined(&mut self, value: u64, count: usize, place: (usize, usize)) {
        let fits = if matches!(count, 11 | 12) { checks::integer(value) } else { checks::Fits::default() };
        let checked = [
            (count == 12 && fits.my_number).then_some(DataClass::MyNumber),
            (count == 11 && fits.resident_code).then_some(DataClass::ResidentCode),
        ];
        let unchecked = self.prepared.unchecked_classes(count);
        if checked == [None; 2] && unchecked.is_empty() {
            return;
        }
        let mut digits = [0u8; LONGEST];
        write_digits(value, &mut digits);
        let digits = &digits[LONGEST - count..];
        for class in checked.into_iter().flatten() {
            self.number(digits, &[class], Encoding::Split, &[], place, Some(LowConfidence::Split));
        }
        if !unchecked.is_empty() {
            self.number(digits, unchecked, Encoding::Split, &[], place, Some(LowConfidence::Split));
        }
    }

    /// Looks up two parts that may together be a number.
    pub fn pair(&mut self, first: (u64, usize), second: (u64, usize), place: (usize, usize)) {
        let count = first.1 + second.1;
        if count < LONGEST && self.prepared.has_length(count) {
            self.joined(first.0 * 10u64.pow(second.1 as u32) + second.0, count, place);
        }
    }

    /// A number as programs write numbers: without its leading zeros, with marks between thousands, or with an exponent.
    fn numeral(&mut self, bytes: &[u8], part: Part, parts: &mut Parts) {
        if let (Some(b'{' | b'}'), 10 | 11) = (bytes.get(part.end), part.count) {
            // Zero with a sign in it.
            self.whole_number(part.value * 10, part.count + 1, (part.start, part.end + 1));
        }
        if bytes[part.start] != b'0' {
            self.value(part.value, part.count, (part.start, part.end));
        }
        let gap = parts.thousands.as_ref().map_or(0, |(before, _)| part.start.wrapping_sub(before.end));
        let mark = |length: usize| {
            let mut mark = [0; 3];
            mark[..length].copy_from_slice(&bytes[part.start - length..part.start]);
            mark
        };
        parts.thousands = match parts.thousands.take() {
            Some((before, between))
                if part.count == 3 && (1..=3).contains(&gap) && (between == [0; 3] || mark(gap) == between) =>
            {
                let whole = Part {
                    value: before.value.wrapping_mul(1000).wrapping_add(part.value),
                    count: before.count + 3,
                    start: before.start,
                    end: part.end,
                };
                let between = mark(gap);
                let more = bytes.get(part.end + gap).is_some_and(u8::is_ascii_digit)
                    && bytes[part.end..part.end + gap] == between[..gap];
                if !more && bytes[whole.start] != b'0' && !between[..gap].iter().any(u8::is_ascii_alphanumeric) {
                    self.value(whole.value, whole.count, (whole.start, whole.end));
                }
                (whole.count <= 15).then_some((whole, between))
            }
            _ => (part.count <= 3).then_some((part, [0; 3])),
        };
    }

    /// Digits with a letter behind them: an exponent, or a last digit that has the sign in it (zoned decimal).
    fn number_and_letter(&mut self, bytes: &[u8], part: Part, parts: &mut Parts) {
        let Some(letter) = bytes.get(part.end) else { return };
        // The suffix of an integer or a decimal in source code.
        if part.count >= LOST && bytes[part.start] != b'0' && has_suffix(&bytes[part.end..]) {
            self.value(part.value, part.count, (part.start, part.end));
        }
        if let b'e' | b'E' = letter {
            let sign = usize::from(bytes.get(part.end + 1) == Some(&b'+'));
            let digits = bytes[part.end + 1 + sign..].iter().take(3).take_while(|b| b.is_ascii_digit());
            let (exponent, length) = digits.fold((0u32, 0), |(n, l), b| (n * 10 + u32::from(b - b'0'), l + 1));
            let end = part.end + 1 + sign + length;
            // The part of the mantissa before the point.
            let whole = parts.all.backwards().next().copied().filter(|w| w.end + 1 == part.start && bytes[w.end] == b'.');
            let (value, fraction, start) = match whole {
                Some(w) if w.count + part.count < LONGEST => {
                    (w.value * 10u64.pow(part.count as u32) + part.value, part.count as u32, w.start)
                }
                _ => (part.value, 0, part.start),
            };
            let scaled = exponent.checked_sub(fraction).filter(|e| *e < 12).and_then(|e| value.checked_mul(10u64.pow(e)));
            if let Some(value) = scaled.filter(|_| length > 0 && !is_word(bytes.get(end))) {
                self.value(value, 0, (start, end));
            }
        }
        if part.count == 11 || part.count == 10 {
            let digit = match letter {
                b'A'..=b'I' => letter - b'A' + 1,
                b'J'..=b'R' => letter - b'J' + 1,
                b'p'..=b'y' => letter - b'p',
                _ => return,
            };
            if !is_word(bytes.get(part.end + 1)) {
                self.whole_number(part.value * 10 + u64::from(digit), part.count + 1, (part.start, part.end + 1));
            }
        }
    }

    /// Looks up the value of a numeral of `count` digits: numbers that have more digits began with zeros. With 0, the digits are not
    /// known.
    fn value(&mut self, value: u64, count: usize, place: (usize, usize)) {
        for (class, digits) in [(DataClass::MyNumber, 12), (DataClass::ResidentCode, 11)] {
            // Digits in a row are found as such.
            let in_row = count == digits && place.1 - place.0 == digits;
            if value >= 10_000_000 && value < 10u64.pow(digits as u32) && !in_row {
                self.numeral_of(class, value, digits, place);
            }
        }
    }

    /// Looks up all digits of a number.
    fn whole_number(&mut self, value: u64, count: usize, place: (usize, usize)) {
        let class = if count == 12 { DataClass::MyNumber } else { DataClass::ResidentCode };
        self.numeral_of(class, value, count, place);
    }

    /// Looks up the value of a numeral, written with `count` digits.
    pub fn numeral_of(&mut self, class: DataClass, value: u64, count: usize, place: (usize, usize)) {
        let fits = checks::integer(value);
        let fits = if class == DataClass::MyNumber { fits.my_number } else { fits.resident_code };
        if fits {
            let mut digits = [0u8; 12];
            write_digits(value, &mut digits);
            self.number(&digits[12 - count..], &[class], Encoding::Numeral, &[], place, Some(LowConfidence::Numeral));
        }
    }

    /// Bytes as decimal numbers: `[56, 55, 49]`, also with signs and over several lines.
    fn list(&mut self, bytes: &[u8], part: Part, parts: &mut Parts) {
        let is_negative = part.start > 0 && bytes[part.start - 1] == b'-';
        let start = part.start - usize::from(is_negative);
        let between = parts.list.last().map(|(_, last)| bytes.get(last.end..start).unwrap_or_default());
        let short = between.is_some_and(|b| b.len() <= LINE_BREAK && marks(b).count() <= BETWEEN);
        let follows = short && (parts.list.len() == 1 || between.is_some_and(|b| marks(b).eq(&parts.between)));
        let is_byte = part.count <= 3 && part.value < 256 && (!is_negative || part.value <= 128);
        if !(is_byte && follows) {
            let last = parts.list.last().copied();
            self.end_of_list(parts);
            parts.list.extend(last.filter(|_| is_byte && short));
        }
        if is_byte {
            if let [(_, last)] = parts.list[..] {
                parts.between.clear();
                parts.between.extend(marks(bytes.get(last.end..start).unwrap_or_default()));
            }
            let byte = if is_negative { (part.value as u8).wrapping_neg() } else { part.value as u8 };
            parts.list.push((byte, part));
        }
    }

    fn end_of_list(&mut self, parts: &mut Parts) {
        if let [(_, first), .., (_, last)] = parts.list[..]
            && parts.list.len() >= BYTES
        {
            let view: Vec<u8> = parts.list.iter().map(|(byte, _)| *byte).collect();
            let from = parts.list.iter().map(|(_, part)| (part.start - first.start) as u32);
            let from: Vec<u32> = from.chain([(last.end - first.start) as u32]).collect();
            self.inside(Some(Layer::ByteList), Map::Each { start: first.start, from, escapes: false }, &view, true, Effort::Full);
        }
        parts.list.clear();
    }
}

/// Whether the `length` bytes that `bytes` begin with are few marks, so that the digits around them are in one row.
fn are_marks(bytes: &[u8], length: usize) -> bool {
    if length > MARKS_LENGTH {
        return false;
    }
    let (mut at, mut marks) = (0, 0);
    while at < length && marks < GAP {
        at += match bytes[at] {
            b if b.is_ascii_alphanumeric() => return false,
            b if b.is_ascii() => 1,
            _ => match symbols::read(&bytes[at..]) {
                Wide::Mark { length } => length,
                _ => return false,
            },
        };
        marks += 1;
    }
    at >= length
}

/// The suffixes of numbers in source code: of integers, long and unsigned ones, decimals and floats.
const SUFFIXES: [&str; 20] = [
    "l", "ll", "u", "ul", "lu", "ull", "llu", "n", "m", "d", "f", "i64", "u64", "i128", "u128", "isize", "usize", "f64", "uz",
    "z",
];

/// Whether `bytes` begin with the suffix of a number.
fn has_suffix(bytes: &[u8]) -> bool {
    let length = bytes.iter().take(8).take_while(|b| b.is_ascii_alphanumeric() || **b == b'_').count();
    let suffix = &bytes[usize::from(bytes.first() == Some(&b'_'))..length];
    SUFFIXES.iter().any(|s| suffix.eq_ignore_ascii_case(s.as_bytes()))
}

/// What is not blank.
fn marks(between: &[u8]) -> impl Iterator<Item = &u8> {
    between.iter().filter(|b| !b.is_ascii_whitespace())
}

/// What stands before and after a part: three characters before it, of which digits in a row are one, and one after it.
fn context(bytes: &[u8], start: usize, end: usize) -> u32 {
    before(bytes, start, 3, bytes.get(end).map_or(0, |b| u32::from(*b)))
}

/// What stands before a part: so many characters, of which digits in a row are one.
fn before(bytes: &[u8], start: usize, characters: usize, mut kind: u32) -> u32 {
    let mut at = start;
    for _ in 0..characters {
        // A text begins like a line.
        let mut byte = if at > 0 { bytes[at - 1] } else { b'\n' };
        at = at.saturating_sub(1);
        if byte.is_ascii_digit() {
            byte = b'0';
            while at > 0 && bytes[at - 1].is_ascii_digit() && start - at < 32 {
                at -= 1;
            }
        }
        kind = (kind ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    }
    kind
}
