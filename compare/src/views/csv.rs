//! `compare.csv`: a line for each figure (RFC 4180).

use crate::document::Document;

/// The names of the columns.
pub const COLUMNS: [&str; 10] =
    ["design", "criterion", "value", "low", "high", "difference", "difference_low", "difference_high", "mark", "assumed"];

/// The text, with a line feed after each line.
pub fn of(document: &Document) -> String {
    let mut text = COLUMNS.join(",") + "\n";
    for cell in &document.cells {
        let number = |n: Option<f64>| n.map_or(String::new(), |n| n.to_string());
        let (own, difference) = (cell.estimate, cell.difference);
        let assumed = document.criteria.iter().any(|c| c.id == cell.criterion && c.assumed);
        let fields = [
            quoted(&cell.design),
            quoted(&cell.criterion),
            number(own.map(|e| e.value)),
            number(own.and_then(|e| e.low)),
            number(own.and_then(|e| e.high)),
            number(difference.map(|e| e.value)),
            number(difference.and_then(|e| e.low)),
            number(difference.and_then(|e| e.high)),
            cell.mark.id().to_string(),
            assumed.to_string(),
        ];
        text += &(fields.join(",") + "\n");
    }
    text
}

/// A field: design names come from files, and may contain anything.
fn quoted(text: &str) -> String {
    match text.contains([',', '"', '\n', '\r']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.to_string(),
    }
}
