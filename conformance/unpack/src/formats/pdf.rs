//! PDF: ISO 32000-2. All objects that the file holds are read, also those that its cross-reference table does not list: earlier
//! versions of pages and what was "deleted". Decoded streams are members; text of pages and forms, and all strings, are views.
//!
//! A parser of our own, and not `lopdf`: that one follows the cross-reference table, and refuses a file whose table is damaged.

mod content;
mod filter;
mod object;

use crate::part::UnreadKind;
use crate::text::Text;
use crate::unpacker::{Outcome, Stop, Unpacker};
use content::{Font, Fonts};
use filter::decode;
use object::{Lexer, Object, is_space};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::rc::Rc;

const NAME: &str = "PDF";

/// Objects may refer to each other in circles.
const REFERENCES: usize = 16;
/// A longer trailer is not read to its end.
const TRAILER: usize = 64 << 10;

struct Entry {
    number: u32,
    object: Object,
    stream: Option<Range<usize>>,
}

#[derive(Default)]
struct Document {
    entries: Vec<Entry>,
    /// The last one of each number.
    by_number: BTreeMap<u32, usize>,
    /// Decoded streams.
    decoded: BTreeMap<usize, Vec<u8>>,
    held: usize,
    /// How many bytes of contents and of maps of fonts may still be read: pages may share them.
    work: Cell<usize>,
    /// By the number of their object.
    fonts: RefCell<BTreeMap<u32, Rc<Font>>>,
}

/// A PDF may have up to 1024 bytes before its header.
pub(super) fn begins(head: &[u8]) -> bool {
    let head = &head[..head.len().min(1024)];
    match memchr::memmem::find(head, b"%PDF-") {
        None => false,
        Some(at) => at == 0 || (head[..at].iter().all(|b| is_space(*b) || !b.is_ascii()) && at < 64),
    }
}

pub(super) fn read(unpacker: &mut Unpacker<'_>, bytes: &[u8]) -> Outcome<Vec<Range<usize>>> {
    let mut document = Document { work: Cell::new(unpacker.limits.memory.saturating_mul(4)), ..Document::default() };
    document.scan(bytes);
    if document.entries.is_empty() {
        return Err(Stop::damaged("it has no objects"));
    }
    if document.encrypted(bytes) {
        return Err(Stop::Unread(UnreadKind::Encrypted, "it is encrypted".into()));
    }
    let mut covered = Vec::new();
    let mut damaged = 0;
    for i in 0..document.entries.len() {
        damaged += usize::from(!document.stream(unpacker, bytes, i, &mut covered)?);
    }
    if damaged > 0 {
        let why = format!("{damaged} of its streams could not be decoded to their end; they were scanned as they are");
        unpacker.unread(UnreadKind::Damaged, NAME, 0, why);
    }
    document.texts(unpacker, bytes)?;
    document.strings(unpacker)?;
    Ok(covered)
}

impl Document {
    /// Finds every `12 0 obj`, in file order.
    fn scan(&mut self, bytes: &[u8]) {
        let (mut at, mut work) = (0, 0);
        while let Some(found) = memchr::memmem::find(&bytes[at..], b"obj") {
            let word = at + found;
            at = word + 3;
            let Some(number) = number_before(&bytes[..word]) else { continue };
            let mut lexer = Lexer { bytes, at };
            let Some(object) = lexer.next() else { break };
            lexer.skip_space();
            let stream = bytes[lexer.at..].starts_with(b"stream").then(|| self.extent(bytes, lexer.at + 6, &object));
            work += lexer.at - at;
            // An object that was not closed may hide the next one: go on close to its beginning, a few times.
            let near = if work < bytes.len().saturating_mul(8) { lexer.at.min(at + (1 << 20)) } else { lexer.at };
            at = stream.as_ref().map_or(near, |s| s.end);
            self.add(Entry { number, object, stream });
        }
    }

    fn add(&mut self, entry: Entry) {
        self.by_number.insert(entry.number, self.entries.len());
        self.entries.push(entry);
    }

