//! 個人番号カード. The My Number card: its chip as a state machine over APDUs, and what is printed on it.
//!
//! The chip does no I/O and has no clock: a command goes in, a response comes out, and [`duration`] gives the time that this
//! takes over the air. The simulated contactless link and the virtual reader of pcscd are two thin shells around the same bytes.
//!
//! The card's official specification is not public. This mock follows surveys of test cards by open implementations
//! (OpenSC, myna, jpki-rs, myna-card); what they do not cover is marked "assumed" in a comment. The path without a PIN
//! that face terminals use is not public at all: command `80 A2 00 00` with a token is **invented** (see [`Card`]).
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
#[allow(clippy::unwrap_used, reason = "a failed unwrap fails the test")]
pub(super) mod testing;
#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed unwrap fails the test")]
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
use tokio::sync::Mutex;

/// 個人番号カード. One card.
///
/// State rules (facts 1.6): a successful VERIFY remains valid while its application remains selected. It survives a warm reset
/// and selecting the same application again; it ends when another application or the ISD is selected, and at power-off.
/// Counters and PINs are non-volatile.
///
/// Invented, because the real command is not public: in the JPKI application, `80 A2 00 00` with the 16-byte token of an
/// approved terminal ([`CardContent::terminal_token`]) means "I have compared the face", and permits one use of the
/// authentication key without its PIN. The permit ends like a VERIFY, and also at a warm reset.
pub struct Card {
    content: Rc<CardContent>,
    files: Files,
    stream: Stream,
    volatile: Volatile,
    on_reader: Rc<Mutex<()>>,
}

/// The volatile state of the card.
struct Volatile {
    /// The ISD at power-on.
    selected: Application,
    /// The current elementary file.
    current: Option<u16>,
    /// The keys of the selected application whose VERIFY is valid.
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
    /// What is on the card, with its keys: for systems that play the card themselves.
    pub fn content(&self) -> &Rc<CardContent> {
        &self.content
    }

    /// A card as issued by the municipality: nothing selected, all tries left. `stream` is the card's own random generator
    /// (GET CHALLENGE, salts of PSS signatures).
    pub fn new(content: impl Into<Rc<CardContent>>, stream: Stream) -> Card {
        let content = content.into();
        let on_reader = Rc::new(Mutex::new(()));
        Card { files: Files::default(), content, stream, volatile: Volatile::at_power_on(), on_reader }
    }

    /// Locked by whoever has the card on a reader: it is on one at a time, and who comes next waits.
    pub fn on_reader(&self) -> Rc<Mutex<()>> {
        self.on_reader.clone()
    }

    /// One command and its response: data, SW1, SW2. There is a response to any bytes.
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
            // Never 9000: OpenSC would take the card for another type (facts 2.6).
            _ => Err(Status::InstructionNotSupportedOrInvalid),
        }
    }

    /// The card leaves the field or the reader: the volatile state is lost.
    pub fn power_off(&mut self) {
        self.volatile = Volatile::at_power_on();
    }

    /// A warm reset. The application remains selected and its VERIFY valid; the current file and the permit of a face terminal
    /// are lost (both assumed).
    pub fn reset(&mut self) {
        self.volatile.current = None;
        self.volatile.face_compared = false;
    }

    /// Sets the counter of the authentication PIN, as after earlier wrong attempts. At most 3; 0 is a locked PIN.
    pub fn set_pin_tries_left(&mut self, tries: u8) {
        if let Some(File::Secret(pin)) = self.files.get_mut(&self.content, (Application::Jpki, jpki::AUTHENTICATION_PIN)) {
            pin.tries_left = tries.min(pin.limit);
        }
    }

    /// How many wrong attempts the authentication PIN still allows.
    pub fn pin_tries_left(&self) -> u8 {
        match self.files.get(&self.content, (Application::Jpki, jpki::AUTHENTICATION_PIN)) {
            Some(File::Secret(pin)) => pin.tries_left,
            _ => 0,
        }
    }

    /// The selected application; `None` at power-on and after the ISD was selected, which is the same state.
    pub fn selected_application(&self) -> Option<Application> {
        Some(self.volatile.selected).filter(|a| *a != Application::IssuerSecurityDomain)
    }

    /// The current elementary file, for [`describe_in`].
    pub fn current_file(&self) -> Option<u16> {
        self.volatile.current
    }

    /// 券面の表. What anyone can see on the front.
    pub fn front(&self) -> Face {
        face::front(&self.content)
    }

    /// 券面の裏. What anyone can see on the back: My Number.
    pub fn back(&self) -> Face {
        face::back(&self.content)
    }

    /// The content of all transparent files and records of the chip, regardless of access conditions, by application and
    /// identifier, such as `JPKI/000A`. Keys, PINs and other reference values are not included.
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

    /// Whether a file with these keys is accessible now.
    fn is_open(&self, opened_by: OpenedBy) -> bool {
        opened_by.is_empty() || opened_by.iter().any(|key| self.volatile.verified.contains(key))
    }

    /// The file to which a command on a key refers: the current one, or the one in P2.
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
