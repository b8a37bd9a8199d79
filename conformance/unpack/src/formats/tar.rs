//! tar: POSIX.1-2024, pax, "ustar interchange format"; GNU long names. The crate `tar` parses one header; its iterator would read
//! long names and extended headers into memory as a whole, however long the archive claims they are.
//!
//! Headers are pushed as raw bytes: link names, names of owners, extended attributes.

use crate::input::Input;
use crate::unpacker::{Outcome, Stop, Unpacker};
use std::io::{BufRead, Read};
use tar::{EntryType, Header, PaxExtensions};

const BLOCK: usize = 512;
/// A longer name or extended header is not parsed: it is read like a member.
const MAX_HEADER: u64 = 64 << 10;

/// A member: what follows its header is `size` bytes of content and padding to a whole block.
struct Entry {
    name: Vec<u8>,
    size: u64,
}

/// Values that earlier headers give for the next member.
#[derive(Default)]
struct Ahead {
    name: Option<Vec<u8>>,
    size: Option<u64>,
}

/// Whether `bytes` begin with a header whose checksum is correct.
pub(super) fn begins(bytes: &[u8]) -> bool {
    bytes.get(..BLOCK).is_some_and(|block| block[0] != 0 && checked(block).is_ok())
}

fn checked(block: &[u8]) -> Result<&Header, &'static str> {
    let header = Header::from_byte_slice(block);
    let others = block.iter().enumerate().filter(|(i, _)| !(148..156).contains(i)).map(|(_, b)| u32::from(*b));
    let declared = header.cksum().map_err(|_| "a header has no checksum")?;
    match declared == others.sum::<u32>() + 8 * u32::from(b' ') {
        true => Ok(header),
        false => Err("a header's checksum is wrong"),
    }
}

pub(super) fn read(unpacker: &mut Unpacker<'_>, input: &mut Input<'_>) -> Outcome {
    let mut ahead = Ahead::default();
    while let Some(entry) = next(unpacker, input, &mut ahead)? {
        let mut content = (&mut *input).take(entry.size);
        unpacker.member(&entry.name, &mut content, false)?;
        if content.limit() > 0 {
            return Err(Stop::damaged("unexpected end"));
        }
        padding(unpacker, input, entry.size)?;
    }
    Ok(())
}

/// The next member. `None` at the end of the data, or after blocks of zeros that no header follows.
fn next(unpacker: &mut Unpacker<'_>, input: &mut Input<'_>, ahead: &mut Ahead) -> Outcome<Option<Entry>> {
    loop {
        let at = input.at();
        let block = input.peek(BLOCK);
        if block.is_empty() {
            return Ok(None);
        }
        let Some(block) = block.get(..BLOCK) else { return Err(Stop::damaged("unexpected end")) };
        if block.iter().all(|b| *b == 0) {
            while matches!(input.peek(BLOCK).get(..BLOCK), Some(zeros) if zeros.iter().all(|b| *b == 0)) {
                input.consume(BLOCK);
            }
            match begins(input.peek(BLOCK)) {
                true => continue,
                false => return Ok(None),
            }
        }
        let block = block.to_vec();
        let header = checked(&block).map_err(Stop::damaged)?;
        let size = header.entry_size().map_err(|_| Stop::damaged("a header has no length"))?;
        let kind = header.entry_type();
        input.consume(BLOCK);
        if matches!(kind, EntryType::GNULongName | EntryType::GNULongLink | EntryType::XHeader) && size <= MAX_HEADER {
            let start = input.at();
            let content = input.take_bytes(size as usize)?;
            unpacker.aside.put(at + 100, &block[100..])?;
            unpacker.aside.put(start, &content)?;
            padding(unpacker, input, size)?;
            ahead.learn(kind, &content);
            continue;
        }
        let Ahead { name, size: pax_size } = std::mem::take(ahead);
        match &name {
            Some(_) => unpacker.aside.put(at, &block)?,
            None => unpacker.aside.put(at + 100, &block[100..])?,
        }
        if kind == EntryType::GNUSparse {
            sparse(unpacker, input, block[482] != 0)?;
        }
        let name = name.unwrap_or_else(|| header.path_bytes().into_owned());
        return Ok(Some(Entry { name, size: pax_size.unwrap_or(size) }));
    }
}

/// More blocks of a map of a sparse file, which come before the content: the GNU tar manual, "Storing Sparse Files".
fn sparse(unpacker: &mut Unpacker<'_>, input: &mut Input<'_>, mut more: bool) -> Outcome {
    while more {
        let at = input.at();
        let block = input.take_bytes(BLOCK)?;
        more = block[504] != 0;
        unpacker.aside.put(at, &block)?;
    }
    Ok(())
}

impl Ahead {
    fn learn(&mut self, kind: EntryType, content: &[u8]) {
        match kind {
            EntryType::GNULongName => {
                self.name = Some(content.split(|b| *b == 0).next().unwrap_or_default().to_vec());
            }
            EntryType::GNULongLink => {}
            _ => {
                for extension in PaxExtensions::new(content).flatten() {
                    match extension.key_bytes() {
                        b"path" => self.name = Some(extension.value_bytes().to_vec()),
                        b"size" => self.size = extension.value().ok().and_then(|s| s.parse().ok()),
                        _ => {}
                    }
                }
            }
        }
    }
}

/// The padding of a last block; it is pushed if it is not zeros.
fn padding(unpacker: &mut Unpacker<'_>, input: &mut Input<'_>, size: u64) -> Outcome {
    let count = (size.next_multiple_of(BLOCK as u64) - size) as usize;
    let at = input.at();
    let available = input.peek(count).len().min(count);
    let bytes = input.take_bytes(available)?;
    if bytes.iter().any(|b| *b != 0) {
        unpacker.aside.put(at, &bytes)?;
    }
    Ok(())
}
