//! Decoders. All of them take exactly the bytes that they need, so that what follows a stream can be read.

use crate::input::Input;
use crate::le::u32_at;
use crate::part::UnreadKind;
use crate::unpacker::{Aside, trouble};
use brotli_decompressor::{BrotliDecompressStream, BrotliResult, BrotliState, StandardAlloc};
use flate2::{Crc, Decompress, FlushDecompress};
use lzma_rust2::{Action, LzmaStream, XzStream};
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};
use std::io::{self, BufRead, Read};

/// What one call of a decoder did.
pub(crate) struct Step {
    taken: usize,
    given: usize,
    ended: bool,
}

/// A decoder that is given its input and is not given a source to read.
pub(crate) trait Push {
    /// `last`: no more input follows.
    fn step(&mut self, input: &[u8], output: &mut [u8], last: bool) -> io::Result<Step>;
}

/// Makes the decoder of the next stream, with a window of at most so many bytes. `None` after the last.
pub(crate) type Next = fn(&mut Input<'_>, usize) -> io::Result<Option<Box<dyn Push>>>;

/// The streams of a file, in sequence.
pub(crate) struct Pushed<'a, 'i> {
    input: &'a mut Input<'i>,
    next: Next,
    memory: usize,
    decoder: Option<Box<dyn Push>>,
    failed: bool,
}

impl<'a, 'i> Pushed<'a, 'i> {
    pub(crate) fn new(input: &'a mut Input<'i>, next: Next, memory: usize) -> Self {
        Pushed { input, next, memory, decoder: None, failed: false }
    }

    pub(crate) fn one(input: &'a mut Input<'i>, decoder: Box<dyn Push>) -> Self {
        Pushed { input, next: |_, _| Ok(None), memory: 0, decoder: Some(decoder), failed: false }
    }

    fn step(&mut self, into: &mut [u8]) -> io::Result<Option<usize>> {
        if self.decoder.is_none() {
            self.decoder = (self.next)(self.input, self.memory)?;
        }
        let Some(decoder) = &mut self.decoder else { return Ok(Some(0)) };
        let bytes = self.input.fill_buf()?;
        let last = bytes.is_empty();
        let step = decoder.step(bytes, into, last)?;
        self.input.consume(step.taken);
        if step.ended {
            self.decoder = None;
        } else if step.taken == 0 && step.given == 0 && last {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        Ok((step.given > 0).then_some(step.given))
    }
}

impl Read for Pushed<'_, '_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        // A decoder that neither takes nor gives is stuck.
        let mut stuck = 0;
        while !into.is_empty() && !self.failed {
            let before = self.input.at();
            match self.step(into) {
                Ok(Some(count)) => return Ok(count),
                Ok(None) if self.input.at() > before => stuck = 0,
                Ok(None) if stuck < 4 => stuck += 1,
                Ok(None) => {
                    self.failed = true;
                    return Err(io::Error::other("its decoder does not go on"));
                }
                Err(e) => {
                    self.failed = true;
                    return Err(e);
                }
            }
        }
        Ok(0)
    }
}

impl Push for bzip2::Decompress {
    fn step(&mut self, input: &[u8], output: &mut [u8], _: bool) -> io::Result<Step> {
        let before = (self.total_in(), self.total_out());
        let status = self.decompress(input, output).map_err(io::Error::other)?;
        if status == bzip2::Status::MemNeeded {
            return Err(io::ErrorKind::OutOfMemory.into());
        }
        let (taken, given) = ((self.total_in() - before.0) as usize, (self.total_out() - before.1) as usize);
        Ok(Step { taken, given, ended: status == bzip2::Status::StreamEnd })
    }
}

impl Push for Decompress {
    fn step(&mut self, input: &[u8], output: &mut [u8], _: bool) -> io::Result<Step> {
        let before = (self.total_in(), self.total_out());
        let status = self.decompress(input, output, FlushDecompress::None).map_err(io::Error::other)?;
        let (taken, given) = ((self.total_in() - before.0) as usize, (self.total_out() - before.1) as usize);
        Ok(Step { taken, given, ended: status == flate2::Status::StreamEnd })
    }
}

macro_rules! push_lzma {
    ($($stream:ty),*) => {$(
        impl Push for $stream {
            fn step(&mut self, input: &[u8], output: &mut [u8], last: bool) -> io::Result<Step> {
                let result = self.process(input, output, if last { Action::Finish } else { Action::Run })?;
                let ended = result.status == lzma_rust2::Status::StreamEnd;
                Ok(Step { taken: result.bytes_consumed, given: result.bytes_produced, ended })
            }
        }
    )*};
}

push_lzma!(XzStream, LzmaStream);

type Brotli = BrotliState<StandardAlloc, StandardAlloc, StandardAlloc>;

