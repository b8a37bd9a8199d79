//! Writings that take more than a line: dumps, mails, logs of containers, and containers made by hand.

use data_encoding::{BASE64, HEXLOWER};
use flate2::Compression;
use flate2::write::{DeflateEncoder, ZlibEncoder};
use std::io::Write;

/// A dump of a few lines. `offset`: `%07o`, `%07d`, `%07x` or `%08x:`. `word`: 1 bytes in hex, 2 words of two bytes in hex, the
/// first one first, 4 the same with the lower one first, 8 bytes in octal, 16 words in octal.
pub fn dump(number: &str, offset: &str, word: usize) -> String {
    let bytes = format!("record of id={number}; {{ }}");
    let mut out = String::new();
    let offset_of = |at: usize| match offset {
        "%07o" => format!("{at:07o}"),
        "%07d" => format!("{at:07}"),
        "%07x" => format!("{at:07x}"),
        _ => format!("{at:08x}:"),
    };
    for (i, line) in bytes.as_bytes().chunks(16).enumerate() {
        out += &offset_of(16 * i);
        match word {
            1 => out.extend(line.iter().map(|b| format!(" {b:02x}"))),
            8 => out.extend(line.iter().map(|b| format!(" {b:03o}"))),
            _ => out.extend(line.chunks(2).map(|pair| {
                let pair = [pair[0], pair.get(1).copied().unwrap_or(0)];
                let (high, low) = (u16::from_be_bytes(pair), u16::from_le_bytes(pair));
                match word {
                    2 => format!(" {high:04x}"),
                    4 => format!(" {low:04x}"),
                    _ => format!(" {low:06o}"),
                }
            })),
        }
        out += "\n";
    }
    out + &offset_of(bytes.len()).replace(':', "") + "\n"
}

/// Base 64 or hex with something before each line. A line ends within the number.
pub fn quoted(number: &str, prefix: &str, hex: bool) -> String {
    let content = format!("{{\"patient\": \"A. Person from a town\", \"id\": \"{number}\", \"ward\": 3}}");
    let encoded = if hex { HEXLOWER.encode(content.as_bytes()) } else { BASE64.encode(content.as_bytes()) };
    let width = if hex { 48 } else { 64 };
    encoded.as_bytes().chunks(width).map(|line| format!("{prefix}{}\n", String::from_utf8_lossy(line))).collect()
}

/// A line of a program that Docker's json-file driver cut into two records, as it does after 16 KiB.
pub fn docker(number: &str) -> String {
    let (a, b) = number.split_at(5);
    let record =
        |log: &str| format!("{{\"log\":\"{log}\",\"stream\":\"stdout\",\"time\":\"2027-04-05T09:00:00.{:09}Z\"}}\n", log.len());
    record(&format!("GET /check?id={a}")) + &record(&format!("{b} HTTP/1.1\\n"))
}

/// The same by the container runtime interface.
pub fn containerd(number: &str) -> String {
    let (a, b) = number.split_at(5);
    let time = "2027-04-05T09:00:00.000000001Z stdout";
    format!("{time} P GET /check?id={a}\n{time} F {b} HTTP/1.1\n")
}

/// POSIX, `uuencode`.
pub fn uuencode(number: &str) -> String {
    let bytes = format!("the number of this person is {number}, and nothing else is known.\n");
    let mut out = "begin 644 note.txt\n".to_string();
    let six = |bits: u32| char::from(if bits & 63 == 0 { b'`' } else { (bits & 63) as u8 + 32 });
    for line in bytes.as_bytes().chunks(45) {
        out.push(six(line.len() as u32));
        for three in line.chunks(3) {
            let bits = three.iter().fold(0u32, |n, b| n << 8 | u32::from(*b)) << (8 * (3 - three.len()));
            out.extend([18, 12, 6, 0].map(|shift| six(bits >> shift)));
        }
        out.push('\n');
    }
    out + "`\nend\n"
}

type Pack = fn(&[u8]) -> Vec<u8>;

/// Containers of a value.
pub const CONTAINERS: [(&str, Pack); 10] = [
    ("zip, stored", |v| zip("a.txt", &note(v), false)),
    ("zip, deflated", |v| zip("a.txt", &note(v), true)),
    ("a workbook", |v| zip("xl/worksheets/sheet1.xml", &sheet(v), true)),
    ("a workbook, a digit a cell of a row", |v| zip("xl/worksheets/sheet1.xml", &cells(v, false), true)),
    ("a workbook, a digit a cell of a column", |v| zip("xl/worksheets/sheet1.xml", &cells(v, true), true)),
    ("RTF", rtf),
    ("tar", |v| tar(&note(v))),
    ("mail", |v| {
        format!("From: a@example.jp\r\nTo: b@example.jp\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n{}\r\n", BASE64.encode(&note(v))).into()
    }),
    ("PDF", |v| pdf(v, false)),
    ("PDF, compressed", |v| pdf(v, true)),
];

