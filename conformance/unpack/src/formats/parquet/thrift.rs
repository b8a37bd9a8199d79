//! As much of Thrift's compact protocol as is needed to see how much a Parquet file states before anything is made of it:
//! `thrift-compact-protocol.md` and `parquet.thrift`.

use std::collections::BTreeMap;

/// Structures and lists are not nested deeper.
const DEPTH: usize = 32;
/// Groups of columns are not nested deeper: the crate `parquet` goes down by recursion.
const GROUPS: usize = 64;

const TRUE: u8 = 1;
const FALSE: u8 = 2;
const BYTE: u8 = 3;
const DOUBLE: u8 = 7;
const BINARY: u8 = 8;
const LIST: u8 = 9;
const SET: u8 = 10;
const MAP: u8 = 11;
const STRUCT: u8 = 12;

pub(super) struct Compact<'b> {
    bytes: &'b [u8],
    pub(super) at: usize,
}

/// What a page says of itself.
#[derive(Default, Debug)]
pub(super) struct PageHeader {
    /// By field: 1 kind, 2 bytes unpacked, 3 bytes packed.
    pub(super) page: BTreeMap<i16, i64>,
    /// The fields of the structure for this kind of page.
    pub(super) kind: BTreeMap<i16, i64>,
}

impl<'b> Compact<'b> {
    pub(super) fn new(bytes: &'b [u8], at: usize) -> Self {
        Compact { bytes, at }
    }

    fn byte(&mut self) -> Option<u8> {
        let byte = self.bytes.get(self.at).copied();
        self.at += 1;
        byte
    }

    pub(super) fn varint(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    fn zigzag(&mut self) -> Option<i64> {
        self.varint().map(|n| (n >> 1) as i64 ^ -((n & 1) as i64))
    }

    pub(super) fn bytes(&mut self, count: usize) -> Option<&'b [u8]> {
        let start = self.at;
        self.advance(count)?;
        self.bytes.get(start..self.at)
    }

    fn advance(&mut self, count: usize) -> Option<()> {
        self.at = self.at.checked_add(count).filter(|at| *at <= self.bytes.len())?;
        Some(())
    }

    /// The number and type of the next field. The type is 0 at the end of a structure.
    fn field(&mut self, last: &mut i16) -> Option<u8> {
        let head = self.byte()?;
        let kind = head & 15;
        if kind != 0 {
            *last = match head >> 4 {
                0 => i16::try_from(self.zigzag()?).ok()?,
                delta => last.checked_add(i16::from(delta))?,
            };
        }
        Some(kind)
    }

    /// The count and type of elements; each takes a byte or more.
    fn list(&mut self) -> Option<(usize, u8)> {
        let head = self.byte()?;
        let count = if head >> 4 == 15 { usize::try_from(self.varint()?).ok()? } else { usize::from(head >> 4) };
        (count <= self.bytes.len().checked_sub(self.at)?).then_some((count, head & 15))
    }

    fn skip(&mut self, kind: u8, depth: usize) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        match kind {
            TRUE | FALSE => Some(()),
            BYTE => self.advance(1),
            4..=6 => self.varint().map(|_| ()),
            DOUBLE => self.advance(8),
            BINARY => {
                let length = usize::try_from(self.varint()?).ok()?;
                self.advance(length)
            }
            LIST | SET => {
                let (count, kind) = self.list()?;
                (0..count).try_for_each(|_| if kind <= FALSE { self.advance(1) } else { self.skip(kind, depth) })
            }
            MAP => {
                let count = usize::try_from(self.varint()?).ok()?;
                let kinds = if count > 0 { self.byte()? } else { 0 };
                if count > self.bytes.len() {
                    return None;
                }
                (0..count).try_for_each(|_| [kinds >> 4, kinds & 15].into_iter().try_for_each(|kind| self.element(kind, depth)))
            }
            STRUCT => {
                let mut last = 0;
                loop {
                    match self.field(&mut last)? {
                        0 => return Some(()),
                        kind => self.skip(kind, depth)?,
                    }
                }
            }
            _ => None,
        }
    }

    fn element(&mut self, kind: u8, depth: usize) -> Option<()> {
        if kind <= FALSE { self.advance(1) } else { self.skip(kind, depth) }
    }

    /// The numbers among the fields of a structure; true is 1.
    fn numbers(&mut self) -> Option<BTreeMap<i16, i64>> {
        let (mut last, mut numbers) = (0, BTreeMap::new());
        loop {
            match self.field(&mut last)? {
                0 => return Some(numbers),
                TRUE => drop(numbers.insert(last, 1)),
                FALSE => drop(numbers.insert(last, 0)),
                4..=6 => drop(numbers.insert(last, self.zigzag()?)),
                kind => self.skip(kind, DEPTH)?,
            }
        }
    }

    pub(super) fn page_header(&mut self) -> Option<PageHeader> {
        let (mut last, mut header) = (0, PageHeader::default());
        loop {
            match (self.field(&mut last)?, last) {
                (0, _) => return Some(header),
                (STRUCT, 5 | 7 | 8) => header.kind = self.numbers()?,
                (4..=6, _) => drop(header.page.insert(last, self.zigzag()?)),
                (kind, _) => self.skip(kind, DEPTH)?,
            }
        }
    }

    /// Whether the metadata of a file can be read in a memory of so many bytes: counts that it states are those that it has, groups
    /// are not nested too deep, and the paths of all columns are not too long.
    pub(super) fn fits(&mut self, memory: usize) -> Option<bool> {
        let mut last = 0;
        let mut fits = true;
        loop {
            match (self.field(&mut last)?, last) {
                (0, _) => return Some(fits),
                (LIST, 2) => fits = self.schema_fits(memory)?,
                (kind, _) => self.skip(kind, DEPTH)?,
            }
        }
    }

    fn schema_fits(&mut self, memory: usize) -> Option<bool> {
        let (count, _) = self.list()?;
        // Of each open group, how many children follow, and the bytes of its name.
        let (mut open, mut path, mut paths): (Vec<(usize, usize)>, usize, usize) = (Vec::new(), 0, 0);
        for _ in 0..count {
            let (name, children) = self.element_of_schema()?;
            if children > count {
                return Some(false);
            }
            while open.last().is_some_and(|(left, _)| *left == 0) {
                path -= open.pop().map_or(0, |(_, name)| name);
            }
            if let Some((left, _)) = open.last_mut() {
                *left -= 1;
            }
            paths = paths.saturating_add(path + name + 32 * (open.len() + 1));
            if children > 0 {
                open.push((children, name));
                path += name;
            }
            if open.len() > GROUPS || paths > memory {
                return Some(false);
            }
        }
        Some(true)
    }

    /// The length of its name, and how many children it states.
    fn element_of_schema(&mut self) -> Option<(usize, usize)> {
        let (mut last, mut name, mut children) = (0, 0, 0);
        loop {
            match (self.field(&mut last)?, last) {
                (0, _) => return Some((name, children)),
                (BINARY, 4) => {
                    name = usize::try_from(self.varint()?).ok()?;
                    self.advance(name)?;
                }
                (4..=6, 5) => children = usize::try_from(self.zigzag()?).unwrap_or(usize::MAX),
                (kind, _) => self.skip(kind, DEPTH)?,
            }
        }
    }
}
