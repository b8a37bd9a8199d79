//! Describes commands as text, and removes their secrets: for journals and traces.

use super::application::Application;
use super::command::{Command, ins};
use std::fmt::Write;

/// A description of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandInfo {
    /// As text, such as "SELECT 券面入力補助AP". PINs and tokens are shown as "…".
    pub words: String,
    /// The application that the command tries to select, by its full or partial identifier.
    pub selects: Option<Application>,
    /// Whether the data field contains a PIN, a 照合番号 or a terminal's token; [`redact`] overwrites it.
    pub carries_secret: bool,
}

/// Describes a command, without knowing what is selected.
pub fn describe(command: &[u8]) -> CommandInfo {
    describe_in(command, None)
}

/// Describes a command while `current` is the current elementary file ([`super::Card::current_file`]).
pub fn describe_in(command: &[u8], current: Option<u16>) -> CommandInfo {
    let mut selects = None;
    let words = match Command::read(command) {
        Err(_) => unreadable(command),
        Ok(c) => match c.ins {
            ins::SELECT => {
                selects = (c.p1 == 0x04).then(|| Application::from_partial_aid(c.data)).flatten();
                select(&c)
            }
            ins::READ_BINARY => read_binary(&c, current),
            ins::READ_RECORD => format!("READ RECORD {} of {}", c.p1, file((c.p2 >> 3).into(), current)),
            ins::GET_DATA => format!("GET DATA {:04X}", c.p1p2()),
            ins::VERIFY if c.data.is_empty() => format!("VERIFY {}, tries left?", key(&c, current)),
            ins::VERIFY => format!("VERIFY {} …", key(&c, current)),
            ins::CHANGE_REFERENCE_DATA => format!("CHANGE REFERENCE DATA {} …", key(&c, current)),
            ins::CHANGE_KEY => format!("CHANGE KEY {} …", key(&c, current)),
            ins::COMPUTE_DIGITAL_SIGNATURE => sign(&c, current),
            ins::INTERNAL_AUTHENTICATE => format!("INTERNAL AUTHENTICATE {}, {} bytes", key(&c, current), c.data.len()),
            ins::GET_CHALLENGE => format!("GET CHALLENGE, {} bytes", c.le.unwrap_or(0)),
            ins::FACE_COMPARED => "FACE COMPARED (invented) …".to_string(),
            (proprietary, ins) => {
                format!("unknown command {} {ins:02X} {:02X} {:02X}", if proprietary { "80" } else { "00" }, c.p1, c.p2)
            }
        },
    };
    CommandInfo { words, selects, carries_secret: secret_range(command).is_some() }
}

fn unreadable(command: &[u8]) -> String {
    let mut words = format!("unreadable command of {} bytes", command.len());
    if let Some(header) = command.get(..4) {
        words.push(':');
        for byte in header {
            let _ = write!(words, " {byte:02X}"); // writing into a String cannot fail
        }
    }
    words
}

fn select(c: &Command<'_>) -> String {
    match (c.p1, c.data) {
        (0x04, aid) => match (Application::from_aid(aid), Application::from_partial_aid(aid)) {
            (Some(a), _) => format!("SELECT {}", a.name()),
            (None, Some(a)) => format!("SELECT {} by a part of its identifier", a.name()),
            (None, None) => format!("SELECT unknown application {}", data_encoding::HEXUPPER.encode(aid)),
        },
        (0x02, &[hi, lo]) => format!("SELECT EF {hi:02X}{lo:02X}"),
        (0x00, []) => "SELECT MF".to_string(),
        (0x00, &[hi, lo]) => format!("SELECT file {hi:02X}{lo:02X}"),
        (p1, _) => format!("SELECT with P1 {p1:02X}"),
    }
}

fn read_binary(c: &Command<'_>, current: Option<u16>) -> String {
    let (which, offset) = if c.p1 & 0x80 == 0 { (0, c.p1p2()) } else { (u16::from(c.p1 & 0x1F), u16::from(c.p2)) };
    format!("READ BINARY {} offset {offset}, {} bytes", file(which, current), c.le.unwrap_or(0))
}

fn sign(c: &Command<'_>, current: Option<u16>) -> String {
    let how = match c.p1 {
        0x00 => "data as given",
        0x01 => "bare SHA-256 by the card",
        0x02 => "given SHA-256",
        0x03 => "SHA-256 by the card",
        0x04 => "PSS over a given SHA-256",
        0x05 => "PSS, SHA-256 by the card",
        _ => "unknown mode",
    };
    let with = if c.p2 == 0x00 { "the application's key".to_string() } else { key(c, current) };
    format!("COMPUTE DIGITAL SIGNATURE with {with}, {how}, {} bytes", c.data.len())
}

fn key(c: &Command<'_>, current: Option<u16>) -> String {
    file(u16::from(c.p2 & 0x1F), current)
}

/// A file by its short identifier; 0 is the current one.
fn file(short: u16, current: Option<u16>) -> String {
    match (short, current) {
        (0, None) => "current EF".to_string(),
        (0, Some(id)) | (id, _) => format!("EF {id:04X}"),
    }
}

/// The command with every byte of a PIN, 照合番号 or token overwritten by 2A (`*`). Its length and everything else do not
/// change. If the lengths in a command are inconsistent, or the card does not support the class, everything after the header
/// is overwritten: the secret may be anywhere in it.
pub fn redact(command: &[u8]) -> Vec<u8> {
    let mut out = command.to_vec();
    if let Some(range) = secret_range(command) {
        out[range].fill(0x2A);
    }
    out
}

/// Where the secret is in a command that contains one.
fn secret_range(command: &[u8]) -> Option<std::ops::Range<usize>> {
    // VERIFY, CHANGE and RESET in both forms of ISO 7816-4, CHANGE KEY, FACE COMPARED; in any class, since a PIN is also secret
    // in a command with a wrong class.
    let secret = matches!(command.get(1)?, 0x20 | 0x21 | 0x24 | 0x25 | 0x2C | 0x2D | 0x32 | 0xA2);
    if !secret || command.len() <= 4 {
        return None;
    }
    match Command::read(command) {
        Ok(c) if !c.data.is_empty() => Some(5..5 + c.data.len()),
        _ => Some(4..command.len()),
    }
}
