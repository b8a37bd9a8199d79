//! cpio: `cpio(5)` of FreeBSD: the new ASCII format (also with checksums), the portable format, and the old binary format in both
//! byte orders.

use crate::input::Input;
use crate::le::{be16_at, u16_at};
use crate::unpacker::{Outcome, Stop, Unpacker};
use std::io::{BufRead, Read};

const LAST: &[u8] = b"TRAILER!!!";

struct Header {
    length: usize,
    name: usize,
    size: u64,
    /// Header with name, and content, are padded to a multiple of this.
    align: u64,
}

pub(super) fn begins(head: &[u8]) -> bool {
    header(head).is_some_and(|h| {
        let name = head.get(h.length..h.length + h.name).unwrap_or_default();
        name.last() == Some(&0) && !name[..h.name - 1].contains(&0)
    })
}

pub(super) fn read(unpacker: &mut Unpacker<'_>, input: &mut Input<'_>) -> Outcome {
    let mut headers = 0;
    loop {
        let at = input.at();
        let head = input.peek(110);
        if head.is_empty() && headers > 0 {
            return Err(Stop::damaged("unexpected end"));
        }
        let Some(Header { length, name, size, align }) = header(head) else {
            return Err(Stop::damaged("a header is not valid"));
        };
        headers += 1;
        let fixed = input.take_bytes(length)?;
        let name = input.take_bytes(name)?;
        skip(input, at, align)?;
        let name = name.strip_suffix(b"\0").unwrap_or(&name);
        if name == LAST {
            return Ok(());
        }
        unpacker.aside.put(at, &fixed)?;
        let start = input.at();
        let mut content = (&mut *input).take(size);
        unpacker.member(name, &mut content, false)?;
        if content.limit() > 0 {
            return Err(Stop::damaged("unexpected end"));
        }
        skip(input, start, align)?;
    }
}

fn skip(input: &mut Input<'_>, start: u64, align: u64) -> Outcome {
    let count = input.at() - start;
    let padding = (count.next_multiple_of(align) - count) as usize;
    let available = input.peek(padding).len().min(padding);
    input.consume(available);
    Ok(())
}

fn header(head: &[u8]) -> Option<Header> {
    let text = |at: usize, length: usize, radix| {
        let digits = std::str::from_utf8(head.get(at..at + length)?).ok()?;
        u64::from_str_radix(digits, radix).ok()
    };
    let binary = |number: fn(&[u8], usize) -> u16| {
        (head.len() >= 26).then(|| Header {
            length: 26,
            name: usize::from(number(head, 20)),
            size: u64::from(number(head, 22)) << 16 | u64::from(number(head, 24)),
            align: 2,
        })
    };
    let header = match head {
        [b'0', b'7', b'0', b'7', b'0', b'1' | b'2', ..] => {
            Header { length: 110, name: text(94, 8, 16)? as usize, size: text(54, 8, 16)?, align: 4 }
        }
        [b'0', b'7', b'0', b'7', b'0', b'7', ..] => {
            Header { length: 76, name: text(59, 6, 8)? as usize, size: text(65, 11, 8)?, align: 1 }
        }
        [0xC7, 0x71, ..] => binary(u16_at)?,
        [0x71, 0xC7, ..] => binary(be16_at)?,
        _ => return None,
    };
    (1..=4096).contains(&header.name).then_some(header)
}
