//! Numbers written in digits of any script, adjacent or separated.

use super::chain::{Chain, Symbol, number_key};
use super::how::{Encoding, Layer};
use super::masks::{BLOCK, block_of, mask, within};
use super::odds::LowConfidence;
use super::search::Search;
use super::symbols::{self, Charset, Script, Wide};
use crate::DataClass;
use std::ops::Range;
use wide::i8x16;

/// At most this many characters that are neither letters nor digits may be between two digits.
const GAP: usize = 3;
/// A row that reaches this length is searched, and its end kept.
const ROW: usize = 4096;
/// The longest number.
const LONGEST: usize = 20;
/// The digits of a My Number but for its leading zero.
const WITHOUT_ZERO: usize = 11;
/// The largest distance of two digits of a row that is in ASCII, and of any other, in bytes from the beginning to the beginning.
const NEAR: usize = GAP + 1;
const NEAR_WIDE: usize = 3 * GAP + 3;

/// How the digits of a window are written.
struct Shape {
    encoding: Encoding,
    layers: [Option<Layer>; 2],
    low_confidence: Option<LowConfidence>,
}

const NOTHING: u32 = 0;
const START: u32 = 1;
const FNV_OFFSET: u32 = 0x811C_9DC5;

/// Adds one more byte to the hash that identifies a gap.
fn gap_with(gap: u32, byte: u8) -> u32 {
    let next = (gap ^ u32::from(byte)).wrapping_mul(0x0100_0193);
    if next <= START { 2 } else { next }
}

