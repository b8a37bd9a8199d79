//! What of a journal entry is looked through.

use data_encoding::{BASE64, HEXLOWER_PERMISSIVE};
use sim::journal::{Content, Event};
use std::borrow::Cow;

/// One text or byte string of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part<'a> {
    /// As a finding names it.
    pub name: &'static str,
    pub bytes: Cow<'a, [u8]>,
    /// Whether a place in it is given as a line or as a byte.
    lines: bool,
}

impl<'a> Part<'a> {
    fn lines(name: &'static str, text: &'a str) -> Self {
        Part { name, bytes: Cow::Borrowed(text.as_bytes()), lines: true }
    }

    fn content(name: &'static str, content: &'a Content) -> Self {
        match content {
            Content::Text(text) => Part { name, bytes: Cow::Borrowed(text.as_bytes()), lines: false },
            Content::Base64(text) => Part::decoded(name, text, BASE64.decode(text.as_bytes()).ok()),
        }
    }

    fn hex(name: &'static str, text: &'a str) -> Self {
        Part::decoded(name, text, HEXLOWER_PERMISSIVE.decode(text.as_bytes()).ok())
    }

    /// What cannot be decoded, as only a foreign journal can have it, is looked through as it stands.
    fn decoded(name: &'static str, text: &'a str, bytes: Option<Vec<u8>>) -> Self {
        Part { name, bytes: bytes.map_or(Cow::Borrowed(text.as_bytes()), Cow::Owned), lines: false }
    }

    /// Names the place of the byte at `offset`: lines from 1, bytes from 0.
    pub fn place(&self, offset: usize) -> String {
        if self.lines {
            let line = 1 + self.bytes.iter().take(offset).filter(|b| **b == b'\n').count();
            format!("{}, line {line}", self.name)
        } else {
            format!("{}, byte {offset}", self.name)
        }
    }
}

/// Everything of `event` that a party wrote, sent, showed or put on a wire, decoded. What only the testbed says is not in it.
pub fn parts(event: &Event) -> Vec<Part<'_>> {
    match event {
        Event::Run { .. } | Event::Fault { .. } | Event::Visit { .. } => Vec::new(),
        Event::Step { what, .. } => vec![Part::lines("step", what)],
        Event::Message { direction: _, peer, head, body } => {
            vec![Part::lines("peer", peer), Part::lines("head", head), Part::content("body", body)]
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
        Event::State { store, when: _, content } => vec![Part::lines("store", store), Part::content("holding", content)],
        Event::Screen { check: _, text } => vec![Part::lines("screen", text)],
        Event::CardFace { check: _, side: _, in_case: _, text } => vec![Part::lines("card face", text)],
        Event::Apdu { what, command, response } => {
            vec![Part::lines("words", what), Part::hex("command", command), Part::hex("response", response)]
        }
        Event::Outcome { check: _, outcome: _, detail } => vec![Part::lines("outcome", detail)],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_line_of_a_text_and_a_byte_of_a_body() {
        let body = Content::Text("one\ntwo".into());
        assert_eq!(Part::lines("head", "one\ntwo").place(4), "head, line 2");
        assert_eq!(Part::content("body", &body).place(4), "body, byte 4");
    }

    #[test]
    fn hex_and_base_64_are_decoded_and_what_is_neither_is_kept() {
        assert_eq!(Part::hex("response", "31329000").bytes.as_ref(), b"12\x90\x00");
        assert_eq!(Part::hex("response", "313").bytes.as_ref(), b"313");
        assert_eq!(Part::content("body", &Content::Base64("MTL/".into())).bytes.as_ref(), b"12\xff");
        assert_eq!(Part::content("body", &Content::Base64("MTL".into())).bytes.as_ref(), b"MTL");
    }
}
