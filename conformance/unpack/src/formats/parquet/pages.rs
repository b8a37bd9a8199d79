//! The pages of a column, unpacked by the decoders of this crate. Those of the crate `parquet` take as much memory as a page states
//! or gives.

use super::thrift::{Compact, PageHeader};
use crate::le::{be32_at, u32_at};
use ::parquet::basic::{Compression, Encoding, Type};
use ::parquet::column::page::{Page, PageMetadata, PageReader};
use ::parquet::errors::{ParquetError, Result};
use ::parquet::file::metadata::RowGroupMetaData;
use bytes::Bytes;
use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

/// What a value takes in memory beside its bytes, and what it takes in a row that is a list; in bytes.
const VALUE: usize = 40;
const ELEMENT: usize = 64;
/// One row may be a list of all values of a column in a group of rows: these may take so many times the memory.
const TIMES: usize = 4;

/// What all columns have in common. Page readers must be `Send`.
pub(super) struct Shared {
    pub(super) bytes: Bytes,
    /// The most bytes of memory, and how many are held.
    pub(super) most: usize,
    held: AtomicUsize,
    /// The most bytes from decoders, and how many were given.
    left: u64,
    pub(super) given: AtomicU64,
    /// How many values of a column are read at once.
    pub(super) batch: usize,
    /// The limit was reached.
    pub(super) over: AtomicBool,
}

impl Shared {
    pub(super) fn new(bytes: Bytes, most: usize, left: u64, batch: usize) -> Shared {
        let (held, given, over) = (AtomicUsize::new(0), AtomicU64::new(0), AtomicBool::new(false));
        Shared { bytes, most, held, left, given, batch, over }
    }

    fn limit(&self) -> ParquetError {
        self.over.store(true, Ordering::Relaxed);
        damaged("it takes more than the limit")
    }

    fn hold(&self, bytes: usize) -> Result<()> {
        match self.held.fetch_add(bytes, Ordering::Relaxed).checked_add(bytes) {
            Some(held) if held <= self.most => Ok(()),
            _ => Err(self.limit()),
        }
    }

    fn release(&self, bytes: usize) {
        self.held.fetch_sub(bytes, Ordering::Relaxed);
    }

    fn give(&self, bytes: usize) -> Result<()> {
        match self.given.fetch_add(bytes as u64, Ordering::Relaxed).checked_add(bytes as u64) {
            Some(given) if given < self.left => Ok(()),
            _ => Err(self.limit()),
        }
    }
}

fn damaged(why: &str) -> ParquetError {
    ParquetError::General(why.into())
}

/// The pages of one column in one group of rows.
pub(super) struct Pages {
    shared: Arc<Shared>,
    at: usize,
    end: usize,
    codec: Compression,
    physical: Type,
    levels: (i16, i16),
    /// What is held of the dictionary, and of the page that was read last.
    dictionary: usize,
    page: usize,
    /// The longest value of the dictionary, and what all values of a list could take so far.
    longest: usize,
    listed: usize,
}

impl Pages {
    pub(super) fn new(shared: &Arc<Shared>, group: &RowGroupMetaData, i: usize) -> Result<Pages> {
        let column = group.columns().get(i).ok_or_else(|| damaged("a column is missing"))?;
        let start = column.dictionary_page_offset().unwrap_or(column.data_page_offset());
        let at = usize::try_from(start).map_err(|_| damaged("the offset of a column is negative"))?;
        let length = usize::try_from(column.compressed_size()).map_err(|_| damaged("the length of a column is negative"))?;
        let end = at.saturating_add(length).min(shared.bytes.len());
        let descriptor = column.column_descr();
        let levels = (descriptor.max_rep_level(), descriptor.max_def_level());
        let (codec, physical) = (column.compression(), descriptor.physical_type());
        Ok(Pages { shared: shared.clone(), at, end, codec, physical, levels, dictionary: 0, page: 0, longest: 0, listed: 0 })
    }

    fn next_page(&mut self) -> Result<Option<Page>> {
        let bytes = self.shared.bytes.clone();
        while self.at < self.end {
            let mut thrift = Compact::new(&bytes[..self.end], self.at);
            let header = thrift.page_header().ok_or_else(|| damaged("the header of a page is not valid"))?;
            let number = |field: i16| header.page.get(&field).and_then(|n| usize::try_from(*n).ok());
            let (Some(kind), Some(unpacked), Some(packed)) = (number(1), number(2), number(3)) else {
                return Err(damaged("the header of a page is not valid"));
            };
            let data = bytes.get(thrift.at..thrift.at.saturating_add(packed)).ok_or_else(|| damaged("a page is cut off"))?;
            self.at = thrift.at + packed;
            if unpacked > self.shared.most {
                return Err(self.shared.limit());
            }
            self.shared.give(unpacked)?;
            match kind {
                0 => return self.data(&header, data, unpacked).map(Some),
                2 => return self.words(&header, data, unpacked).map(Some),
                3 => return self.data_v2(&header, data, unpacked).map(Some),
                _ => {}
            }
        }
        Ok(None)
    }

