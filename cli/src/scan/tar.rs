//! The headers of a tar, in sequence. The crate `tar` parses one header; its iterator would read long names and extended headers
//! into memory as a whole, however long the archive claims they are.

use super::codecs::NoHeader;
use std::io::{self, BufRead, Read};
use tar::{EntryType, Header, PaxExtensions};

const BLOCK: usize = 512;
/// A longer name or extended header is not parsed: it is scanned like a member.
const MAX_HEADER: u64 = 64 << 10;

/// A member: what follows its header is `size` bytes of content and padding to a whole block.
pub struct Entry {
    pub name: Vec<u8>,
    pub link: Option<Vec<u8>>,
    pub size: u64,
}

/// Values that earlier headers give for the next member.
#[derive(Default)]
pub struct PendingHeaders {
    name: Option<Vec<u8>>,
    link: Option<Vec<u8>>,
    size: Option<u64>,
}

/// Whether `bytes` begin with a header whose checksum is correct.
pub fn is_header(bytes: &[u8]) -> bool {
    bytes.get(..BLOCK).is_some_and(|block| block[0] != 0 && checked(block).is_ok())
}

fn checked(block: &[u8]) -> io::Result<&Header> {
    let header = Header::from_byte_slice(block);
    let others = block.iter().enumerate().filter(|(i, _)| !(148..156).contains(i)).map(|(_, b)| u32::from(*b));
    let declared = header.cksum().map_err(|_| NoHeader::error("a header has no checksum", block))?;
    match declared == others.sum::<u32>() + 8 * u32::from(b' ') {
        true => Ok(header),
        false => Err(NoHeader::error("a header's checksum is wrong", block)),
    }
}

/// The next member. `None` at the end, which is a block of zeros or the end of the data.
pub fn next(from: &mut dyn BufRead, ahead: &mut PendingHeaders) -> io::Result<Option<Entry>> {
    loop {
        let mut block = [0; BLOCK];
        if from.fill_buf()?.is_empty() {
            return Ok(None);
        }
        from.read_exact(&mut block)?;
        if block.iter().all(|b| *b == 0) {
            return Ok(None);
        }
        let header = checked(&block)?;
        let size = header.entry_size().map_err(|_| NoHeader::error("a header has no length", &block))?;
        let kind = header.entry_type();
        let about_next = matches!(kind, EntryType::GNULongName | EntryType::GNULongLink | EntryType::XHeader);
        if about_next && size <= MAX_HEADER {
            let mut content = Vec::new();
            (&mut *from).take(size).read_to_end(&mut content)?;
            skip_padding(from, size)?;
            ahead.learn(kind, content);
            continue;
        }
        let PendingHeaders { name, link, size: pax_size } = std::mem::take(ahead);
        let link = link.or_else(|| header.link_name_bytes().map(|l| l.into_owned())).filter(|l| !l.is_empty());
        let name = name.unwrap_or_else(|| header.path_bytes().into_owned());
        return Ok(Some(Entry { name, link, size: pax_size.unwrap_or(size) }));
    }
}

impl PendingHeaders {
    fn learn(&mut self, kind: EntryType, content: Vec<u8>) {
        let text = |mut bytes: Vec<u8>| {
            bytes.truncate(bytes.iter().position(|b| *b == 0).unwrap_or(bytes.len()));
            Some(bytes)
        };
        match kind {
            EntryType::GNULongName => self.name = text(content),
            EntryType::GNULongLink => self.link = text(content),
            _ => {
                for extension in PaxExtensions::new(&content).flatten() {
                    match extension.key_bytes() {
                        b"path" => self.name = Some(extension.value_bytes().to_vec()),
                        b"linkpath" => self.link = Some(extension.value_bytes().to_vec()),
                        b"size" => self.size = extension.value().ok().and_then(|s| s.parse().ok()),
                        _ => {}
                    }
                }
            }
        }
    }
}

/// Skips the padding of a member's last block.
pub fn skip_padding(from: &mut dyn BufRead, size: u64) -> io::Result<()> {
    let padding = size.next_multiple_of(BLOCK as u64) - size;
    io::copy(&mut from.take(padding), &mut io::sink())?;
    Ok(())
}
