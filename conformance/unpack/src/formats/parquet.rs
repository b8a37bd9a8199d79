//! Parquet, by the crate `parquet`: every value of every column as text, a row a line, its columns apart by tabs.

use crate::part::UnreadKind;
use crate::text::{Text, decimal};
use crate::unpacker::{Outcome, Stop, Unpacker};
use ::parquet::file::reader::{FileReader, SerializedFileReader};
use ::parquet::record::{Field, Row};
use bytes::Bytes;
use std::ops::Range;

const NAME: &str = "Parquet";

pub(super) fn read(unpacker: &mut Unpacker<'_>, bytes: &[u8]) -> Outcome<Vec<Range<usize>>> {
    let damaged = |e: ::parquet::errors::ParquetError| match e {
        ::parquet::errors::ParquetError::NYI(why) => Stop::Unread(UnreadKind::Unsupported, why.into()),
        other => Stop::damaged(other.to_string()),
    };
    let reader = SerializedFileReader::new(Bytes::copy_from_slice(bytes)).map_err(damaged)?;
    let mut text = Text::new(unpacker.limits.memory);
    let mut result = Ok(());
    for row in reader.get_row_iter(None).map_err(damaged)? {
        match row {
            Ok(row) => {
                write_row(&row, &mut text);
                text.add(b"\n");
            }
            Err(e) => result = Err(damaged(e)),
        }
        if text.over || result.is_err() {
            break;
        }
    }
    if text.over {
        unpacker.unread(UnreadKind::Limit, NAME, 0, "its rows are longer than the limit");
    }
    unpacker.view("rows", &text.bytes)?;
    // Rows are a rendering: metadata and pages are pushed as they are.
    result.map(|()| Vec::new())
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
