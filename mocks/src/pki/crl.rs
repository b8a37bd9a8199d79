//! 証明書失効リスト (RFC 5280 section 5).
//!
//! The JPKI publishes one CRL per municipality, marked by a critical issuingDistributionPoint that is a directory name.
//! rcgen can only write URLs there, and OpenSSL's builder signs ECDSA with a random nonce; so CRLs of both kinds are
//! assembled from x509-cert's types and signed like everything else here.

use super::authority::{Authority, CaCertificate};
use super::names::Dn;
use super::signature::{self, SignatureCheck};
use super::status::{CertStatus, RevocationReason, serial_value};
use super::{PkiError, extensions, times};
use der::asn1::{BitString, ObjectIdentifier, OctetString, Uint};
use der::{Decode, Encode};
use jiff::Timestamp;
use sim::terms::identifiers::CertificateSerial;
use x509_cert::certificate::Version;
use x509_cert::crl::{CertificateList, RevokedCert, TbsCertList};
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::crl::dp::IssuingDistributionPoint;
use x509_cert::ext::pkix::name::DistributionPointName;
use x509_cert::ext::pkix::{AuthorityKeyIdentifier, CrlReason};
use x509_cert::serial_number::SerialNumber;

const AUTHORITY_KEY_IDENTIFIER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.35");
const CRL_NUMBER: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.20");
const REASON_CODE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.21");
// x509-cert 0.2 names another identifier for this type, so it is looked up by this one.
const ISSUING_DISTRIBUTION_POINT: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.28");

/// One revoked certificate.
#[derive(Clone, Copy, Debug)]
pub struct Revocation {
    pub serial: CertificateSerial,
    pub at: Timestamp,
    pub reason: Option<RevocationReason>,
}

/// The content of a CRL.
#[derive(Clone, Debug)]
pub struct CrlContent {
    /// Increases with every CRL of the same scope.
    pub number: u64,
    pub this_update: Timestamp,
    pub next_update: Timestamp,
    pub revoked: Vec<Revocation>,
}

/// Signs a CRL. With a distribution point it applies to the certificates that name the same point; without, to all that
/// the authority issued.
pub fn issue(authority: &Authority, point: Option<&Dn>, content: &CrlContent) -> Result<Vec<u8>, PkiError> {
    let extension = |extn_id, critical, value: Vec<u8>| -> Result<Extension, PkiError> {
        Ok(Extension { extn_id, critical, extn_value: OctetString::new(value)? })
    };
    let key_id = AuthorityKeyIdentifier {
        key_identifier: Some(OctetString::new(authority.certificate().key_id().as_bytes())?),
        ..AuthorityKeyIdentifier::default()
    };
    let mut crl_extensions = vec![
        extension(AUTHORITY_KEY_IDENTIFIER, false, key_id.to_der()?)?,
        extension(CRL_NUMBER, false, Uint::new(&content.number.to_be_bytes())?.to_der()?)?,
    ];
    if let Some(point) = point {
        let scope = IssuingDistributionPoint {
            distribution_point: Some(extensions::distribution_point(point)?),
            only_contains_user_certs: false,
            only_contains_ca_certs: false,
            only_some_reasons: None,
            indirect_crl: false,
            only_contains_attribute_certs: false,
        };
        crl_extensions.push(extension(ISSUING_DISTRIBUTION_POINT, true, scope.to_der()?)?);
    }
    let mut revoked = Vec::with_capacity(content.revoked.len());
    for entry in &content.revoked {
        // RFC 5280 section 5.3.1: the reason is omitted rather than written as unspecified.
        let crl_entry_extensions = match entry.reason {
            None | Some(CrlReason::Unspecified) => None,
            Some(reason) => Some(vec![extension(REASON_CODE, false, reason.to_der()?)?]),
        };
        revoked.push(RevokedCert {
            serial_number: SerialNumber::new(&entry.serial.0.to_be_bytes())?,
            revocation_date: times::to_x509(entry.at)?,
            crl_entry_extensions,
        });
    }
    let signer = authority.signer();
    let tbs_cert_list = TbsCertList {
        version: Version::V2,
        signature: signature::algorithm(signer),
        issuer: authority.certificate().subject_name().clone(),
        this_update: times::to_x509(content.this_update)?,
        next_update: Some(times::to_x509(content.next_update)?),
        // Section 5.1.2.6: an empty list is absent.
        revoked_certificates: (!revoked.is_empty()).then_some(revoked),
        crl_extensions: Some(crl_extensions),
    };
    let signature = BitString::from_bytes(&signer.signature(&tbs_cert_list.to_der()?)?)?;
    let list = CertificateList { signature_algorithm: signature::algorithm(signer), tbs_cert_list, signature };
    Ok(list.to_der()?)
}

