//! Compressed files whose streams are nothing but content: bzip2, xz, lzip, LZMA, zlib, brotli.

use crate::codecs::{self, Next, Pushed};
use crate::input::{HEAD, Input};
use crate::le::{u32_at, u64_at};
use crate::part::UnreadKind;
use crate::unpacker::{Outcome, Stop, Unpacker};
use std::io::BufRead;

/// The content of a compressed file has its name without the suffix: `a.tgz` holds `a.tar`.
pub(super) fn content_name(name: &[u8]) -> Vec<u8> {
    const TARS: [&[u8]; 5] = [b"tgz", b"tzst", b"tbz2", b"txz", b"tbz"];
    const SUFFIXES: [&[u8]; 10] = [b"gz", b"zst", b"bz2", b"xz", b"lz4", b"sz", b"lzma", b"lz", b"br", b"Z"];
    let name = name.rsplit(|b| *b == b'/').next().unwrap_or(name);
    match name.iter().rposition(|b| *b == b'.') {
        Some(dot) if dot > 0 && TARS.contains(&&name[dot + 1..]) => [&name[..dot], b".tar"].concat(),
        Some(dot) if dot > 0 && SUFFIXES.contains(&&name[dot + 1..]) => name[..dot].to_vec(),
        _ => b"content".to_vec(),
    }
}

fn content(unpacker: &mut Unpacker<'_>, input: &mut Input<'_>, next: Next) -> Outcome {
    let name = content_name(unpacker.name());
    let memory = unpacker.limits.memory;
    unpacker.content(&name, &mut Pushed::new(input, next, memory))
}

pub(super) fn bzip2_begins(head: &[u8]) -> bool {
    let block = |magic: &[u8]| magic == b"\x31\x41\x59\x26\x53\x59" || magic == b"\x17\x72\x45\x38\x50\x90";
    matches!(head, [b'B', b'Z', b'h', b'1'..=b'9', rest @ ..] if rest.get(..6).is_some_and(block))
}

/// Streams in sequence are one content, as `bzip2` writes with several threads.
pub(super) fn bzip2(unpacker: &mut Unpacker<'_>, input: &mut Input<'_>) -> Outcome {
    content(unpacker, input, |input, _| Ok(bzip2_begins(input.peek(10)).then(codecs::bzip2)))
}

/// xz: `xz-file-format.txt`. Streams in sequence are one content, with padding of zeros between them.
pub(super) fn xz(unpacker: &mut Unpacker<'_>, input: &mut Input<'_>) -> Outcome {
    content(unpacker, input, |input, memory| {
        while input.at() > 0 && input.peek(4).starts_with(&[0; 4]) {
            input.consume(4);
        }
        Ok(input.peek(6).starts_with(b"\xFD7zXZ\0").then(|| codecs::xz(memory)))
    })
}

/// zlib: RFC 1950, section 2.2, with a window of at least 512 bytes and without a dictionary.
pub(super) fn zlib_begins(head: &[u8]) -> bool {
    matches!(head, [method, flags, ..] if method & 0x0F == 8 && (1..=7).contains(&(method >> 4)) && flags & 0x20 == 0
        && u16::from_be_bytes([*method, *flags]).is_multiple_of(31))
}

pub(super) fn zlib(unpacker: &mut Unpacker<'_>, input: &mut Input<'_>) -> Outcome {
    content(unpacker, input, |input, _| Ok((input.at() == 0).then(|| codecs::inflate(true))))
}

/// RFC 1950, section 2.2: what a header has before its data if it names a dictionary.
const WITH_DICTIONARY: usize = 6;

