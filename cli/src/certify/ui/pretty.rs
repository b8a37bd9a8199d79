//! A part of a message as people read it: JSON indented, other text as it is, anything else in hex. Each piece of text keeps the
//! number of the mark that it is part of.

use ::certify::report::plain::shown;
use sim::terms::operation::CHECK_ID;
use std::fmt::Write;
use std::ops::Range;

/// The most bytes of a part that are shown.
const MOST: usize = 64 << 10;
/// Bytes in a line of hex.
const IN_A_LINE: usize = 16;

/// The headers whose values are not masked.
const PLAIN_HEADERS: [&str; 4] = ["content-type", "content-length", "date", CHECK_ID.name];
/// The member of JSON whose value is not masked: the type of a FHIR resource.
const PLAIN_MEMBER: &str = "resourceType";

/// How a part is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    Json,
    Text,
    Hex,
}

/// A piece of text, and the mark that it is part of.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Piece {
    pub text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mark: Option<usize>,
    /// Whether its text was removed.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub masked: bool,
    /// Whether it is a value, and not a name or layout.
    #[serde(skip)]
    is_value: bool,
}

/// A part of a message as it is shown.
#[derive(Debug, serde::Serialize)]
pub struct Pretty {
    pub kind: Kind,
    pub pieces: Vec<Piece>,
    /// How many bytes are not shown.
    pub cut: usize,
}

impl Pretty {
    /// The same without the text of values and of marks. `names` says of a mark that it is on words which are no value.
    pub fn masked(mut self, names: impl Fn(usize) -> bool) -> Pretty {
        if self.kind == Kind::Hex {
            // Nothing is left of it but the number of its bytes.
            self.pieces.retain(|piece| piece.is_value);
        }
        for piece in &mut self.pieces {
            if piece.is_value || piece.mark.is_some_and(|mark| !names(mark)) {
                piece.text.clear();
                piece.masked = true;
            }
        }
        self.pieces.dedup_by(|a, b| a.masked && b.masked && a.mark == b.mark);
        self
    }
}

/// Shows bytes. Marks are numbered as in `marks`; where they overlap, the first is shown.
pub fn pretty(bytes: &[u8], marks: &[(usize, Range<usize>)]) -> Pretty {
    let is_json =
        serde_json::from_slice::<serde::de::IgnoredAny>(bytes).is_ok() && bytes.iter().any(|b| matches!(b, b'{' | b'['));
    let end = match std::str::from_utf8(bytes) {
        Ok(text) => (0..=MOST.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default(),
        Err(_) => (MOST / 4).min(bytes.len()),
    };
    let mut writer = Writer { pieces: Vec::new(), marks, in_value: true };
    let kind = match std::str::from_utf8(&bytes[..end]) {
        Ok(text) if is_json => writer.json(text),
        Ok(text) if std::str::from_utf8(bytes).is_ok() => writer.text(text),
        _ => writer.hex(&bytes[..end]),
    };
    Pretty { kind, pieces: writer.pieces, cut: bytes.len() - end }
}

/// Shows the head of a message. Its first line is no value, nor are the values of some headers.
pub fn pretty_head(head: &str, marks: &[(usize, Range<usize>)]) -> Pretty {
    let mut writer = Writer { pieces: Vec::new(), marks, in_value: false };
    let mut at = 0;
    for (number, line) in head.split_inclusive('\n').enumerate() {
        let name = line.split_once(':').map_or("", |(name, _)| name);
        let is_plain = number == 0 || PLAIN_HEADERS.iter().any(|plain| plain.eq_ignore_ascii_case(name));
        let value_begins = if number == 0 || name.is_empty() { 0 } else { name.len() + 1 };
        for (within, c) in line.char_indices() {
            writer.in_value = !is_plain && within >= value_begins && !c.is_ascii_whitespace();
            writer.text_char(c, at + within);
        }
        at += line.len();
    }
    Pretty { kind: Kind::Text, pieces: writer.pieces, cut: 0 }
}

struct Writer<'a> {
    pieces: Vec<Piece>,
    marks: &'a [(usize, Range<usize>)],
    /// Whether what is added now is a value.
    in_value: bool,
}

