//! Numbers that stand in a sheet from top to bottom: a digit, or a few, in each cell of a column.

use crate::text::Text;
use std::collections::BTreeMap;

/// A workbook of today has no more columns.
const COLUMNS: usize = 16_384;
/// The most digits of a cell that is a part of a number.
const PART: usize = 6;
/// No number has fewer digits.
const FEWEST: usize = 10;
/// The most digits of one line.
const LONGEST: usize = 4096;

/// What is open in each column: the last row, the digits of its cells apart by tabs, and how many digits these are.
#[derive(Default)]
pub(super) struct Columns {
    open: BTreeMap<usize, (usize, String, usize)>,
    lines: Vec<String>,
}

impl Columns {
    /// A cell has this text. Cells come row by row.
    pub(super) fn cell(&mut self, row: usize, column: usize, text: &[u8]) {
        let text = text.trim_ascii();
        let is_part = (1..=PART).contains(&text.len()) && text.iter().all(u8::is_ascii_digit);
        if column >= COLUMNS || !(is_part || self.open.contains_key(&column)) {
            return;
        }
        let (last, digits, count) = self.open.entry(column).or_default();
        if !is_part || *last + 1 != row || *count > LONGEST {
            end(digits, *count, &mut self.lines);
            (*digits, *count) = (String::new(), 0);
        }
        if is_part {
            if *count > 0 {
                digits.push('\t');
            }
            digits.extend(text.iter().map(|b| char::from(*b)));
            (*last, *count) = (row, *count + text.len());
        }
    }

    /// Writes the columns that could have a number, a line each.
    pub(super) fn write(mut self, text: &mut Text) {
        for (_, digits, count) in self.open.values() {
            end(digits, *count, &mut self.lines);
        }
        for line in &self.lines {
            text.add(line.as_bytes());
            text.line();
        }
    }
}

/// One cell alone is found where it is.
fn end(digits: &str, count: usize, lines: &mut Vec<String>) {
    if count >= FEWEST && digits.contains('\t') {
        lines.push(digits.to_string());
    }
}
