//! SQLite databases and write-ahead logs: <https://www.sqlite.org/fileformat2.html>. The rows of each table and index as text: row
//! id and columns apart by tabs. Large values are parts of their own. Pages that belong to no table are read too: they hold
//! deleted rows. Free space within pages is found in the raw bytes only.

use crate::le::{be16_at, be32_at};
use crate::part::UnreadKind;
use crate::text::{Text, decimal};
use crate::unpacker::{Outcome, Stop, Unpacker};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

const NAME: &str = "SQLite";

/// Blobs from this length on are parts of their own. No value takes fewer bytes.
const BLOB: usize = 5;
/// Values are read in no more bytes than so many times the file, and 1 MiB. A row has at least 6 bytes in a file, and counts as
/// [`ROW`] bytes more than it has; an index has the values of its columns once more.
const TIMES: usize = 4;
const ROW: usize = 16;
/// A tree is not deeper: section 1.6 gives 20.
const DEPTH: usize = 24;

/// Section 1.6: kinds of b-tree pages.
const INDEX: u8 = 2;
const TABLE: u8 = 5;
const INDEX_LEAF: u8 = 10;
const TABLE_LEAF: u8 = 13;

struct Database<'b> {
    pages: BTreeMap<u32, &'b [u8]>,
    /// Bytes of a page without its reserved end.
    usable: usize,
    encoding: u8,
    /// Bytes of the file.
    length: usize,
    /// How many bytes of values may still be read: cells and overflow pages may be shared.
    work: usize,
    seen: BTreeSet<u32>,
    /// Rows that are not as the format demands.
    damaged: usize,
}

