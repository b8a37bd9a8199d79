//! The text of content streams: ISO 32000-2, section 9.4. Strings of one operator are joined, and strings that no positioning
//! parts. A new position in the same line gives a blank, another line a line feed.

use super::object::{Lexer, Object, is_space};
use crate::text::Text;
use std::collections::BTreeMap;
use std::rc::Rc;

/// How codes of a font become characters.
#[derive(Clone, Default, Debug)]
pub(super) struct Font {
    /// Bytes of a code, of which there may be two lengths.
    pub(super) wide: bool,
    pub(super) map: BTreeMap<u32, String>,
}

impl Font {
    /// Adds what a code stands for, if there is room. The same code again takes room again: that is work as well.
    pub(super) fn add(&mut self, code: u32, characters: String, room: &mut usize) -> bool {
        let left = room.checked_sub(64 + characters.len());
        *room = left.unwrap_or(0);
        if left.is_some() {
            self.map.insert(code, characters);
        }
        left.is_some()
    }
}

pub(super) type Fonts = BTreeMap<Vec<u8>, Rc<Font>>;

/// The objects of one operand of an operator take no more bytes of memory; a longer list is cut.
const OPERAND: usize = 256 << 10;
/// ISO 32000-2, section 9.10.3, and Adobe's Technical Note 5411: one code gives at most 512 bytes.
const CHARACTERS: usize = 512;

struct Writer<'t, 'f> {
    text: &'t mut Text,
    /// Those of the page, and those of the whole document.
    fonts: [&'f Fonts; 2],
    font: Option<&'f Font>,
    /// The line that the text is in, and the one that was written last.
    y: f64,
    written: Option<f64>,
    moved: bool,
    leading: f64,
    /// Codes without a character.
    unknown: u64,
}

/// Appends the text of a stream; returns how many codes have no character.
pub(super) fn write(content: &[u8], fonts: [&Fonts; 2], text: &mut Text) -> u64 {
    let mut lexer = Lexer::new(content, 0, OPERAND);
    let mut writer = Writer { text, fonts, font: None, y: 0.0, written: None, moved: false, leading: 0.0, unknown: 0 };
    let mut operands: Vec<Object> = Vec::new();
    while !lexer.is_at_end() {
        lexer.left = OPERAND;
        let start = lexer.at;
        let Some(object) = lexer.next() else {
            lexer.at = lexer.at.max(start + 1);
            continue;
        };
        match object {
            Object::Word(word) if word == b"ID" => {
                skip_image(&mut lexer);
                operands.clear();
            }
            Object::Word(word) => {
                writer.operator(&word, &operands);
                operands.clear();
            }
            // Operators have at most six operands; more is damage.
            other if operands.len() < 64 => operands.push(other),
            _ => operands.clear(),
        }
        if writer.text.over {
            break;
        }
    }
    writer.text.line();
    writer.unknown
}

/// Section 8.9.7: an inline image.
fn skip_image(lexer: &mut Lexer<'_>) {
    let rest = &lexer.bytes[lexer.at..];
    let end = memchr::memmem::find_iter(rest, b"EI")
        .find(|at| *at > 0 && is_space(rest[at - 1]) && rest.get(at + 2).is_none_or(|b| is_space(*b)));
    lexer.at += end.map_or(rest.len(), |at| at + 2);
}

impl Writer<'_, '_> {
    fn operator(&mut self, operator: &[u8], operands: &[Object]) {
        let number = |i: usize| operands.get(i).and_then(Object::number).unwrap_or(0.0);
        match operator {
            b"BT" => {
                self.y = 0.0;
                self.moved = true;
            }
            b"ET" => self.moved = true,
            b"Tf" => {
                let name = operands.first().and_then(Object::name).unwrap_or_default();
                self.font = self.fonts.iter().find_map(|fonts| fonts.get(name)).map(Rc::as_ref);
            }
            b"TL" => self.leading = number(0),
            b"Td" => self.down(number(1)),
            b"TD" => {
                self.leading = -number(1);
                self.down(number(1));
            }
            b"T*" => self.down(-self.leading),
            b"Tm" => {
                self.y = number(5);
                self.moved = true;
            }
            b"Tj" | b"TJ" => self.show(operands),
            b"'" | b"\"" => {
                self.down(-self.leading);
                self.text.line();
                self.show(operands);
            }
            _ => {}
        }
    }

    fn down(&mut self, by: f64) {
        self.y += by;
        self.moved = true;
    }