impl Search<'_> {
    /// Every number in digits in `bytes[range]`. Only rows with enough digits near each other are read.
    pub fn digits(&mut self, bytes: &[u8], range: Range<usize>) {
        let shortest = self.prepared.lengths.trailing_zeros();
        let (mut first, mut last, mut count) = (range.start, 0, 0);
        let (mut wide_before, mut letter_before) = (true, false);
        let mut padded = [b' '; BLOCK];
        for at in range.clone().step_by(BLOCK) {
            let block = block_of(&bytes[at..range.end], b' ', &mut padded);
            let wide = mask(block, |c| c.simd_lt(i8x16::splat(0))) != 0;
            let mut digits = mask(block, |c| within(c, b'0', 10));
            if wide {
                digits |= symbols::could_be_digits(block, bytes.get(at + BLOCK));
            }
            let near = if wide || wide_before { NEAR_WIDE } else { NEAR };
            wide_before = wide;
            // A letter ends a row; other scripts have letters among their bytes.
            let letters = if wide { 0 } else { mask(block, |c| within(c | i8x16::splat(0x20), b'a', 26)) };
            let mut letters_left = letters;
            while digits != 0 {
                let bit = digits.trailing_zeros();
                let place = at + bit as usize;
                digits &= digits - 1;
                let ended = letter_before || letters_left & !(u64::MAX << bit) != 0;
                letter_before = false;
                letters_left &= u64::MAX << bit;
                if count > 0 && (ended || place - last > near) {
                    if count >= shortest {
                        self.row_of_digits(bytes, first..(last + 3).min(range.end));
                    }
                    count = 0;
                }
                if count == 0 {
                    first = place;
                }
                (last, count) = (place, count + 1);
            }
            letter_before |= letters_left != 0;
        }
        if count >= shortest {
            self.row_of_digits(bytes, first..(last + 3).min(range.end));
        }
    }

    fn row_of_digits(&mut self, bytes: &[u8], range: Range<usize>) {
        if self.is_unchanged(range.start, range.end) {
            return;
        }
        let mut chain = std::mem::take(&mut self.chain);
        chain.symbols.clear();
        chain.done = 0;
        let mut at = range.start;
        let (mut gap, mut units) = (START, 0);
        while at < range.end {
            let byte = bytes[at];
            let (symbol, length) = if byte.is_ascii_digit() {
                (Some((byte - b'0', Script::Ascii, Charset::Utf8)), 1)
            } else if byte.is_ascii() {
                if byte.is_ascii_alphabetic() { (None, 0) } else { (None, 1) }
            } else {
                match symbols::read(&bytes[at..]) {
                    Wide::Digit { digit, length, script, charset } => (Some((digit, script, charset)), length),
                    Wide::Mark { length } => (None, length),
                    Wide::Other => (None, 0),
                }
            };
            if let Some((digit, script, charset)) = symbol {
                if chain.symbols.len() >= ROW {
                    self.row(&mut chain, false);
                }
                let gap_before = if chain.symbols.is_empty() { START } else { gap };
                chain.symbols.push(Symbol { digit, script, charset, start: at, end: at + length, gap: gap_before });
                (gap, units) = (NOTHING, 0);
                at += length;
                continue;
            }
            if length > 0 && units < GAP && !chain.symbols.is_empty() {
                gap =
                    bytes[at..at + length].iter().fold(if gap == NOTHING { FNV_OFFSET } else { gap }, |gap, b| gap_with(gap, *b));
                units += 1;
                at += length;
                continue;
            }
            if !chain.symbols.is_empty() {
                self.row(&mut chain, true);
            }
            at += length.max(1);
            // Skip to the next digit, or what could be one.
            while at < range.end && bytes[at].is_ascii() && !bytes[at].is_ascii_digit() {
                at += 1;
            }
        }
        if !chain.symbols.is_empty() {
            self.row(&mut chain, true);
        }
        self.chain = chain;
    }

    /// Checks the windows of a row, and ends it if it is `closed`.
    fn row(&mut self, chain: &mut Chain, closed: bool) {
        let count = chain.symbols.len();
        // In an open row it is not known yet what follows the last digit.
        let usable = if closed { count } else { count - 1 };
        if count >= self.prepared.lengths.trailing_zeros() as usize {
            chain.row.set(chain.symbols.iter().map(|s| s.digit));
            for start in 0..usable {
                for length in [11, 12] {
                    let end = start + length;
                    if end > usable || end <= chain.done {
                        continue;
                    }
                    let forwards = chain.row.forwards(start, length);
                    let backwards = chain.row.backwards(start, length);
                    for (fits, back) in [(forwards, false), (backwards, true)] {
                        if (length == 12 && fits.my_number) || (length == 11 && fits.resident_code) {
                            let class = if length == 12 { DataClass::MyNumber } else { DataClass::ResidentCode };
                            self.digit_window(chain, start, length, back, &[class]);
                        }
                    }
                }
                for length in self.prepared.unchecked_lengths() {
                    if start + length <= usable && start + length > chain.done {
                        let classes = self.prepared.unchecked_classes(length);
                        self.digit_window(chain, start, length, false, classes);
                        self.digit_window(chain, start, length, true, classes);
                    }
                }
            }
        }
        if closed {
            self.without_zero(chain);
            chain.symbols.clear();
            chain.done = 0;
        } else {
            let kept = count - (LONGEST + 2);
            chain.symbols.drain(..kept);
            chain.done = usable - kept;
        }
    }

    /// A row of eleven digits that are a My Number without its leading zero: in another script than ASCII, or in groups as in India
    /// (2,34,56,78,901). In ASCII without groups, and in groups of three, numerals are found as parts.
    fn without_zero(&mut self, chain: &Chain) {
        let [first, .., last] = &chain.symbols[..] else { return };
        if chain.symbols.len() != WITHOUT_ZERO || first.digit == 0 {
            return;
        }
        let gaps = || chain.symbols.iter().skip(1).map(|s| s.gap);
        let mark = chain.symbols[WITHOUT_ZERO - 3].gap;
        let is_indian = mark != NOTHING
            && gaps()
                .zip(1..)
                .all(|(gap, i)| gap == if (WITHOUT_ZERO - i) % 2 == 1 && WITHOUT_ZERO - i > 1 { mark } else { NOTHING });
        let is_wide = || first.script != Script::Ascii && gaps().all(|gap| gap == NOTHING);
        if is_indian || is_wide() {
            let value = chain.symbols.iter().fold(0, |n, s| n * 10 + u64::from(s.digit));
            self.numeral_of(DataClass::MyNumber, value, WITHOUT_ZERO + 1, (first.start, last.end));
        }
    }

    fn digit_window(&mut self, chain: &Chain, start: usize, length: usize, back: bool, classes: &[DataClass]) {
        let window = &chain.symbols[start..start + length];
        let after = chain.symbols.get(start + length).map_or(START, |s| s.gap);
        let shape = shape(window, after);
        let mut digits = [0u8; LONGEST];
        let digits = &mut digits[..length];
        digits.copy_from_slice(&chain.row.digits()[start..start + length]);
        if back {
            digits.reverse();
        }
        let mut layers = [Layer::Reversed; 3];
        let mut used = 0;
        for layer in shape.layers.into_iter().flatten().chain(back.then_some(Layer::Reversed)) {
            layers[used] = layer;
            used += 1;
        }
        let place = (window[0].start, window[length - 1].end);
        let known = self.number(digits, classes, shape.encoding, &layers[..used], place, shape.low_confidence);
        let checked = matches!(classes, [DataClass::MyNumber | DataClass::ResidentCode]);
        let alone = checked && !known && !back && shape.low_confidence.is_none();
        if alone && digits.iter().any(|d| *d != 0) && !self.is_without_zero(digits) {
            self.unmatched(classes[0], shape.encoding, &layers[..used], place);
        }
    }

    /// Whether eleven digits are a My Number that lost its leading zero: then they are no resident code of nobody.
    fn is_without_zero(&self, digits: &[u8]) -> bool {
        let mut number = [0u8; 12];
        let prepared = self.prepared;
        digits.len() == 11 && {
            number[1..].copy_from_slice(digits);
            prepared.numbers.get(number_key(&number)).any(|secret| prepared.is_number(secret, &number))
        }
    }

    /// Counts digits that could be a number of the classes, and looks them up. Returns whether they are a number that is searched
    /// for.
    pub fn number(
        &mut self,
        digits: &[u8],
        classes: &[DataClass],
        encoding: Encoding,
        layers: &[Layer],
        place: (usize, usize),
        low_confidence: Option<LowConfidence>,
    ) -> bool {
        let key = number_key(digits);
        for class in classes {
            self.count_candidate(*class, low_confidence, key, place);
        }
        let mut known = false;
        let prepared = self.prepared;
        for secret in prepared.numbers.get(key) {
            if prepared.is_number(secret, digits) && classes.contains(&prepared.secrets[secret].class) {
                known = true;
                self.hit(secret, encoding, layers, place, low_confidence);
            }
        }
        known
    }
}