    /// Section 7.3.8: where the bytes of a stream are. If its length is wrong, up to the next `endstream`.
    fn extent(&self, bytes: &[u8], word: usize, dictionary: &Object) -> Range<usize> {
        let start = word
            + match bytes.get(word..).unwrap_or_default() {
                [b'\r', b'\n', ..] => 2,
                [b'\n' | b'\r', ..] => 1,
                _ => 0,
            };
        let length = dictionary.get(b"Length").and_then(|l| self.resolve(l).number()).filter(|l| *l >= 0.0);
        if let Some(end) = length.and_then(|l| start.checked_add(l as usize)) {
            let rest = bytes.get(end..).unwrap_or_default();
            let space = rest.iter().take_while(|b| is_space(**b)).take(4).count();
            if rest[space..].starts_with(b"endstream") {
                return start..end;
            }
        }
        let rest = bytes.get(start..).unwrap_or_default();
        let end = memchr::memmem::find(rest, b"endstream").unwrap_or(rest.len());
        start..start + end
    }

    fn resolve(&self, object: &Object) -> Object {
        self.follow(object).clone()
    }

    fn follow<'o>(&'o self, mut object: &'o Object) -> &'o Object {
        for _ in 0..REFERENCES {
            let Object::Reference(number) = object else { return object };
            let Some(entry) = self.by_number.get(number).and_then(|i| self.entries.get(*i)) else { break };
            object = &entry.object;
        }
        &Object::Null
    }

    /// Section 7.6: the trailer has an encryption dictionary.
    fn encrypted(&self, bytes: &[u8]) -> bool {
        let in_stream = self.entries.iter().any(|e| e.object.is(b"Type", b"XRef") && e.object.get(b"Encrypt").is_some());
        let in_trailer = memchr::memmem::find_iter(bytes, b"trailer").any(|at| {
            let mut lexer = Lexer { bytes: &bytes[at..bytes.len().min(at + TRAILER)], at: 7 };
            lexer.next().is_some_and(|t| t.get(b"Encrypt").is_some())
        });
        in_stream || in_trailer
    }

    /// Decodes a stream. `false`: not to its end.
    fn stream(&mut self, unpacker: &mut Unpacker<'_>, bytes: &[u8], i: usize, covered: &mut Vec<Range<usize>>) -> Outcome<bool> {
        let Some(entry) = self.entries.get(i) else { return Ok(true) };
        let (Some(range), number) = (entry.stream.clone(), entry.number) else { return Ok(true) };
        let raw = bytes.get(range.clone()).unwrap_or_default();
        let decoded = decode(&entry.object, raw, unpacker.limits.memory, &|o| self.resolve(o));
        let (container, reference) = (entry.object.is(b"Type", b"ObjStm"), entry.object.is(b"Type", b"XRef"));
        if container {
            self.contained(i, &decoded.bytes);
        }
        if decoded.any && !reference {
            unpacker.bytes(format!("object {number}").as_bytes(), &decoded.bytes, true)?;
        }
        if decoded.whole && decoded.any {
            covered.push(range);
        }
        let whole = decoded.whole;
        if decoded.any && !decoded.image && !container && self.held + decoded.bytes.len() <= unpacker.limits.memory {
            self.held += decoded.bytes.len();
            self.decoded.insert(i, decoded.bytes);
        }
        Ok(whole)
    }

    /// Section 7.5.7: an object stream.
    fn contained(&mut self, i: usize, content: &[u8]) {
        let value =
            |key: &[u8]| self.entries[i].object.get(key).map(|o| self.follow(o)).and_then(Object::number).unwrap_or(0.0) as usize;
        let (count, first) = (value(b"N"), value(b"First"));
        let mut index = Lexer { bytes: content.get(..first).unwrap_or_default(), at: 0 };
        for _ in 0..count {
            let (Some(Object::Number(number)), Some(Object::Number(offset))) = (index.next(), index.next()) else { break };
            let mut lexer = Lexer { bytes: content, at: first.saturating_add(offset as usize) };
            if lexer.at < content.len()
                && let Some(object) = lexer.next()
            {
                self.add(Entry { number: number as u32, object, stream: None });
            }
        }
    }

