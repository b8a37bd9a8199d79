//! zip: APPNOTE.TXT 4.3 and 4.4. The members in file order, found by their headers, wherever they are: behind a stub, after each
//! other, with other bytes between them, listed in the directory or not. What is not a member is pushed as raw bytes: extra fields,
//! descriptors, the directory with its comments.

use super::office::Office;
use crate::codecs::{self, Frames, Pushed};
use crate::input::Input;
use crate::le::{u16_at, u32_at, u64_at};
use crate::part::UnreadKind;
use crate::unpacker::{Outcome, Unpacker, trouble};
use deflate64::Deflate64Decoder;
use flate2::Crc;
use flate2::bufread::DeflateDecoder;
use ppmd_rust::{Ppmd8Decoder, RestoreMethod};
use std::collections::BTreeSet;
use std::io::{self, BufRead, Read};

const NAME: &str = "zip";
/// The format of an [`Unread`](crate::Unread) about one member of a zip.
pub const ZIP_MEMBER: &str = "zip member";

const CHUNK: usize = 256 << 10;
const LOCAL: &[u8] = b"PK\x03\x04";
const DIRECTORY: &[u8] = b"PK\x01\x02";
const END: &[u8] = b"PK\x05\x06";
const DESCRIPTOR: &[u8] = b"PK\x07\x08";
/// The longest local header: 30 bytes, name and extra field.
const MOST_HEADER: usize = 30 + 2 * 0xFFFF;
/// A length that is in the extra field 0x0001.
const IN_EXTRA_FIELD: u32 = u32::MAX;

struct Entry {
    name: Vec<u8>,
    method: u16,
    encrypted: bool,
    /// `None` if it follows the member.
    crc: Option<u32>,
    packed: Option<u64>,
    unpacked: Option<u64>,
    /// LZMA with an end mark.
    end_mark: bool,
}

/// What is known of a zip in the course of reading.
#[derive(Default)]
struct Archive {
    /// Offsets of members.
    members: BTreeSet<u64>,
    /// Offsets that the directory gives.
    listed: Vec<u64>,
    ended: bool,
    office: Office,
}

pub(super) fn begins(head: &[u8]) -> bool {
    is_member(head)
        || head.starts_with(END)
        || head.strip_prefix(DESCRIPTOR).or(head.strip_prefix(b"PK00")).is_some_and(is_member)
}

/// Whether a plausible local header begins here.
fn is_member(head: &[u8]) -> bool {
    head.len() >= 30
        && head.starts_with(LOCAL)
        && u16_at(head, 4) & 0xFF < 100
        && matches!(u16_at(head, 8), 0..=20 | 93..=99)
        && u16_at(head, 26) > 0
}

/// Pushes the rest of the current part as it is, but for the members of a zip in it.
pub(super) fn leaf(unpacker: &mut Unpacker<'_>, input: &mut Input<'_>) -> Outcome {
    unpacker.leaf(input)
}

