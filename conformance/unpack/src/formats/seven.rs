//! 7z, by the crate `sevenz-rust2`: its methods LZMA, LZMA2, Copy, BCJ, Delta, PPMd, bzip2, Deflate, LZ4, brotli, zstd.

use crate::part::UnreadKind;
use crate::unpacker::{Outcome, Stop, Unpacker};
use sevenz_rust2::{ArchiveReader, Error, Password};
use std::io::{self, Cursor};
use std::ops::Range;

const NAME: &str = "7z";

pub(super) fn read(unpacker: &mut Unpacker<'_>, bytes: &[u8]) -> Outcome<Vec<Range<usize>>> {
    let memory = unpacker.limits.memory / 1024;
    let reader = ArchiveReader::new_with_memory_limit(Cursor::new(bytes), Password::empty(), memory);
    let mut reader = reader.map_err(stop)?;
    reader.set_thread_count(1);
    let mut stopped = None;
    let (mut read, count) = (0, reader.archive().files.len());
    let result = reader.for_each_entries(|entry, content| {
        read += 1;
        let outcome = unpacker.member_or_damage(entry.name().as_bytes(), content, true, NAME);
        if let Err(stop) = outcome {
            stopped = Some(stop);
            return Ok(false);
        }
        // What was not taken is taken: the members of a block are one stream.
        io::copy(content, &mut io::sink())?;
        Ok(true)
    });
    if let Some(stop) = stopped {
        return Err(stop);
    }
    result.map_err(stop)?;
    if read < count {
        return Err(Stop::damaged(format!("{} of its {count} members were not read", count - read)));
    }
    // Its packed bytes say nothing, but its header may hold names and comments; both are pushed.
    Ok(Vec::new())
}

fn stop(error: Error) -> Stop {
    match error {
        Error::PasswordRequired | Error::MaybeBadPassword(_) => Stop::Unread(UnreadKind::Encrypted, "it is encrypted".into()),
        Error::UnsupportedCompressionMethod(method) if method.to_ascii_uppercase().contains("AES") => {
            Stop::Unread(UnreadKind::Encrypted, "it is encrypted".into())
        }
        Error::UnsupportedCompressionMethod(method) => {
            Stop::Unread(UnreadKind::UnknownMethod, format!("compression method {method} is not read").into())
        }
        Error::MaxMemLimited { .. } => Stop::Unread(UnreadKind::Limit, "its decoder needs too much memory".into()),
        other => Stop::damaged(other.to_string()),
    }
}
