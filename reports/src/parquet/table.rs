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

/// Rows that are written together. They wait in memory until then.
const GROUP: usize = 20_000;

/// What a column holds.
#[derive(Clone, Copy, PartialEq)]
pub enum Kind {
    Text,
    OptionalText,
    Count,
    OptionalCount,
    Number,
    OptionalNumber,
}

/// Name and kind.
#[derive(Clone, Copy)]
pub struct Column(pub &'static str, pub Kind);

/// What stands in a row under a column of the same kind.
pub enum Cell<'a> {
    Text(&'a str),
    OptionalText(Option<&'a str>),
    Count(u64),
    OptionalCount(Option<u64>),
    Number(f64),
    OptionalNumber(Option<f64>),
}

/// What waits of a column.
enum Values {
    Texts(Vec<ByteArray>),
    Counts(Vec<i64>),
    Numbers(Vec<f64>),
}

struct Waiting {
    values: Values,
    /// For an optional column, a 1 for each value that is there and a 0 for each that is not.
    there: Option<Vec<i16>>,
}

pub struct Table<W: Write + Send, const N: usize> {
    writer: SerializedFileWriter<W>,
    columns: [Column; N],
    waiting: [Waiting; N],
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
        Ok(Table { writer, columns, waiting: columns.map(|c| Waiting::new(c.1)), rows: 0 })
    }

    pub fn push(&mut self, row: [Cell<'_>; N]) -> Result<(), ParquetError> {
        for ((column, waiting), cell) in self.columns.iter().zip(&mut self.waiting).zip(row) {
            waiting.push(column, cell)?;
        }
        self.rows += 1;
        match self.rows == GROUP {
            true => self.flush(),
            false => Ok(()),
        }
    }

    fn flush(&mut self) -> Result<(), ParquetError> {
        let waiting = std::mem::replace(&mut self.waiting, self.columns.map(|c| Waiting::new(c.1)));
        self.rows = 0;
        let mut group = self.writer.next_row_group()?;
        for Waiting { values, there } in &waiting {
            let Some(mut column) = group.next_column()? else {
                return Err(ParquetError::General("a table has more columns than its schema".into()));
            };
            let there = there.as_deref();
            match (column.untyped(), values) {
                (ColumnWriter::ByteArrayColumnWriter(out), Values::Texts(texts)) => out.write_batch(texts, there, None)?,
                (ColumnWriter::Int64ColumnWriter(out), Values::Counts(counts)) => out.write_batch(counts, there, None)?,
                (ColumnWriter::DoubleColumnWriter(out), Values::Numbers(numbers)) => out.write_batch(numbers, there, None)?,
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

impl Waiting {
    fn new(kind: Kind) -> Self {
        let values = match kind {
            Kind::Text | Kind::OptionalText => Values::Texts(Vec::new()),
            Kind::Count | Kind::OptionalCount => Values::Counts(Vec::new()),
            Kind::Number | Kind::OptionalNumber => Values::Numbers(Vec::new()),
        };
        Waiting { values, there: kind.is_optional().then(Vec::new) }
    }

    fn push(&mut self, column: &Column, cell: Cell<'_>) -> Result<(), ParquetError> {
        let (optional, there) = match &cell {
            Cell::Text(_) | Cell::Count(_) | Cell::Number(_) => (false, true),
            Cell::OptionalText(text) => (true, text.is_some()),
            Cell::OptionalCount(count) => (true, count.is_some()),
            Cell::OptionalNumber(number) => (true, number.is_some()),
        };
        let fits = optional == column.1.is_optional();
        match (&mut self.values, cell) {
            (Values::Texts(texts), Cell::Text(text)) if fits => texts.push(text.into()),
            (Values::Texts(texts), Cell::OptionalText(text)) if fits => texts.extend(text.map(ByteArray::from)),
            // Parquet keeps unsigned numbers as signed ones of the same bits.
            (Values::Counts(counts), Cell::Count(count)) if fits => counts.push(count.cast_signed()),
            (Values::Counts(counts), Cell::OptionalCount(count)) if fits => counts.extend(count.map(u64::cast_signed)),
            (Values::Numbers(numbers), Cell::Number(number)) if fits => numbers.push(number),
            (Values::Numbers(numbers), Cell::OptionalNumber(number)) if fits => numbers.extend(number),
            _ => return Err(ParquetError::General(format!("a row does not fit the column `{}`", column.0))),
        }
        if let Some(levels) = &mut self.there {
            levels.push(i16::from(there));
        }
        Ok(())
    }
}
