//! Inputs made to cost more than they should: memory, work and output stay within what `Limits` say, and what was not read is named.
//! Memory and work are counted in bytes of allocations, so that nothing here depends on time.
#![allow(clippy::unwrap_used, reason = "a test ends where something is missing")]

mod compound;
mod compressed;
mod counting;
mod drawn;
mod parquet;
mod pdf;
mod sqlite;
mod thrift;

use counting::counted;
use std::io::Write;
use unpack::fuzzing::{self, Count};
use unpack::{Limits, UnreadKind};

/// Small, so that a few kilobytes can reach every limit.
pub const LIMITS: Limits = Limits { unpacked: 8 << 20, members: 2000, depth: 4, memory: 1 << 20 };
/// As the documentation of `Limits` states it: so many times the memory for each container around the innermost part.
const HELD: usize = 16;
/// All allocations together, of which most are freed again, for a source of no more than the memory: a measure of work.
const ALLOCATED: usize = 384;

/// Unpacks a source within the limits; panics if it takes more.
pub fn bounded(bytes: &[u8]) -> Count {
    assert!(bytes.len() <= LIMITS.memory);
    let (count, used) = counted(|| fuzzing::counted(bytes, None, &LIMITS));
    assert!(used.most_held <= HELD * LIMITS.memory, "{} KiB held", used.most_held >> 10);
    assert!(used.allocated <= ALLOCATED * LIMITS.memory, "{} KiB allocated", used.allocated >> 10);
    count
}

/// Unpacks, and expects that something was not read, for this reason.
pub fn unread(bytes: &[u8], kind: UnreadKind) -> Count {
    let count = bounded(bytes);
    assert!(count.unread.iter().any(|u| u.kind == kind), "{kind:?} is not among {:?}", count.unread);
    count
}

pub fn zlib(content: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}
