//! LZ4 frames: the specification `lz4_Frame_format.md`. Skippable frames are pushed as raw bytes.

use super::compressed::content_name;
use crate::codecs::skip_frames;
use crate::input::Input;
use crate::le::u32_at;
use crate::unpacker::{Aside, Outcome, Unpacker};
use lz4_flex::frame::FrameDecoder;
use std::io::{self, Read};

const MAGICS: [u32; 2] = [0x184D_2204, 0x184C_2102];

pub(super) fn begins(head: &[u8]) -> bool {
    let magic = u32_at(head, 0);
    MAGICS.contains(&magic)
        || (skippable(magic) && MAGICS.contains(&u32_at(head, 8usize.saturating_add(u32_at(head, 4) as usize))))
}

fn skippable(magic: u32) -> bool {
    magic & 0xFFFF_FFF0 == 0x184D_2A50
}

pub(super) fn read(unpacker: &mut Unpacker<'_>, input: &mut Input<'_>) -> Outcome {
    let name = content_name(unpacker.name());
    let mut frames = Frames { input: Some(input), decoder: None, aside: unpacker.aside.clone() };
    unpacker.content(&name, &mut frames)
}

struct Frames<'a, 'i> {
    input: Option<&'a mut Input<'i>>,
    decoder: Option<FrameDecoder<&'a mut Input<'i>>>,
    aside: Aside,
}

impl Frames<'_, '_> {
    fn begin(&mut self) -> io::Result<bool> {
        let Some(input) = self.input.take() else { return Ok(false) };
        if let Err(e) = skip_frames(input, &self.aside) {
            self.input = Some(input);
            return Err(e);
        }
        if !MAGICS.contains(&u32_at(input.peek(4), 0)) {
            self.input = Some(input);
            return Ok(false);
        }
        self.decoder = Some(FrameDecoder::new(input));
        Ok(true)
    }
}

impl Read for Frames<'_, '_> {
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
            self.input = self.decoder.take().map(FrameDecoder::into_inner);
        }
    }
}