/// Why a CRL cannot be used for a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CrlError {
    #[error("the content is not a CRL in DER")]
    Unreadable,
    #[error("the CRL was issued by another authority")]
    WrongIssuer,
    #[error("the CRL's signature does not match its issuer's key")]
    Tampered,
    #[error("the CRL is signed with an algorithm that its issuer's key does not support")]
    Algorithm,
    #[error("the CRL does not apply to the certificate")]
    WrongScope,
    #[error("the CRL has an unknown critical extension")]
    UnknownCriticalExtension,
    #[error("the CRL is not valid yet")]
    NotYetValid,
    #[error("the CRL is past its next update")]
    Stale,
    #[error("the CRL has no next update")]
    NoNextUpdate,
}

/// Whether a CRL revokes the certificate with this serial number. `point` is the distribution point that the certificate
/// names: a CRL that is limited to another one is rejected, a CRL without a limit applies to every certificate. `now` is
/// virtual time. The result is never `Unknown`: a CRL does not list unknown certificates.
pub fn is_revoked(
    crl_der: &[u8],
    issuer: &CaCertificate,
    serial: CertificateSerial,
    point: Option<&DistributionPointName>,
    now: Timestamp,
) -> Result<CertStatus, CrlError> {
    let list = CertificateList::from_der(crl_der).map_err(|_| CrlError::Unreadable)?;
    if list.to_der().ok().as_deref() != Some(crl_der) {
        return Err(CrlError::Unreadable);
    }
    let tbs = &list.tbs_cert_list;
    check_signature(&list, issuer)?;
    check_scope(tbs, point)?;
    let this_update = times::from_unix(tbs.this_update.to_unix_duration()).ok_or(CrlError::Unreadable)?;
    let next_update = tbs.next_update.ok_or(CrlError::NoNextUpdate)?;
    let next_update = times::from_unix(next_update.to_unix_duration()).ok_or(CrlError::Unreadable)?;
    if this_update > now {
        return Err(CrlError::NotYetValid);
    }
    if next_update < now {
        return Err(CrlError::Stale);
    }
    let mut status = CertStatus::Good;
    for entry in tbs.revoked_certificates.iter().flatten() {
        let mut reason = None;
        for extension in entry.crl_entry_extensions.iter().flatten() {
            if extension.extn_id == REASON_CODE {
                reason = Some(CrlReason::from_der(extension.extn_value.as_bytes()).map_err(|_| CrlError::Unreadable)?);
            } else if extension.critical {
                return Err(CrlError::UnknownCriticalExtension);
            }
        }
        if serial_value(&entry.serial_number) == Some(serial.0) {
            let at = times::from_unix(entry.revocation_date.to_unix_duration()).ok_or(CrlError::Unreadable)?;
            status = CertStatus::Revoked { at, reason };
        }
    }
    Ok(status)
}

fn check_signature(list: &CertificateList, issuer: &CaCertificate) -> Result<(), CrlError> {
    let tbs = &list.tbs_cert_list;
    if tbs.issuer != *issuer.subject_name() {
        return Err(CrlError::WrongIssuer);
    }
    // Generations of an authority share a name: the key identifier tells which one issued the CRL.
    let mut key_ids = tbs.crl_extensions.iter().flatten().filter(|e| e.extn_id == AUTHORITY_KEY_IDENTIFIER);
    let (Some(named), None) = (key_ids.next(), key_ids.next()) else { return Err(CrlError::WrongIssuer) };
    let named = AuthorityKeyIdentifier::from_der(named.extn_value.as_bytes()).map_err(|_| CrlError::Unreadable)?;
    if named.key_identifier.as_ref().map(OctetString::as_bytes) != Some(issuer.key_id().as_bytes()) {
        return Err(CrlError::WrongIssuer);
    }
    if list.signature_algorithm != tbs.signature {
        return Err(CrlError::Algorithm);
    }
    let message = tbs.to_der().map_err(|_| CrlError::Unreadable)?;
    let signature = list.signature.as_bytes().ok_or(CrlError::Unreadable)?;
    match signature::check(&list.signature_algorithm, &message, signature, issuer.public_key()) {
        SignatureCheck::Fits => Ok(()),
        SignatureCheck::DoesNotFit => Err(CrlError::Tampered),
        SignatureCheck::Algorithm => Err(CrlError::Algorithm),
    }
}

fn check_scope(tbs: &TbsCertList, point: Option<&DistributionPointName>) -> Result<(), CrlError> {
    for extension in tbs.crl_extensions.iter().flatten() {
        if extension.extn_id == ISSUING_DISTRIBUTION_POINT {
            let scope = IssuingDistributionPoint::from_der(extension.extn_value.as_bytes()).map_err(|_| CrlError::Unreadable)?;
            let limited = scope.only_contains_ca_certs
                || scope.only_contains_attribute_certs
                || scope.indirect_crl
                || scope.only_some_reasons.is_some();
            if limited || scope.distribution_point.as_ref().is_some_and(|of| Some(of) != point) {
                return Err(CrlError::WrongScope);
            }
        } else if extension.critical {
            return Err(CrlError::UnknownCriticalExtension);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
