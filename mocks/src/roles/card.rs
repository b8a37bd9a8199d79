//! 個人番号カード. The My Number card: its chip as a state machine over APDUs, and what is printed on it.
//!
//! The chip does no I/O and knows no time: a command goes in, a response comes out, and [`duration`] says how long that takes
//! on the air. The simulated contactless link and the virtual reader of pcscd are two thin shells around the same bytes.
//!
//! The card's official specification is not public. What is here follows surveys of test cards by open implementations
//! (OpenSC, myna, jpki-rs, myna-card); where they are silent, the comment at the place says "assumed". The path without a PIN
//! that face terminals use is not known publicly at all: command `80 A2 00 00` with a token is **invented** (see [`Card`]).
//!
//! Not modelled: secure messaging (6882), logical channels (6881), command chaining (6884), extended length (6700).

mod application;
pub mod behaviour;
mod command;
mod content;
mod data;
mod describe;
pub mod description;
mod face;
mod files;
pub mod party;
mod read;
mod sign;
#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "in a test a panic is the report")]
pub(super) mod testing;
#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "in a test a panic is the report")]
mod tests;
mod timing;
mod verify;

pub use application::Application;
pub use content::{Additions, Attributes, CardContent, ContentError, Pin};
pub use data::{ATR_CONTACT, ATR_CONTACTLESS};
pub use describe::{CommandInfo, describe, describe_in, redact};
pub use face::{Face, Side};
pub use files::MY_NUMBER_CARD_LABEL;
pub use sign::SHA256_DIGEST_INFO;
pub use timing::{FRAME_BYTES, LINK_BITS_PER_SECOND, PIN_CHECK, PROCESSING, RSA_2048_SIGNATURE, duration};

use command::{Answer, Command, ins};
use files::{File, FileId, Files, OpenedBy, jpki};
use iso7816::Status;
use sim::seed::Stream;
use std::collections::BTreeSet;
use std::fmt;
use std::rc::Rc;

/// 個人番号カード. One card.
///
/// State rules (facts 1.6): a successful VERIFY stays in force while its application stays selected. It survives a warm reset
/// and selecting the same application again; it ends when another application or the ISD is selected, and with the power.
/// Counters and PINs are non-volatile.
///
/// Invented, because the real one is not public: in the JPKI application, `80 A2 00 00` with the 16-byte token of an approved
/// terminal ([`CardContent::terminal_token`]) means "I have compared the face", and permits one use of the authentication key
/// without its PIN. The permit ends as a VERIFY does, and with a warm reset too.
pub struct Card {
    content: Rc<CardContent>,
    files: Files,
    stream: Stream,
    volatile: Volatile,
}

/// What the card forgets without power.
struct Volatile {
    /// The ISD at power-on.
    selected: Application,
    /// The current elementary file.
    current: Option<u16>,
    /// The keys of the selected application whose VERIFY is in force.
    verified: BTreeSet<u16>,
    /// The invented permit of a face terminal.
    face_compared: bool,
}

impl Volatile {
    fn at_power_on() -> Volatile {
        Volatile { selected: Application::IssuerSecurityDomain, current: None, verified: BTreeSet::new(), face_compared: false }
    }
}

impl Card {
    /// A card as it leaves the municipality: nothing selected, all tries left. `stream` is the card's own random generator
    /// (GET CHALLENGE, salts of PSS signatures).
    pub fn new(content: impl Into<Rc<CardContent>>, stream: Stream) -> Card {
        let content = content.into();
        Card { files: Files::default(), content, stream, volatile: Volatile::at_power_on() }
    }

    /// One command and its response: data, SW1, SW2. Whatever the bytes are, there is a response.
    pub fn transmit(&mut self, command: &[u8]) -> Vec<u8> {
        let (mut response, status) = match Command::read(command).and_then(|c| self.answer(&c)) {
            Ok(data) => (data, Status::Success),
            Err(status) => (Vec::new(), status),
        };
        response.extend(u16::from(status).to_be_bytes());
        response
    }

