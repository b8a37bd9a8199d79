//! Avro object container files: the specification 1.12.0, "Object Container Files" and "Binary Encoding". A record a line, its
//! fields apart by tabs. Bytes are as they are in the file; decimals are numbers.

use crate::codecs;
use crate::input::Input;
use crate::part::UnreadKind;
use crate::text::{Text, decimal};
use crate::unpacker::{Outcome, Stop, Unpacker, trouble};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{self, Read};
use std::ops::Range;

const NAME: &str = "Avro";

/// A schema may refer to itself.
const DEPTH: usize = 64;
const MOST_SCHEMA: usize = 1 << 20;

struct Schema {
    root: Value,
    /// Records, enumerations and fixed types by full name and by short name.
    named: BTreeMap<String, Value>,
}

pub(super) fn read(unpacker: &mut Unpacker<'_>, bytes: &[u8]) -> Outcome<Vec<Range<usize>>> {
    let mut cursor = Cursor { bytes, at: 4 };
    let header = metadata(&mut cursor).ok_or_else(|| Stop::damaged("its header is not valid"))?;
    if header.get("avro.schema").is_some_and(|s| s.len() > MOST_SCHEMA) {
        return Err(Stop::Unread(UnreadKind::Limit, "its schema is longer than 1 MiB".into()));
    }
    let root: Value = header
        .get("avro.schema")
        .and_then(|s| serde_json::from_slice(s).ok())
        .ok_or_else(|| Stop::damaged("its schema is no JSON"))?;
    let mut schema = Schema { named: BTreeMap::new(), root };
    let root = schema.root.clone();
    schema.learn(&root, 0);
    let codec = header.get("avro.codec").map_or("null".into(), |c| String::from_utf8_lossy(c).into_owned());
    let sync = cursor.take(16).ok_or_else(|| Stop::damaged("unexpected end"))?;
    let mut text = Text::new(unpacker.limits.memory);
    let mut result = Ok(());
    while cursor.at < bytes.len() && !text.over && result.is_ok() {
        result = block(unpacker, &mut cursor, sync, &codec, &schema, &mut text);
    }
    if text.over {
        unpacker.unread(UnreadKind::Limit, NAME, 0, "its records are longer than the limit");
    }
    unpacker.view("rows", &text.bytes)?;
    result.map(|()| Vec::new())
}

fn metadata<'b>(cursor: &mut Cursor<'b>) -> Option<BTreeMap<String, &'b [u8]>> {
    let mut header = BTreeMap::new();
    loop {
        let count = cursor.count()?;
        if count == 0 {
            return Some(header);
        }
        for _ in 0..count {
            let key = String::from_utf8_lossy(cursor.string()?).into_owned();
            header.insert(key, cursor.string()?);
        }
    }
}

fn block(
    unpacker: &mut Unpacker<'_>,
    cursor: &mut Cursor<'_>,
    sync: &[u8],
    codec: &str,
    schema: &Schema,
    text: &mut Text,
) -> Outcome {
    let end = || Stop::damaged("unexpected end");
    let count = cursor.long().ok_or_else(end)?;
    let packed = cursor.string().ok_or_else(end)?;
    if cursor.take(16) != Some(sync) {
        return Err(Stop::damaged("a block has no end mark"));
    }
    let content = decompress(codec, packed, unpacker.limits.memory)?;
    let mut values = Cursor { bytes: &content, at: 0 };
    // Values without bytes may be any number.
    let mut work = content.len().saturating_mul(4) + 1000;
    for _ in 0..count.max(0) {
        let start = values.at;
        if schema.write(&schema.root, &mut values, text, DEPTH, &mut work).is_none() {
            if codec != "null" {
                unpacker.bytes(b"block", &content[start..], true)?;
            }
            return Err(Stop::damaged("a record is not as its schema says"));
        }
        while text.bytes.last() == Some(&b'\t') {
            text.bytes.pop();
        }
        text.add(b"\n");
        if text.over || values.at == content.len() && values.at == start {
            break;
        }
    }
    Ok(())
}

fn decompress(codec: &str, packed: &[u8], memory: usize) -> io::Result<Vec<u8>> {
    let mut source = packed;
    let mut input = Input::new(&mut source, None);
    let mut content = Vec::new();
    let mut decoder: Box<dyn Read + '_> = match codec {
        "null" => return Ok(packed.to_vec()),
        "deflate" => Box::new(codecs::Pushed::one(&mut input, codecs::inflate(false))),
        "bzip2" => Box::new(codecs::Pushed::one(&mut input, codecs::bzip2())),
        "xz" => Box::new(codecs::Pushed::one(&mut input, codecs::xz(memory))),
        "zstandard" => Box::new(codecs::Frames::new(&mut input, Default::default(), memory)),
        "snappy" => {
            // A checksum of four bytes follows.
            let packed = packed.get(..packed.len().saturating_sub(4)).unwrap_or_default();
            if snap::raw::decompress_len(packed).map_err(io::Error::other)? > memory {
                return Err(trouble(UnreadKind::Limit, "a block is longer than the limit"));
            }
            return snap::raw::Decoder::new().decompress_vec(packed).map_err(io::Error::other);
        }
        _ => return Err(trouble(UnreadKind::UnknownMethod, "its codec is not read")),
    };
    (&mut decoder).take(memory as u64 + 1).read_to_end(&mut content)?;
    match content.len() > memory {
        true => Err(trouble(UnreadKind::Limit, "a block is longer than the limit")),
        false => Ok(content),
    }
}