fn note(value: &[u8]) -> Vec<u8> {
    [&b"The number of the patient is "[..], value, b".\n"].concat()
}

fn sheet(value: &[u8]) -> Vec<u8> {
    let value = String::from_utf8_lossy(value);
    format!(
        "<worksheet><sheetData><row><c t=\"inlineStr\"><is><t>id</t></is></c><c><v>{value}</v></c></row></sheetData></worksheet>"
    )
    .into()
}

/// Each character in an escape, and the font changes within.
fn rtf(value: &[u8]) -> Vec<u8> {
    let escaped: String =
        value.iter().enumerate().map(|(i, b)| format!("\\'{b:02x}{}", if i % 4 == 3 { "{\\b0 }" } else { "" })).collect();
    let head = "{\\rtf1\\ansi\\ansicpg932{\\fonttbl{\\f0 MS Gothic;}}\\f0\\fs20 ";
    format!("{head}\\'8c\\'c2\\'90\\'6c\\'94\\'d4\\'8d\\'86 {escaped}\\par\n}}").into()
}

/// A digit a cell; in a column, with a name in the cell before and another digit in the one after.
fn cells(value: &[u8], down: bool) -> Vec<u8> {
    let cell = |b: &u8| format!("<c><v>{}</v></c>", char::from(*b));
    let name = |i: usize| format!("<c t=\"inlineStr\"><is><t>field {}</t></is></c>", ["a", "bc", "def", "g"][i % 4]);
    let rows: String = match down {
        true => {
            value.iter().enumerate().map(|(i, b)| format!("<row>{}{}{}</row>", name(i), cell(b), cell(&b"3971"[i % 4]))).collect()
        }
        false => format!("<row>{}</row>", value.iter().map(cell).collect::<String>()),
    };
    format!("<worksheet><sheetData>{rows}</sheetData></worksheet>").into()
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    // Writing to memory does not fail.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}

/// A zip of one member.
fn zip(name: &str, content: &[u8], packed: bool) -> Vec<u8> {
    let data = if packed { deflate(content) } else { content.to_vec() };
    let mut sum = flate2::Crc::new();
    sum.update(content);
    let lengths = [sum.sum(), data.len() as u32, content.len() as u32].map(u32::to_le_bytes).concat();
    let common =
        [&[20, 0, 0, 0, if packed { 8u8 } else { 0 }, 0, 0, 0, 0, 0][..], &lengths, &[name.len() as u8, 0, 0, 0]].concat();
    let member = [&b"PK\x03\x04"[..], &common, name.as_bytes(), &data].concat();
    let directory = [&b"PK\x01\x02\x14\0"[..], &common, &[0; 14], name.as_bytes()].concat();
    let (start, length) = (member.len() as u32, directory.len() as u32);
    let end = [&b"PK\x05\x06\0\0\0\0\x01\0\x01\0"[..], &length.to_le_bytes(), &start.to_le_bytes(), &[0, 0]].concat();
    [member, directory, end].concat()
}

fn tar(content: &[u8]) -> Vec<u8> {
    let mut header = vec![0; 512];
    let mut put = |at: usize, bytes: &[u8]| header[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, b"note.txt");
    put(100, b"0000644\0");
    put(124, format!("{:011o}\0", content.len()).as_bytes());
    put(148, b"        0");
    put(257, b"ustar\x0000");
    let sum: u32 = header.iter().map(|b| u32::from(*b)).sum();
    header[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    let mut bytes = [header, content.to_vec()].concat();
    bytes.resize(bytes.len().next_multiple_of(512) + 1024, 0);
    bytes
}

/// A page with the value in pieces that a text layout made.
fn pdf(value: &[u8], packed: bool) -> Vec<u8> {
    let value = String::from_utf8_lossy(value);
    let (a, b) = value.split_at(5);
    let content = format!("BT /F1 12 Tf 72 700 Td [({a}) -12 ({b})] TJ ET");
    let (content, filter) = if packed { (zlib(content.as_bytes()), "/Filter /FlateDecode ") } else { (content.into(), "") };
    let page = "3 0 obj\n<</Type /Page /Contents 4 0 R>>\nendobj\n";
    let stream = format!("4 0 obj\n<<{filter}/Length {}>>\nstream\n", content.len());
    [b"%PDF-1.4\n", page.as_bytes(), stream.as_bytes(), &content, b"\nendstream\nendobj\ntrailer\n<<>>\n%%EOF\n"].concat()
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    // Writing to memory does not fail.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}