impl Unpacker<'_> {
    fn leaf(&mut self, input: &mut Input<'_>) -> Outcome {
        let mut archive = Archive::default();
        let mut too_deep = false;
        loop {
            let bytes = input.peek(CHUNK);
            let length = bytes.len();
            if length == 0 {
                break;
            }
            let Some(at) = memchr::memmem::find(bytes, b"PK") else {
                // Its first byte may be the last one here.
                self.raw(input, if length < CHUNK { length } else { length - 1 } as u64)?;
                continue;
            };
            self.raw(input, at as u64)?;
            match input.peek(46) {
                head if is_member(head) && self.depth < self.limits.depth => self.zip_member(input, &mut archive)?,
                head => {
                    too_deep |= is_member(head);
                    archive.look(head);
                    let count = if head.starts_with(END) && head.len() >= 22 { 22 } else { 2 };
                    if count == 22 {
                        self.check_directory(input, &mut archive);
                    }
                    self.raw(input, count)?;
                }
            }
        }
        if too_deep {
            let why = format!("nested in {} archives; it was scanned as raw bytes", self.limits.depth);
            self.unread(UnreadKind::Depth, NAME, 0, why);
        }
        if !archive.members.is_empty() && !archive.ended {
            let first = archive.members.first().copied().unwrap_or(0);
            self.unread(UnreadKind::Damaged, NAME, first, "its directory is missing: it may have been cut off");
        }
        archive.office.views(self)
    }

    /// Compares the members of the directory, which ends here, with those that were read.
    fn check_directory(&mut self, input: &mut Input<'_>, archive: &mut Archive) {
        let at = input.at();
        let head = input.peek(22);
        let directory = u64::from(u32_at(head, 12)) + u64::from(u32_at(head, 16));
        let base = at.saturating_sub(directory);
        let first = archive.members.first().copied().unwrap_or(0);
        let found = |o: &u64| [*o, o + base, o + first].iter().any(|o| archive.members.contains(o));
        let missing = archive.listed.iter().filter(|o| !found(o)).count();
        if missing > 0 {
            let why = format!("{missing} of the members that its directory lists were not found");
            self.unread(UnreadKind::Damaged, NAME, at, why);
        }
        archive.listed.clear();
        archive.ended = true;
    }

    fn zip_member(&mut self, input: &mut Input<'_>, archive: &mut Archive) -> Outcome {
        let at = input.at();
        let head = input.peek(MOST_HEADER);
        let (name, extra) = (usize::from(u16_at(head, 26)), usize::from(u16_at(head, 28)));
        let Some(head) = head.get(..30 + name + extra).map(<[u8]>::to_vec) else {
            return self.raw(input, 4);
        };
        input.consume(head.len());
        archive.members.insert(at);
        let (entry, extra) = (Entry::new(&head, name), &head[30 + name..]);
        if !extra.is_empty() {
            self.push(at + 30 + name as u64, extra);
        }
        let wanted = archive.office.wants(&entry.name, self.limits.memory) && !entry.encrypted;
        let outer = self.copy.take();
        self.copy = wanted.then(|| (self.depth + 1, Vec::new()));
        let start = input.at();
        let result = match entry.packed {
            Some(size) => self.zip_limited(&entry, start, &mut (&mut *input).take(size)),
            // Deflate marks its own end.
            None if entry.method == 8 && !entry.encrypted => {
                let mut decoder = DeflateDecoder::new(&mut *input);
                self.member_or_damage(&entry.name, &mut decoder, true, ZIP_MEMBER)
            }
            None => self.zip_limited(&entry, start, &mut Described::new(input)),
        };
        let copy = std::mem::replace(&mut self.copy, outer);
        if let Some((_, bytes)) = copy {
            archive.office.add(entry.name, bytes);
        }
        result
    }

    /// Reads a member from a source that ends with its packed bytes.
    fn zip_limited(&mut self, entry: &Entry, start: u64, source: &mut dyn Read) -> Outcome {
        let mut packed = Input::starting_at(start, source);
        let other = |kind, why: String| (kind, ZIP_MEMBER, why.into());
        if entry.encrypted {
            let why = other(UnreadKind::Encrypted, "it is encrypted; its packed bytes were scanned".into());
            return self.unread_member(&entry.name, &mut packed, why);
        }
        if !matches!(entry.method, 0 | 8 | 9 | 12 | 14 | 20 | 93 | 95 | 98) {
            let why = format!("compression method {} is not read; its packed bytes were scanned", entry.method);
            return self.unread_member(&entry.name, &mut packed, other(UnreadKind::UnknownMethod, why));
        }
        let memory = self.limits.memory;
        let mut decoder: Box<dyn Read + '_> = match decoder(entry, &mut packed, memory, self) {
            Ok(decoder) => decoder,
            Err(e) => Box::new(Failed(Some(e))),
        };
        if let Some(crc) = entry.crc {
            decoder = Box::new(Verified { from: decoder, crc: Crc::new(), expected: crc });
        }
        self.member_or_damage(&entry.name, &mut decoder, entry.method != 0, ZIP_MEMBER)?;
        drop(decoder);
        self.raw(&mut packed, u64::MAX)
    }
}

