//! Office Open XML (ECMA-376) and OpenDocument (ISO/IEC 26300): what the parts of a zip say, in reading order. Runs of a paragraph
//! are joined; cells of a row are apart by tabs, rows and paragraphs by line feeds. Columns of digits follow, a line each.

mod columns;

use crate::part::UnreadKind;
use crate::text::{Text, Xml, attribute, number, xml};
use crate::unpacker::{Outcome, Unpacker};
use columns::Columns;

const NAME: &str = "office document";
const SHARED: &[u8] = b"xl/sharedStrings.xml";

/// The XML parts of a zip that may be an office document.
#[derive(Default)]
pub(super) struct Office {
    parts: Vec<(Vec<u8>, Vec<u8>)>,
    bytes: usize,
    over: usize,
}

impl Office {
    /// Whether a member's content has to be given to `add`. `memory`: the most bytes of all of them.
    pub(super) fn wants(&mut self, name: &[u8], memory: usize) -> bool {
        let open = [&b"xl/"[..], b"word/", b"ppt/", b"docProps/", b"visio/"].iter().any(|folder| name.starts_with(folder));
        let document = [&b"content.xml"[..], b"styles.xml", b"meta.xml"].iter().any(|n| name.ends_with(n));
        let wanted = name.ends_with(b".xml") && (open || document);
        self.over += usize::from(wanted && self.bytes > memory);
        wanted && self.bytes <= memory
    }

    pub(super) fn add(&mut self, name: Vec<u8>, content: Vec<u8>) {
        self.bytes += content.len();
        self.parts.push((name, content));
    }

    /// Pushes the text of each part.
    pub(super) fn views(self, unpacker: &mut Unpacker<'_>) -> Outcome {
        let memory = unpacker.limits.memory;
        if self.over > 0 || self.bytes > memory {
            unpacker.unread(
                UnreadKind::Limit,
                NAME,
                0,
                "too long for a text in reading order; its members were scanned as they are",
            );
        }
        let mut shared = Strings::default();
        if let Some((_, content)) = self.parts.iter().find(|(name, _)| name == SHARED) {
            shared = strings(content, memory);
        }
        for (name, content) in &self.parts {
            let mut text = Text::new(memory);
            let result = match () {
                () if name == SHARED => continue,
                () if name.starts_with(b"xl/worksheets/") => sheet(content, &shared, &mut text),
                () => document(content, name.starts_with(b"docProps/") || name.ends_with(b"meta.xml"), &mut text),
            };
            let name = String::from_utf8_lossy(name);
            unpacker.view(&format!("text of {name}"), &text.bytes)?;
            if text.over {
                unpacker.unread(UnreadKind::Limit, NAME, 0, format!("the text of {name} is longer than the limit"));
            }
            if let Err(at) = result {
                unpacker.unread(UnreadKind::Damaged, NAME, 0, format!("{name} is no XML from byte {at} on"));
            }
        }
        Ok(())
    }
}

/// Strings of a workbook, in one text.
#[derive(Default)]
struct Strings {
    text: Vec<u8>,
    ends: Vec<usize>,
}

impl Strings {
    fn get(&self, index: usize) -> &[u8] {
        let start = if index == 0 { Some(0) } else { self.ends.get(index - 1).copied() };
        start.zip(self.ends.get(index)).and_then(|(s, e)| self.text.get(s..*e)).unwrap_or_default()
    }
}

/// ECMA-376 part 1, section 18.4. Phonetic runs are left out.
fn strings(content: &[u8], most: usize) -> Strings {
    let mut ends = Vec::new();
    let mut text = Text::new(most);
    let (mut phonetic, mut within) = (false, false);
    // Damage is reported with the sheets: their numbers then have no string.
    let _ = xml(content, |event| match event {
        Xml::Start(start) => match start.local_name().as_ref() {
            b"rPh" => phonetic = true,
            b"t" => within = !phonetic,
            _ => {}
        },
        Xml::End(name) => match name {
            b"rPh" => phonetic = false,
            b"t" => within = false,
            b"si" => ends.push(text.bytes.len()),
            _ => {}
        },
        Xml::Text(t) if within => text.add(t.as_bytes()),
        Xml::Text(_) => {}
    });
    Strings { text: text.bytes, ends }
}

