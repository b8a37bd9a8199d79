//! Texts as they occur, with something planted: a log in JSON, a table in CSV, a binary record, an attachment in base 64.

use super::forms::Place;
use data_encoding::{BASE64, HEXLOWER};

/// SplitMix64: a few lines, and the same numbers everywhere.
pub struct Draw(u64);

impl Draw {
    pub fn new(name: &str, number: u64) -> Draw {
        let seed = name.bytes().fold(0xcbf2_9ce4_8422_2325, |h: u64, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3));
        Draw(seed ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    pub fn bytes(&mut self, count: u64) -> Vec<u8> {
        (0..count).map(|_| self.next() as u8).collect()
    }
}

/// How many kinds of text there are.
pub const KINDS: u64 = 4;

const NAMES: [&str; 6] = ["note", "memo", "patient", "subject", "value", "detail"];

/// Whether bytes can stand in a text.
pub fn is_text(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_ok_and(|t| t.chars().all(|c| !c.is_control() || matches!(c, '\n' | '\r' | '\t' | '\x1b')))
}

/// The pieces of a text of the kind `kind` in which `written` is planted.
pub fn planted(written: &[u8], place: Place, kind: u64, draw: &mut Draw) -> Vec<Vec<u8>> {
    match (place, kind) {
        (Place::Alone, 0) => vec![written.to_vec()],
        (Place::Alone, 1) => vec![line(draw, &format!("\"{}\":\"{}\"", NAMES[1], BASE64.encode(written))).into()],
        (Place::Alone, 2) => vec![line(draw, &format!("\"{}\":\"{}\"", NAMES[2], HEXLOWER.encode(written))).into()],
        (Place::Alone, _) => vec![BASE64.encode(written).into()],
        (Place::TwoPieces, _) => {
            let (one, two) = written.split_at(written.len() / 2 - 1);
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            vec![format!("{} id={}", row(draw), text(one)).into(), format!("{} {}", text(two), row(draw)).into()]
        }
        (Place::Line, 1) => vec![[table(draw, 4).as_bytes(), written, table(draw, 4).as_bytes()].concat()],
        (Place::Line, 2) => vec![[&draw.bytes(90)[..], b"\n", written, &draw.bytes(90)].concat()],
        (Place::Line, 3) => vec![BASE64.encode(&[log(draw, 3).as_bytes(), written, log(draw, 3).as_bytes()].concat()).into()],
        (Place::Line, _) => vec![[log(draw, 3).as_bytes(), written, log(draw, 3).as_bytes()].concat()],
        (Place::Anywhere, 0) => vec![in_log(written, draw)],
        (Place::Anywhere, 1) => vec![in_table(written, draw)],
        (Place::Anywhere, 2) => vec![in_record(written, draw)],
        (Place::Anywhere, _) if is_text(written) => vec![BASE64.encode(&in_log(written, draw)).into()],
        (Place::Anywhere, _) => vec![BASE64.encode(&in_record(written, draw)).into()],
    }
}

fn in_log(written: &[u8], draw: &mut Draw) -> Vec<u8> {
    let value = match std::str::from_utf8(written) {
        Ok(text) if is_text(written) => format!("\"{}\"", in_json(text)),
        _ => format!("\"{}\"", BASE64.encode(&around(written, draw))),
    };
    let name = NAMES[draw.below(6) as usize];
    format!("{}{}{}", log(draw, 3), line(draw, &format!("\"{name}\":{value}")), log(draw, 3)).into()
}

/// A string of JSON: RFC 8259, section 7.
fn in_json(text: &str) -> String {
    let escape = |c: char| match c {
        '"' | '\\' => format!("\\{c}"),
        '\n' => "\\n".into(),
        '\r' => "\\r".into(),
        '\t' => "\\t".into(),
        c if c.is_control() => format!("\\u{:04x}", u32::from(c)),
        c => c.to_string(),
    };
    text.chars().map(escape).collect()
}

fn in_table(written: &[u8], draw: &mut Draw) -> Vec<u8> {
    let cell = match std::str::from_utf8(written) {
        Ok(text) if text.contains(['"', ',', '\n']) && is_text(written) => format!("\"{}\"", text.replace('"', "\"\"")),
        Ok(text) if is_text(written) => text.to_string(),
        _ => HEXLOWER.encode(&around(written, draw)),
    };
    format!("{}{},{cell},{}\n{}", table(draw, 3), row(draw), row(draw), table(draw, 3)).into()
}

/// A record with a string of one byte of length, numbers and random bytes.
fn in_record(written: &[u8], draw: &mut Draw) -> Vec<u8> {
    [&draw.bytes(200)[..], b"\0\0\0\x05name\0", &around(written, draw), &[0, 0, 0, 1], &draw.bytes(200)].concat()
}

/// A few fields of a record around bytes.
fn around(written: &[u8], draw: &mut Draw) -> Vec<u8> {
    let (before, after) = (draw.below(20), draw.below(20));
    [&draw.bytes(before)[..], &[0, 1], written, &[0, 0], &draw.bytes(after)].concat()
}

fn line(draw: &mut Draw, field: &str) -> String {
    format!(
        "{{\"time\":\"2027-04-05T{:02}:{:02}:{:02}.{:03}Z\",\"level\":\"info\",\"trace\":\"{:016x}\",\"path\":\"/v1/checks/{}\",{field},\"ms\":{}}}\n",
        draw.below(24),
        draw.below(60),
        draw.below(60),
        draw.below(1000),
        draw.next(),
        draw.below(100_000_000),
        draw.below(3000),
    )
}

fn log(draw: &mut Draw, lines: u64) -> String {
    (0..lines).map(|_| line(draw, "\"status\":200")).collect()
}

fn row(draw: &mut Draw) -> String {
    format!("{},{:.2},ward {}", draw.below(100_000), draw.below(10_000_000) as f64 / 100.0, draw.below(40))
}

fn table(draw: &mut Draw, lines: u64) -> String {
    (0..lines).map(|_| format!("{},active,{}\n", row(draw), row(draw))).collect()
}
