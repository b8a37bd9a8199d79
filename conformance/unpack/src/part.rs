//! What a caller sees: parts, what was not read, and limits.

use std::borrow::Cow;

/// What a part is to the container that it is in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    /// Content of its own, pushed only here.
    Member,
    /// A rendering of content that is also pushed elsewhere as it is stored: rows of a database, text in reading order, a
    /// TCP stream.
    View,
}

/// The name of a part.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PartName<'a> {
    /// As in the container, which is not always UTF-8; or made by this crate (`text of word/document.xml`).
    pub bytes: &'a [u8],
    pub role: Role,
    /// Made by this crate: values in it are also in another name.
    pub made: bool,
}

/// What receives the parts. Calls nest: `begin` … `end` within `begin` … `end`.
pub trait Sink {
    /// A part begins.
    fn begin(&mut self, part: PartName<'_>);
    /// Bytes of the current part. `at` is their offset in it, in bytes: a container's own bytes come in several pieces, with its
    /// members left out.
    fn push(&mut self, at: u64, bytes: &[u8]);
    /// The current part ends.
    fn end(&mut self);
    /// Something in the current part was not read.
    fn unread(&mut self, unread: &Unread);
}

/// Why something was not read. The names are stable: they may be given on a command line.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum UnreadKind {
    /// Needs a password or a key.
    Encrypted,
    /// Not as the format demands.
    Damaged,
    /// More than [`Limits`] allow.
    Limit,
    /// Nested deeper than [`Limits::depth`].
    Depth,
    /// A known container with an unknown compression method.
    UnknownMethod,
    /// A known format that this crate does not read.
    Unsupported,
}

impl UnreadKind {
    pub const ALL: [UnreadKind; 6] = [
        UnreadKind::Encrypted,
        UnreadKind::Damaged,
        UnreadKind::Limit,
        UnreadKind::Depth,
        UnreadKind::UnknownMethod,
        UnreadKind::Unsupported,
    ];

    /// In lower case with hyphens.
    pub fn name(self) -> &'static str {
        match self {
            UnreadKind::Encrypted => "encrypted",
            UnreadKind::Damaged => "damaged",
            UnreadKind::Limit => "limit",
            UnreadKind::Depth => "depth",
            UnreadKind::UnknownMethod => "unknown-method",
            UnreadKind::Unsupported => "unsupported",
        }
    }
}

/// Something that was not read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unread {
    pub kind: UnreadKind,
    /// What it is: `gzip`, `PDF`.
    pub format: &'static str,
    /// Offset in the current part, in bytes, from which on it was not read.
    pub at: u64,
    /// Nothing at all was unpacked before: it may not be this format, and then its raw bytes are all of it.
    pub nothing: bool,
    /// Whether its bytes were pushed as they are.
    pub raw: bool,
    /// A fragment of a sentence.
    pub why: Cow<'static, str>,
}

/// How much is unpacked from one source.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Bytes from decoders and in views.
    pub unpacked: u64,
    /// Members and views.
    pub members: u64,
    /// Nesting of containers. A .tar.gz in a .zip takes three levels.
    pub depth: usize,
    /// Bytes of one file of a format that needs random access, of the window of a decoder, and of a rendering. All that is held at
    /// once is at most 16 times as much, for each container around the innermost part.
    pub memory: usize,
}

impl Default for Limits {
    /// For files.
    fn default() -> Self {
        Limits { unpacked: 64 << 30, members: 10_000_000, depth: 8, memory: 256 << 20 }
    }
}

impl Limits {
    /// For containers met within bytes in memory.
    pub const SMALL: Limits = Limits { unpacked: 64 << 20, members: 10_000, depth: 4, memory: 64 << 20 };
}
