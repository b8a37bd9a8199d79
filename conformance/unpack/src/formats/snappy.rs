//! Snappy frames: `framing_format.txt`. Padding and skippable chunks are pushed as raw bytes. Checksums are not compared.

use super::compressed::content_name;
use crate::input::Input;
use crate::le::u32_at;
use crate::unpacker::{Aside, Outcome, Unpacker};
use snap::raw::{Decoder, decompress_len};
use std::io::{self, BufRead, Read};

/// Section 4.2: a chunk has at most this many bytes unpacked.
const MOST: usize = 64 << 10;

pub(super) fn read(unpacker: &mut Unpacker<'_>, input: &mut Input<'_>) -> Outcome {
    let name = content_name(unpacker.name());
    let mut chunks = Chunks { input, aside: unpacker.aside.clone(), out: Vec::new(), at: 0 };
    unpacker.content(&name, &mut chunks)
}

struct Chunks<'a, 'i> {
    input: &'a mut Input<'i>,
    aside: Aside,
    out: Vec<u8>,
    at: usize,
}

impl Chunks<'_, '_> {
    /// Reads one chunk. `false` at the end.
    fn chunk(&mut self) -> io::Result<bool> {
        let head = self.input.peek(4);
        if head.is_empty() {
            return Ok(false);
        }
        let (kind, length) = (head[0], (u32_at(head, 0) >> 8) as usize);
        if head.len() < 4 || matches!(kind, 2..=0x7F) {
            return Err(io::Error::other("a chunk is of no known kind"));
        }
        let at = self.input.at();
        match kind {
            0 | 1 => {
                let bytes = self.input.peek(4 + length);
                let content = bytes.get(8..4 + length).ok_or(io::ErrorKind::UnexpectedEof)?;
                self.out = match kind {
                    1 => content.to_vec(),
                    _ if decompress_len(content).is_ok_and(|l| l <= MOST) => {
                        Decoder::new().decompress_vec(content).map_err(io::Error::other)?
                    }
                    _ => return Err(io::Error::other("a chunk is too long")),
                };
                self.at = 0;
                self.input.consume(4 + length);
            }
            // The stream identifier, which says nothing.
            0xFF if length == 6 => drop(self.input.take_bytes(10)?),
            _ => self.aside.put(at, &self.input.take_bytes(4 + length)?)?,
        }
        Ok(true)
    }
}

impl Read for Chunks<'_, '_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.at == self.out.len() {
            if !self.chunk()? {
                return Ok(0);
            }
        }
        let count = into.len().min(self.out.len() - self.at);
        into[..count].copy_from_slice(&self.out[self.at..self.at + count]);
        self.at += count;
        Ok(count)
    }
}
