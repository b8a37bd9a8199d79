//! One Parquet file, written a row at a time.

use ::parquet::basic::{Compression, LogicalType, Repetition, Type as Physical};
use ::parquet::column::writer::ColumnWriter;
use ::parquet::data_type::ByteArray;
use ::parquet::errors::ParquetError;
use ::parquet::file::properties::{EnabledStatistics, WriterProperties};
use ::parquet::file::writer::SerializedFileWriter;
use ::parquet::schema::types::Type;
use std::io::Write;
use std::sync::Arc;

/// Rows of one row group. They are buffered in memory until the group is written.
const GROUP: usize = 20_000;

/// The type of a column.
#[derive(Clone, Copy, PartialEq)]
pub enum Kind {
    Text,
    OptionalText,
    Count,
    OptionalCount,
    Number,
    OptionalNumber,
}

/// Name and type.
#[derive(Clone, Copy)]
pub struct Column(pub &'static str, pub Kind);

/// One value of a row, of the same kind as its column.
pub enum Cell<'a> {
    Text(&'a str),
    OptionalText(Option<&'a str>),
    Count(u64),
    OptionalCount(Option<u64>),
    Number(f64),
    OptionalNumber(Option<f64>),
}

/// The buffered values of a column.
enum Values {
    Texts(Vec<ByteArray>),
    Counts(Vec<i64>),
    Numbers(Vec<f64>),
}

struct Buffer {
    values: Values,
    /// The definition levels of an optional column: 1 for each value, 0 for each missing one.
    levels: Option<Vec<i16>>,
}

pub struct Table<W: Write + Send, const N: usize> {
    writer: SerializedFileWriter<W>,
    columns: [Column; N],
    buffers: [Buffer; N],
    rows: usize,
}

impl<W: Write + Send, const N: usize> Table<W, N> {
    pub fn begin(out: W, name: &str, columns: [Column; N]) -> Result<Self, ParquetError> {
        let fields = columns.iter().map(|c| c.field().map(Arc::new)).collect::<Result<Vec<_>, _>>()?;
        let schema = Type::group_type_builder(name).with_fields(fields).build()?;
        // An index of pages would stay in memory until the end, and these tables are read whole.
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_statistics_enabled(EnabledStatistics::Chunk)
            .set_offset_index_disabled(true)
            .set_created_by(concat!("shikaku ", env!("CARGO_PKG_VERSION")).to_string())
            .build();
        let writer = SerializedFileWriter::new(out, Arc::new(schema), Arc::new(properties))?;
        Ok(Table { writer, columns, buffers: columns.map(|c| Buffer::new(c.1)), rows: 0 })
    }

    pub fn push(&mut self, row: [Cell<'_>; N]) -> Result<(), ParquetError> {
        for ((column, buffer), cell) in self.columns.iter().zip(&mut self.buffers).zip(row) {
            buffer.push(column, cell)?;
        }
        self.rows += 1;
        match self.rows == GROUP {
            true => self.flush(),
            false => Ok(()),
        }
    }

    fn flush(&mut self) -> Result<(), ParquetError> {
        let buffers = std::mem::replace(&mut self.buffers, self.columns.map(|c| Buffer::new(c.1)));
        self.rows = 0;
        let mut group = self.writer.next_row_group()?;
        for Buffer { values, levels } in &buffers {
            let Some(mut column) = group.next_column()? else {
                return Err(ParquetError::General("a table has more columns than its schema".into()));
            };
            let levels = levels.as_deref();
            match (column.untyped(), values) {
                (ColumnWriter::ByteArrayColumnWriter(out), Values::Texts(texts)) => out.write_batch(texts, levels, None)?,
                (ColumnWriter::Int64ColumnWriter(out), Values::Counts(counts)) => out.write_batch(counts, levels, None)?,
                (ColumnWriter::DoubleColumnWriter(out), Values::Numbers(numbers)) => out.write_batch(numbers, levels, None)?,
                _ => return Err(ParquetError::General("a column is not of its schema's type".into())),
            };
            column.close()?;
        }
        group.close()?;
        Ok(())
    }

    pub fn finish(mut self) -> Result<(), ParquetError> {
        if self.rows > 0 {
            self.flush()?;
        }
        self.writer.close()?;
        Ok(())
    }
}

impl Column {
    fn field(&self) -> Result<Type, ParquetError> {
        let (physical, logical) = match self.1 {
            Kind::Text | Kind::OptionalText => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
            Kind::Count | Kind::OptionalCount => (Physical::INT64, Some(LogicalType::integer(64, false))),
            Kind::Number | Kind::OptionalNumber => (Physical::DOUBLE, None),
        };
        let repetition = if self.1.is_optional() { Repetition::OPTIONAL } else { Repetition::REQUIRED };
        Type::primitive_type_builder(self.0, physical).with_logical_type(logical).with_repetition(repetition).build()
    }
}

impl Kind {
    fn is_optional(self) -> bool {
        matches!(self, Kind::OptionalText | Kind::OptionalCount | Kind::OptionalNumber)
    }
}

impl Buffer {
    fn new(kind: Kind) -> Self {
        let values = match kind {
            Kind::Text | Kind::OptionalText => Values::Texts(Vec::new()),
            Kind::Count | Kind::OptionalCount => Values::Counts(Vec::new()),
            Kind::Number | Kind::OptionalNumber => Values::Numbers(Vec::new()),
        };
        Buffer { values, levels: kind.is_optional().then(Vec::new) }
    }

    fn push(&mut self, column: &Column, cell: Cell<'_>) -> Result<(), ParquetError> {
        let (optional, present) = match &cell {
            Cell::Text(_) | Cell::Count(_) | Cell::Number(_) => (false, true),
            Cell::OptionalText(text) => (true, text.is_some()),
            Cell::OptionalCount(count) => (true, count.is_some()),
            Cell::OptionalNumber(number) => (true, number.is_some()),
        };
        let fits = optional == column.1.is_optional();
        match (&mut self.values, cell) {
            (Values::Texts(texts), Cell::Text(text)) if fits => texts.push(text.into()),
            (Values::Texts(texts), Cell::OptionalText(text)) if fits => texts.extend(text.map(ByteArray::from)),
            // Parquet stores unsigned numbers as signed ones with the same bits.
            (Values::Counts(counts), Cell::Count(count)) if fits => counts.push(count.cast_signed()),
            (Values::Counts(counts), Cell::OptionalCount(count)) if fits => counts.extend(count.map(u64::cast_signed)),
            (Values::Numbers(numbers), Cell::Number(number)) if fits => numbers.push(number),
            (Values::Numbers(numbers), Cell::OptionalNumber(number)) if fits => numbers.extend(number),
            _ => return Err(ParquetError::General(format!("a row does not fit the column `{}`", column.0))),
        }
        if let Some(levels) = &mut self.levels {
            levels.push(i16::from(present));
        }
        Ok(())
    }
}
