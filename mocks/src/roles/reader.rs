//! カードリーダー. The reader at a facility: it identifies the card, has it prove its key, and reads the certificate.
//!
//! It selects the JPKI application and nothing else, so it cannot read the My Number. It keeps no data between checks.
//! Its commands to the card go through a [`CardChannel`], whatever the physical link is.

pub mod behaviour;
pub mod counter;
pub mod counter_faults;
pub mod description;
pub mod party;

use crate::roles::card::{Application, MY_NUMBER_CARD_LABEL, Pin, SHA256_DIGEST_INFO};
use der::{Decode, Encode, Header, SliceReader, Tag};
use openssl::sha::sha256;

/// The card was removed, or the link to it failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the card was removed")]
pub struct CardGone;

/// The channel to a card. One command, one response with its status bytes.
#[allow(async_fn_in_trait, reason = "the futures need not be Send: a reader lives in one task on one thread")]
pub trait CardChannel {
    async fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, CardGone>;
}

/// Why reading the card failed. No text contains anything from the card beyond its status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReaderError {
    #[error(transparent)]
    CardGone(#[from] CardGone),
    #[error("the card refused {command} with status {status:04X}")]
    Refused { command: &'static str, status: u16 },
    #[error("the card's response to {0} is invalid")]
    Nonsense(&'static str),
    #[error("the card is not a My Number card")]
    NotAMyNumberCard,
    #[error("the certificate on the card cannot be read: {0}")]
    Certificate(&'static str),
    #[error("the signature password was not accepted")]
    Password(PinCheck),
}

/// The result of checking a PIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PinCheck {
    Right,
    /// Wrong. With no tries left, this attempt locked the PIN.
    Wrong {
        tries_left: u8,
    },
    /// The PIN was already locked and was not compared.
    Locked,
}

const SUCCESS: u16 = 0x9000;
/// The first 32 bytes of EF 0006.
const LABEL_BYTES: u8 = 32;
/// READ BINARY supports offsets up to 7FFF.
const LONGEST_FILE: usize = 0x8000;

/// カードリーダー. It exchanges commands with the card on its channel.
pub struct Reader<C>(C);

impl<C: CardChannel> Reader<C> {
    pub fn new(channel: C) -> Reader<C> {
        Reader(channel)
    }

    /// The channel to the card.
    pub fn channel(&self) -> &C {
        &self.0
    }

    /// Returns the channel.
    pub fn into_inner(self) -> C {
        self.0
    }

    /// Selects the JPKI application and checks by its token label that this is a My Number card.
    pub async fn open(&mut self) -> Result<(), ReaderError> {
        let aid = Application::Jpki.aid();
        let select = [&[0x00, 0xA4, 0x04, 0x0C, aid.len() as u8], aid].concat();
        match self.exchange("SELECT", &select).await?.1 {
            SUCCESS => {}
            // No such application: a bank card, a commuter pass.
            0x6A82 => return Err(ReaderError::NotAMyNumberCard),
            status => return Err(ReaderError::Refused { command: "SELECT", status }),
        }
        self.select_file(0x0006).await?;
        let label = self.command("READ BINARY", &[0x00, 0xB0, 0x00, 0x00, LABEL_BYTES]).await?;
        let found = label.len() == usize::from(LABEL_BYTES) && label.trim_ascii_end() == MY_NUMBER_CARD_LABEL.as_bytes();
        if found { Ok(()) } else { Err(ReaderError::NotAMyNumberCard) }
    }

    /// 利用者証明用電子証明書, DER. It needs no PIN.
    pub async fn authentication_certificate(&mut self) -> Result<Vec<u8>, ReaderError> {
        self.certificate(0x000A).await
    }

    /// 署名用電子証明書, DER. An eligibility check never reads it; scenarios in which the wrong certificate is presented do.
    pub async fn signature_certificate(&mut self, password: &Pin) -> Result<Vec<u8>, ReaderError> {
        match self.verify(0x001B, password).await? {
            PinCheck::Right => self.certificate(0x0001).await,
            refused => Err(ReaderError::Password(refused)),
        }
    }

    /// Presents the authentication PIN.
    pub async fn verify_pin(&mut self, pin: &Pin) -> Result<PinCheck, ReaderError> {
        self.verify(0x0018, pin).await
    }

    /// Has the card sign a message with the authentication key: RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017). The card first needs
    /// the PIN, or the statement of an approved face terminal.
    pub async fn sign(&mut self, message: &[u8]) -> Result<Vec<u8>, ReaderError> {
        self.select_file(0x0017).await?;
        let digest_info = [&SHA256_DIGEST_INFO[..], &sha256(message)].concat();
        let header = [0x80, 0x2A, 0x00, 0x80, digest_info.len() as u8];
        let command = [&header, digest_info.as_slice(), &[0x00]].concat();
        let signature = self.command("COMPUTE DIGITAL SIGNATURE", &command).await?;
        if signature.is_empty() { Err(ReaderError::Nonsense("COMPUTE DIGITAL SIGNATURE")) } else { Ok(signature) }
    }

    /// States to the card, as an approved terminal, that the face was compared. **Invented**: how real terminals do it is not
    /// public. The card then signs once without the PIN.
    pub async fn attest_face_compared(&mut self, terminal_token: &[u8; 16]) -> Result<(), ReaderError> {
        let command = [&[0x80, 0xA2, 0x00, 0x00, 0x10], &terminal_token[..]].concat();
        self.command("FACE COMPARED", &command).await.map(|_| ())
    }

    async fn verify(&mut self, file: u16, pin: &Pin) -> Result<PinCheck, ReaderError> {
        // An empty VERIFY is a query and compares nothing; VERIFY data cannot be longer than 255 bytes.
        let length = u8::try_from(pin.bytes().len()).ok().filter(|n| *n > 0);
        let length = length.ok_or(ReaderError::Refused { command: "VERIFY", status: 0x6700 })?;
        self.select_file(file).await?;
        let command = [&[0x00, 0x20, 0x00, 0x80, length], pin.bytes()].concat();
        match self.exchange("VERIFY", &command).await?.1 {
            SUCCESS => Ok(PinCheck::Right),
            0x6983 | 0x6984 => Ok(PinCheck::Locked),
            status if status & 0xFFF0 == 0x63C0 => Ok(PinCheck::Wrong { tries_left: (status & 0x0F) as u8 }),
            status => Err(ReaderError::Refused { command: "VERIFY", status }),
        }
    }

    /// Reads a certificate in pieces of at most 256 bytes, up to the length in its DER header. A card may return fewer bytes
    /// than requested.
    async fn certificate(&mut self, file: u16) -> Result<Vec<u8>, ReaderError> {
        self.select_file(file).await?;
        let mut der = self.read(0, 256).await?;
        let length = announced_length(&der)?;
        der.truncate(length);
        while der.len() < length {
            let piece = self.read(der.len(), length - der.len()).await?;
            der.extend(piece);
        }
        Ok(der)
    }

    /// At least one byte and at most `wanted` from the current file. `offset` is below [`LONGEST_FILE`].
    async fn read(&mut self, offset: usize, wanted: usize) -> Result<Vec<u8>, ReaderError> {
        let wanted = wanted.min(256);
        // An Le of 256 is encoded as 00.
        let command = [0x00, 0xB0, (offset >> 8) as u8, offset as u8, wanted as u8];
        let piece = self.command("READ BINARY", &command).await?;
        if piece.is_empty() || piece.len() > wanted { Err(ReaderError::Nonsense("READ BINARY")) } else { Ok(piece) }
    }

    async fn select_file(&mut self, id: u16) -> Result<(), ReaderError> {
        let [hi, lo] = id.to_be_bytes();
        self.command("SELECT EF", &[0x00, 0xA4, 0x02, 0x0C, 0x02, hi, lo]).await.map(|_| ())
    }

    /// A command that must succeed.
    async fn command(&mut self, name: &'static str, command: &[u8]) -> Result<Vec<u8>, ReaderError> {
        match self.exchange(name, command).await? {
            (data, SUCCESS) => Ok(data),
            (_, status) => Err(ReaderError::Refused { command: name, status }),
        }
    }

    async fn exchange(&mut self, name: &'static str, command: &[u8]) -> Result<(Vec<u8>, u16), ReaderError> {
        let mut response = self.0.transmit(command).await?;
        match (response.pop(), response.pop()) {
            (Some(sw2), Some(sw1)) => Ok((response, u16::from_be_bytes([sw1, sw2]))),
            _ => Err(ReaderError::Nonsense(name)),
        }
    }
}

/// The total length of the DER object with this beginning: header and content.
fn announced_length(beginning: &[u8]) -> Result<usize, ReaderError> {
    const NOT_DER: ReaderError = ReaderError::Certificate("it does not begin as a DER sequence");
    let mut reader = SliceReader::new(beginning).map_err(|_| NOT_DER)?;
    let header = Header::decode(&mut reader).map_err(|_| NOT_DER)?;
    if header.tag != Tag::Sequence {
        return Err(NOT_DER);
    }
    let whole = header.encoded_len().and_then(|h| h + header.length).map_err(|_| NOT_DER)?;
    let whole = usize::try_from(whole).map_err(|_| NOT_DER)?;
    if whole > LONGEST_FILE { Err(ReaderError::Certificate("it is longer than a file can be")) } else { Ok(whole) }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a failed unwrap fails the test")]
mod tests;
