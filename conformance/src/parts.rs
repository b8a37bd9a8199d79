//! The parts of a journal entry that are searched.

use crate::evidence::check_in;
use crate::wire::Head;
use data_encoding::{BASE64, HEXLOWER_PERMISSIVE};
use std::borrow::Cow;
use terms::check::CheckId;
use terms::journal::{CardSide, Content, Entry, Event};
use terms::operation::CHECK_ID;
use terms::roles::Zone;

/// One text or byte string of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part<'a> {
    /// Its name in findings.
    pub name: &'static str,
    pub bytes: Cow<'a, [u8]>,
    /// A second zone that it belongs to, besides the entry's own: a card's response also belongs to the chip.
    pub also: Option<Zone>,
    kind: Kind,
}

/// How a finding names a place in a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// As a line.
    Lines,
    /// As a line and the name of the header in it.
    Head,
    /// As a byte and, in JSON, the path of the member.
    Content,
}

impl<'a> Part<'a> {
    pub(crate) fn lines(name: &'static str, text: &'a str) -> Self {
        Part { name, bytes: Cow::Borrowed(text.as_bytes()), also: None, kind: Kind::Lines }
    }

    fn head(text: &'a str) -> Self {
        Part { kind: Kind::Head, ..Part::lines("head", text) }
    }

    fn also_in(self, zone: Zone) -> Self {
        Part { also: Some(zone), ..self }
    }

    fn content(name: &'static str, content: &'a Content) -> Self {
        match content {
            Content::Text(text) => Part { kind: Kind::Content, ..Part::lines(name, text) },
            Content::Base64(text) => Part::decoded(name, text, BASE64.decode(text.as_bytes()).ok()),
        }
    }

    fn hex(name: &'static str, text: &'a str) -> Self {
        Part::decoded(name, text, HEXLOWER_PERMISSIVE.decode(text.as_bytes()).ok())
    }

    /// Content that cannot be decoded, which only a foreign journal can have, is searched as it is.
    fn decoded(name: &'static str, text: &'a str, bytes: Option<Vec<u8>>) -> Self {
        Part { name, bytes: bytes.map_or(Cow::Borrowed(text.as_bytes()), Cow::Owned), also: None, kind: Kind::Content }
    }

    /// Names the place of the byte at `offset`: lines from 1, bytes from 0.
    pub fn place(&self, offset: usize) -> String {
        let line = || 1 + self.bytes.iter().take(offset).filter(|b| **b == b'\n').count();
        match self.kind {
            Kind::Lines => format!("{}, line {}", self.name, line()),
            Kind::Head => match (line(), header_at(&self.bytes, offset)) {
                (line, Some(name)) => format!("{}, line {line} (`{name}`)", self.name),
                (line, None) => format!("{}, line {line}", self.name),
            },
            Kind::Content => match json_path(&self.bytes, offset) {
                Some(path) => format!("{}, byte {offset} (`{path}`)", self.name),
                None => format!("{}, byte {offset}", self.name),
            },
        }
    }
}

/// Everything in `event` that a party wrote, sent, showed or put on a wire, decoded. What only the testbed reports is not in it.
pub fn parts(event: &Event) -> Vec<Part<'_>> {
    match event {
        Event::Run { .. } | Event::Fault { .. } | Event::Visit { .. } | Event::Snapshot { .. } => Vec::new(),
        Event::Step { what, .. } => vec![Part::lines("step", what)],
        Event::Message { exchange: _, direction: _, peer, head, body } => {
            vec![Part::lines("peer", peer), Part::head(head), Part::content("body", body)]
        }
        Event::Wire { connection, bytes } => {
            vec![Part::lines("connection", connection), Part::decoded("wire", bytes, BASE64.decode(bytes.as_bytes()).ok())]
        }
        Event::Tls { peer, server_name, peer_subject, version } => vec![
            Part::lines("TLS peer", peer),
            Part::lines("TLS server name", server_name),
            Part::lines("TLS subject", peer_subject),
            Part::lines("TLS version", version),
        ],
        Event::Log { level: _, target, text } => vec![Part::lines("log target", target), Part::lines("log", text)],
        Event::Record { store, content } => vec![Part::lines("store", store), Part::content("record", content)],
        Event::State { store, when: _, content } => vec![Part::lines("store", store), Part::content("state", content)],
        Event::Screen { check: _, text } => vec![Part::lines("screen", text)],
        Event::CardFace { check: _, side, in_case: _, text } => {
            let face = Part::lines("card face", text);
            match side {
                CardSide::Front => vec![face.also_in(Zone::CardFront)],
                CardSide::Back => vec![face.also_in(Zone::CardBack)],
                CardSide::Paper => vec![face],
            }
        }
        Event::Apdu { what, command, response } => {
            vec![
                Part::lines("APDU text", what),
                Part::hex("command", command),
                Part::hex("response", response).also_in(Zone::CardChip),
            ]
        }
        Event::Outcome { check: _, outcome: _, detail } => vec![Part::lines("outcome", detail)],
    }
}

