//! Text of bounded length, and XML as text.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// Text that grows up to a limit.
pub(crate) struct Text {
    pub(crate) bytes: Vec<u8>,
    most: usize,
    /// The limit is reached.
    pub(crate) over: bool,
}

impl Text {
    pub(crate) fn new(most: usize) -> Self {
        Text { bytes: Vec::new(), most, over: false }
    }

    pub(crate) fn add(&mut self, bytes: &[u8]) {
        self.over |= self.bytes.len() + bytes.len() > self.most;
        if !self.over {
            self.bytes.extend_from_slice(bytes);
        }
    }

    /// Ends a line, unless it is empty or ended.
    pub(crate) fn line(&mut self) {
        while self.bytes.last() == Some(&b'\t') {
            self.bytes.pop();
        }
        if !matches!(self.bytes.last(), None | Some(b'\n')) {
            self.add(b"\n");
        }
    }

    /// Ends a cell of a row.
    pub(crate) fn cell(&mut self) {
        while self.bytes.last() == Some(&b'\n') {
            self.bytes.pop();
        }
        self.add(b"\t");
    }
}

/// A number as a person would write it: `8.71213624823E11` is `871213624823`.
pub(crate) fn number(written: &str) -> String {
    match written.parse::<f64>() {
        Ok(value) if written.contains(['e', 'E']) => decimal(value),
        _ => written.to_string(),
    }
}

/// A floating-point number without an exponent where that is exact.
pub(crate) fn decimal(value: f64) -> String {
    if value.is_finite() && value.abs() < 1e21 { format!("{value}") } else { format!("{value:e}") }
}

/// One event of XML.
pub(crate) enum Xml<'e> {
    Start(&'e BytesStart<'e>),
    /// With its local name.
    End(&'e [u8]),
    Text(&'e str),
}

/// Calls `each` for all events. Names are without prefixes; entities are resolved.
///
/// # Errors
/// The offset in bytes at which it is no XML.
pub(crate) fn xml(bytes: &[u8], mut each: impl FnMut(Xml<'_>)) -> Result<(), u64> {
    let mut reader = Reader::from_reader(bytes);
    reader.config_mut().check_end_names = false;
    reader.config_mut().allow_unmatched_ends = true;
    loop {
        match reader.read_event() {
            Ok(Event::Start(start)) => each(Xml::Start(&start)),
            Ok(Event::Empty(start)) => {
                each(Xml::Start(&start));
                each(Xml::End(start.local_name().as_ref()));
            }
            Ok(Event::End(end)) => each(Xml::End(end.local_name().as_ref())),
            Ok(Event::Text(text)) => each(Xml::Text(&String::from_utf8_lossy(&text))),
            Ok(Event::CData(text)) => each(Xml::Text(&String::from_utf8_lossy(&text))),
            Ok(Event::GeneralRef(name)) => {
                let character = name.resolve_char_ref().ok().flatten();
                let known = std::str::from_utf8(&name).ok().and_then(quick_xml::escape::resolve_predefined_entity);
                match (character, known) {
                    (Some(c), _) => each(Xml::Text(c.encode_utf8(&mut [0; 4]))),
                    (_, Some(text)) => each(Xml::Text(text)),
                    _ => each(Xml::Text(&format!("&{};", String::from_utf8_lossy(&name)))),
                }
            }
            Ok(Event::Eof) => return Ok(()),
            Ok(_) => {}
            Err(_) => return Err(reader.error_position()),
        }
    }
}

/// The value of an attribute, with entities as they are.
pub(crate) fn attribute(start: &BytesStart<'_>, name: &[u8]) -> Option<String> {
    let found = start.attributes().flatten().find(|a| a.key.local_name().as_ref() == name)?;
    Some(String::from_utf8_lossy(&found.value).into_owned())
}