    fn answer(&mut self, c: &Command<'_>) -> Answer {
        match c.ins {
            ins::SELECT => self.select(c),
            ins::READ_BINARY => self.read_binary(c),
            ins::READ_RECORD => self.read_record(c),
            ins::GET_DATA => self.get_data(c),
            ins::VERIFY => self.verify(c),
            ins::CHANGE_REFERENCE_DATA => self.change_reference_data(c),
            ins::CHANGE_KEY => self.change_key(c),
            ins::COMPUTE_DIGITAL_SIGNATURE => self.compute_digital_signature(c),
            ins::INTERNAL_AUTHENTICATE => self.internal_authenticate(c),
            ins::GET_CHALLENGE => self.get_challenge(c),
            ins::FACE_COMPARED => self.face_compared(c),
            // Never a friendly 9000: it would make OpenSC take the card for another kind (facts 2.6).
            _ => Err(Status::InstructionNotSupportedOrInvalid),
        }
    }

    /// The card leaves the field or the reader: everything volatile is gone.
    pub fn power_off(&mut self) {
        self.volatile = Volatile::at_power_on();
    }

    /// A warm reset. The application stays selected and its VERIFY in force; the current file and the permit of a face terminal
    /// go (both assumed).
    pub fn reset(&mut self) {
        self.volatile.current = None;
        self.volatile.face_compared = false;
    }

    /// Sets the counter of the authentication PIN, as earlier mistakes would have left it. At most 3; 0 is a locked PIN.
    pub fn set_pin_tries_left(&mut self, tries: u8) {
        if let Some(File::Secret(pin)) = self.files.get_mut(&self.content, (Application::Jpki, jpki::AUTHENTICATION_PIN)) {
            pin.tries_left = tries.min(pin.limit);
        }
    }

    /// How many wrong attempts the authentication PIN still bears.
    pub fn pin_tries_left(&self) -> u8 {
        match self.files.get(&self.content, (Application::Jpki, jpki::AUTHENTICATION_PIN)) {
            Some(File::Secret(pin)) => pin.tries_left,
            _ => 0,
        }
    }

    /// The application that is selected; nothing at power-on and after the ISD was selected, which is the same state.
    pub fn selected_application(&self) -> Option<Application> {
        Some(self.volatile.selected).filter(|a| *a != Application::IssuerSecurityDomain)
    }

    /// The current elementary file, for [`describe_in`].
    pub fn current_file(&self) -> Option<u16> {
        self.volatile.current
    }

    /// 券面の表. What anyone sees who looks at the front.
    pub fn front(&self) -> Face {
        face::front(&self.content)
    }

    /// 券面の裏. What anyone sees who looks at the back: My Number.
    pub fn back(&self) -> Face {
        face::back(&self.content)
    }

    /// What all transparent files of the chip hold, whatever opens them, by application and identifier, such as `JPKI/000A`. No
    /// key, no PIN and nothing to compare with is among them.
    pub fn files(&self) -> Vec<(String, Vec<u8>)> {
        let content = |((application, id), file): (FileId, &File)| match file {
            File::Transparent { bytes, .. } => Some((format!("{}/{id:04X}", application.label()), bytes.clone())),
            File::Records { records, .. } => Some((format!("{}/{id:04X}", application.label()), records.concat())),
            File::Secret(_) | File::PrivateKey { .. } | File::Sealed => None,
        };
        self.files.all(&self.content).filter_map(content).collect()
    }

    fn file(&self, id: u16) -> Option<&File> {
        self.files.get(&self.content, (self.volatile.selected, id))
    }

    /// Whether a file that these keys open is open now.
    fn is_open(&self, opened_by: OpenedBy) -> bool {
        opened_by.is_empty() || opened_by.iter().any(|key| self.volatile.verified.contains(key))
    }

    /// The file that a command on a key means: the current one, or the one that P2 names.
    fn key_file(&self, c: &Command<'_>) -> Result<u16, Status> {
        match c.key_reference()? {
            None => self.volatile.current.ok_or(Status::CommandNotAllowedNoEf),
            // 6A88 is assumed.
            Some(id) => self.file(id).map(|_| id).ok_or(Status::KeyReferenceNotFound),
        }
    }
}

impl fmt::Debug for Card {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Card(…)")
    }
}