/// The check that an entry itself names.
pub fn check_of(entry: &Entry) -> Option<CheckId> {
    match &entry.event {
        Event::Step { check, .. }
        | Event::Screen { check, .. }
        | Event::CardFace { check, .. }
        | Event::Visit { check, .. }
        | Event::Outcome { check, .. } => Some(check.clone()),
        Event::Message { head, .. } => Head::new(head).header(CHECK_ID.name).and_then(CheckId::parse),
        Event::Record { content, .. } | Event::State { content, .. } => check_in(content),
        _ => None,
    }
}

/// The name of the header in whose line a byte of a head is. `None` in the start line.
fn header_at(head: &[u8], offset: usize) -> Option<&str> {
    let start = head.iter().take(offset).rposition(|b| *b == b'\n')? + 1;
    let line = head[start..].split(|b| *b == b'\n').next()?;
    let name = line.split(|b| *b == b':').next()?;
    std::str::from_utf8(name).ok().map(str::trim).filter(|n| !n.is_empty() && n.len() <= 60)
}

/// The path, as in `/issue/0/diagnostics` (RFC 6901, unescaped), of the JSON value or member in which a byte is. `None` if the
/// content is not JSON up to there, or if the byte is at its top level. The name of a member is disclosed only if it looks like
/// one.
fn json_path(json: &[u8], offset: usize) -> Option<String> {
    enum Level {
        Object(String),
        Array(usize),
    }
    let mut levels: Vec<Level> = Vec::new();
    let mut at = json.iter().position(|b| !b.is_ascii_whitespace())?;
    if !matches!(json[at], b'{' | b'[') {
        return None;
    }
    let mut name_next = false;
    while at < json.len() && at <= offset {
        match json[at] {
            b'{' => {
                levels.push(Level::Object(String::new()));
                name_next = true;
            }
            b'[' => {
                levels.push(Level::Array(0));
                name_next = false;
            }
            b'}' | b']' => {
                levels.pop()?;
                name_next = false;
            }
            b',' => match levels.last_mut()? {
                Level::Object(_) => name_next = true,
                Level::Array(index) => *index += 1,
            },
            b':' => name_next = false,
            b'"' => {
                let start = at + 1;
                at = start;
                while *json.get(at)? != b'"' {
                    at += if json[at] == b'\\' { 2 } else { 1 };
                }
                if let (true, Some(Level::Object(name))) = (name_next, levels.last_mut()) {
                    *name = member_name(&json[start..at]);
                }
            }
            _ => {}
        }
        at += 1;
    }
    let path: String = levels
        .iter()
        .map(|l| match l {
            Level::Object(name) => format!("/{name}"),
            Level::Array(index) => format!("/{index}"),
        })
        .collect();
    (!path.is_empty()).then_some(path)
}

/// A name as it may be disclosed: a peer may have put a number in place of a name.
fn member_name(name: &[u8]) -> String {
    match std::str::from_utf8(name) {
        Ok(text) if is_name(name) => text.to_string(),
        _ => "(not a name)".to_string(),
    }
}

/// Whether something looks like the name of a header or member: shorter than a code, with at most two digits.
fn is_name(name: &[u8]) -> bool {
    let digits = name.iter().filter(|b| b.is_ascii_digit()).count();
    let plain = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    (1..=24).contains(&name.len()) && digits <= 2 && name.iter().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_line_of_a_text_and_a_byte_of_a_body() {
        let body = Content::Text("one\ntwo".into());
        assert_eq!(Part::lines("log", "one\ntwo").place(4), "log, line 2");
        assert_eq!(Part::head("GET / HTTP/1.1\nx-trace: 1").place(24), "head, line 2 (`x-trace`)");
        assert_eq!(Part::content("body", &body).place(4), "body, byte 4");
    }

    #[test]
    fn a_place_in_json_has_its_path_and_a_member_that_is_not_a_name_is_not_disclosed() {
        let json = br#"{"issue":[{"code":"x"},{"details":{"text":"here"}}],"123456789018":"there"}"#;
        let at = |text: &str| json.windows(text.len()).position(|w| w == text.as_bytes()).unwrap();
        assert_eq!(json_path(json, at("here")).as_deref(), Some("/issue/1/details/text"));
        assert_eq!(json_path(json, at("there")).as_deref(), Some("/(not a name)"));
        assert_eq!((json_path(b"no json", 3), json_path(b"\"text\"", 3), json_path(b"{\"cut", 4)), (None, None, None));
    }

    #[test]
    fn hex_and_base_64_are_decoded_and_what_is_neither_is_kept() {
        assert_eq!(Part::hex("response", "31329000").bytes.as_ref(), b"12\x90\x00");
        assert_eq!(Part::hex("response", "313").bytes.as_ref(), b"313");
        assert_eq!(Part::content("body", &Content::Base64("MTL/".into())).bytes.as_ref(), b"12\xff");
        assert_eq!(Part::content("body", &Content::Base64("MTL".into())).bytes.as_ref(), b"MTL");
    }
}
