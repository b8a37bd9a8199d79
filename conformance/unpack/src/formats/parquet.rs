//! Parquet, by the crate `parquet`: every value of every column as text, a row a line, its columns apart by tabs.

mod pages;
mod thrift;

use crate::le::u32_at;
use crate::part::UnreadKind;
use crate::text::{Text, decimal};
use crate::unpacker::{Outcome, Stop, Unpacker};
use ::parquet::basic::Encoding;
use ::parquet::bloom_filter::Sbbf;
use ::parquet::column::page::PageReader;
use ::parquet::errors::{ParquetError, Result};
use ::parquet::file::metadata::{ParquetMetaData, RowGroupMetaData};
use ::parquet::file::reader::{FileReader, RowGroupReader, SerializedFileReader};
use ::parquet::record::reader::{RowIter, TreeBuilder};
use ::parquet::record::{Field, Row};
use ::parquet::schema::types::Type as SchemaType;
use bytes::Bytes;
use pages::{Pages, Shared};
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use thrift::Compact;

const NAME: &str = "Parquet";
/// What metadata takes in memory, at most so many times its length.
const METADATA: usize = 16;
/// How many values of a column are read at once, at most; and what a value takes at least, in bytes.
const BATCH: usize = 1024;
const VALUE: usize = 64;
/// If values are written as differences, each can be as long as a page. Writers make pages of 1 MiB.
const PAGE: usize = 2 << 20;

fn stop(error: ParquetError) -> Stop {
    match error {
        ParquetError::NYI(why) => Stop::Unread(UnreadKind::Unsupported, why.into()),
        other => Stop::damaged(other.to_string()),
    }
}

pub(super) fn read(unpacker: &mut Unpacker<'_>, bytes: &[u8]) -> Outcome<Vec<Range<usize>>> {
    let memory = unpacker.limits.memory;
    if !metadata_fits(bytes, memory)? {
        let why = "its metadata states more columns than the limit allows";
        return Err(Stop::Unread(UnreadKind::Limit, why.into()));
    }
    let bytes = Bytes::copy_from_slice(bytes);
    let reader = SerializedFileReader::new(bytes.clone()).map_err(stop)?;
    let shared = Arc::new(Shared::new(bytes, memory, unpacker.meter.left(), batch(reader.metadata(), memory)));
    let mut text = Text::new(memory);
    let result = rows(&reader, &shared, &mut text);
    unpacker.meter.take(usize::try_from(shared.given.load(Ordering::Relaxed)).unwrap_or(usize::MAX));
    let over = text.over || shared.over.load(Ordering::Relaxed);
    if over {
        unpacker.unread(UnreadKind::Limit, NAME, 0, "its rows take more than the limit; not all of them were read");
    }
    unpacker.view("rows", &text.bytes)?;
    // Rows are a rendering: metadata and pages are pushed as they are.
    match result {
        Err(_) if over => Ok(Vec::new()),
        result => result.map(|()| Vec::new()).map_err(stop),
    }
}

/// The file ends with its metadata, their length and the magic.
fn metadata_fits(bytes: &[u8], memory: usize) -> Outcome<bool> {
    let end = bytes.len().saturating_sub(8);
    let length = u32_at(bytes, end) as usize;
    let metadata = end.checked_sub(length).and_then(|start| bytes.get(start..end));
    let metadata = metadata.ok_or_else(|| Stop::damaged("its metadata is missing"))?;
    if length > memory / METADATA {
        return Ok(false);
    }
    Compact::new(metadata, 0).fits(memory).ok_or_else(|| Stop::damaged("its metadata is not valid"))
}

/// How many values of each column may be in memory at once.
fn batch(metadata: &ParquetMetaData, memory: usize) -> usize {
    let columns = metadata.file_metadata().schema_descr().num_columns();
    let all = metadata.row_groups().iter().flat_map(|group| group.columns());
    let is_long = all.flat_map(|column| column.encodings()).any(|e| e == Encoding::DELTA_BYTE_ARRAY);
    (memory / (VALUE * columns.max(1))).min(if is_long { memory / PAGE } else { BATCH }).clamp(1, BATCH)
}

fn rows(reader: &dyn FileReader, shared: &Arc<Shared>, text: &mut Text) -> Result<()> {
    let schema = reader.metadata().file_metadata().schema_descr_ptr();
    for i in 0..reader.num_row_groups() {
        let group = Group { of: reader.get_row_group(i)?, shared: shared.clone() };
        for row in TreeBuilder::new().with_batch_size(shared.batch).as_iter(schema.clone(), &group)? {
            write_row(&row?, text);
            text.add(b"\n");
            if text.over {
                return Ok(());
            }
        }
    }
    Ok(())
}

/// A group of rows whose pages are unpacked here.
struct Group<'r> {
    of: Box<dyn RowGroupReader + 'r>,
    shared: Arc<Shared>,
}

impl RowGroupReader for Group<'_> {
    fn metadata(&self) -> &RowGroupMetaData {
        self.of.metadata()
    }

    fn num_columns(&self) -> usize {
        self.of.num_columns()
    }

    fn get_column_page_reader(&self, i: usize) -> Result<Box<dyn PageReader>> {
        Ok(Box::new(Pages::new(&self.shared, self.metadata(), i)?))
    }

    fn get_column_bloom_filter(&self, _: usize) -> Option<&Sbbf> {
        None
    }

    fn get_row_iter(&self, projection: Option<SchemaType>) -> Result<RowIter<'_>> {
        RowIter::from_row_group(projection, self)
    }
}

fn write_row(row: &Row, text: &mut Text) {
    for (i, (_, field)) in row.get_column_iter().enumerate() {
        if i > 0 {
            text.add(b"\t");
        }
        write(field, text);
    }
}

fn write(field: &Field, text: &mut Text) {
    match field {
        Field::Null => {}
        Field::Str(string) => text.add(string.as_bytes()),
        Field::Bytes(bytes) => text.add(bytes.data()),
        Field::Float(number) => text.add(decimal(f64::from(*number)).as_bytes()),
        Field::Double(number) => text.add(decimal(*number).as_bytes()),
        Field::Group(row) => write_row(row, text),
        Field::ListInternal(list) => {
            for (i, element) in list.elements().iter().enumerate() {
                if i > 0 {
                    text.add(b"\t");
                }
                write(element, text);
            }
        }
        Field::MapInternal(map) => {
            for (i, (key, value)) in map.entries().iter().enumerate() {
                if i > 0 {
                    text.add(b"\t");
                }
                write(key, text);
                text.add(b"\t");
                write(value, text);
            }
        }
        other => text.add(other.to_string().as_bytes()),
    }
}
