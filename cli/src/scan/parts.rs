//! Scans the parts of a file: what it holds as it is, and what the crate `unpack` finds in it.

use super::tally::{Leaf, Tally};
use std::io::{self, Read};
use unpack::{Limits, PartName, Role, Sink, Unread, UnreadKind};

/// Scans `file`, whose reportable name is `path`.
///
/// # Errors
/// If the file could not be read to its end. The bytes before the error have been scanned.
pub fn scan(tally: &mut Tally<'_>, path: &str, mut file: impl Read) -> io::Result<()> {
    let outermost = Open { path: path.to_string(), leaf: None, next: 0 };
    let mut parts = Parts { tally, open: vec![outermost] };
    let result = unpack::unpack(&mut file, Some(path.as_bytes()), &Limits::default(), &mut parts);
    parts.end();
    result
}

struct Parts<'t, 'd> {
    tally: &'t mut Tally<'d>,
    /// From outside inwards.
    open: Vec<Open<'d>>,
}

struct Open<'d> {
    path: String,
    /// The piece that is being scanned, and the offset at which it goes on.
    leaf: Option<Leaf<'d>>,
    next: u64,
}

impl Parts<'_, '_> {
    fn close_piece(&mut self) {
        if let Some(leaf) = self.open.last_mut().and_then(|open| open.leaf.take()) {
            self.tally.close(leaf);
        }
    }
}

impl Sink for Parts<'_, '_> {
    fn begin(&mut self, part: PartName<'_>) {
        self.close_piece();
        let outer = self.open.last().map(|open| open.path.as_str());
        let path = if part.made { self.tally.masked(outer, part.bytes) } else { self.tally.name(outer, part.bytes) };
        self.tally.members += u64::from(part.role == Role::Member);
        self.open.push(Open { path, leaf: None, next: 0 });
    }

    fn push(&mut self, at: u64, bytes: &[u8]) {
        if self.open.last().is_some_and(|open| open.next != at) {
            self.close_piece();
        }
        if let Some(open) = self.open.last_mut() {
            open.next = at + bytes.len() as u64;
            open.leaf.get_or_insert_with(|| self.tally.open(&open.path, at)).push(bytes);
        }
    }

    fn end(&mut self) {
        self.close_piece();
        self.open.pop();
    }

    fn unread(&mut self, unread: &Unread) {
        let Some(open) = self.open.last() else { return };
        let Unread { kind, format, at, nothing, why, .. } = unread;
        let what = match kind {
            UnreadKind::Damaged if *format == unpack::ZIP_MEMBER => format!("this member is damaged ({why})"),
            UnreadKind::Damaged => format!("this {format} is damaged at byte {at} ({why}); the rest was scanned as raw bytes"),
            UnreadKind::Limit if !unread.raw => why.to_string(),
            UnreadKind::Depth => format!("a {format} {why}"),
            _ => format!("{format}: {why}"),
        };
        // If nothing was unpacked, it may be no container at all, and then raw bytes are all of it.
        match nothing {
            true => self.tally.remark(&open.path, what),
            false => self.tally.not_searched(&open.path, kind.name(), what),
        }
    }
}