/// How the digits of `window` are written, with `after` between the last and the next digit.
fn shape(window: &[Symbol], after: u32) -> Shape {
    let before = window[0].gap;
    let length = window.len();
    let touched = before == NOTHING || after == NOTHING;
    let gap = |i: usize| window[i].gap;
    let between = |mut other: usize| {
        // The first gap that is not empty.
        while other < length && gap(other) == NOTHING {
            other += 1;
        }
        if other < length { gap(other) } else { NOTHING }
    };
    let separator = between(1);
    let of_groups = |from_left: bool| {
        let ends = |i: usize| (if from_left { i } else { length - i }).is_multiple_of(4);
        (1..length).all(|i| gap(i) == if ends(i) { separator } else { NOTHING })
    };
    let (encoding, low_confidence) = if separator == NOTHING {
        (Encoding::Plain, touched.then_some(LowConfidence::Embedded))
    } else if (1..length).all(|i| gap(i) == separator) || of_groups(true) || of_groups(false) {
        // A longer row of the same groups counts as a longer run of digits.
        let longer = touched || before == separator || after == separator;
        (Encoding::Grouped, longer.then_some(LowConfidence::Embedded))
    } else {
        (Encoding::Separated, Some(LowConfidence::Loose))
    };
    let wide = |script| window.iter().any(|s| s.script == script);
    let charset = |charset| window.iter().any(|s| s.charset == charset);
    let nul = gap_with(FNV_OFFSET, 0);
    let nuls = gap_with(gap_with(nul, 0), 0);
    let mut layers = [None; 2];
    let mut written = encoding;
    if encoding == Encoding::Grouped && (separator == nul || separator == nuls) && gap(1) == separator {
        layers[0] = Some(if separator == nul { Layer::Utf16LittleEndian } else { Layer::Utf32LittleEndian });
        written = Encoding::Plain;
    }
    if charset(Charset::ShiftJis) {
        layers[1] = Some(Layer::ShiftJis);
    } else if charset(Charset::EucJp) {
        layers[1] = Some(Layer::EucJp);
    }
    if wide(Script::Kanji) {
        written = Encoding::Kanji;
    } else if wide(Script::FullWidth) {
        written = Encoding::FullWidth;
    } else if wide(Script::Other) {
        written = Encoding::OtherDigits;
    }
    Shape { encoding: written, layers, low_confidence }
}
