//! OCSP (RFC 6960): a responder for the JPKI mock, and a reader for its clients.
//!
//! Types and encoding are x509-ocsp's, signatures OpenSSL's. OpenSSL's own reader is not used, because it compares times
//! with the real clock; here every time is compared with the virtual `now` that the caller gives.

pub mod forms;
mod reader;
mod responder;

pub use reader::{OcspError, Question, read_answer, request};
pub use responder::{Publication, Refusal, Responder, ResponderSpec, Schedule, answer, answer_published, nonce_of, refuse};

use super::authority::CaCertificate;
use der::asn1::{Null, ObjectIdentifier, OctetString};
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::AlgorithmIdentifierOwned;
use x509_ocsp::CertId;

const SHA1: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.14.3.2.26");
const SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1");
const NONCE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1.2");
/// Longest nonce (RFC 8954 section 2.1), in bytes; the shortest is 1.
pub const MAX_NONCE: usize = 32;
/// Longest request and answer that is read, in bytes. Real ones have a few hundred and about two thousand bytes.
const MAX_MESSAGE: usize = 64 * 1024;

/// Whether a certificate identifier refers to a certificate of this authority, by name and by key.
fn is_of(id: &CertId, authority: &CaCertificate) -> bool {
    let parameters = &id.hash_algorithm.parameters;
    if parameters.as_ref().is_some_and(|p| *p != Null.into()) {
        return false;
    }
    let (name_hash, key_hash) = (id.issuer_name_hash.as_bytes(), id.issuer_key_hash.as_bytes());
    match id.hash_algorithm.oid {
        SHA1 => name_hash == authority.sha1().name && key_hash == authority.sha1().key,
        SHA256 => name_hash == authority.sha256().name && key_hash == authority.sha256().key,
        _ => false,
    }
}

/// The identifier of a certificate, with SHA-1, which every responder understands (RFC 5019 section 2.1.1). The digest only
/// identifies the issuer here and protects nothing.
fn id_of(authority: &CaCertificate, serial: u64) -> Result<CertId, der::Error> {
    Ok(CertId {
        hash_algorithm: AlgorithmIdentifierOwned { oid: SHA1, parameters: Some(Null.into()) },
        issuer_name_hash: OctetString::new(authority.sha1().name)?,
        issuer_key_hash: OctetString::new(authority.sha1().key)?,
        serial_number: SerialNumber::new(&serial.to_be_bytes())?,
    })
}

#[cfg(test)]
mod tests;