fn decoder<'a>(
    entry: &Entry,
    packed: &'a mut Input<'_>,
    memory: usize,
    unpacker: &Unpacker<'_>,
) -> io::Result<Box<dyn Read + 'a>> {
    Ok(match entry.method {
        0 => Box::new(packed),
        8 => Box::new(DeflateDecoder::new(packed)),
        9 => Box::new(Deflate64Decoder::with_buffer(packed)),
        12 => Box::new(Pushed::one(packed, codecs::bzip2())),
        14 => {
            // Section 5.8.8: version, length of the properties, properties.
            let head = packed.take_bytes(9)?;
            let length = entry.unpacked.filter(|_| !entry.end_mark).unwrap_or(u64::MAX);
            Box::new(Pushed::one(packed, codecs::lzma(head[4], u32_at(&head, 5), length, memory)?))
        }
        95 => Box::new(Pushed::one(packed, codecs::xz(memory))),
        98 => {
            // Section 5.10: order, memory in MiB, method of restoration.
            let word = u16_at(&packed.take_bytes(2)?, 0);
            let restoration = if word >> 12 == 0 { RestoreMethod::Restart } else { RestoreMethod::CutOff };
            let size = (u32::from(word >> 4 & 0xFF) + 1) << 20;
            if size as usize > memory {
                return Err(trouble(UnreadKind::Limit, "its decoder needs too much memory"));
            }
            let decoder = Ppmd8Decoder::new(packed, u32::from(word & 0xF) + 1, size, restoration);
            let decoder = decoder.map_err(|_| io::Error::other("its PPMd parameters are not valid"))?;
            Box::new(decoder.take(entry.unpacked.unwrap_or(u64::MAX)))
        }
        _ => Box::new(Frames::new(packed, unpacker.aside.clone(), memory)),
    })
}

impl Entry {
    fn new(head: &[u8], name: usize) -> Entry {
        let flags = u16_at(head, 6);
        let (encrypted, described) = (flags & 0x2041 != 0, flags & 8 != 0);
        let (unpacked, packed) = match (u32_at(head, 22), u32_at(head, 18)) {
            (IN_EXTRA_FIELD, _) | (_, IN_EXTRA_FIELD) => long_sizes(&head[30 + name..]).unwrap_or((0, 0)),
            (unpacked, packed) => (u64::from(unpacked), u64::from(packed)),
        };
        // Written to a pipe: zero here, also with 64-bit lengths.
        let unknown = described && packed == 0;
        Entry {
            name: head[30..30 + name].to_vec(),
            method: u16_at(head, 8),
            encrypted: encrypted || u16_at(head, 8) == 99,
            crc: (!described).then(|| u32_at(head, 14)),
            packed: (!unknown).then_some(packed),
            unpacked: (!unknown).then_some(unpacked),
            end_mark: flags & 2 != 0,
        }
    }
}

/// Section 4.5.3: the unpacked and the packed length.
fn long_sizes(mut extra: &[u8]) -> Option<(u64, u64)> {
    while extra.len() >= 4 {
        let (kind, length) = (u16_at(extra, 0), usize::from(u16_at(extra, 2)));
        let content = extra.get(4..4 + length)?;
        if kind == 1 {
            return (length >= 16).then(|| (u64_at(content, 0), u64_at(content, 8)));
        }
        extra = &extra[4 + length..];
    }
    None
}

impl Archive {
    /// Section 4.3.12: an entry of the directory. 64-bit offsets are not compared.
    fn look(&mut self, head: &[u8]) {
        let offset = u32_at(head, 42);
        if head.len() >= 46 && head.starts_with(DIRECTORY) && offset != u32::MAX && !self.members.is_empty() {
            self.listed.push(u64::from(offset));
        }
    }
}

/// The packed bytes of a member whose length follows it: section 4.3.9. They end where a descriptor gives their length.
struct Described<'a, 'i> {
    input: &'a mut Input<'i>,
    count: u64,
}

impl<'a, 'i> Described<'a, 'i> {
    fn new(input: &'a mut Input<'i>) -> Self {
        Described { input, count: 0 }
    }
}

impl Read for Described<'_, '_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let bytes = self.input.peek(16 + into.len().min(CHUNK));
        let found = memchr::memmem::find_iter(bytes, DESCRIPTOR).find(|at| {
            let lengths = bytes.get(at + 8..).unwrap_or_default();
            let count = self.count + *at as u64;
            lengths.len() < 8 || u64::from(u32_at(lengths, 0)) == count || u64_at(lengths, 0) == count
        });
        let most = found.unwrap_or(bytes.len().saturating_sub(3).max(usize::from(bytes.len() < 16) * bytes.len()));
        let count = most.min(into.len());
        into[..count].copy_from_slice(&bytes[..count]);
        self.input.consume(count);
        self.count += count as u64;
        Ok(count)
    }
}

/// Compares the checksum at the end.
struct Verified<R> {
    from: R,
    crc: Crc,
    expected: u32,
}

impl<R: Read> Read for Verified<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.from.read(into)?;
        self.crc.update(&into[..count]);
        match count == 0 && !into.is_empty() && self.crc.sum() != self.expected {
            true => Err(io::Error::other("the checksum is wrong")),
            false => Ok(count),
        }
    }
}

/// A decoder that could not be made.
struct Failed(Option<io::Error>);

impl Read for Failed {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}