    fn content<'d>(&'d self, bytes: &'d [u8], i: usize) -> &'d [u8] {
        let raw = self.entries.get(i).and_then(|e| e.stream.clone()).and_then(|r| bytes.get(r)).unwrap_or_default();
        self.decoded.get(&i).map_or(raw, Vec::as_slice)
    }

    /// Pushes the text of each page, and of each other stream that shows text.
    fn texts(&self, unpacker: &mut Unpacker<'_>, bytes: &[u8]) -> Outcome {
        let mut used = BTreeSet::new();
        let mut unknown = 0;
        let all = self.all_fonts(bytes);
        for entry in self.entries.iter().filter(|e| e.object.is(b"Type", b"Page")) {
            let Some(contents) = entry.object.get(b"Contents") else { continue };
            let mut streams = Vec::new();
            self.streams_of(contents, &mut streams);
            let content: Vec<&[u8]> =
                streams.iter().map(|i| self.content(bytes, *i)).filter(|c| self.may_read(c.len())).collect();
            let fonts = self.fonts(bytes, &entry.object, &all);
            unknown += self.show(unpacker, &content.join(&b'\n'), &fonts, format!("text of page {}", entry.number))?;
            used.extend(streams);
        }
        for (i, entry) in self.entries.iter().enumerate() {
            let other = |key, names: &[&[u8]]| names.iter().any(|n| entry.object.is(key, n));
            let no_text = other(b"Type", &[b"ObjStm", b"XRef", b"Metadata", b"EmbeddedFile", b"XObject"])
                && !entry.object.is(b"Subtype", b"Form");
            if entry.stream.is_none()
                || used.contains(&i)
                || no_text
                || other(b"Subtype", &[b"Image", b"Type1C", b"CIDFontType0C"])
            {
                continue;
            }
            let content = self.content(bytes, i);
            if self.may_read(content.len()) && shows_text(content) {
                let fonts = self.fonts(bytes, &entry.object, &all);
                unknown += self.show(unpacker, content, &fonts, format!("text of object {}", entry.number))?;
            }
        }
        if self.work.get() == 0 {
            unpacker.unread(UnreadKind::Limit, NAME, 0, "its pages share too much; not all of their text was put in order");
        }
        if unknown > 0 {
            let why = format!("{unknown} characters are in fonts that do not say which characters they are");
            unpacker.unread(UnreadKind::Unsupported, NAME, 0, why);
        }
        Ok(())
    }

    /// Whether so many more bytes may be read.
    fn may_read(&self, bytes: usize) -> bool {
        let left = self.work.get().checked_sub(bytes + 1);
        self.work.set(left.unwrap_or(0));
        left.is_some()
    }

    fn show(&self, unpacker: &mut Unpacker<'_>, content: &[u8], fonts: &Fonts, name: String) -> Outcome<u64> {
        let mut text = Text::new(unpacker.limits.memory);
        let unknown = content::write(content, fonts, &mut text);
        unpacker.view(&name, &text.bytes)?;
        Ok(unknown)
    }

    /// The streams of `Contents`: one, or a list.
    fn streams_of(&self, contents: &Object, into: &mut Vec<usize>) {
        match contents {
            Object::Reference(number) => match self.by_number.get(number) {
                Some(i) if self.entries[*i].stream.is_some() => into.push(*i),
                _ => {
                    if let list @ Object::Array(_) = self.follow(contents) {
                        self.streams_of(list, into);
                    }
                }
            },
            Object::Array(elements) => {
                for element in elements.iter().filter(|e| matches!(e, Object::Reference(_))).take(1 << 16) {
                    let stream = if let Object::Reference(n) = element { self.by_number.get(n) } else { None };
                    into.extend(stream.copied().filter(|i| self.entries[*i].stream.is_some()));
                }
            }
            _ => {}
        }
    }