impl Push for Brotli {
    fn step(&mut self, input: &[u8], output: &mut [u8], last: bool) -> io::Result<Step> {
        let (mut available, mut taken, mut room, mut given, mut total) = (input.len(), 0, output.len(), 0, 0);
        let result = BrotliDecompressStream(&mut available, &mut taken, input, &mut room, &mut given, output, &mut total, self);
        match result {
            BrotliResult::ResultFailure => Err(io::Error::other("not valid brotli")),
            BrotliResult::NeedsMoreInput if last && given == 0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(Step { taken, given, ended: matches!(result, BrotliResult::ResultSuccess) }),
        }
    }
}

pub(crate) fn bzip2() -> Box<dyn Push> {
    Box::new(bzip2::Decompress::new(false))
}

pub(crate) fn inflate(zlib: bool) -> Box<dyn Push> {
    Box::new(Decompress::new(zlib))
}

pub(crate) fn xz(memory: usize) -> Box<dyn Push> {
    Box::new(XzStream::new_mem_limit(false, (memory / 1024) as u32))
}

/// LZMA without a header. `length`: of the content in bytes, or `u64::MAX`.
///
/// # Errors
/// If the properties are invalid or the dictionary is larger than `memory` bytes.
pub(crate) fn lzma(properties: u8, dictionary: u32, length: u64, memory: usize) -> io::Result<Box<dyn Push>> {
    if dictionary as usize > memory {
        return Err(trouble(UnreadKind::Limit, "its dictionary is larger than the limit"));
    }
    Ok(Box::new(LzmaStream::new_with_props(length, properties, dictionary, None)?))
}

pub(crate) fn brotli() -> Box<dyn Push> {
    let alloc = StandardAlloc::default;
    Box::new(Brotli::new(alloc(), alloc(), alloc()))
}

/// A decoder whose output is counted and summed up.
pub(crate) struct Checked<R> {
    from: R,
    crc: Crc,
    count: u64,
}

impl<R> Checked<R> {
    pub(crate) fn new(from: R) -> Self {
        Checked { from, crc: Crc::new(), count: 0 }
    }

    /// The CRC-32, the count of bytes, and the decoder.
    pub(crate) fn into_parts(self) -> (u32, u64, R) {
        (self.crc.sum(), self.count, self.from)
    }
}

impl<R: Read> Read for Checked<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.from.read(into)?;
        self.crc.update(&into[..count]);
        self.count += count as u64;
        Ok(count)
    }
}

/// The frames of a zstd file, in sequence. Data after them is not consumed.
pub(crate) struct Frames<'a, 'i> {
    input: &'a mut Input<'i>,
    aside: Aside,
    decoder: FrameDecoder,
    open: bool,
}

impl<'a, 'i> Frames<'a, 'i> {
    /// `window`: the most bytes of a frame's window.
    pub(crate) fn new(input: &'a mut Input<'i>, aside: Aside, window: usize) -> Self {
        let mut decoder = FrameDecoder::new();
        decoder.set_max_window_size(window as u64);
        Frames { input, aside, decoder, open: false }
    }

    /// Starts the next frame, if there is one.
    fn begin(&mut self) -> io::Result<bool> {
        loop {
            skip_frames(self.input, &self.aside)?;
            if !self.input.peek(4).starts_with(b"\x28\xB5\x2F\xFD") {
                return Ok(false);
            }
            match self.decoder.reset(&mut *self.input) {
                Ok(()) => return Ok(true),
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame { .. })) => {}
                Err(FrameDecoderError::WindowSizeTooBig { .. }) => {
                    return Err(trouble(UnreadKind::Limit, "its window is larger than the limit"));
                }
                Err(FrameDecoderError::DictNotProvided { .. }) => {
                    return Err(trouble(UnreadKind::Unsupported, "it needs a dictionary that is not in it"));
                }
                Err(e) => return Err(io::Error::other(e.to_string())),
            }
        }
    }
}

impl Read for Frames<'_, '_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            if !self.open {
                self.open = self.begin()?;
                if !self.open {
                    return Ok(0);
                }
            }
            while self.decoder.can_collect() == 0 && !self.decoder.is_finished() {
                let decoded = self.decoder.decode_blocks(&mut *self.input, BlockDecodingStrategy::UptoBlocks(1));
                decoded.map_err(|e| io::Error::other(e.to_string()))?;
            }
            let count = self.decoder.read(into)?;
            if count > 0 || into.is_empty() {
                return Ok(count);
            }
            self.open = false;
        }
    }
}

/// Sets the skippable frames of zstd and LZ4 aside: RFC 8878, section 3.1.2.
pub(crate) fn skip_frames(input: &mut Input<'_>, aside: &Aside) -> io::Result<()> {
    while u32_at(input.peek(4), 0) & 0xFFFF_FFF0 == 0x184D_2A50 {
        let at = input.at();
        let mut left = 8 + u64::from(u32_at(input.peek(8), 4));
        while left > 0 {
            let count = left.min(4096) as usize;
            let available = input.peek(count).len().min(count);
            if available == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let (offset, bytes) = (input.at(), input.take_bytes(available)?);
            debug_assert!(offset >= at);
            aside.put(offset, &bytes)?;
            left -= available as u64;
        }
    }
    Ok(())
}
