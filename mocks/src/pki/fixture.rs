//! Shared by the unit tests of this module: one hierarchy, one card.

use super::jpki_ca::JpkiPki;
use super::keys::{KeyDomain, rsa_key};
use super::profile::{CertificateRequest, HolderAttributes, Municipality};
use jiff::Timestamp;
use openssl::pkey::{PKey, Private};
use sim::seed::Seed;

pub const SERIAL: u64 = 2_259_731;

pub fn at(text: &str) -> Timestamp {
    text.parse().expect("a timestamp")
}

/// A moment at which everything in the fixture is valid.
pub fn now() -> Timestamp {
    at("2026-11-23T00:10:00Z")
}

pub fn seed() -> Seed {
    Seed::new(1, "pki tests")
}

pub fn pki() -> JpkiPki {
    JpkiPki::new(&seed(), at("2023-07-16T00:00:00Z")).expect("a hierarchy")
}

pub fn foreign() -> JpkiPki {
    JpkiPki::foreign(&seed(), at("2023-07-16T00:00:00Z")).expect("a hierarchy")
}

pub fn kiyose() -> Municipality {
    Municipality::new("Tokyo-to", "Kiyose-shi")
}

pub fn request() -> CertificateRequest {
    CertificateRequest {
        serial: SERIAL,
        subject_cn: "997794E9AGCIEG13221003A".to_string(),
        not_before: at("2025-10-27T00:00:00Z"),
        not_after: at("2030-02-17T14:59:59Z"),
        municipality: kiyose(),
    }
}

pub fn holder() -> HolderAttributes {
    HolderAttributes {
        name: "試験　花子".to_string(),
        sex: "2".to_string(),
        birth: "419900217".to_string(),
        address: "東京都清瀬市中里五丁目８４２番地".to_string(),
    }
}

pub fn card_key() -> PKey<Private> {
    rsa_key(&seed(), KeyDomain::Card, 0).expect("a key")
}

/// A card's authentication certificate.
pub fn certificate(pki: &JpkiPki) -> Vec<u8> {
    pki.issue_authentication(&request(), &card_key()).expect("a certificate")
}

/// The bytes with one bit flipped.
pub fn flipped(bytes: &[u8], bit: usize) -> Vec<u8> {
    let mut changed = bytes.to_vec();
    changed[bit / 8] ^= 1 << (bit % 8);
    changed
}
