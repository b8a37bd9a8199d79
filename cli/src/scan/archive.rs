//! Scans a file and the archives in it. Everything is streamed: no member is ever kept in memory as a whole.

use super::codecs::{Counted, Frames, GzipMembers, Meter, NoHeader, Outermost, Watched};
use super::tally::Tally;
use super::{tar, zip};
use flate2::bufread::DeflateDecoder;
use std::io::{self, BufRead, BufReader, Read};

/// Maximum nesting of archives. A .tar.gz inside a .zip takes three levels. Deeper archives are scanned as raw bytes.
pub const MAX_DEPTH: usize = 8;
/// Maximum number of bytes that are unpacked from one file.
pub const MAX_UNPACKED: u64 = 64 << 30;

/// How much is kept of the beginning, so that a file that only looked like an archive can be scanned from its start.
const HEAD: usize = 64 << 10;
const CHUNK: usize = 256 << 10;

/// The kind of an archive, by its first bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Gzip,
    Zstd,
    Zip,
    Tar,
}

impl Kind {
    fn of(head: &[u8]) -> Option<Kind> {
        match head {
            [0x1f, 0x8b, 8, ..] => Some(Kind::Gzip),
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Some(Kind::Zstd),
            [b'P', b'K', 3, 4, ..] | [b'P', b'K', 5, 6, ..] => Some(Kind::Zip),
            _ => tar::is_header(head).then_some(Kind::Tar),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Kind::Gzip => "gzip",
            Kind::Zstd => "zstd",
            Kind::Zip => "zip",
            Kind::Tar => "tar",
        }
    }
}

/// Why an archive was not read to its end.
enum UnpackError {
    /// It is damaged from some byte on; with the last bytes that were read and not scanned.
    Broken(String, Vec<u8>),
    /// The limit of unpacked bytes is reached.
    Full,
}

impl From<io::Error> for UnpackError {
    fn from(error: io::Error) -> Self {
        match error.downcast::<NoHeader>() {
            Ok(NoHeader { why, bytes }) => UnpackError::Broken(why.into(), bytes),
            Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => UnpackError::Broken("unexpected end".into(), Vec::new()),
            Err(e) => UnpackError::Broken(e.to_string(), Vec::new()),
        }
    }
}

/// Scans `file`, whose reportable name is `path`, and unpacks at most `most` bytes.
///
/// # Errors
/// If the file could not be read to its end. The bytes before the error have been scanned.
pub fn scan(tally: &mut Tally<'_>, path: &str, file: impl Read, most: u64) -> io::Result<()> {
    let mut outermost = Outermost::new(file);
    let mut unpacker = Unpacker { tally, meter: Meter::new(most) };
    if let Err(UnpackError::Full) = unpacker.stream(path, &mut outermost, 0) {
        tally.not_searched(path, format!("the limit of {most} unpacked bytes was reached; the rest was not scanned"));
    }
    outermost.ended()
}

struct Unpacker<'t, 'd> {
    tally: &'t mut Tally<'d>,
    meter: Meter,
}

impl Unpacker<'_, '_> {
    /// Scans a stream to its end, as an archive or as raw bytes. An error of `source` counts as its end: the caller checks for
    /// errors.
    fn stream(&mut self, path: &str, source: &mut dyn Read, depth: usize) -> Result<(), UnpackError> {
        let mut head = Vec::with_capacity(HEAD);
        let failed = source.take(HEAD as u64).read_to_end(&mut head).is_err();
        let kind = if failed { None } else { Kind::of(&head) };
        let Some(kind) = kind else { return self.bytes(path, 0, &mut head.chain(source)) };
        if depth == MAX_DEPTH {
            let what = format!("a {} nested in {MAX_DEPTH} archives; it was scanned as raw bytes", kind.name());
            self.tally.not_searched(path, what);
            return self.bytes(path, 0, &mut head.chain(source));
        }
        let mut packed = BufReader::with_capacity(HEAD, Counted::new(head.as_slice().chain(source)));
        let so_far = self.tally.bytes;
        let unpacked = match kind {
            Kind::Gzip => self.gzip(path, &mut packed, depth),
            Kind::Zstd => self.zstd(path, &mut packed, depth),
            Kind::Zip => self.zip(path, &mut packed, depth),
            Kind::Tar => self.tar(path, &mut packed, depth),
        };
        let at = packed.get_ref().count() - packed.buffer().len() as u64;
        match unpacked {
            _ if self.meter.is_full() => Err(UnpackError::Full),
            Err(UnpackError::Broken(why, unread)) => {
                let what = format!("this {} is damaged at byte {at} ({why}); the rest was scanned as raw bytes", kind.name());
                match head.get(..at as usize) {
                    // Nothing was unpacked: it may not be an archive at all, and then raw bytes are all of it.
                    Some(before) if self.tally.bytes == so_far => {
                        self.tally.remark(path, what);
                        self.bytes(path, 0, &mut before.chain(packed))
                    }
                    _ => {
                        self.tally.not_searched(path, what);
                        self.bytes(path, at - unread.len() as u64, &mut unread.chain(packed))
                    }
                }
            }
            // After the end of the archive: the directory of a zip, or appended data.
            Ok(()) => self.bytes(path, at, &mut packed),
            Err(UnpackError::Full) => Err(UnpackError::Full),
        }
    }