/// ECMA-376 part 1, section 18.3.1: rows and cells.
fn sheet(content: &[u8], shared: &Strings, text: &mut Text) -> Result<(), u64> {
    let (mut kind, mut value, mut within, mut cells) = (String::new(), String::new(), false, 0);
    let (mut columns, mut row, mut column) = (Columns::default(), 0, None);
    let result = xml(content, |event| match event {
        Xml::Start(start) => match start.local_name().as_ref() {
            b"c" => {
                kind = attribute(start, b"t").unwrap_or_default();
                column = attribute(start, b"r").and_then(|r| number_of_column(&r));
                value.clear();
            }
            b"row" => (cells, row) = (0, row + 1),
            b"v" | b"t" | b"oddHeader" | b"evenHeader" | b"oddFooter" | b"evenFooter" | b"firstHeader" | b"firstFooter" => {
                within = true;
            }
            _ => {}
        },
        Xml::End(name) => {
            within = false;
            match name {
                b"c" => {
                    if cells > 0 {
                        text.add(b"\t");
                    }
                    cells += 1;
                    let shown = number(value.trim());
                    let written = match kind.as_str() {
                        "s" => value.trim().parse().map_or(&[][..], |index| shared.get(index)),
                        "" | "n" => shown.as_bytes(),
                        _ => value.as_bytes(),
                    };
                    text.add(written);
                    columns.cell(row, column.unwrap_or(cells - 1), written);
                }
                b"row" => text.line(),
                b"headerFooter" => {
                    text.add(value.as_bytes());
                    text.line();
                }
                _ => {}
            }
        }
        Xml::Text(t) if within => value.push_str(t),
        Xml::Text(_) => {}
    });
    text.line();
    columns.write(text);
    result
}

/// `AB12` is in column 27, counted from 0: ECMA-376 part 1, section 18.18.62.
fn number_of_column(reference: &str) -> Option<usize> {
    let letters = reference.bytes().take(3).take_while(u8::is_ascii_uppercase);
    letters.fold(0, |n, b| 26 * n + usize::from(b - b'A') + 1).checked_sub(1)
}

/// Any other part: ECMA-376 part 1, sections 17.3, 17.4 and 21.1; ISO/IEC 26300 part 3, sections 5.1, 6.1 and 9.1.
///
/// `each`: properties, an element a line.
fn document(content: &[u8], each: bool, text: &mut Text) -> Result<(), u64> {
    let (mut value, mut cell, mut run) = (None, 0, false);
    let (mut columns, mut row, mut column) = (Columns::default(), 0, 0);
    let result = xml(content, |event| match event {
        Xml::Start(start) => match start.local_name().as_ref() {
            b"table-cell" => {
                value = attribute(start, b"value").map(|v| number(&v));
                cell = text.bytes.len();
                column += 1;
                columns.cell(row, column, value.as_ref().map_or(&[], String::as_bytes));
            }
            b"table-row" => (row, column) = (row + 1, 0),
            b"t" => run = true,
            // With a position it is the definition of a stop.
            b"tab" if attribute(start, b"pos").is_none() => text.add(b"\t"),
            b"s" => text.add(b" "),
            b"br" | b"cr" | b"line-break" => text.line(),
            _ => {}
        },
        Xml::End(name) => match name {
            b"t" => run = false,
            b"p" | b"h" | b"si" | b"comment" | b"row" | b"tr" | b"table-row" => text.line(),
            b"tc" => text.cell(),
            b"table-cell" => {
                // Only the first end of a cell looks back at its text: there may be more ends than cells.
                let shown =
                    |text: &Text, value: &str| text.bytes.get(cell..).unwrap_or_default().trim_ascii() == value.as_bytes();
                if let Some(value) = value.take().filter(|v| !shown(text, v)) {
                    text.cell();
                    text.add(value.as_bytes());
                }
                text.cell();
            }
            _ if each => text.line(),
            _ => {}
        },
        Xml::Text(t) if run || !t.trim().is_empty() => text.add(t.as_bytes()),
        Xml::Text(_) => {}
    });
    text.line();
    columns.write(text);
    result
}