enum Value<'v> {
    Null,
    Integer(i64),
    Real(f64),
    Text(&'v [u8]),
    Blob(&'v [u8]),
}

struct Row {
    id: Option<i64>,
    payload: Vec<u8>,
}

/// Section 1.3: the header.
pub(super) fn read(unpacker: &mut Unpacker<'_>, bytes: &[u8]) -> Outcome<Vec<Range<usize>>> {
    let size = match be16_at(bytes, 16) {
        1 => 65536,
        size => usize::from(size),
    };
    let reserved = usize::from(bytes.get(20).copied().unwrap_or(0));
    if !size.is_power_of_two() || size < 512 || bytes.len() < size {
        return Err(Stop::damaged("its page size is not valid"));
    }
    let pages = bytes.chunks(size).zip(1..).map(|(page, number)| (number, page)).collect();
    let mut database = Database::new(pages, size - reserved.min(32), bytes[59], bytes.len());
    let mut tables = vec![("sqlite_schema".to_string(), 1)];
    tables.extend(database.schema());
    for (name, root) in tables {
        let mut numbers = Vec::new();
        database.walk(root, 0, &mut numbers);
        database.table(unpacker, &name, &numbers)?;
    }
    let rest: Vec<u32> = database.pages.keys().copied().filter(|n| !database.seen.contains(n)).collect();
    let rest: Vec<u32> = rest.into_iter().filter(|n| database.plausible(*n)).collect();
    let damaged = database.damaged;
    database.table(unpacker, "free pages", &rest)?;
    // Their rows may have been overwritten in part.
    database.damaged = damaged;
    let claimed = be32_at(bytes, 28) as usize;
    if claimed > bytes.len().div_ceil(size) || !bytes.len().is_multiple_of(size) {
        let why = format!("{} of its {claimed} pages are missing", claimed.saturating_sub(bytes.len() / size).max(1));
        return Err(Stop::damaged(why));
    }
    database.end(unpacker)
}

/// Section 4.1: a log is a header and pages with a header each.
pub(super) fn read_wal(unpacker: &mut Unpacker<'_>, bytes: &[u8]) -> Outcome<Vec<Range<usize>>> {
    let size = be32_at(bytes, 8) as usize;
    if !size.is_power_of_two() || !(512..=65536).contains(&size) {
        return Err(Stop::damaged("its page size is not valid"));
    }
    let frames: Vec<(u32, &[u8])> =
        bytes.get(32..).unwrap_or_default().chunks_exact(size + 24).map(|f| (be32_at(f, 0), &f[24..])).collect();
    let encoding = frames.iter().find(|(n, page)| *n == 1 && page.starts_with(b"SQLite")).map_or(1, |(_, page)| page[59]);
    // The newest version of each page for overflow pages; every version for its rows.
    let pages = frames.iter().copied().collect();
    let mut database = Database::new(pages, size, encoding, bytes.len());
    database.write(unpacker, "the log", &frames)?;
    // The rest of a value may be in the database itself.
    database.damaged = 0;
    database.end(unpacker)
}

impl<'b> Database<'b> {
    fn new(pages: BTreeMap<u32, &'b [u8]>, usable: usize, encoding: u8, length: usize) -> Self {
        let work = length.saturating_mul(TIMES).saturating_add(1 << 20);
        Database { pages, usable, encoding, length, work, seen: BTreeSet::new(), damaged: 0 }
    }

    /// Rows are renderings: all pages are pushed as they are.
    fn end(&self, unpacker: &mut Unpacker<'_>) -> Outcome<Vec<Range<usize>>> {
        if self.work == 0 {
            let why = "its rows are longer than the file allows; not all of them were read";
            unpacker.unread(UnreadKind::Limit, NAME, 0, why);
        }
        if self.damaged > 0 {
            let why = format!("{} of its rows are not valid; they were scanned as they are", self.damaged);
            unpacker.unread(UnreadKind::Damaged, NAME, 0, why);
        }
        Ok(Vec::new())
    }

    /// Where the header of a page is.
    fn header(&self, number: u32) -> usize {
        if number == 1 && self.pages.get(&1).is_some_and(|p| p.starts_with(b"SQLite")) { 100 } else { 0 }
    }

    /// Section 2.6: names and roots of tables and indexes.
    fn schema(&mut self) -> Vec<(String, u32)> {
        let (mut numbers, mut tables) = (Vec::new(), Vec::new());
        self.walk(1, 0, &mut numbers);
        for number in numbers {
            let Some(page) = self.pages.get(&number).copied() else { continue };
            let kind = self.kind(number, page);
            for cell in self.cells(number, page) {
                let Some(row) = self.row(page, kind, cell) else { continue };
                let values: Vec<Value<'_>> = values(&row.payload).take(4).collect();
                if let [Value::Text(kind), Value::Text(name), _, Value::Integer(root @ 1..)] = values.as_slice() {
                    let what = if self.text(kind) == "index" { "index " } else { "" };
                    tables.push((format!("{what}{}", self.text(name)), u32::try_from(*root).unwrap_or(0)));
                }
            }
        }
        self.seen.clear();
        tables
    }

    /// The pages of a tree, in order of keys. A page that was met before is left out.
    fn walk(&mut self, number: u32, depth: usize, into: &mut Vec<u32>) {
        let Some(page) = self.pages.get(&number).copied() else { return };
        if depth > DEPTH || !self.seen.insert(number) {
            return;
        }
        let header = self.header(number);
        let kind = page.get(header).copied().unwrap_or(0);
        if kind != TABLE && kind != INDEX {
            into.push(number);
            return;
        }
        for cell in cells(page, header, 12) {
            self.walk(be32_at(page, cell), depth + 1, into);
        }
        self.walk(be32_at(page, header + 8), depth + 1, into);
        // An inner page of an index holds rows itself.
        if kind == INDEX {
            into.push(number);
        }
    }

    fn plausible(&self, number: u32) -> bool {
        let page = self.pages.get(&number).copied().unwrap_or_default();
        let count = usize::from(be16_at(page, 3));
        matches!(page.first(), Some(&(INDEX | INDEX_LEAF | TABLE_LEAF))) && count > 0 && count <= page.len() / 4
    }

    fn table(&mut self, unpacker: &mut Unpacker<'_>, name: &str, numbers: &[u32]) -> Outcome {
        let pages: Vec<_> = numbers.iter().filter_map(|n| self.pages.get(n).map(|page| (*n, *page))).collect();
        self.write(unpacker, name, &pages)
    }

    /// Writes the rows of pages. One row is in memory at a time.
    fn write(&mut self, unpacker: &mut Unpacker<'_>, name: &str, pages: &[(u32, &'b [u8])]) -> Outcome {
        let mut text = Text::new(unpacker.limits.memory);
        let mut count = 0;
        for (number, page) in pages {
            let kind = self.kind(*number, page);
            for cell in self.cells(*number, page) {
                if let Some(row) = self.row(page, kind, cell) {
                    self.write_row(unpacker, (name, count), &row, &mut text)?;
                    count += 1;
                }
            }
        }
        if text.over {
            unpacker.unread(UnreadKind::Limit, NAME, 0, format!("the rows of {name} are longer than the limit"));
        }
        unpacker.view(&format!("rows of {name}"), &text.bytes)
    }

    fn write_row(&self, unpacker: &mut Unpacker<'_>, (name, i): (&str, usize), row: &Row, text: &mut Text) -> Outcome {
        if let Some(id) = row.id {
            text.add(id.to_string().as_bytes());
        }
        for (column, value) in values(&row.payload).enumerate() {
            if column > 0 || row.id.is_some() {
                text.add(b"\t");
            }
            match value {
                Value::Null => {}
                Value::Integer(number) => text.add(number.to_string().as_bytes()),
                Value::Real(number) => text.add(decimal(number).as_bytes()),
                Value::Text(bytes) => text.add(self.text(bytes).as_bytes()),
                Value::Blob(bytes) if bytes.len() < BLOB => {}
                Value::Blob(bytes) => {
                    let part = format!("blob {} of {name}", row.id.map_or(i.to_string(), |id| format!("{id}.{column}")));
                    unpacker.rearranged(part.as_bytes(), bytes)?;
                }
            }
        }
        text.add(b"\n");
        Ok(())
    }

    fn text(&self, bytes: &[u8]) -> String {
        match self.encoding {
            2 => encoding_rs::UTF_16LE.decode_without_bom_handling(bytes).0.into_owned(),
            3 => encoding_rs::UTF_16BE.decode_without_bom_handling(bytes).0.into_owned(),
            _ => String::from_utf8_lossy(bytes).into_owned(),
        }
    }

    fn kind(&self, number: u32, page: &[u8]) -> u8 {
        page.get(self.header(number)).copied().unwrap_or(0)
    }

    /// Section 1.6: where the cells of a page are that have rows.
    fn cells(&self, number: u32, page: &'b [u8]) -> impl Iterator<Item = usize> + use<'b> {
        let (header, kind) = (self.header(number), self.kind(number, page));
        let has_rows = matches!(kind, INDEX | INDEX_LEAF | TABLE_LEAF);
        cells(page, header, if kind == INDEX { 12 } else { 8 }).filter(move |_| has_rows)
    }

    fn row(&mut self, page: &[u8], kind: u8, cell: usize) -> Option<Row> {
        let mut at = if kind == INDEX { cell + 4 } else { cell };
        let length = varint(page, &mut at);
        let id = if kind == TABLE_LEAF { varint(page, &mut at).map(|id| id as i64) } else { None };
        let length = length.and_then(|length| usize::try_from(length).ok()).filter(|length| *length <= self.length);
        let Some(length) = length else {
            self.damaged += 1;
            return None;
        };
        let left = self.work.checked_sub(length + ROW);
        self.work = left.unwrap_or(0);
        left?;
        let payload = self.payload(page, at, length, kind == TABLE_LEAF);
        self.damaged += usize::from(payload.as_ref().is_none_or(|p| p.len() < length));
        payload.map(|payload| Row { id, payload })
    }

    /// Section 1.6: a part of the payload is in the cell, the rest in a list of overflow pages.
    fn payload(&mut self, page: &[u8], at: usize, length: usize, table: bool) -> Option<Vec<u8>> {
        let usable = self.usable;
        let most = if table { usable - 35 } else { (usable - 12) * 64 / 255 - 23 };
        let least = (usable - 12) * 32 / 255 - 23;
        let local = match length {
            _ if length <= most => length,
            _ => Some(least + (length - least) % (usable - 4)).filter(|k| *k <= most).unwrap_or(least),
        };
        let mut payload = page.get(at..at + local)?.to_vec();
        let mut next = be32_at(page, at + local);
        let mut met = BTreeSet::new();
        while payload.len() < length {
            // A missing page, or a circle of pages: what there is is read.
            let Some(overflow) = self.pages.get(&next).copied().filter(|_| next != 0 && met.insert(next)) else { break };
            self.seen.insert(next);
            let content = overflow.get(4..usable.min(overflow.len())).unwrap_or_default();
            payload.extend_from_slice(&content[..content.len().min(length - payload.len())]);
            next = be32_at(overflow, 0);
            if content.is_empty() {
                break;
            }
        }
        Some(payload)
    }
}

