//! gzip: RFC 1952. Names, comments and extra fields of headers are pushed as raw bytes.

use super::compressed::content_name;
use crate::codecs::Checked;
use crate::input::Input;
use crate::le::{u16_at, u32_at};
use crate::unpacker::{Aside, Outcome, Unpacker};
use flate2::bufread::DeflateDecoder;
use std::io::{self, BufRead, Read};

/// A longer name or comment is taken for damage.
const MOST_NAME: usize = 64 << 10;

pub(super) fn begins(head: &[u8]) -> bool {
    matches!(head, [0x1F, 0x8B, 8, flags, ..] if flags & 0xE0 == 0)
}

pub(super) fn read(unpacker: &mut Unpacker<'_>, input: &mut Input<'_>) -> Outcome {
    let name = content_name(unpacker.name());
    let mut members = Members { input: Some(input), decoder: None, aside: unpacker.aside.clone() };
    unpacker.content(&name, &mut members)
}

/// The members of a gzip file, in sequence, which are one content.
struct Members<'a, 'i> {
    input: Option<&'a mut Input<'i>>,
    decoder: Option<Checked<DeflateDecoder<&'a mut Input<'i>>>>,
    aside: Aside,
}

impl Members<'_, '_> {
    /// Starts the next member, if there is one.
    fn begin(&mut self) -> io::Result<bool> {
        let Some(input) = self.input.take() else { return Ok(false) };
        if !begins(input.peek(4)) {
            self.input = Some(input);
            return Ok(false);
        }
        if let Err(e) = header(input, &self.aside) {
            self.input = Some(input);
            return Err(e);
        }
        self.decoder = Some(Checked::new(DeflateDecoder::new(input)));
        Ok(true)
    }

    /// RFC 1952, section 2.3.1: checksum and length.
    fn finish(&mut self) -> io::Result<()> {
        let Some(decoder) = self.decoder.take() else { return Ok(()) };
        let (crc, count, decoder) = decoder.into_parts();
        let input = decoder.into_inner();
        let trailer = input.take_bytes(8);
        self.input = Some(input);
        let trailer = trailer?;
        if u32_at(&trailer, 0) != crc || u32_at(&trailer, 4) != count as u32 {
            return Err(io::Error::other("the checksum is wrong"));
        }
        Ok(())
    }
}

impl Read for Members<'_, '_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            if self.decoder.is_none() && !self.begin()? {
                return Ok(0);
            }
            if let Some(decoder) = &mut self.decoder {
                let count = decoder.read(into)?;
                if count > 0 || into.is_empty() {
                    return Ok(count);
                }
            }
            self.finish()?;
        }
    }
}

fn header(input: &mut Input<'_>, aside: &Aside) -> io::Result<()> {
    let at = input.at();
    let mut header = input.take_bytes(10)?;
    let flags = header[3];
    if flags & 4 != 0 {
        header.extend(input.take_bytes(2)?);
        let length = usize::from(u16_at(&header, 10));
        header.extend(input.take_bytes(length)?);
    }
    for flag in [8, 16] {
        if flags & flag != 0 {
            let ahead = input.peek(MOST_NAME);
            let end =
                memchr::memchr(0, &ahead[..ahead.len().min(MOST_NAME)]).ok_or_else(|| io::Error::other("a name has no end"))?;
            header.extend_from_slice(&ahead[..=end]);
            input.consume(end + 1);
        }
    }
    if flags & 2 != 0 {
        header.extend(input.take_bytes(2)?);
    }
    if header.len() > 12 { aside.put(at, &header) } else { Ok(()) }
}
