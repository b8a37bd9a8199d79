//! What is inside a container: archives, compressed files, documents, databases, captures, mails.
//!
//! [`unpack`] reads bytes and tells a [`Sink`] about every part in them, so that a search sees the content and not its packing.
//! What could not be read is never passed over silently: it is reported as [`Unread`], and its bytes are pushed as they are.
//!
//! Invariants
//! - Every byte of the source is pushed in some part, raw or unpacked, unless [`UnreadKind::Limit`] is reported with
//!   `raw: false`. Left out are: fixed fields of headers of gzip, zip and the compressed formats, names that [`Sink::begin`] was
//!   given, padding and end marks of zeros, and packed bytes that were unpacked, or that a decoder took before it failed.
//! - No input panics, and none takes more than [`Limits`] allow.
//! - Nothing here depends on another crate of the project.

mod codecs;
mod formats;
#[doc(hidden)]
pub mod fuzzing;
mod input;
mod le;
mod part;
mod text;
mod unpacker;

pub use formats::{Kind, ZIP_MEMBER, could_be_unreadable, kind, magic_at};
pub use part::{Limits, PartName, Role, Sink, Unread, UnreadKind};

use std::io::{self, Read};

/// Unpacks `source` to its end. `name` is its file name, which helps with formats without a magic and names what is in a
/// compressed file.
///
/// # Errors
/// If `source` could not be read to its end. The bytes before the error have been pushed.
pub fn unpack(source: &mut dyn Read, name: Option<&[u8]>, limits: &Limits, sink: &mut dyn Sink) -> io::Result<()> {
    unpacker::run(source, name, limits, sink, &formats::TABLE)
}
