//! A command as parsed by the card: ISO 7816-3 cases 1 to 4 in short form.

use iso7816::Status;
use iso7816::command::{CommandView, FromSliceError};

/// The result of a command: data, or the status that rejects it.
pub(super) type Answer = Result<Vec<u8>, Status>;

/// The instructions of the card, as (proprietary class, INS).
pub(super) mod ins {
    pub const VERIFY: (bool, u8) = (false, 0x20);
    pub const CHANGE_REFERENCE_DATA: (bool, u8) = (false, 0x24);
    pub const GET_CHALLENGE: (bool, u8) = (false, 0x84);
    pub const INTERNAL_AUTHENTICATE: (bool, u8) = (false, 0x88);
    pub const SELECT: (bool, u8) = (false, 0xA4);
    pub const READ_BINARY: (bool, u8) = (false, 0xB0);
    pub const READ_RECORD: (bool, u8) = (false, 0xB2);
    pub const GET_DATA: (bool, u8) = (false, 0xCA);
    pub const COMPUTE_DIGITAL_SIGNATURE: (bool, u8) = (true, 0x2A);
    pub const CHANGE_KEY: (bool, u8) = (true, 0x32);
    /// Invented: an approved terminal asserts that it has compared the face. Real cards answer 6A86 here.
    pub const FACE_COMPARED: (bool, u8) = (true, 0xA2);
}

/// A command that is well-formed and on the basic channel.
#[derive(Clone, Copy)]
pub(super) struct Command<'a> {
    /// Class 80 rather than 00, and the instruction.
    pub ins: (bool, u8),
    pub p1: u8,
    pub p2: u8,
    pub data: &'a [u8],
    /// Ne, 1 to 256; absent in cases 1 and 3. `Some(256)` and `None` are different commands to this card.
    pub le: Option<usize>,
}

impl<'a> Command<'a> {
    /// Parses a command. The iso7816 crate handles the lengths: it gives 0 for an absent Le and 256 for `00`, so all four
    /// cases are distinguished. The class is checked here, because the crate does not support channels in class 8x.
    pub fn read(bytes: &'a [u8]) -> Result<Command<'a>, Status> {
        let view = CommandView::try_from(bytes).map_err(|e| match e {
            FromSliceError::InvalidClass => Status::ClassNotSupported,
            _ => Status::WrongLength,
        })?;
        let proprietary = match view.class().into_inner() {
            0x00 => false,
            0x80 => true,
            0x10 | 0x90 => return Err(Status::CommandChainingNotSupported),
            0x01..=0x03 | 0x40..=0x7F | 0x81..=0x83 => return Err(Status::LogicalChannelNotSupported),
            // Secure messaging exists only in 券面入力補助AP, and is not modelled.
            0x04..=0x0F | 0x84..=0x8F => return Err(Status::SecureMessagingNotSupported),
            _ => return Err(Status::ClassNotSupported),
        };
        // Known for READ BINARY; assumed for the rest.
        if view.extended {
            return Err(Status::WrongLength);
        }
        let le = (view.expected() > 0).then_some(view.expected());
        Ok(Command { ins: (proprietary, view.instruction().into()), p1: view.p1, p2: view.p2, data: view.data(), le })
    }

    /// Ne, where the command requires a response.
    pub fn need_le(&self) -> Result<usize, Status> {
        self.le.ok_or(Status::WrongLength)
    }

    /// Rejects a data field where there must be none.
    pub fn need_no_data(&self) -> Result<(), Status> {
        if self.data.is_empty() { Ok(()) } else { Err(Status::WrongLength) }
    }

    /// P1 and P2 as one number.
    pub fn p1p2(&self) -> u16 {
        u16::from_be_bytes([self.p1, self.p2])
    }

    /// The file in P2 of a command on a key: `80` is the current file (`None`), `80 + sfi` a short identifier.
    pub fn key_reference(&self) -> Result<Option<u16>, Status> {
        match self.p2 {
            0x80 => Ok(None),
            0x81..=0x9E => Ok(Some(u16::from(self.p2 & 0x1F))),
            _ => Err(Status::IncorrectP1OrP2Parameter),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_absent_le_is_not_a_le_of_zero() {
        let le = |bytes: &[u8]| Command::read(bytes).map(|c| c.le);
        assert_eq!(le(&[0x00, 0x20, 0x00, 0x80]), Ok(None));
        assert_eq!(le(&[0x00, 0xB0, 0x00, 0x00, 0x00]), Ok(Some(256)));
        assert_eq!(le(&[0x00, 0xB0, 0x00, 0x00, 0x04]), Ok(Some(4)));
        assert_eq!(le(&[0x80, 0x2A, 0x00, 0x80, 0x01, 0xAA]), Ok(None));
        assert_eq!(le(&[0x80, 0x2A, 0x00, 0x80, 0x01, 0xAA, 0x00]), Ok(Some(256)));
    }

    #[test]
    fn unsupported_classes_and_lengths_are_rejected() {
        let status = |bytes: &[u8]| Command::read(bytes).err().map(u16::from);
        assert_eq!(status(&[0x00, 0xB0, 0x00]), Some(0x6700));
        assert_eq!(status(&[0x00, 0xB0, 0x00, 0x00, 0x00, 0x01, 0x00]), Some(0x6700));
        assert_eq!(status(&[0x00, 0xA4, 0x02, 0x0C, 0x03, 0x00, 0x0A]), Some(0x6700));
        assert_eq!(status(&[0x01, 0xB0, 0x00, 0x00, 0x00]), Some(0x6881));
        assert_eq!(status(&[0x0C, 0xB0, 0x00, 0x00, 0x00]), Some(0x6882));
        assert_eq!(status(&[0x10, 0x20, 0x00, 0x80]), Some(0x6884));
        assert_eq!(status(&[0xB0, 0xB0, 0x00, 0x00, 0x00]), Some(0x6E00));
        assert_eq!(status(&[0xFF, 0xB0, 0x00, 0x00, 0x00]), Some(0x6E00));
    }
}
