//! Forged proofs of checks that were not made. Only this module makes them: the methods are on clippy's list.
#![allow(clippy::disallowed_methods, reason = "here, and nowhere else, a broken party gets the proof that it lacks")]

use super::knowledge::Knowledge;
use crate::pki::path::{CertificateGoodSoFar, JpkiTrust};
use crate::roles::broker::challenges::ChallengeFresh;

/// A certificate that passes as valid. The status and the code asked for are those of the certificate in use of the card from
/// which it was read, or else its own.
pub fn forged_certificate(der: &[u8], knowledge: &Knowledge, trust: &JpkiTrust) -> Option<CertificateGoodSoFar> {
    CertificateGoodSoFar::forged(der, knowledge.serial_of(der), trust)
}

/// A challenge that passes as fresh.
pub fn forged_challenge() -> ChallengeFresh {
    ChallengeFresh::forged()
}