    fn words(&mut self, header: &PageHeader, data: &[u8], unpacked: usize) -> Result<Page> {
        let count = field(header, 1)?;
        // No value takes less than a byte.
        if count as usize > unpacked {
            return Err(damaged("a dictionary states more values than it has"));
        }
        let held = unpacked + count as usize * VALUE;
        self.shared.release(std::mem::take(&mut self.dictionary));
        self.dictionary = held;
        self.shared.hold(held)?;
        let buf = self.unpack(data, unpacked)?;
        self.longest = if self.physical == Type::BYTE_ARRAY { longest(&buf) } else { VALUE };
        let is_sorted = header.kind.get(&3) == Some(&1);
        Ok(Page::DictionaryPage { buf: buf.into(), num_values: count, encoding: encoding(header, 2)?, is_sorted })
    }

    fn data(&mut self, header: &PageHeader, data: &[u8], unpacked: usize) -> Result<Page> {
        let (num_values, encoding_of) = (field(header, 1)?, encoding(header, 2)?);
        self.turn(num_values, unpacked)?;
        let buf = self.unpack(data, unpacked)?;
        if is_delta(encoding_of) {
            let (repetition, definition) = self.levels;
            let mut at = 0;
            for level in [repetition, definition] {
                at += if level > 0 { 4usize.saturating_add(u32_at(&buf, at) as usize) } else { 0 };
            }
            self.delta(encoding_of, buf.get(at..).unwrap_or_default(), num_values, unpacked)?;
        }
        let (def_level_encoding, rep_level_encoding) = (encoding(header, 3)?, encoding(header, 4)?);
        Ok(Page::DataPage {
            buf: buf.into(),
            num_values,
            encoding: encoding_of,
            def_level_encoding,
            rep_level_encoding,
            statistics: None,
        })
    }

    fn data_v2(&mut self, header: &PageHeader, data: &[u8], unpacked: usize) -> Result<Page> {
        let (num_values, encoding_of) = (field(header, 1)?, encoding(header, 4)?);
        let (def_levels_byte_len, rep_levels_byte_len) = (field(header, 5)?, field(header, 6)?);
        let levels = def_levels_byte_len as usize + rep_levels_byte_len as usize;
        let is_compressed = header.kind.get(&7) != Some(&0);
        self.turn(num_values, unpacked)?;
        let (Some(head), Some(left)) = (data.get(..levels), unpacked.checked_sub(levels)) else {
            return Err(damaged("the levels of a page are longer than it"));
        };
        let mut buf = head.to_vec();
        match is_compressed && left > 0 {
            true => buf.extend(self.unpack(&data[levels..], left)?),
            false => buf.extend_from_slice(&data[levels..]),
        }
        if buf.len() != unpacked {
            return Err(damaged("a page is not as long as it states"));
        }
        if is_delta(encoding_of) {
            self.delta(encoding_of, &buf[levels..], num_values, unpacked)?;
        }
        Ok(Page::DataPageV2 {
            buf: buf.into(),
            num_values,
            encoding: encoding_of,
            num_nulls: field(header, 2)?,
            num_rows: field(header, 3)?,
            def_levels_byte_len,
            rep_levels_byte_len,
            is_compressed,
            statistics: None,
        })
    }

    /// The page before is no longer held, but this one is.
    fn turn(&mut self, values: u32, unpacked: usize) -> Result<()> {
        self.shared.release(std::mem::take(&mut self.page));
        self.page = unpacked;
        self.shared.hold(unpacked)?;
        if self.levels.0 > 0 {
            let each = ELEMENT + self.longest;
            self.listed = self.listed.saturating_add(unpacked).saturating_add((values as usize).saturating_mul(each));
            if self.listed > self.shared.most.saturating_mul(TIMES) {
                return Err(self.shared.limit());
            }
        }
        Ok(())
    }

    /// Delta encodings state once more how many values there are; those of byte arrays also how much of the value before each has.
    fn delta(&self, encoding: Encoding, data: &[u8], values: u32, unpacked: usize) -> Result<()> {
        let invalid = || damaged("a page states more values than it has");
        let mut thrift = Compact::new(data, 0);
        let counted = counts(&mut thrift, values).ok_or_else(invalid)?;
        if (counted as usize).saturating_mul(8) > self.shared.most {
            return Err(self.shared.limit());
        }
        if encoding == Encoding::DELTA_BYTE_ARRAY {
            counts(&mut thrift, values).ok_or_else(invalid)?;
            if unpacked.saturating_mul(self.shared.batch) > self.shared.most {
                return Err(self.shared.limit());
            }
        }
        Ok(())
    }