impl Schema {
    fn learn(&mut self, schema: &Value, depth: usize) {
        if depth > DEPTH {
            return;
        }
        match schema {
            Value::Array(branches) => branches.iter().for_each(|b| self.learn(b, depth + 1)),
            Value::Object(object) => {
                if let Some(Value::String(name)) = object.get("name")
                    && object.contains_key("type")
                {
                    if let Some(Value::String(space)) = object.get("namespace") {
                        self.named.insert(format!("{space}.{name}"), schema.clone());
                    }
                    if let Some(short) = name.rsplit('.').next() {
                        self.named.entry(short.to_string()).or_insert_with(|| schema.clone());
                    }
                    self.named.entry(name.clone()).or_insert_with(|| schema.clone());
                }
                for key in ["type", "fields", "items", "values"] {
                    if let Some(inner) = object.get(key) {
                        self.learn(inner, depth + 1);
                    }
                }
            }
            _ => {}
        }
    }

    /// Writes one value. `None` if the bytes are not as the schema says.
    fn write(&self, schema: &Value, from: &mut Cursor<'_>, text: &mut Text, depth: usize, work: &mut usize) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        *work = work.checked_sub(1)?;
        match schema {
            Value::String(name) => match self.primitive(name, from, text) {
                Some(done) => done,
                None => {
                    let named = self.named.get(name).or_else(|| self.named.get(name.rsplit('.').next()?))?;
                    self.write(named, from, text, depth, work)
                }
            },
            Value::Array(branches) => {
                let branch = usize::try_from(from.long()?).ok()?;
                self.write(branches.get(branch)?, from, text, depth, work)
            }
            Value::Object(object) => self.complex(object, from, text, depth, work),
            _ => None,
        }
    }

    /// The outer `None`: not a primitive type.
    fn primitive(&self, name: &str, from: &mut Cursor<'_>, text: &mut Text) -> Option<Option<()>> {
        let mut add = |value: Option<String>| value.map(|v| text.add(format!("{v}\t").as_bytes()));
        Some(match name {
            "null" => add(Some(String::new())),
            "boolean" => add(from.take(1).map(|b| (b[0] != 0).to_string())),
            "int" | "long" => add(from.long().map(|n| n.to_string())),
            "float" => add(from.take(4).and_then(|b| b.first_chunk()).map(|b| decimal(f64::from(f32::from_le_bytes(*b))))),
            "double" => add(from.take(8).and_then(|b| b.first_chunk()).map(|b| decimal(f64::from_le_bytes(*b)))),
            "bytes" | "string" => from.string().map(|bytes| {
                text.add(bytes);
                text.add(b"\t");
            }),
            _ => return None,
        })
    }

    fn complex(
        &self,
        object: &serde_json::Map<String, Value>,
        from: &mut Cursor<'_>,
        text: &mut Text,
        depth: usize,
        work: &mut usize,
    ) -> Option<()> {
        let kind = object.get("type")?;
        let decimals = object.get("logicalType").and_then(Value::as_str) == Some("decimal");
        match kind.as_str() {
            Some("record" | "error") => {
                for field in object.get("fields")?.as_array()? {
                    self.write(field.get("type")?, from, text, depth, work)?;
                }
            }
            Some("enum") => {
                let index = usize::try_from(from.long()?).ok()?;
                text.add(object.get("symbols")?.as_array()?.get(index)?.as_str()?.as_bytes());
                text.add(b"\t");
            }
            Some("fixed") => {
                let bytes = from.take(usize::try_from(object.get("size")?.as_u64()?).ok()?)?;
                add_bytes(bytes, decimals, text);
            }
            Some("bytes") if decimals => add_bytes(from.string()?, true, text),
            Some(kind @ ("array" | "map")) => {
                let inner = object.get(if kind == "array" { "items" } else { "values" })?;
                loop {
                    let count = from.count()?;
                    if count == 0 {
                        break;
                    }
                    for _ in 0..count {
                        if kind == "map" {
                            text.add(from.string()?);
                            text.add(b"\t");
                        }
                        self.write(inner, from, text, depth, work)?;
                    }
                }
            }
            _ => self.write(kind, from, text, depth, work)?,
        }
        Some(())
    }
}

/// Logical type `decimal`: a big-endian number in two's complement. The scale is not applied.
fn add_bytes(bytes: &[u8], decimals: bool, text: &mut Text) {
    match decimals && bytes.len() <= 16 {
        true => {
            let first = bytes.first().map_or(0, |b| if b & 0x80 != 0 { -1 } else { 0 });
            let value = bytes.iter().fold(first, |n: i128, b| n << 8 | i128::from(*b));
            text.add(format!("{value}\t").as_bytes());
        }
        false => {
            text.add(bytes);
            text.add(b"\t");
        }
    }
}

struct Cursor<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl<'b> Cursor<'b> {
    fn take(&mut self, count: usize) -> Option<&'b [u8]> {
        let bytes = self.bytes.get(self.at..self.at.checked_add(count)?)?;
        self.at += count;
        Some(bytes)
    }

    /// Variable length, zigzag.
    fn long(&mut self) -> Option<i64> {
        let mut value = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.take(1)?[0];
            value |= u64::from(byte & 0x7F) << shift;
            if byte & 0x80 == 0 {
                return Some((value >> 1) as i64 ^ -((value & 1) as i64));
            }
        }
        None
    }

    fn string(&mut self) -> Option<&'b [u8]> {
        let length = usize::try_from(self.long()?).ok()?;
        self.take(length)
    }

    /// The count of a block of an array or map; a negative one has a length in bytes after it.
    fn count(&mut self) -> Option<u64> {
        let count = self.long()?;
        if count < 0 {
            self.long()?;
        }
        Some(count.unsigned_abs())
    }
}
