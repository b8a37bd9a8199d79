//! The values that are searched for, prepared for lookup.

use super::chain::number_key;
use super::checks;
use super::class::DataClass;
use super::digests::{Digester, Keys};
use super::needles::{self, Needles};
use super::odds::Odds;
use super::patterns::Patterns;
use super::table::{Filling, PREFIX, Table, code_key};
use super::values::{Secret, Value};
use std::num::NonZero;

/// With more values than this, digests and the bytes of codes are searched for in binary content only after a length byte or as a
/// whole piece or token, and not at every position.
const ANYWHERE: usize = 60_000;
/// One more than the number of digits of the longest number.
const LENGTHS: usize = 21;
/// Codes are looked up at every n-th place only. Each is in the table once for each offset that it can have to such a place.
const CODE_STRIDE: usize = 8;

/// The secrets, and the tables by which they are looked up.
pub(crate) struct Prepared {
    pub secrets: Vec<Secret>,
    pub odds: Odds,
    pub numbers: Table,
    pub codes: Table,
    /// At every how many places codes are looked up.
    pub code_stride: usize,
    /// Only if there are too many to look for them everywhere.
    pub digests: Table,
    pub patterns: Patterns,
    pub digester: Digester,
    pub text: Needles,
    pub binary: Needles,
    pub anywhere: bool,
    /// By length, the classes of numbers without a valid check digit.
    unchecked: Vec<Vec<DataClass>>,
    unchecked_lengths: Vec<usize>,
    /// How many digits the longest number has.
    pub longest_number: usize,
    /// A bit for each number of digits that numbers have.
    pub lengths: u32,
    code_lengths: u128,
}

impl Prepared {
    /// Tables of very many values are filled by as many as `threads` threads.
    pub fn new(secrets: Vec<Secret>, keys: &Keys<'_>, threads: NonZero<usize>) -> Prepared {
        let count = |wanted: fn(&Value) -> bool| secrets.iter().filter(|s| wanted(&s.value)).count();
        let mut numbers = Filling::for_entries(count(|v| matches!(v, Value::Digits(_))), secrets.len());
        let anywhere = secrets.len() <= ANYWHERE;
        let code_stride = if anywhere { CODE_STRIDE } else { 1 };
        let mut codes = Filling::for_entries(2 * code_stride * count(|v| matches!(v, Value::Code(_))), secrets.len());
        let mut unchecked = vec![Vec::new(); LENGTHS];
        let mut code_lengths = 0;
        for (index, secret) in secrets.iter().enumerate() {
            match &secret.value {
                Value::Digits(text) => {
                    let digits: Vec<u8> = text.bytes().map(|b| b - b'0').collect();
                    numbers.insert(number_key(&digits), index as u32);
                    let checked = match secret.class {
                        DataClass::MyNumber => checks::number(&digits).my_number,
                        DataClass::ResidentCode => checks::number(&digits).resident_code,
                        _ => false,
                    };
                    let classes: &mut Vec<DataClass> = &mut unchecked[text.len()];
                    if !checked && !classes.contains(&secret.class) {
                        classes.push(secret.class);
                    }
                }
                Value::Code(text) => {
                    let backwards: Vec<u8> = text.bytes().rev().collect();
                    for windows in [text.as_bytes(), &backwards].map(|t| t.windows(PREFIX).take(code_stride)) {
                        windows.for_each(|window| codes.insert(code_key(window), index as u32));
                    }
                    code_lengths |= 1 << (text.len() - 1);
                }
                Value::Text(_) | Value::Bytes(_) => {}
            }
        }
        let odds = Odds::new(&secrets);
        let digester = Digester::new(keys, anywhere);
        let (text, binary) = needles::of(&secrets);
        Prepared {
            odds,
            numbers: numbers.finish(),
            codes: codes.finish(),
            digests: if anywhere { Table::default() } else { digester.table(&secrets, threads) },
            patterns: Patterns::new(&secrets, &digester, anywhere, threads),
            digester,
            text,
            binary,
            anywhere,
            code_stride,
            lengths: (0..LENGTHS).filter(|l| !unchecked[*l].is_empty()).fold(3 << 11, |bits, l| bits | 1 << l),
            longest_number: (0..LENGTHS).rev().find(|l| !unchecked[*l].is_empty()).unwrap_or(0).clamp(12, LENGTHS - 2),
            unchecked_lengths: (0..LENGTHS).filter(|l| !unchecked[*l].is_empty()).collect(),
            unchecked,
            code_lengths,
            secrets,
        }
    }

    /// Whether the secret is the number with these digits.
    pub fn is_number(&self, secret: usize, digits: &[u8]) -> bool {
        match &self.secrets[secret].value {
            Value::Digits(text) => text.len() == digits.len() && text.bytes().zip(digits).all(|(a, b)| a == b + b'0'),
            _ => false,
        }
    }

    pub fn unchecked_lengths(&self) -> impl Iterator<Item = usize> + '_ {
        self.unchecked_lengths.iter().copied()
    }

    pub fn unchecked_classes(&self, length: usize) -> &[DataClass] {
        self.unchecked.get(length).map_or(&[], Vec::as_slice)
    }

    pub fn has_length(&self, length: usize) -> bool {
        matches!(length, 11 | 12) || !self.unchecked_classes(length).is_empty()
    }

    pub fn has_code_length(&self, length: usize) -> bool {
        (1..=128).contains(&length) && self.code_lengths >> (length - 1) & 1 == 1
    }

    /// How many characters the shortest code has.
    pub fn shortest_code(&self) -> usize {
        self.code_lengths.trailing_zeros() as usize + 1
    }

    /// The length of the longest value that is found byte by byte.
    pub fn longest(&self) -> usize {
        self.text.longest().max(self.binary.longest())
    }
}