impl Writer<'_> {
    /// Adds what was at this place; layout has no place.
    fn add(&mut self, text: &str, at: Option<usize>) {
        let mark = at.and_then(|at| self.marks.iter().find(|(_, bytes)| bytes.contains(&at))).map(|(number, _)| *number);
        let is_value = self.in_value && at.is_some();
        match self.pieces.last_mut() {
            Some(last) if last.mark == mark && last.is_value == is_value => last.text.push_str(text),
            _ => self.pieces.push(Piece { text: text.to_string(), mark, masked: false, is_value }),
        }
    }

    fn text(&mut self, text: &str) -> Kind {
        text.char_indices().for_each(|(at, c)| self.text_char(c, at));
        Kind::Text
    }

    fn text_char(&mut self, c: char, at: usize) {
        match c {
            '\n' => self.add("\n", Some(at)),
            c => self.char(c, at),
        }
    }

    fn char(&mut self, c: char, at: usize) {
        let mut buffer = [0; 4];
        self.add(&shown(c.encode_utf8(&mut buffer)), Some(at));
    }

    fn json(&mut self, text: &str) -> Kind {
        let (mut place, mut in_string, mut escaped) = (JsonPlace::default(), false, false);
        for (at, c) in text.char_indices() {
            if in_string {
                in_string = escaped || c != '"';
                self.in_value = in_string && place.is_value();
                if in_string {
                    place.in_string(c);
                }
                self.char(c, at);
                escaped = !escaped && c == '\\';
                continue;
            }
            self.in_value = !matches!(c, '{' | '[' | '}' | ']' | ',' | ':' | '"');
            if matches!(c, '}' | ']') {
                place.containers.pop();
                self.add(&place.new_line(), None);
            }
            if !c.is_ascii_whitespace() {
                self.char(c, at);
            }
            match c {
                '{' | '[' => {
                    place.containers.push(c == '{');
                    place.expects_name = c == '{';
                    self.add(&place.new_line(), None);
                }
                ',' => {
                    place.expects_name = place.is_in_object();
                    self.add(&place.new_line(), None);
                }
                ':' => {
                    place.expects_name = false;
                    self.add(" ", None);
                }
                '"' => {
                    in_string = true;
                    if place.expects_name {
                        place.name.clear();
                    }
                }
                _ => {}
            }
        }
        Kind::Json
    }

    fn hex(&mut self, bytes: &[u8]) -> Kind {
        for (at, byte) in bytes.iter().enumerate() {
            let mut text = String::new();
            if at % IN_A_LINE == 0 {
                let before = if at == 0 { "" } else { "\n" };
                // Writing to a String does not fail.
                let _ = write!(text, "{before}{at:06x} ");
                self.add(&text, None);
                text.clear();
            }
            let _ = write!(text, " {byte:02x}");
            self.add(&text, Some(at));
        }
        Kind::Hex
    }
}

/// Where in a JSON text something is.
#[derive(Default)]
struct JsonPlace {
    /// Of each container around it, whether it is an object.
    containers: Vec<bool>,
    /// Whether the next string is the name of a member.
    expects_name: bool,
    /// Of the member that began last.
    name: String,
}

impl JsonPlace {
    fn is_in_object(&self) -> bool {
        self.containers.last() == Some(&true)
    }

    /// Whether a string here is a value that may be masked.
    fn is_value(&self) -> bool {
        !(self.expects_name || self.is_in_object() && self.name == PLAIN_MEMBER)
    }

    fn in_string(&mut self, c: char) {
        if self.expects_name {
            self.name.push(c);
        }
    }