    fn unpack(&self, data: &[u8], unpacked: usize) -> Result<Vec<u8>> {
        let mut out = Vec::new();
        let mut limited = |from: &mut dyn Read| {
            from.take(unpacked as u64 + 1).read_to_end(&mut out).map_err(|e| damaged(&e.to_string())).map(|_| ())
        };
        match self.codec {
            Compression::UNCOMPRESSED => out = data.to_vec(),
            Compression::GZIP(_) => limited(&mut flate2::read::MultiGzDecoder::new(data))?,
            Compression::BROTLI(_) => limited(&mut brotli_decompressor::Decompressor::new(data, 4096))?,
            Compression::ZSTD(_) => {
                let decoder = ruzstd::decoding::StreamingDecoder::new_with_max_window_size(data, self.shared.most as u64);
                limited(&mut decoder.map_err(|e| damaged(&e.to_string()))?)?;
            }
            Compression::SNAPPY => {
                if snap::raw::decompress_len(data).ok() == Some(unpacked) {
                    out = snap::raw::Decoder::new().decompress_vec(data).map_err(|e| damaged(&e.to_string()))?;
                }
            }
            Compression::LZ4_RAW => out = block(data, unpacked)?,
            // Blocks with their lengths, as Hadoop writes them; a frame; or a block alone.
            Compression::LZ4 => match hadoop(data, unpacked) {
                Some(bytes) => out = bytes,
                None if limited(&mut lz4_flex::frame::FrameDecoder::new(data)).is_err() => out = block(data, unpacked)?,
                None => {}
            },
            Compression::LZO => return Err(ParquetError::NYI("LZO is not read".into())),
        }
        if out.len() != unpacked {
            return Err(damaged("a page is not as long as it states"));
        }
        Ok(out)
    }
}

fn field(header: &PageHeader, number: i16) -> Result<u32> {
    let value = header.kind.get(&number).and_then(|n| u32::try_from(*n).ok());
    value.ok_or_else(|| damaged("the header of a page is not valid"))
}

/// `parquet.thrift`, `Encoding`.
fn encoding(header: &PageHeader, number: i16) -> Result<Encoding> {
    Ok(match field(header, number)? {
        0 => Encoding::PLAIN,
        2 => Encoding::PLAIN_DICTIONARY,
        3 => Encoding::RLE,
        #[allow(deprecated, reason = "old files have it")]
        4 => Encoding::BIT_PACKED,
        5 => Encoding::DELTA_BINARY_PACKED,
        6 => Encoding::DELTA_LENGTH_BYTE_ARRAY,
        7 => Encoding::DELTA_BYTE_ARRAY,
        8 => Encoding::RLE_DICTIONARY,
        9 => Encoding::BYTE_STREAM_SPLIT,
        other => return Err(ParquetError::NYI(format!("the encoding {other} is not read"))),
    })
}

fn is_delta(encoding: Encoding) -> bool {
    matches!(encoding, Encoding::DELTA_BINARY_PACKED | Encoding::DELTA_LENGTH_BYTE_ARRAY | Encoding::DELTA_BYTE_ARRAY)
}

/// `Encodings.md`, "Delta Encoding": how many values there are, if they are no more than `most`. Goes on behind them.
fn counts(data: &mut Compact<'_>, most: u32) -> Option<u64> {
    let (block, blocks, count) = (data.varint()?, data.varint()?, data.varint()?);
    data.varint()?;
    let each = block.checked_div(blocks)?;
    if count > u64::from(most) || block > 1 << 20 || blocks > block {
        return None;
    }
    let mut left = count.saturating_sub(1);
    while left > 0 {
        data.varint()?;
        let widths = data.bytes(blocks as usize)?;
        for width in widths {
            if left > 0 {
                data.bytes(usize::try_from(u64::from(*width) * each / 8).ok()?)?;
            }
            left = left.saturating_sub(each.max(1));
        }
    }
    Some(count)
}

/// The longest of byte arrays, of which each has its length before it.
fn longest(mut bytes: &[u8]) -> usize {
    let mut longest = 0;
    while bytes.len() >= 4 {
        let length = (u32_at(bytes, 0) as usize).min(bytes.len() - 4);
        longest = longest.max(length);
        bytes = &bytes[4 + length..];
    }
    longest
}

fn block(data: &[u8], unpacked: usize) -> Result<Vec<u8>> {
    lz4_flex::block::decompress(data, unpacked).map_err(|e| damaged(&e.to_string()))
}

fn hadoop(mut data: &[u8], unpacked: usize) -> Option<Vec<u8>> {
    let mut out = Vec::new();
    while !data.is_empty() {
        let (length, packed) = (be32_at(data, 0) as usize, be32_at(data, 4) as usize);
        let part = data.get(8..8usize.checked_add(packed)?)?;
        if length > unpacked - out.len() {
            return None;
        }
        out.extend(lz4_flex::block::decompress(part, length).ok()?);
        data = &data[8 + packed..];
    }
    (out.len() == unpacked).then_some(out)
}

impl Drop for Pages {
    fn drop(&mut self) {
        self.shared.release(self.dictionary + self.page);
    }
}

impl Iterator for Pages {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        self.next_page().transpose()
    }
}

impl PageReader for Pages {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        self.next_page()
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        Err(damaged("pages are read one after the other"))
    }

    fn skip_next_page(&mut self) -> Result<()> {
        self.next_page().map(|_| ())
    }

    /// A record may go on in the next page.
    fn at_record_boundary(&mut self) -> Result<bool> {
        Ok(self.at >= self.end)
    }
}
