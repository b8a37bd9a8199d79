//! COMPUTE DIGITAL SIGNATURE and INTERNAL AUTHENTICATE.

use super::Card;
use super::application::Application;
use super::command::{Answer, Command};
use super::files::{COMMON_KEY, File, jpki};
use iso7816::Status;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Padding;
use openssl::sha::sha256;
use sim::seed::Stream;

/// The prefix of a SHA-256 hash in a `DigestInfo` (RFC 8017, section 9.2, note 1).
pub const SHA256_DIGEST_INFO: [u8; 19] =
    [0x30, 0x31, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20];

const HASH_BYTES: usize = 32;
/// The overhead of PKCS #1 v1.5: 00 01, at least eight FF, 00.
const PKCS1_OVERHEAD: usize = 11;

impl Card {
    /// `80 2A P1 P2`. P1 selects what the card does with the data, P2 the key. The order of the checks is assumed.
    pub(super) fn compute_digital_signature(&mut self, c: &Command<'_>) -> Answer {
        let id = self.signing_key_id(c)?;
        if c.p1 > 0x05 {
            return Err(Status::IncorrectP1OrP2Parameter);
        }
        let mut by_face = false;
        let key = match id {
            None => self.content.card_key.clone().ok_or(Status::KeyReferenceNotFound)?,
            Some(id) => {
                let Some(File::PrivateKey { key, opened_by }) = self.file(id) else {
                    return Err(Status::CommandIncompatibleFileStructure);
                };
                if !self.is_open(opened_by) {
                    by_face = self.volatile.face_compared && id == jpki::AUTHENTICATION_KEY;
                    if !by_face {
                        return Err(Status::SecurityStatusNotSatisfied);
                    }
                }
                key.clone()
            }
        };
        let block = padded(c, &key, &mut self.stream)?;
        let signature = raw_signature(c, &key, &block)?;
        if by_face {
            // The invented permit is for one use.
            self.volatile.face_compared = false;
        }
        Ok(signature)
    }

    /// The file of the key in P2; `None` is the default key of 券面入力補助AP and 券面事項確認AP (P2 = 00, no PIN).
    fn signing_key_id(&self, c: &Command<'_>) -> Result<Option<u16>, Status> {
        match (self.volatile.selected, c.p2) {
            (Application::TextInput | Application::CardSurface, 0x00) => Ok(None),
            (Application::Jpki | Application::TextInput | Application::CardSurface, _) => self.key_file(c).map(Some),
            _ => Err(Status::InstructionNotSupportedOrInvalid),
        }
    }

    /// `00 88 00 99`, in 共通カードAP: signs with the card's key, without a PIN. That the challenge is padded as in P1 = 00 of the
    /// other command is assumed.
    pub(super) fn internal_authenticate(&mut self, c: &Command<'_>) -> Answer {
        if self.volatile.selected != Application::Common {
            return Err(Status::InstructionNotSupportedOrInvalid);
        }
        if c.p1 != 0x00 || c.p2 != 0x80 + COMMON_KEY as u8 {
            return Err(Status::IncorrectP1OrP2Parameter);
        }
        let Some(File::PrivateKey { key, .. }) = self.file(COMMON_KEY) else {
            return Err(Status::KeyReferenceNotFound);
        };
        let block = pkcs1(c.data, key)?;
        raw_signature(c, key, &block)
    }
}

/// The block that is raised to the private exponent. The card does not check what it signs: in mode 00 the sender is
/// responsible for the `DigestInfo`.
fn padded(c: &Command<'_>, key: &PKey<Private>, stream: &mut Stream) -> Answer {
    if c.data.is_empty() {
        return Err(Status::WrongLength);
    }
    let given_hash = || <[u8; HASH_BYTES]>::try_from(c.data).map_err(|_| Status::ConditionsOfUseNotSatisfied);
    let digest_info = |hash: [u8; HASH_BYTES]| [&SHA256_DIGEST_INFO[..], &hash].concat();
    match c.p1 {
        0x00 => pkcs1(c.data, key),
        0x01 => pkcs1(&sha256(c.data), key),
        0x02 => pkcs1(&digest_info(given_hash()?), key),
        0x03 => pkcs1(&digest_info(sha256(c.data)), key),
        0x04 => pss(given_hash()?, key, stream),
        0x05 => pss(sha256(c.data), key, stream),
        _ => Err(Status::IncorrectP1OrP2Parameter),
    }
}

/// EMSA-PKCS1-v1_5 (RFC 8017, section 9.2) around the data as given.
fn pkcs1(data: &[u8], key: &PKey<Private>) -> Answer {
    if data.is_empty() {
        return Err(Status::WrongLength);
    }
    let filling = key.size().checked_sub(data.len() + 3).filter(|n| n + 3 >= PKCS1_OVERHEAD);
    let filling = filling.ok_or(Status::ConditionsOfUseNotSatisfied)?;
    Ok([&[0x00, 0x01][..], &vec![0xFF; filling], &[0x00], data].concat())
}

/// EMSA-PSS (RFC 8017, section 9.1) with SHA-256, MGF1 and a salt of 32 bytes (that length is assumed). OpenSSL could do it,
/// but takes the salt from its own random generator, and the card's salt must come from the card's stream.
fn pss(hash: [u8; HASH_BYTES], key: &PKey<Private>, stream: &mut Stream) -> Answer {
    let length = key.size();
    let db_length = length.checked_sub(HASH_BYTES + 1).filter(|n| *n > HASH_BYTES && key.bits() as usize == 8 * length);
    let db_length = db_length.ok_or(Status::ConditionsOfUseNotSatisfied)?;
    let mut salt = [0; HASH_BYTES];
    stream.fill(&mut salt);
    let h = sha256(&[&[0; 8][..], &hash, &salt].concat());
    let mut block = vec![0; db_length - HASH_BYTES - 1];
    block.push(0x01);
    block.extend(salt);
    let mask = (0u32..).flat_map(|n| sha256(&[&h[..], &n.to_be_bytes()].concat()));
    for (byte, m) in block.iter_mut().zip(mask) {
        *byte ^= m;
    }
    block[0] &= 0x7F;
    block.extend(h);
    block.push(0xBC);
    Ok(block)
}

fn raw_signature(c: &Command<'_>, key: &PKey<Private>, block: &[u8]) -> Answer {
    let length = key.size();
    let wanted = c.need_le()?;
    if wanted < length {
        // 6C00 means "256" (assumed; every open implementation sends Le = 00).
        return Err(Status::WrongLeField(length as u8));
    }
    // Only a key that is not RSA, or no key pair at all, fails here.
    let rsa = key.rsa().map_err(|_| Status::UnspecifiedCheckingError)?;
    let mut signature = vec![0; length];
    rsa.private_encrypt(block, &mut signature, Padding::NONE).map_err(|_| Status::UnspecifiedCheckingError)?;
    Ok(signature)
}