    /// Scans raw bytes at offset `start` of `path`.
    fn bytes(&mut self, path: &str, start: u64, source: &mut dyn Read) -> Result<(), UnpackError> {
        let mut leaf = self.tally.open(path, start);
        let mut chunk = vec![0; CHUNK];
        while let Ok(count @ 1..) = source.read(&mut chunk) {
            leaf.push(&chunk[..count]);
        }
        self.tally.close(leaf);
        if self.meter.is_full() { Err(UnpackError::Full) } else { Ok(()) }
    }

    /// Scans the member whose reportable name is `path`. An error of its decoder is an error of the archive.
    fn member(&mut self, path: &str, source: &mut dyn Read, depth: usize) -> Result<(), UnpackError> {
        self.tally.members += 1;
        let mut watched = Watched::new(source, None);
        self.stream(path, &mut watched, depth + 1)?;
        Ok(watched.ended()?)
    }

    /// The same for a compressed member.
    fn compressed(&mut self, path: &str, source: &mut dyn Read, depth: usize) -> Result<(), UnpackError> {
        self.tally.members += 1;
        let mut watched = Watched::new(source, Some(self.meter.clone()));
        self.stream(path, &mut watched, depth + 1)?;
        Ok(watched.ended()?)
    }

    fn gzip(&mut self, path: &str, packed: &mut dyn BufRead, depth: usize) -> Result<(), UnpackError> {
        self.compressed(&inner_path(path), &mut GzipMembers::new(packed), depth)
    }

    fn zstd(&mut self, path: &str, packed: &mut dyn BufRead, depth: usize) -> Result<(), UnpackError> {
        self.compressed(&inner_path(path), &mut Frames::new(packed), depth)
    }

    fn tar(&mut self, path: &str, packed: &mut dyn BufRead, depth: usize) -> Result<(), UnpackError> {
        let mut ahead = tar::PendingHeaders::default();
        while let Some(entry) = tar::next(packed, &mut ahead)? {
            if let Some(link) = &entry.link {
                self.tally.name(Some(path), link);
            }
            let member = self.tally.name(Some(path), &entry.name);
            let mut content = packed.take(entry.size);
            self.member(&member, &mut content, depth)?;
            if content.limit() > 0 {
                return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
            }
            tar::skip_padding(packed, entry.size)?;
        }
        Ok(())
    }

    fn zip(&mut self, path: &str, packed: &mut dyn BufRead, depth: usize) -> Result<(), UnpackError> {
        while let Some(entry) = zip::next(packed)? {
            let member = self.tally.name(Some(path), &entry.name);
            match entry.packed_size {
                Some(size) => {
                    let mut content = packed.take(size);
                    match self.zipped(&member, entry.method, &mut content, depth) {
                        Err(UnpackError::Broken(why, _)) => {
                            let what = format!("this member is damaged ({why}); only the unpacked part was scanned");
                            self.tally.not_searched(&member, what);
                        }
                        other => other?,
                    }
                    io::copy(&mut content, &mut io::sink())?;
                }
                // Deflate marks its own end.
                None if entry.method == zip::Method::Deflate => self.zipped(&member, entry.method, packed, depth)?,
                None => return Err(UnpackError::Broken("a member has no length".into(), Vec::new())),
            }
            if entry.has_descriptor {
                zip::skip_descriptor(packed)?;
            }
        }
        Ok(())
    }

    fn zipped(&mut self, member: &str, method: zip::Method, packed: &mut dyn BufRead, depth: usize) -> Result<(), UnpackError> {
        match method {
            zip::Method::Stored => self.member(member, &mut { packed }, depth),
            zip::Method::Deflate => self.compressed(member, &mut DeflateDecoder::new(packed), depth),
            zip::Method::Zstd => self.compressed(member, &mut Frames::new(packed), depth),
            zip::Method::Other(why) => {
                self.tally.not_searched(member, format!("{why}; only its packed bytes were scanned"));
                self.member(member, &mut { packed }, depth)
            }
        }
    }
}

/// The content of a .gz or .zst has the name without the suffix: `a.tgz!a.tar`.
fn inner_path(path: &str) -> String {
    let name = path.rsplit(['/', '!']).next().unwrap_or(path);
    let inner = match name.rsplit_once('.') {
        Some((stem, "tgz" | "tzst")) => format!("{stem}.tar"),
        Some((stem, "gz" | "zst")) if !stem.is_empty() => stem.to_string(),
        _ => "content".to_string(),
    };
    format!("{path}!{inner}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compressed_content_is_named_after_its_file() {
        for (path, inner) in
            [("a/b.log.gz", "b.log"), ("b.tgz", "b.tar"), ("z.zip!c.zst", "c"), ("-", "content"), (".gz", "content")]
        {
            assert_eq!(inner_path(path), format!("{path}!{inner}"));
        }
    }
}