/// The same with a dictionary. Two bytes say so, which is little: what follows must be deflate up to the end, before which there is
/// a checksum; or deflate for as long as can be seen.
pub(super) fn zlib_with_dictionary(head: &[u8]) -> bool {
    let is_header =
        matches!(head, [0x78, flags, ..] if flags & 0x20 != 0 && u16::from_be_bytes([0x78, *flags]).is_multiple_of(31));
    let Some(mut source) = head.get(WITH_DICTIONARY..).filter(|_| is_header) else { return false };
    let mut input = Input::new(&mut source, None);
    let mut decoder = Pushed::one(&mut input, codecs::inflate(false));
    match std::io::copy(&mut decoder, &mut std::io::sink()) {
        Ok(count) => count > 0 && head.len() as u64 >= input.at() + WITH_DICTIONARY as u64 + 4,
        Err(e) => e.kind() == std::io::ErrorKind::UnexpectedEof && head.len() >= HEAD,
    }
}

/// Reads what the stream says itself. What it takes from the dictionary is zeros.
pub(super) fn zlib_without_dictionary(unpacker: &mut Unpacker<'_>, input: &mut Input<'_>) -> Outcome {
    input.take_bytes(WITH_DICTIONARY)?;
    content(unpacker, input, |input, _| Ok((input.at() == WITH_DICTIONARY as u64).then(|| codecs::inflate(false))))?;
    Err(Stop::Unread(UnreadKind::Unsupported, "it needs a dictionary that is not in it; what that gives was not read".into()))
}

/// lzip: its manual, "File format". The trailer has a checksum and two lengths.
pub(super) fn lzip_begins(head: &[u8]) -> bool {
    matches!(head, [b'L', b'Z', b'I', b'P', 1, dictionary, ..] if (12..=29).contains(&(dictionary & 0x1F)))
}

pub(super) fn lzip(unpacker: &mut Unpacker<'_>, input: &mut Input<'_>) -> Outcome {
    const TRAILER: usize = 20;
    content(unpacker, input, |input, memory| {
        if input.at() > 0 {
            input.take_bytes(TRAILER)?;
        }
        let head = input.peek(6);
        if !lzip_begins(head) {
            return Ok(None);
        }
        let base = 1u32 << (head[5] & 0x1F);
        let dictionary = base - (base / 16) * u32::from(head[5] >> 5);
        input.consume(6);
        codecs::lzma(0x5D, dictionary, u64::MAX, memory).map(Some)
    })
}

/// The header of the old `.lzma` files has no magic: usual properties, a dictionary of one bit or of two, and a length of less than
/// 256 GiB or none.
pub(super) fn lzma_begins(head: &[u8]) -> bool {
    let (dictionary, length) = (u32_at(head, 1), u64_at(head, 5));
    head.len() > 18
        && head[0] == 0x5D
        && head[13] == 0
        && dictionary >= 1 << 12
        && dictionary.count_ones() <= 2
        && (length == u64::MAX || length < 1 << 38)
}

pub(super) fn lzma(unpacker: &mut Unpacker<'_>, input: &mut Input<'_>) -> Outcome {
    content(unpacker, input, |input, memory| {
        if input.at() > 0 {
            return Ok(None);
        }
        let head = input.take_bytes(13)?;
        codecs::lzma(head[0], u32_at(&head, 1), u64_at(&head, 5), memory).map(Some)
    })
}

/// A text is no brotli.
pub(super) fn brotli_begins(head: &[u8]) -> bool {
    head.iter().take(256).any(|b| !b.is_ascii() || (*b < 0x20 && !b.is_ascii_whitespace()))
}

/// brotli: RFC 7932.
pub(super) fn brotli(unpacker: &mut Unpacker<'_>, input: &mut Input<'_>) -> Outcome {
    content(unpacker, input, |input, _| Ok((input.at() == 0).then(codecs::brotli)))
}

#[cfg(test)]
mod tests {
    use super::content_name;

    #[test]
    fn compressed_content_is_named_after_its_file() {
        for (name, content) in [("a/b.log.gz", "b.log"), ("b.tgz", "b.tar"), ("c.zst", "c"), ("-", "content"), (".gz", "content")]
        {
            assert_eq!(content_name(name.as_bytes()), content.as_bytes());
        }
    }
}