    /// The fonts of a page or form, which its parents may have; those of the whole document if it has none.
    fn fonts(&self, bytes: &[u8], of: &Object, all: &Fonts) -> Fonts {
        let mut fonts = all.clone();
        let mut node = of;
        for _ in 0..REFERENCES {
            if let Some(resources) = node.get(b"Resources") {
                self.add_fonts(bytes, self.follow(resources), &mut fonts);
                break;
            }
            let Some(parent) = node.get(b"Parent") else { break };
            node = self.follow(parent);
        }
        fonts
    }

    fn all_fonts(&self, bytes: &[u8]) -> Fonts {
        let mut fonts = Fonts::new();
        for entry in &self.entries {
            if let Some(resources) = entry.object.get(b"Resources") {
                self.add_fonts(bytes, self.follow(resources), &mut fonts);
            }
        }
        fonts
    }

    fn add_fonts(&self, bytes: &[u8], resources: &Object, fonts: &mut Fonts) {
        let Some(Object::Dictionary(named)) = resources.get(b"Font").map(|f| self.follow(f)) else { return };
        for (name, font) in named {
            let known = if let Object::Reference(number) = font { self.fonts.borrow().get(number).cloned() } else { None };
            let read = known.unwrap_or_else(|| Rc::new(self.font(bytes, self.follow(font))));
            if let Object::Reference(number) = font {
                self.fonts.borrow_mut().insert(*number, read.clone());
            }
            fonts.insert(name.clone(), read);
        }
    }

    fn font(&self, bytes: &[u8], font: &Object) -> Font {
        let mut result = Font::default();
        if let Some(Object::Reference(number)) = font.get(b"ToUnicode")
            && let Some(i) = self.by_number.get(number)
        {
            let map = self.content(bytes, *i);
            if self.may_read(map.len()) {
                result = content::to_unicode(map);
            }
        }
        result.wide = font.is(b"Subtype", b"Type0");
        let differences = font.get(b"Encoding").map(|e| self.follow(e)).and_then(|e| e.get(b"Differences"));
        if let Some(Object::Array(differences)) = differences.map(|d| self.follow(d)) {
            let mut code = 0;
            for element in differences {
                match element {
                    Object::Number(number) => code = *number as u32,
                    Object::Name(name) => {
                        if let Some(character) = content::glyph(name) {
                            result.map.entry(code).or_insert(character);
                        }
                        code = code.saturating_add(1);
                    }
                    _ => {}
                }
            }
        }
        result
    }

    /// Pushes all strings of all objects, a line each: values of form fields, annotations, properties of the document.
    fn strings(&self, unpacker: &mut Unpacker<'_>) -> Outcome {
        let mut text = Text::new(unpacker.limits.memory);
        for entry in &self.entries {
            let mut strings = Vec::new();
            entry.object.strings(&mut strings);
            for string in strings.into_iter().filter(|s| !s.is_empty()) {
                match string {
                    [0xFE, 0xFF, rest @ ..] => text.add(content::utf16(rest).as_bytes()),
                    [0xEF, 0xBB, 0xBF, rest @ ..] => text.add(rest),
                    _ => text.add(string),
                }
                text.add(b"\n");
            }
        }
        unpacker.view("strings", &text.bytes)
    }
}

/// Whether a stream has an operator that shows text.
fn shows_text(content: &[u8]) -> bool {
    [&b"Tj"[..], b"TJ", b"'", b"\""].iter().any(|operator| {
        memchr::memmem::find_iter(content, operator).any(|at| {
            let before = content[..at].trim_ascii_end().last();
            matches!(before, Some(b')' | b']' | b'>'))
        })
    })
}

/// The number of an object, from the text before `obj`.
fn number_before(bytes: &[u8]) -> Option<u32> {
    let bytes = &bytes[bytes.len().saturating_sub(40)..];
    let generation = bytes.trim_ascii_end();
    let digits = |bytes: &[u8]| bytes.iter().rev().take_while(|b| b.is_ascii_digit()).count();
    let count = digits(generation);
    let number = generation[..generation.len() - count].trim_ascii_end();
    let length = digits(number);
    if count == 0 || length == 0 || number.len() + count == generation.len() {
        return None;
    }
    std::str::from_utf8(&number[number.len() - length..]).ok()?.parse().ok()
}
