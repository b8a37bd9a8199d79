//! `remembered = "facility-pseudonym"`: a keyed digest of the serial number, or of the number, with a key that never leaves the
//! facility.

use super::{Remembered, Seen};
use hmac::{Hmac, Mac};
use sha2::Sha256;

pub struct Pseudonym;

impl Remembered for Pseudonym {
    fn value(&self, seen: Seen<'_>, key: &[u8; 32]) -> Option<String> {
        // HMAC accepts keys of any length.
        let mut mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
        match seen {
            Seen::Certificate(serial) => mac.update(&serial.0.to_be_bytes()),
            Seen::Number(number) => mac.update(number.as_bytes()),
        }
        Some(data_encoding::BASE32_NOPAD.encode(&mac.finalize().into_bytes()[..16]))
    }
}
