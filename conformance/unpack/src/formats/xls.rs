//! The cells of a workbook of Excel 97 to 2003: MS-XLS, section 2.4. A row a line, its cells apart by tabs.

use crate::le::{u16_at, u32_at, u64_at};
use crate::text::{Text, decimal};
use std::collections::BTreeMap;

const SST: u16 = 0x00FC;
const CONTINUE: u16 = 0x003C;
const BEGIN: u16 = 0x0809;

/// What a cell or a shared string takes in memory beside its characters, in bytes.
const CELL: usize = 96;
/// Cells that are written in the same place again and again are read in no more bytes than so many times the most of the text.
const TIMES: usize = 8;

/// All cells, as written; at most `most` bytes, and no more in memory.
pub(super) fn cells(stream: &[u8], most: usize) -> Text {
    let mut shared = Vec::new();
    let mut text = Text::new(most);
    let (mut sheet, mut held, mut work, mut at) = (BTreeMap::new(), 0, 0, 0);
    while let Some((kind, content, next)) = record(stream, at) {
        if kind == SST {
            let (mut parts, mut after) = (vec![content], next);
            while let Some((CONTINUE, content, next)) = record(stream, after) {
                parts.push(content);
                after = next;
            }
            shared = strings(&parts, most, &mut text.over);
        }
        at = next;
    }
    at = 0;
    while let Some((kind, content, next)) = record(stream, at) {
        match kind {
            BEGIN => {
                write(&mut sheet, &mut text);
                held = 0;
            }
            _ => {
                let bytes = cell(kind, content, &shared, &mut sheet);
                (held, work) = (held + bytes, work + bytes);
            }
        }
        // A short record may refer to a long string.
        if held > most || work > most.saturating_mul(TIMES) {
            text.over = true;
            break;
        }
        at = next;
    }
    let over = std::mem::take(&mut text.over);
    write(&mut sheet, &mut text);
    text.over |= over;
    text
}

type Sheet = BTreeMap<(u16, u16), String>;

fn write(sheet: &mut Sheet, text: &mut Text) {
    let mut last = None;
    for ((row, _), value) in std::mem::take(sheet) {
        if last.is_some_and(|l| l != row) {
            text.line();
        } else if last.is_some() {
            text.add(b"\t");
        }
        text.add(value.as_bytes());
        last = Some(row);
    }
    text.line();
}

/// Section 2.1.4: kind, length, content; and where the next record is.
fn record(stream: &[u8], at: usize) -> Option<(u16, &[u8], usize)> {
    let rest = stream.get(at..).filter(|rest| rest.len() >= 4)?;
    let length = usize::from(u16_at(rest, 2)).min(rest.len() - 4);
    Some((u16_at(rest, 0), &rest[4..4 + length], at + 4 + length))
}

/// Returns how many bytes of memory the value takes.
fn cell(kind: u16, content: &[u8], shared: &[String], sheet: &mut Sheet) -> usize {
    let (row, column) = (u16_at(content, 0), u16_at(content, 2));
    let value = match kind {
        // LabelSst, Number, RK, Label, Formula with a number, String of a formula.
        0x00FD => shared.get(u32_at(content, 6) as usize).cloned(),
        0x0203 => Some(decimal(f64::from_bits(u64_at(content, 6)))),
        0x027E => Some(rk(u32_at(content, 6))),
        0x0204 => content.get(8..).map(|c| string(u16_at(content, 6).into(), c)),
        0x0006 if u16_at(content, 12) != 0xFFFF => Some(decimal(f64::from_bits(u64_at(content, 6)))),
        0x0207 => content.get(2..).map(|c| string(u16_at(content, 0).into(), c)),
        0x00BD => {
            let entries = content.get(4..).unwrap_or_default().as_chunks::<6>().0;
            for (i, entry) in entries.iter().enumerate() {
                sheet.insert((row, column.wrapping_add(i as u16)), rk(u32_at(entry, 2)));
            }
            return entries.len() * CELL;
        }
        _ => None,
    };
    let place = match (kind, sheet.last_key_value()) {
        // The string of the formula before: in the next place.
        (0x0207, Some(((row, column), _))) => (*row, column.saturating_add(1)),
        _ => (row, column),
    };
    let length = value.as_ref().map_or(0, |value| CELL + value.len());
    if let Some(value) = value {
        sheet.insert(place, value);
    }
    length
}

/// Section 2.5.217.
fn rk(value: u32) -> String {
    let number = match value & 2 {
        0 => f64::from_bits(u64::from(value & !3) << 32),
        _ => f64::from((value as i32) >> 2),
    };
    decimal(if value & 1 == 1 { number / 100.0 } else { number })
}

/// Section 2.5.294: flags and `length` characters of one or two bytes.
fn string(length: usize, content: &[u8]) -> String {
    let (flags, characters) = content.split_first().map_or((0, content), |(f, c)| (*f, c));
    decode(flags & 1 == 1, length, characters).0
}

/// The text and how many characters are missing.
fn decode(wide: bool, length: usize, bytes: &[u8]) -> (String, usize) {
    match wide {
        true => {
            let units: Vec<u16> = bytes.as_chunks::<2>().0.iter().take(length).map(|b| u16::from_le_bytes(*b)).collect();
            (String::from_utf16_lossy(&units), length - units.len())
        }
        false => {
            let taken = length.min(bytes.len());
            (bytes[..taken].iter().map(|b| char::from(*b)).collect(), length - taken)
        }
    }
}

/// Section 2.5.293 and 2.4.265: strings run on from one record to the next, where their flags are repeated.
fn strings(records: &[&[u8]], most: usize, over: &mut bool) -> Vec<String> {
    let mut strings = Vec::new();
    let (mut record, mut at, mut held) = (0, 8, 0);
    while record < records.len() {
        if held > most {
            *over = true;
            break;
        }
        let bytes = records[record];
        if at + 3 > bytes.len() {
            at = at.saturating_sub(bytes.len());
            record += 1;
            continue;
        }
        let (length, flags) = (usize::from(u16_at(bytes, at)), bytes[at + 2]);
        at += 3;
        let mut after = 0;
        if flags & 8 != 0 {
            after += 4 * usize::from(u16_at(bytes, at));
            at += 2;
        }
        if flags & 4 != 0 {
            after += u32_at(bytes, at) as usize;
            at += 4;
        }
        let mut wide = flags & 1 == 1;
        let (mut text, mut missing) = decode(wide, length, bytes.get(at..).unwrap_or_default());
        at += (length - missing) * if wide { 2 } else { 1 };
        while missing > 0 && record + 1 < records.len() {
            record += 1;
            let Some((flags, rest)) = records[record].split_first() else { continue };
            wide = flags & 1 == 1;
            let (more, still) = decode(wide, missing, rest);
            text.push_str(&more);
            at = 1 + (missing - still) * if wide { 2 } else { 1 };
            missing = still;
        }
        held += CELL + text.len();
        strings.push(text);
        if missing > 0 {
            break;
        }
        at = at.saturating_add(after);
    }
    strings
}
