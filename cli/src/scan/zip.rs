//! The members of a zip in file order, read from a stream: APPNOTE.TXT 4.3 and 4.4.
//!
//! The crate `zip` also reads streams, but not members whose length follows the data, as in jar files, office documents and
//! everything written to a pipe. Reading in order also finds members that the directory at the end does not list.

use super::codecs::NoHeader;
use std::io::{self, BufRead};

const LOCAL: u32 = 0x0403_4b50;
const DESCRIPTOR: u32 = 0x0807_4b50;
/// Signatures of a directory entry, of the directory's end, of their 64-bit forms, and of records before the directory.
const DIRECTORY: [u32; 5] = [0x0201_4b50, 0x0605_4b50, 0x0606_4b50, 0x0706_4b50, 0x0806_4b50];
const IN_EXTRA_FIELD: u32 = u32::MAX;

pub struct Entry {
    pub name: Vec<u8>,
    pub method: Method,
    /// `None` if it follows the member.
    pub packed_size: Option<u64>,
    pub has_descriptor: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Method {
    Stored,
    Deflate,
    Zstd,
    /// Not unpacked, and why.
    Other(&'static str),
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    bytes.get(at..at + 2).map_or(0, |b| u16::from_le_bytes([b[0], b[1]]))
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from(u16_at(bytes, at)) | u32::from(u16_at(bytes, at + 2)) << 16
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from(u32_at(bytes, at)) | u64::from(u32_at(bytes, at + 4)) << 32
}

/// The header of the next member; its content follows. `None` at the beginning of the directory.
pub fn next(from: &mut dyn BufRead) -> io::Result<Option<Entry>> {
    let mut signature = [0; 4];
    from.read_exact(&mut signature)?;
    match u32_at(&signature, 0) {
        LOCAL => {}
        other if DIRECTORY.contains(&other) => return Ok(None),
        _ => return Err(NoHeader::error("expected a member or the directory", &signature)),
    }
    let mut fixed = [0; 26];
    from.read_exact(&mut fixed)?;
    let mut name = vec![0; usize::from(u16_at(&fixed, 22))];
    from.read_exact(&mut name)?;
    let mut extra = vec![0; usize::from(u16_at(&fixed, 24))];
    from.read_exact(&mut extra)?;
    let flags = u16_at(&fixed, 2);
    let (encrypted, has_descriptor) = (flags & 1 != 0, flags & 8 != 0);
    let method = match u16_at(&fixed, 4) {
        _ if encrypted => Method::Other("this member is encrypted"),
        0 => Method::Stored,
        8 => Method::Deflate,
        93 => Method::Zstd,
        _ => Method::Other("this member has an unsupported compression method"),
    };
    let packed_size = match u32_at(&fixed, 14) {
        0 if has_descriptor => None,
        IN_EXTRA_FIELD => Some(long_size(&extra).ok_or_else(|| io::Error::other("a member's 64-bit length is missing"))?),
        size => Some(u64::from(size)),
    };
    // Written to a pipe with 64-bit lengths: zero in the extra field too.
    let packed_size = packed_size.filter(|size| *size > 0 || !has_descriptor);
    Ok(Some(Entry { name, method, packed_size, has_descriptor }))
}

/// The packed length in the extra field 0x0001, which has the unpacked length before it.
fn long_size(mut extra: &[u8]) -> Option<u64> {
    while extra.len() >= 4 {
        let (kind, length) = (u16_at(extra, 0), usize::from(u16_at(extra, 2)));
        let content = extra.get(4..4 + length)?;
        if kind == 1 {
            return (length >= 16).then(|| u64_at(content, 8));
        }
        extra = &extra[4 + length..];
    }
    None
}

/// Skips the data descriptor of a member: a checksum and two lengths of 32 or 64 bits, with or without a signature.
pub fn skip_descriptor(from: &mut dyn BufRead) -> io::Result<()> {
    let mut bytes = [0; 12];
    from.read_exact(&mut bytes)?;
    if u32_at(&bytes, 0) == DESCRIPTOR {
        from.read_exact(&mut bytes[..4])?;
    }
    // With 32-bit lengths the next signature follows here, with 64-bit lengths after eight more bytes.
    let next = from.fill_buf()?;
    if !next.starts_with(b"PK") && next != b"P" {
        from.read_exact(&mut bytes[..8])?;
    }
    Ok(())
}
