//! Digits in a row, in any script.

use super::checks::Row;
use super::mix::mix;
use super::symbols::{Charset, Script};

/// One digit.
#[derive(Clone, Copy)]
pub(crate) struct Symbol {
    pub digit: u8,
    pub script: Script,
    pub charset: Charset,
    pub start: usize,
    pub end: usize,
    /// Hash of what is between it and the digit before: 0 for nothing.
    pub gap: u32,
}

/// Digits in a row.
#[derive(Default)]
pub(crate) struct Chain {
    pub symbols: Vec<Symbol>,
    pub row: Row,
    /// Windows that end at or before this symbol have been checked.
    pub done: usize,
}

/// The key of a number, from its digits and their count.
pub(crate) fn number_key(digits: &[u8]) -> u64 {
    let value = digits.iter().fold(0u128, |n, d| n * 10 + u128::from(*d));
    mix((value as u64) ^ ((value >> 64) as u64).rotate_left(32) ^ (digits.len() as u64) << 58)
}
