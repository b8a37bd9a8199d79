//! Properties that must hold for any bytes; called by the fuzz target and by tests.
#![allow(clippy::missing_panics_doc, reason = "a panic is how these report a failed property")]

use crate::part::{Limits, PartName, Sink, Unread};
use crate::{formats, unpacker};

/// Small, so that a few bytes can reach every limit.
pub const BOUNDS: Limits = Limits { unpacked: 1 << 20, members: 500, depth: 4, memory: 1 << 20 };
/// What a reader may have taken from a decoder when the limit is reached: the rest of its buffers, in bytes.
const BUFFERS: u64 = 1 << 20;

/// Counts, and keeps nothing.
#[derive(Default, Debug)]
pub struct Count {
    pub bytes: u64,
    pub members: u64,
    open: u64,
    pub unread: Vec<Unread>,
}

impl Sink for Count {
    fn begin(&mut self, _: PartName<'_>) {
        self.members += 1;
        self.open += 1;
    }

    fn push(&mut self, _: u64, bytes: &[u8]) {
        self.bytes += bytes.len() as u64;
    }

    fn end(&mut self) {
        self.open = self.open.checked_sub(1).unwrap_or_else(|| panic!("a part ended that did not begin"));
    }

    fn unread(&mut self, unread: &Unread) {
        self.unread.push(unread.clone());
    }
}

/// Unpacks `bytes` within `limits`; everything stays within them.
pub fn counted(bytes: &[u8], name: Option<&[u8]>, limits: &Limits) -> Count {
    let mut count = Count::default();
    let result = unpacker::run(&mut &bytes[..], name, limits, &mut count, &formats::TABLE);
    assert!(result.is_ok(), "reading from memory does not fail");
    assert_eq!(count.open, 0, "every part that begins ends");
    assert!(count.members <= limits.members);
    assert!(count.bytes <= bytes.len() as u64 + limits.unpacked + BUFFERS, "{} of {}", count.bytes, bytes.len());
    count
}

/// No bytes make unpacking panic or exceed its limits. They are named as brotli, which has no magic.
pub fn unpack(bytes: &[u8]) {
    counted(bytes, Some(b"a.br"), &BOUNDS);
}
