//! `compare.parquet`: a row for each figure, with the columns of `compare.csv`.

use super::csv::COLUMNS;
use crate::document::Document;
use reports::parquet::table::{Cell, Column, Kind, Table};
use std::io::Write;

/// Writes the file.
///
/// # Errors
/// If it cannot be written.
pub fn write<W: Write + Send>(document: &Document, out: W) -> Result<(), String> {
    let kinds = [
        Kind::Text,
        Kind::Text,
        Kind::OptionalNumber,
        Kind::OptionalNumber,
        Kind::OptionalNumber,
        Kind::OptionalNumber,
        Kind::OptionalNumber,
        Kind::OptionalNumber,
        Kind::Text,
        Kind::Text,
    ];
    let columns = std::array::from_fn(|i| Column(COLUMNS[i], kinds[i]));
    let mut table = Table::begin(out, "compare", columns).map_err(|e| e.to_string())?;
    for cell in &document.cells {
        let (own, difference) = (cell.estimate, cell.difference);
        let assumed = document.criteria.iter().any(|c| c.id == cell.criterion && c.assumed);
        let row = [
            Cell::Text(&cell.design),
            Cell::Text(&cell.criterion),
            Cell::OptionalNumber(own.map(|e| e.value)),
            Cell::OptionalNumber(own.and_then(|e| e.low)),
            Cell::OptionalNumber(own.and_then(|e| e.high)),
            Cell::OptionalNumber(difference.map(|e| e.value)),
            Cell::OptionalNumber(difference.and_then(|e| e.low)),
            Cell::OptionalNumber(difference.and_then(|e| e.high)),
            Cell::Text(cell.mark.id()),
            Cell::Text(if assumed { "true" } else { "false" }),
        ];
        table.push(row).map_err(|e| e.to_string())?;
    }
    table.finish().map_err(|e| e.to_string())
}