/// Offsets of cells.
fn cells(page: &[u8], header: usize, length: usize) -> impl Iterator<Item = usize> {
    let count = usize::from(be16_at(page, header + 3)).min(page.len() / 2);
    (0..count).map(move |i| usize::from(be16_at(page, header + length + 2 * i))).filter(|at| *at > 0)
}

fn varint(bytes: &[u8], at: &mut usize) -> Option<u64> {
    let mut value = 0u64;
    for i in 0..9 {
        let byte = *bytes.get(*at)?;
        *at += 1;
        if i == 8 {
            return Some(value << 8 | u64::from(byte));
        }
        value = value << 7 | u64::from(byte & 0x7F);
        if byte & 0x80 == 0 {
            break;
        }
    }
    Some(value)
}

/// Section 2.1: the record format. A record that is cut off ends early.
fn values(payload: &[u8]) -> impl Iterator<Item = Value<'_>> {
    let mut at = 0;
    let length = varint(payload, &mut at).unwrap_or(0).min(payload.len() as u64) as usize;
    let mut content = length;
    std::iter::from_fn(move || {
        let kind = if at < length { varint(payload, &mut at)? } else { return None };
        let size = match kind {
            0 | 8..=11 => 0,
            1..=4 => kind as usize,
            5 => 6,
            6 | 7 => 8,
            _ => usize::try_from((kind - 12) / 2).unwrap_or(usize::MAX),
        };
        let end = content.saturating_add(size).min(payload.len());
        let bytes = payload.get(content..end).unwrap_or_default();
        content = end;
        Some(value(kind, bytes))
    })
}

fn value(kind: u64, bytes: &[u8]) -> Value<'_> {
    let integer = || {
        let first = bytes.first().map_or(0, |b| if b & 0x80 != 0 { -1 } else { 0 });
        bytes.iter().fold(first, |n: i64, b| n << 8 | i64::from(*b))
    };
    match kind {
        1..=6 => Value::Integer(integer()),
        7 => Value::Real(f64::from_bits(integer() as u64)),
        8 => Value::Integer(0),
        9 => Value::Integer(1),
        12.. if kind.is_multiple_of(2) => Value::Blob(bytes),
        12.. => Value::Text(bytes),
        _ => Value::Null,
    }
}
