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
use object::{Lexer, NODE, Object, is_space};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::rc::Rc;

const NAME: &str = "PDF";

/// Objects may refer to each other in circles.
const REFERENCES: usize = 16;
/// A longer trailer is not read to its end.
const TRAILER: usize = 64 << 10;
/// Objects are read in no more bytes than so many times the file or the stream that they are in: they may be nested, or overlap.
const AGAIN: usize = 8;

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
    /// How many bytes of memory objects may still take.
    left: usize,
    /// Objects that are nested too deep, streams that were not decoded to their end, and streams that give too much.
    deep: usize,
    damaged: usize,
    longer: usize,
    /// How many bytes of contents, dictionaries and maps of fonts may still be read: pages may share them.
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
    let memory = unpacker.limits.memory;
    let mut document =
        Document { work: Cell::new(memory.saturating_mul(4)), left: memory.saturating_mul(2), ..Document::default() };
    document.scan(bytes);
    if document.entries.is_empty() {
        return Err(Stop::damaged("it has no objects"));
    }
    if document.encrypted(bytes) {
        return Err(Stop::Unread(UnreadKind::Encrypted, "it is encrypted".into()));
    }
    let mut covered = Vec::new();
    for i in 0..document.entries.len() {
        document.stream(unpacker, bytes, i, &mut covered)?;
    }
    document.texts(unpacker, bytes)?;
    document.strings(unpacker)?;
    document.report(unpacker);
    Ok(covered)
}

impl Document {
    /// Finds every `12 0 obj`, in file order.
    fn scan(&mut self, bytes: &[u8]) {
        let (mut at, mut work) = (0, 0);
        while let Some(found) = memchr::memmem::find(&bytes[at..], b"obj").filter(|_| self.left > 0) {
            let word = at + found;
            at = word + 3;
            let Some(number) = number_before(&bytes[..word]) else { continue };
            let mut lexer = Lexer::new(bytes, at, self.left);
            let object = lexer.next();
            lexer.skip_space();
            self.left = lexer.left;
            work += lexer.at - at;
            // An object that was not closed may hide the next one: go on close to its beginning, a few times.
            let near = if work < bytes.len().saturating_mul(AGAIN) { lexer.at.min(at + (1 << 20)) } else { lexer.at };
            let Some(object) = object else {
                self.deep += usize::from(self.left > 0 && !lexer.is_at_end());
                at = near;
                continue;
            };
            let stream = bytes[lexer.at..].starts_with(b"stream").then(|| self.extent(bytes, lexer.at + 6, &object));
            at = stream.as_ref().map_or(near, |s| s.end);
            self.add(Entry { number, object, stream });
        }
    }

    fn add(&mut self, entry: Entry) {
        self.left = self.left.saturating_sub(4 * NODE);
        self.by_number.insert(entry.number, self.entries.len());
        self.entries.push(entry);
    }

    /// Names what was not read.
    fn report(&self, unpacker: &mut Unpacker<'_>) {
        let mut unread = |kind, why: String| unpacker.unread(kind, NAME, 0, why);
        let Document { damaged, longer, deep, .. } = self;
        if *damaged > 0 {
            let why = format!("{damaged} of its streams could not be decoded to their end; they were scanned as they are");
            unread(UnreadKind::Damaged, why);
        }
        if *longer > 0 {
            unread(
                UnreadKind::Limit,
                format!("{longer} of its streams are longer than the limit; they were also scanned as they are"),
            );
        }
        if *deep > 0 {
            unread(UnreadKind::Damaged, format!("{deep} of its objects are nested too deep; they were scanned as they are"));
        }
        if self.left == 0 {
            unread(UnreadKind::Limit, "its objects take more memory than the limit; not all of them were read".into());
        }
        if self.work.get() == 0 {
            unread(UnreadKind::Limit, "its pages share too much; not all of their text was put in order".into());
        }
    }

    /// Section 7.3.8: where the bytes of a stream are. If its length is wrong, up to the next `endstream`.
    fn extent(&self, bytes: &[u8], word: usize, dictionary: &Object) -> Range<usize> {
        let start = word
            + match bytes.get(word..).unwrap_or_default() {
                [b'\r', b'\n', ..] => 2,
                [b'\n' | b'\r', ..] => 1,
                _ => 0,
            };
        let length = dictionary.get(b"Length").and_then(|l| self.follow(l).number()).filter(|l| *l >= 0.0);
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
        let mut work = 0;
        let in_trailer = memchr::memmem::find_iter(bytes, b"trailer").any(|at| {
            if work > bytes.len().saturating_mul(AGAIN) {
                return false;
            }
            let mut lexer = Lexer::new(&bytes[at..bytes.len().min(at + TRAILER)], 7, TRAILER * NODE);
            let encrypted = lexer.next().is_some_and(|t| t.get(b"Encrypt").is_some());
            work += lexer.at;
            encrypted
        });
        in_stream || in_trailer
    }

