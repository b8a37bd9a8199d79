//! Zstandard: RFC 8878. Skippable frames are pushed as raw bytes.

use super::compressed::content_name;
use crate::codecs::Frames;
use crate::input::Input;
use crate::le::u32_at;
use crate::unpacker::{Outcome, Unpacker};

/// Section 3.1: a frame, or a skippable frame that another frame follows.
pub(super) fn begins(head: &[u8]) -> bool {
    const MAGIC: &[u8] = b"\x28\xB5\x2F\xFD";
    match head {
        [0x50..=0x5F, 0x2A, 0x4D, 0x18, ..] => {
            let next = 8 + u32_at(head, 4) as usize;
            head.get(next..).is_none_or(|rest| rest.starts_with(MAGIC))
        }
        _ => head.starts_with(MAGIC),
    }
}

pub(super) fn read(unpacker: &mut Unpacker<'_>, input: &mut Input<'_>) -> Outcome {
    let name = content_name(unpacker.name());
    let mut frames = Frames::new(input, unpacker.aside.clone(), unpacker.limits.memory);
    unpacker.content(&name, &mut frames)
}
