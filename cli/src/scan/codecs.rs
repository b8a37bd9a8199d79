//! Readers that unpack, count and record errors.

use flate2::bufread::GzDecoder;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};
use std::cell::Cell;
use std::io::{self, BufRead, Read};
use std::rc::Rc;

/// Maximum window size of a zstd frame: the default limit of `zstd -d`.
const ZSTD_WINDOW: u64 = 128 << 20;

/// A file of the operating system. A read error counts as its end and is reported afterwards: decoders would hide it among their
/// own errors.
pub struct Outermost<R> {
    file: R,
    error: Option<io::Error>,
}

impl<R: Read> Outermost<R> {
    pub fn new(file: R) -> Self {
        Outermost { file, error: None }
    }

    pub fn ended(self) -> io::Result<()> {
        self.error.map_or(Ok(()), Err)
    }
}

impl<R: Read> Read for Outermost<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while self.error.is_none() {
            match self.file.read(into) {
                Ok(count) => return Ok(count),
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => self.error = Some(e),
            }
        }
        Ok(0)
    }
}

/// An invalid header, with the bytes that were read for it: they still have to be scanned.
#[derive(Debug)]
pub struct NoHeader {
    pub why: &'static str,
    pub bytes: Vec<u8>,
}

impl NoHeader {
    pub fn error(why: &'static str, bytes: &[u8]) -> io::Error {
        io::Error::other(NoHeader { why, bytes: bytes.to_vec() })
    }
}

impl std::error::Error for NoHeader {}

impl std::fmt::Display for NoHeader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.why)
    }
}

/// How many bytes have been unpacked, and the limit.
#[derive(Clone)]
pub struct Meter(Rc<Cell<u64>>, u64);

impl Meter {
    pub fn new(most: u64) -> Self {
        Meter(Rc::default(), most)
    }

    pub fn is_full(&self) -> bool {
        self.0.get() > self.1
    }
}

/// A decoder that records its error. After an error it has ended.
pub struct Watched<'a> {
    from: &'a mut dyn Read,
    error: Option<io::Error>,
    meter: Option<Meter>,
}

impl<'a> Watched<'a> {
    pub fn new(from: &'a mut dyn Read, meter: Option<Meter>) -> Self {
        Watched { from, error: None, meter }
    }

    pub fn ended(self) -> io::Result<()> {
        self.error.map_or(Ok(()), Err)
    }
}

impl Read for Watched<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.error.is_some() || self.meter.as_ref().is_some_and(Meter::is_full) {
            return Ok(0);
        }
        match self.from.read(into) {
            Ok(count) => {
                if let Some(Meter(so_far, _)) = &self.meter {
                    so_far.set(so_far.get() + count as u64);
                }
                Ok(count)
            }
            Err(e) => {
                self.error = Some(e);
                Ok(0)
            }
        }
    }
}

/// Counts the bytes read from a reader.
pub struct Counted<R> {
    from: R,
    count: u64,
}

impl<R> Counted<R> {
    pub fn new(from: R) -> Self {
        Counted { from, count: 0 }
    }

    pub fn count(&self) -> u64 {
        self.count
    }
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.from.read(into)?;
        self.count += count as u64;
        Ok(count)
    }
}

/// The members of a gzip file, in sequence. Data after them is not consumed.
pub struct GzipMembers<'a>(Option<GzDecoder<&'a mut dyn BufRead>>);

impl<'a> GzipMembers<'a> {
    pub fn new(from: &'a mut dyn BufRead) -> Self {
        GzipMembers(Some(GzDecoder::new(from)))
    }
}

impl Read for GzipMembers<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        while let Some(decoder) = &mut self.0 {
            let count = decoder.read(into)?;
            if count > 0 || into.is_empty() {
                return Ok(count);
            }
            let Some(from) = self.0.take().map(GzDecoder::into_inner) else { break };
            if matches!(from.fill_buf()?, [0x1f, 0x8b, ..] | [0x1f]) {
                self.0 = Some(GzDecoder::new(from));
            }
        }
        Ok(0)
    }
}

/// The frames of a zstd file, in sequence. Data after them is not consumed.
pub struct Frames<'a> {
    from: &'a mut dyn BufRead,
    decoder: FrameDecoder,
    open: bool,
}

impl<'a> Frames<'a> {
    pub fn new(from: &'a mut dyn BufRead) -> Self {
        let mut decoder = FrameDecoder::new();
        decoder.set_max_window_size(ZSTD_WINDOW);
        Frames { from, decoder, open: false }
    }

    /// Starts the next frame, if there is one. Skippable frames contain no data to decode.
    fn begin(&mut self) -> io::Result<bool> {
        loop {
            if !matches!(self.from.fill_buf()?.first(), Some(0x28 | 0x50..=0x5f)) {
                return Ok(false);
            }
            match self.decoder.reset(&mut self.from) {
                Ok(()) => return Ok(true),
                Err(FrameDecoderError::ReadFrameHeaderError(ReadFrameHeaderError::SkipFrame { length, .. })) => {
                    io::copy(&mut (&mut *self.from).take(u64::from(length)), &mut io::sink())?;
                }
                Err(e) => return Err(io::Error::other(e.to_string())),
            }
        }
    }
}

impl Read for Frames<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            if !self.open {
                self.open = self.begin()?;
                if !self.open {
                    return Ok(0);
                }
            }
            while self.decoder.can_collect() == 0 && !self.decoder.is_finished() {
                let decoded = self.decoder.decode_blocks(&mut self.from, BlockDecodingStrategy::UptoBlocks(1));
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