    /// Decodes a stream.
    fn stream(&mut self, unpacker: &mut Unpacker<'_>, bytes: &[u8], i: usize, covered: &mut Vec<Range<usize>>) -> Outcome {
        let Some(entry) = self.entries.get(i) else { return Ok(()) };
        let (Some(range), number) = (entry.stream.clone(), entry.number) else { return Ok(()) };
        let raw = bytes.get(range.clone()).unwrap_or_default();
        let most = usize::try_from(unpacker.meter.left()).unwrap_or(usize::MAX).min(unpacker.limits.memory);
        let decoded = decode(&entry.object, raw, most, &|o| self.follow(o));
        let (container, reference) = (entry.object.is(b"Type", b"ObjStm"), entry.object.is(b"Type", b"XRef"));
        // What no member is made of counts too: it is the work of decoders.
        unpacker.meter.take(decoded.between + if reference { decoded.bytes.len() } else { 0 });
        if unpacker.meter.is_full() {
            return Err(Stop::Full);
        }
        if container {
            self.contained(i, &decoded.bytes);
        }
        if decoded.any && !reference {
            unpacker.bytes(format!("object {number}").as_bytes(), &decoded.bytes, true)?;
        }
        if decoded.whole && decoded.any {
            covered.push(range);
        }
        self.longer += usize::from(decoded.over);
        self.damaged += usize::from(!decoded.whole && !decoded.over);
        if decoded.any && !decoded.image && !container && self.held + decoded.bytes.len() <= unpacker.limits.memory {
            self.held += decoded.bytes.len();
            self.decoded.insert(i, decoded.bytes);
        }
        Ok(())
    }

    /// Section 7.5.7: an object stream.
    fn contained(&mut self, i: usize, content: &[u8]) {
        let value =
            |key: &[u8]| self.entries[i].object.get(key).map(|o| self.follow(o)).and_then(Object::number).unwrap_or(0.0) as usize;
        let (count, first) = (value(b"N"), value(b"First"));
        let head = content.get(..first).unwrap_or_default();
        let mut index = Lexer::new(head, 0, head.len().saturating_mul(NODE));
        let mut work = content.len().saturating_mul(AGAIN);
        for _ in 0..count {
            let (Some(Object::Number(number)), Some(Object::Number(offset))) = (index.next(), index.next()) else { break };
            let start = first.saturating_add(offset as usize);
            let mut lexer = Lexer::new(content, start, self.left);
            if start >= content.len() {
                continue;
            }
            let object = lexer.next();
            self.left = lexer.left;
            // Objects that overlap are read again and again.
            work = work.saturating_sub(lexer.at - start);
            match object {
                Some(object) => self.add(Entry { number: number as u32, object, stream: None }),
                None => self.deep += usize::from(self.left > 0 && !lexer.is_at_end()),
            }
            if work == 0 {
                self.left = 0;
            }
            if self.left == 0 {
                break;
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
            let mut room = unpacker.limits.memory;
            let fits = |c: &&[u8]| {
                let left = room.checked_sub(c.len()).filter(|_| self.may_read(c.len()));
                room = left.unwrap_or(0);
                left.is_some()
            };
            let content: Vec<&[u8]> = streams.iter().map(|i| self.content(bytes, *i)).take_while(fits).collect();
            if content.len() < streams.len() {
                self.work.set(0);
            }
            let fonts = self.fonts(bytes, &entry.object);
            unknown += self.show(unpacker, &content.join(&b'\n'), [&fonts, &all], format!("text of page {}", entry.number))?;
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
                let fonts = self.fonts(bytes, &entry.object);
                unknown += self.show(unpacker, content, [&fonts, &all], format!("text of object {}", entry.number))?;
            }
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

    fn show(&self, unpacker: &mut Unpacker<'_>, content: &[u8], fonts: [&Fonts; 2], name: String) -> Outcome<u64> {
        let mut text = Text::new(unpacker.limits.memory);
        let unknown = content::write(content, fonts, &mut text);
        if text.over {
            unpacker.unread(UnreadKind::Limit, NAME, 0, format!("the {name} is longer than the limit"));
        }
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

    /// The fonts of a page or form, which its parents may have.
    fn fonts(&self, bytes: &[u8], of: &Object) -> Fonts {
        let mut fonts = Fonts::new();
        let mut node = of;
        for _ in 0..REFERENCES {
            if let Some(resources) = node.get(b"Resources") {
                self.add_fonts(bytes, self.follow(resources), &mut fonts);
                break;
            }
            let Some(parent) = node.get(b"Parent") else { break };
            node = self.follow(parent);
            if !self.may_read(node.len()) {
                break;
            }
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
        if !self.may_read(resources.len()) {
            return;
        }
        let Some(Object::Dictionary(named)) = resources.get(b"Font").map(|f| self.follow(f)) else { return };
        for (name, font) in named {
            // Many pages may have the same many fonts.
            if !self.may_read(NODE + name.len()) {
                return;
            }
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
        if !self.may_read(font.len()) {
            return result;
        }
        if let Some(Object::Reference(number)) = font.get(b"ToUnicode")
            && let Some(i) = self.by_number.get(number)
        {
            let map = self.content(bytes, *i);
            if self.may_read(map.len()) {
                let mut room = self.work.get();
                result = content::to_unicode(map, &mut room);
                self.work.set(room);
            }
        }
        result.wide = font.is(b"Subtype", b"Type0");
        let differences = font.get(b"Encoding").map(|e| self.follow(e)).and_then(|e| e.get(b"Differences"));
        if let Some(Object::Array(differences)) = differences.map(|d| self.follow(d))
            && self.may_read(differences.len().saturating_mul(2 * NODE))
        {
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
        if text.over {
            unpacker.unread(UnreadKind::Limit, NAME, 0, "its strings are longer than the limit");
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
