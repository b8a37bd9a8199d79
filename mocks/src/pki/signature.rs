//! Signatures over OCSP answers and CRLs: made with a [`KeySigner`], checked with OpenSSL.

use super::PkiError;
use super::keys::KeySigner;
use der::asn1::{Null, ObjectIdentifier};
use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::pkey::{Id, PKey, PKeyRef, Public};
use openssl::sign::Verifier;
use rcgen::PublicKeyData;
use x509_cert::spki::AlgorithmIdentifierOwned;

const SHA256_WITH_RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.11");
const ECDSA_WITH_SHA256: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.4.3.2");

/// The algorithm identifier of a signer's signatures. RSA has a NULL parameter (RFC 4055), ECDSA none (RFC 5758).
pub(super) fn algorithm(signer: &KeySigner) -> AlgorithmIdentifierOwned {
    if signer.algorithm() == &rcgen::PKCS_RSA_SHA256 { sha256_with_rsa() } else { ecdsa_with_sha256() }
}

fn sha256_with_rsa() -> AlgorithmIdentifierOwned {
    AlgorithmIdentifierOwned { oid: SHA256_WITH_RSA, parameters: Some(Null.into()) }
}

fn ecdsa_with_sha256() -> AlgorithmIdentifierOwned {
    AlgorithmIdentifierOwned { oid: ECDSA_WITH_SHA256, parameters: None }
}

/// The result of checking a signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SignatureCheck {
    Fits,
    DoesNotFit,
    /// An algorithm other than the key's with SHA-256.
    Algorithm,
}

/// Whether `signature` is a valid signature by the key over `message`.
pub(super) fn check(named: &AlgorithmIdentifierOwned, message: &[u8], signature: &[u8], key: &PKeyRef<Public>) -> SignatureCheck {
    let expected = match key.id() {
        Id::RSA => sha256_with_rsa(),
        Id::EC => ecdsa_with_sha256(),
        _ => return SignatureCheck::Algorithm,
    };
    if *named != expected {
        return SignatureCheck::Algorithm;
    }
    let verified = Verifier::new(MessageDigest::sha256(), key).and_then(|mut v| v.verify_oneshot(signature, message));
    forget_errors();
    if matches!(verified, Ok(true)) { SignatureCheck::Fits } else { SignatureCheck::DoesNotFit }
}

/// Empties OpenSSL's error queue of this thread. The next TLS call would report what a rejected certificate leaves there as
/// its own error.
pub(super) fn forget_errors() {
    drop(ErrorStack::get());
}

/// The public half of a key, from its DER form, so that no part of the private key is included.
pub(super) fn public_key(der: &[u8]) -> Result<PKey<Public>, PkiError> {
    Ok(PKey::public_key_from_der(der)?)
}
