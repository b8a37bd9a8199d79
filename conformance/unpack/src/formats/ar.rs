//! ar, also Debian packages and static libraries: `ar.h`, with the long names of BSD (`#1/20`) and of GNU (`/12` into a table `//`).

use crate::input::Input;
use crate::unpacker::{Outcome, Stop, Unpacker};
use std::io::{BufRead, Read};

const HEADER: usize = 60;
/// A longer table of names is read like a member.
const MOST_NAMES: u64 = 16 << 20;

pub(super) fn read(unpacker: &mut Unpacker<'_>, input: &mut Input<'_>) -> Outcome {
    input.consume(8);
    let mut names = Vec::new();
    while !input.peek(1).is_empty() {
        let at = input.at();
        let header = input.take_bytes(HEADER)?;
        if &header[58..] != b"`\n" {
            return Err(Stop::damaged("a header has no end mark"));
        }
        let mut size = number(&header[48..58]).ok_or_else(|| Stop::damaged("a header has no length"))?;
        let short = header[..16].trim_ascii_end();
        let odd = size % 2 == 1;
        let name = match (short, short.strip_prefix(b"#1/").and_then(number), short.strip_prefix(b"/").and_then(number)) {
            (b"//", ..) if size <= MOST_NAMES => {
                names = input.peek(size as usize).iter().take(size as usize).copied().collect();
                short.to_vec()
            }
            (_, Some(length), _) if length <= size.min(4096) => {
                size -= length;
                let name = input.take_bytes(length as usize)?;
                name.split(|b| *b == 0).next().unwrap_or_default().to_vec()
            }
            (_, _, Some(start)) => {
                let name = names.get(start as usize..).unwrap_or_default();
                name.split(|b| *b == b'\n').next().unwrap_or_default().trim_ascii_end().to_vec()
            }
            _ => short.strip_suffix(b"/").filter(|s| !s.is_empty()).unwrap_or(short).to_vec(),
        };
        unpacker.aside.put(at + 16, &header[16..])?;
        let mut content = (&mut *input).take(size);
        unpacker.member(&name, &mut content, false)?;
        if content.limit() > 0 {
            return Err(Stop::damaged("unexpected end"));
        }
        if odd && input.peek(1).first() == Some(&b'\n') {
            input.consume(1);
        }
    }
    Ok(())
}

fn number(digits: &[u8]) -> Option<u64> {
    std::str::from_utf8(digits).ok()?.trim_end().parse().ok()
}
