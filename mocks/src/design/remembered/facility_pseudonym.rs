//! `remembered = "facility-pseudonym"`: a keyed digest of the serial number, with a key that never leaves the facility.

use super::Remembered;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use sim::terms::identifiers::CertificateSerial;

pub struct Pseudonym;

impl Remembered for Pseudonym {
    fn value(&self, serial: CertificateSerial, key: &[u8; 32]) -> String {
        // HMAC accepts keys of any length.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return String::new() };
        mac.update(&serial.0.to_be_bytes());
        data_encoding::BASE32_NOPAD.encode(&mac.finalize().into_bytes()[..16])
    }
}