    fn show(&mut self, operands: &[Object]) {
        let mut strings = Vec::new();
        operands.iter().for_each(|o| o.strings(&mut strings));
        if strings.iter().all(|s| s.is_empty()) {
            return;
        }
        if self.moved {
            match self.written {
                Some(y) if (y - self.y).abs() < 2.0 => {
                    if !matches!(self.text.bytes.last(), None | Some(b'\n' | b' ')) {
                        self.text.add(b" ");
                    }
                }
                _ => self.text.line(),
            }
        }
        (self.written, self.moved) = (Some(self.y), false);
        for string in strings {
            self.string(string);
        }
    }

    fn string(&mut self, string: &[u8]) {
        let Some(font) = self.font else {
            self.text.add(string);
            return;
        };
        for code in string.chunks(if font.wide { 2 } else { 1 }) {
            let value = code.iter().fold(0, |n, b| n << 8 | u32::from(*b));
            match font.map.get(&value) {
                Some(characters) => self.text.add(characters.as_bytes()),
                None => {
                    self.unknown += u64::from(font.wide);
                    self.text.add(code);
                }
            }
        }
    }
}

/// Section 9.10.3: a ToUnicode map. At most 65536 codes of one range. `room` is how many bytes of memory it may take; what it takes is
/// subtracted.
pub(super) fn to_unicode(map: &[u8], room: &mut usize) -> Font {
    let mut lexer = Lexer::new(map, 0, *room);
    let mut font = Font::default();
    let mut operands: Vec<Object> = Vec::new();
    while let Some(object) = lexer.next() {
        let Object::Word(word) = object else {
            operands.push(object);
            continue;
        };
        match word.as_slice() {
            b"endcodespacerange" => font.wide |= operands.iter().any(|o| matches!(o, Object::String(s) if s.len() > 1)),
            b"endbfchar" => {
                for pair in operands.as_chunks::<2>().0 {
                    if let [Object::String(code), Object::String(characters)] = pair {
                        font.add(code_of(code), utf16(cut(characters)), room);
                    }
                }
            }
            b"endbfrange" => {
                for range in operands.as_chunks::<3>().0 {
                    add_range(&mut font, range, room);
                }
            }
            _ => {}
        }
        operands.clear();
        if *room == 0 {
            break;
        }
    }
    font
}

fn cut(characters: &[u8]) -> &[u8] {
    &characters[..characters.len().min(CHARACTERS)]
}

fn add_range(font: &mut Font, range: &[Object; 3], room: &mut usize) {
    let [Object::String(first), Object::String(last), to] = range else { return };
    let (first, last) = (code_of(first), code_of(last));
    let last = last.min(first.saturating_add(0xFFFF));
    match to {
        Object::String(characters) => {
            let characters = cut(characters);
            let start = characters.last_chunk::<2>().map_or(0, |b| u16::from_be_bytes(*b));
            let before = characters.len().saturating_sub(2);
            for code in first..=last {
                let unit = start.wrapping_add((code - first) as u16);
                if !font.add(code, utf16(&[&characters[..before], &unit.to_be_bytes()].concat()), room) {
                    break;
                }
            }
        }
        Object::Array(each) => {
            for (code, characters) in (first..=last).zip(each) {
                if let Object::String(characters) = characters {
                    font.add(code, utf16(cut(characters)), room);
                }
            }
        }
        _ => {}
    }
}

fn code_of(code: &[u8]) -> u32 {
    code.iter().take(4).fold(0, |n, b| n << 8 | u32::from(*b))
}

pub(super) fn utf16(bytes: &[u8]) -> String {
    let units: Vec<u16> = bytes.as_chunks::<2>().0.iter().map(|b| u16::from_be_bytes(*b)).collect();
    String::from_utf16_lossy(&units)
}

/// Section 9.6.5: the names of glyphs that are digits or letters.
pub(super) fn glyph(name: &[u8]) -> Option<String> {
    const DIGITS: [&[u8]; 10] = [b"zero", b"one", b"two", b"three", b"four", b"five", b"six", b"seven", b"eight", b"nine"];
    let stem = name.split(|b| *b == b'.').next().unwrap_or_default();
    if let Some(digit) = DIGITS.iter().position(|d| *d == stem) {
        return Some(digit.to_string());
    }
    let text = std::str::from_utf8(stem).ok()?;
    let code = text.strip_prefix("uni").or_else(|| text.strip_prefix('u')).filter(|c| c.len() >= 4);
    if let Some(c) = code.and_then(|c| u32::from_str_radix(c, 16).ok()).and_then(char::from_u32) {
        return Some(c.to_string());
    }
    match text {
        "space" => Some(" ".into()),
        "hyphen" => Some("-".into()),
        _ if text.chars().count() == 1 => Some(text.to_string()),
        _ => None,
    }
}
