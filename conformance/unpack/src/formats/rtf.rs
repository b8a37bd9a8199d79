//! Rich Text Format: Microsoft's specification, version 1.9.1. What it says, in reading order: characters are written in escapes, and
//! a change of the font may stand between any two.

use crate::part::UnreadKind;
use crate::text::Text;
use crate::unpacker::{Outcome, Unpacker};
use encoding_rs::Encoding;
use std::ops::Range;

const NAME: &str = "RTF";
/// Groups that are no text: tables of fonts and colours, styles, and pictures in hex.
const OTHER: [&[u8]; 5] = [b"fonttbl", b"colortbl", b"stylesheet", b"pict", b"themedata"];
/// Groups are not nested deeper.
const DEPTH: usize = 1 << 16;

pub(super) fn begins(head: &[u8]) -> bool {
    head.starts_with(b"{\\rtf")
}

pub(super) fn read(unpacker: &mut Unpacker<'_>, bytes: &[u8]) -> Outcome<Vec<Range<usize>>> {
    let mut reader = Reader {
        bytes,
        at: 0,
        charset: encoding_rs::WINDOWS_1252,
        pending: Vec::new(),
        text: Text::new(unpacker.limits.memory),
        other: None,
        fallback: 1,
        skip: 0,
    };
    let deep = reader.all();
    if deep {
        unpacker.unread(UnreadKind::Damaged, NAME, 0, "its groups are nested too deep; the rest was scanned as it is");
    }
    if reader.text.over {
        unpacker.unread(UnreadKind::Limit, NAME, 0, "its text is longer than the limit");
    }
    unpacker.view("text", &reader.text.bytes)?;
    // The text is a rendering: all bytes are pushed as they are.
    Ok(Vec::new())
}

struct Reader<'b> {
    bytes: &'b [u8],
    at: usize,
    charset: &'static Encoding,
    /// Characters in the charset of the document that wait for their rest.
    pending: Vec<u8>,
    text: Text,
    /// How deep the group is that is no text, and all within.
    other: Option<usize>,
    /// How many characters stand for a Unicode character where there is no Unicode, and how many of them follow.
    fallback: usize,
    skip: usize,
}

impl Reader<'_> {
    /// Whether groups are nested too deep.
    fn all(&mut self) -> bool {
        let mut depth = 0;
        while let Some(byte) = self.bytes.get(self.at).copied() {
            self.at += 1;
            match byte {
                b'{' if depth == DEPTH => return true,
                b'{' => (depth, self.skip) = (depth + 1, 0),
                b'}' => {
                    depth = depth.saturating_sub(1);
                    self.skip = 0;
                    self.other = self.other.filter(|other| depth >= *other);
                    // The document is one group.
                    if depth == 0 {
                        break;
                    }
                }
                b'\\' => self.control(depth),
                b'\r' | b'\n' => {}
                other => self.put(other),
            }
        }
        self.flush();
        self.text.line();
        false
    }

    fn put(&mut self, byte: u8) {
        if self.skip > 0 {
            self.skip -= 1;
        } else if self.other.is_none() {
            self.pending.push(byte);
        }
    }

    fn flush(&mut self) {
        let pending = std::mem::take(&mut self.pending);
        if !pending.is_empty() {
            self.text.add(self.charset.decode_without_bom_handling(&pending).0.as_bytes());
        }
    }

    fn add(&mut self, text: &[u8]) {
        self.flush();
        if self.other.is_none() {
            self.text.add(text);
        }
    }

    /// What follows a backslash: a symbol, or a word with a number.
    fn control(&mut self, depth: usize) {
        let rest = &self.bytes[self.at..];
        let letters = rest.iter().take(32).take_while(|b| b.is_ascii_alphabetic()).count();
        if letters == 0 {
            self.symbol(rest);
            return;
        }
        let (word, rest) = rest.split_at(letters);
        let sign = usize::from(rest.first() == Some(&b'-'));
        let digits = rest[sign..].iter().take(10).take_while(|b| b.is_ascii_digit());
        let (value, count) = digits.fold((0i64, 0), |(n, c), b| (n * 10 + i64::from(b - b'0'), c + 1));
        let value = (count > 0).then_some(if sign == 1 { -value } else { value });
        let length = if count > 0 { sign + count } else { 0 };
        let blank = usize::from(rest.get(length) == Some(&b' '));
        self.at += letters + length + blank;
        match (word, value) {
            (b"par" | b"line" | b"row" | b"sect" | b"page", _) => self.add(b"\n"),
            (b"tab" | b"cell", _) => self.add(b"\t"),
            (b"u", Some(unit)) => {
                // Above 32767 it is written as a negative number.
                let unit = (unit & 0xFFFF) as u32;
                let character = char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER);
                self.add(character.encode_utf8(&mut [0; 4]).as_bytes());
                self.skip = self.fallback;
            }
            (b"uc", Some(count)) => self.fallback = usize::try_from(count).unwrap_or(1).min(16),
            (b"bin", Some(count)) => self.at = self.at.saturating_add(usize::try_from(count).unwrap_or(0)).min(self.bytes.len()),
            (b"ansicpg", Some(page)) => self.charset = charset(page),
            _ if OTHER.contains(&word) => self.other = self.other.or(Some(depth)),
            _ => {}
        }
    }

    fn symbol(&mut self, rest: &[u8]) {
        self.at += usize::from(!rest.is_empty());
        match rest {
            [b'\'', high, low, ..] => {
                if let Ok(byte) = data_encoding::HEXLOWER_PERMISSIVE.decode(&[*high, *low]) {
                    self.at += 2;
                    byte.into_iter().for_each(|b| self.put(b));
                }
            }
            [b'~', ..] => self.add(b" "),
            [b'_', ..] => self.add(b"-"),
            [b'\r' | b'\n', ..] => self.add(b"\n"),
            [symbol @ (b'\\' | b'{' | b'}'), ..] => self.put(*symbol),
            _ => {}
        }
    }
}

fn charset(page: i64) -> &'static Encoding {
    match page {
        932 => encoding_rs::SHIFT_JIS,
        936 => encoding_rs::GBK,
        949 => encoding_rs::EUC_KR,
        950 => encoding_rs::BIG5,
        65001 => encoding_rs::UTF_8,
        _ => Encoding::for_label(format!("windows-{page}").as_bytes()).unwrap_or(encoding_rs::WINDOWS_1252),
    }
}
