//! GET DATA, GET CHALLENGE, and the answers to reset.

use super::Card;
use super::command::{Answer, Command};
use iso7816::Status;

/// An answer to reset of the contact interface (facts 1.7).
pub const ATR_CONTACT: [u8; 19] =
    [0x3B, 0xDA, 0x13, 0xFF, 0x81, 0x31, 0xFB, 0x46, 0x80, 0x12, 0x39, 0x2F, 0x31, 0xC1, 0x73, 0xC6, 0x01, 0xC0, 0x3B];

/// An answer to reset as a contactless reader derives it from the card's ATQB (facts 1.7).
pub const ATR_CONTACTLESS: [u8; 13] = [0x3B, 0x88, 0x80, 0x01, 0x00, 0x00, 0x05, 0xE0, 0xB3, 0x81, 0xA1, 0x00, 0x7F];

impl Card {
    /// GET DATA, in the power-on state only. The tags are known, their content is not, except that of 5F51: the rest
    /// are fillers, the same on every card, so that they do not identify a card.
    pub(super) fn get_data(&self, c: &Command<'_>) -> Answer {
        if self.selected_application().is_some() {
            return Err(Status::InstructionNotSupportedOrInvalid);
        }
        c.need_no_data()?;
        let length = c.need_le()?;
        let mut object = match c.p1p2() {
            tag @ (0x0042 | 0x0045 | 0x0066 | 0x00F0 | 0x00F2 | 0x00F7 | 0x00F8) => vec![tag as u8, 7],
            0x7F21 => vec![0x7F, 0x21, 7],
            0x5F51 => {
                let without_ts = &ATR_CONTACT[1..];
                return Ok(cut([&[0x5F, 0x51, without_ts.len() as u8], without_ts].concat(), length));
            }
            _ => return Err(Status::KeyReferenceNotFound),
        };
        object.extend(b"SHIKAKU");
        Ok(cut(object, length))
    }

    /// Random bytes from the card's own stream; Le is their number (1 to 256).
    pub(super) fn get_challenge(&mut self, c: &Command<'_>) -> Answer {
        c.need_no_data()?;
        let length = c.need_le()?;
        if c.p1p2() != 0 {
            return Err(Status::IncorrectP1OrP2Parameter);
        }
        let mut challenge = vec![0; length];
        self.stream.fill(&mut challenge);
        Ok(challenge)
    }
}

fn cut(mut bytes: Vec<u8>, length: usize) -> Vec<u8> {
    bytes.truncate(length);
    bytes
}