    fn new_line(&self) -> String {
        format!("\n{}", "  ".repeat(self.containers.len().min(40)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(pretty: &Pretty) -> String {
        let piece = |p: &Piece| p.mark.map_or(p.text.clone(), |mark| format!("<{mark}:{}>", p.text));
        pretty.pieces.iter().map(piece).collect()
    }

    #[test]
    fn json_is_indented_and_marks_stay_where_they_are() {
        let json = br#"{"a":[1, 2],"b":"x\"{y} 12"}"#;
        let at = json.windows(2).position(|w| w == b"12").unwrap_or_default();
        let pretty = pretty(json, &[(3, at..at + 2)]);
        assert_eq!(whole(&pretty), "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": \"x\\\"{y} <3:12>\"\n}");
        assert_eq!((pretty.kind, pretty.cut), (Kind::Json, 0));
    }

    #[test]
    fn text_keeps_its_lines_and_what_is_hidden_is_shown() {
        let shown = pretty("資\n\u{202e}x\r".as_bytes(), &[(0, 0..3)]);
        assert_eq!((whole(&shown).as_str(), shown.kind), ("<0:資>\n\\u{202e}x\\r", Kind::Text));
        let long = pretty(&vec![b'a'; MOST + 1], &[]);
        assert_eq!((long.cut, whole(&long).len()), (1, MOST));
    }

    fn masked(pretty: Pretty) -> String {
        let piece = |p: &Piece| match (p.masked, p.mark) {
            (true, Some(mark)) => format!("<{mark}>"),
            (true, None) => "*".to_string(),
            (false, _) => p.text.clone(),
        };
        pretty.masked(|mark| mark == 9).pieces.iter().map(piece).collect()
    }

    #[test]
    fn no_value_of_json_is_left_when_it_is_masked() {
        let json = r#"{"resourceType":"Bundle","n":"a 12 b","more":[1,true,"x"],"in\"ner":{"z":null}}"#;
        let at = json.find("12").unwrap_or_default();
        let type_at = json.find("Bundle").unwrap_or_default();
        assert_eq!(
            masked(pretty(json.as_bytes(), &[(3, at..at + 2), (9, type_at..type_at + 6)])),
            [
                "{",
                "  \"resourceType\": \"Bundle\",",
                "  \"n\": \"*<3>*\",",
                "  \"more\": [",
                "    *,",
                "    *,",
                "    \"*\"",
                "  ],",
                "  \"in\\\"ner\": {",
                "    \"z\": *",
                "  }",
                "}"
            ]
            .join("\n")
        );
        // A name may be a value too.
        let name = pretty(br#"{"123456789012":1}"#, &[(3, 2..14)]);
        assert_eq!(masked(name), "{\n  \"<3>\": *\n}");
    }

    #[test]
    fn only_plain_headers_keep_their_values_when_they_are_masked() {
        let head = "POST /x HTTP/1.1\nContent-Type: text/plain\nx-trace: abc def\nno name";
        assert_eq!(masked(pretty_head(head, &[])), "POST /x HTTP/1.1\nContent-Type: text/plain\nx-trace: * *\n* *");
        let at = head.find("/plain").unwrap_or_default();
        assert_eq!(masked(pretty_head(head, &[(1, at..at + 6)])).lines().nth(1), Some("Content-Type: text<1>"));
    }

    #[test]
    fn other_content_is_masked_as_a_whole() {
        assert_eq!(masked(pretty("a b\nc".as_bytes(), &[(1, 2..3)])), "*<1>*");
        assert_eq!(masked(pretty(b"\xff\x00A", &[(1, 1..2)])), "*<1>*");
    }

    #[test]
    fn anything_else_is_hex() {
        let shown = pretty(b"\xff\x00A", &[(1, 1..2)]);
        assert_eq!((whole(&shown).as_str(), shown.kind), ("000000  ff<1: 00> 41", Kind::Hex));
        assert_eq!((pretty(b"", &[]).cut, whole(&pretty(b"", &[])).as_str()), (0, ""));
    }
}
