//! Mail: RFC 5322 and MIME (RFC 2045 to 2047), by the crate `mail-parser`; and mailboxes (RFC 4155). Each body is a part, decoded;
//! headers are pushed as they are, and decoded where they have encoded words.

use crate::input::Input;
use crate::unpacker::{Outcome, Stop, Unpacker};
use mail_parser::{Address, Encoding, Header, HeaderValue, Message, MessageParser, MimeHeaders, PartType};
use std::io::{self, BufRead, Read};
use std::ops::Range;

/// A mail has two of these headers, in lower case, one of them of the first seven.
const HEADERS: [&[u8]; 14] = [
    b"from",
    b"received",
    b"return-path",
    b"message-id",
    b"mime-version",
    b"content-transfer-encoding",
    b"content-disposition",
    b"content-type",
    b"to",
    b"subject",
    b"date",
    b"delivered-to",
    b"reply-to",
    b"dkim-signature",
];
const STRONG: usize = 7;

pub(super) fn begins(head: &[u8]) -> bool {
    let mut known = 0u32;
    let mut lines = head.split(|b| *b == b'\n').take(200);
    let first = lines.next().unwrap_or_default();
    for line in std::iter::once(first).chain(lines) {
        let line = line.trim_ascii_end();
        match line.first() {
            None => break,
            Some(b' ' | b'\t') if known > 0 => continue,
            _ => {}
        }
        let Some(colon) = line.iter().position(|b| *b == b':').filter(|c| (1..=60).contains(c)) else { return false };
        let name = line[..colon].to_ascii_lowercase();
        if !name.iter().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_')) {
            return false;
        }
        known |= HEADERS.iter().position(|h| **h == name).map_or(0, |i| 1 << i);
    }
    known.count_ones() >= 2 && known & ((1 << STRONG) - 1) != 0
}

pub(super) fn read(unpacker: &mut Unpacker<'_>, bytes: &[u8]) -> Outcome<Vec<Range<usize>>> {
    let Some(message) = MessageParser::default().parse(bytes) else { return Err(Stop::damaged("no mail")) };
    let mut covered = Vec::new();
    let mut decoded = Vec::new();
    for (i, part) in message.parts.iter().enumerate() {
        for header in part.headers.iter().filter(|h| encoded(bytes, h)) {
            decode(header, &mut decoded);
        }
        let body = part.offset_body as usize..(part.offset_end as usize).min(bytes.len());
        if matches!(part.body, PartType::Multipart(_)) || body.is_empty() {
            continue;
        }
        let name = name(&message, i);
        let raw = bytes.get(body.clone()).unwrap_or_default();
        match &part.body {
            _ if part.encoding == Encoding::None => unpacker.bytes(&name, raw, false)?,
            PartType::Message(inner) => unpacker.bytes(&name, &inner.raw_message, true)?,
            PartType::Multipart(_) => {}
            _ => unpacker.bytes(&name, part.contents(), true)?,
        }
        // Encoded bytes that are not as they should be stay raw.
        if !part.is_encoding_problem {
            covered.push(body);
        }
    }
    unpacker.view("decoded headers", &decoded)?;
    Ok(covered)
}

fn name(message: &Message<'_>, part: usize) -> Vec<u8> {
    let given = message.parts.get(part).and_then(|p| p.attachment_name());
    given.map_or_else(|| format!("part {}", part + 1).into_bytes(), |name| name.as_bytes().to_vec())
}

/// RFC 2047 and RFC 2231: whether a header has encoded words.
fn encoded(bytes: &[u8], header: &Header<'_>) -> bool {
    let raw = bytes.get(header.offset_start as usize..header.offset_end as usize).unwrap_or_default();
    memchr::memmem::find(raw, b"=?").or(memchr::memmem::find(raw, b"*=")).or(memchr::memmem::find(raw, b"*0")).is_some()
}

fn decode(header: &Header<'_>, into: &mut Vec<u8>) {
    let mut add = |text: &str| {
        into.extend_from_slice(text.as_bytes());
        into.push(b'\n');
    };
    match &header.value {
        HeaderValue::Text(text) => add(text),
        HeaderValue::TextList(texts) => texts.iter().for_each(|t| add(t)),
        HeaderValue::Address(Address::List(list)) => list.iter().filter_map(|a| a.name.as_deref()).for_each(add),
        HeaderValue::Address(Address::Group(groups)) => {
            groups.iter().flat_map(|g| &g.addresses).filter_map(|a| a.name.as_deref()).for_each(add);
        }
        HeaderValue::ContentType(kind) => kind.attributes.iter().flatten().for_each(|a| add(&a.value)),
        _ => {}
    }
}

/// RFC 4155, section 2: the separator line.
pub(super) fn mbox_begins(head: &[u8]) -> bool {
    let Some(end) = head.iter().position(|b| *b == b'\n') else { return false };
    head.starts_with(b"From ") && head[..end].iter().filter(|b| b.is_ascii_digit()).count() >= 4 && begins(&head[end + 1..])
}

/// The messages are read in sequence; separator lines are pushed as they are.
pub(super) fn read_mbox(unpacker: &mut Unpacker<'_>, input: &mut Input<'_>) -> Outcome {
    let mut number = 0u64;
    while input.peek(5).starts_with(b"From ") {
        let at = input.at();
        let line = input.peek(4096);
        let length = line.iter().position(|b| *b == b'\n').map_or(line.len(), |end| end + 1);
        let line = input.take_bytes(length)?;
        unpacker.aside.put(at, &line)?;
        number += 1;
        unpacker.member(format!("message {number}").as_bytes(), &mut OneMessage { input }, false)?;
    }
    Ok(())
}

/// Ends before the next separator line.
struct OneMessage<'a, 'i> {
    input: &'a mut Input<'i>,
}

impl Read for OneMessage<'_, '_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        const SEPARATOR: &[u8] = b"\nFrom ";
        let bytes = self.input.peek(into.len() + SEPARATOR.len());
        if bytes.starts_with(&SEPARATOR[1..]) {
            return Ok(0);
        }
        let most = match memchr::memmem::find(bytes, SEPARATOR) {
            Some(at) => at + 1,
            None if bytes.len() < into.len() + SEPARATOR.len() => bytes.len(),
            None => bytes.len() - SEPARATOR.len(),
        };
        let count = most.min(into.len());
        into[..count].copy_from_slice(&bytes[..count]);
        self.input.consume(count);
        Ok(count)
    }
}
