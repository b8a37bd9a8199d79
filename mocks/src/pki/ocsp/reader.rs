//! The client side: makes the request and reads the answer, which may contain anything.

use super::{MAX_MESSAGE, NONCE, id_of, is_of};
use crate::crypto;
use crate::pki::authority::CaCertificate;
use crate::pki::chain::{self, ChainFault, Path};
use crate::pki::keys;
use crate::pki::proven::Window;
use crate::pki::signature::{self, SignatureCheck};
use crate::pki::status::{CertStatus, serial_value};
use crate::pki::{PkiError, times};
use der::asn1::OctetString;
use der::oid::AssociatedOid;
use der::{Decode, Encode, Header, Reader, SliceReader};
use jiff::{SignedDuration, Timestamp};
use openssl::pkey::{PKeyRef, Public};
use openssl::x509::{X509, X509ExtendedKeyUsage, X509KeyUsage};
use sim::terms::identifiers::CertificateSerial;
use x509_cert::ext::Extension;
use x509_cert::{Certificate, ext::Extensions};
use x509_ocsp::{
    BasicOcspResponse, CertStatus as WireStatus, OcspRequest, OcspResponse, OcspResponseStatus, Request, ResponderId,
    SingleResponse, TbsRequest,
};

/// What was asked, for checking the answer.
#[derive(Clone, Debug)]
pub struct Question<'a> {
    /// The authority that issued the certificate. It is trusted: it, or a responder to which it has delegated, must answer.
    pub issuer: &'a CaCertificate,
    pub serial: CertificateSerial,
    /// The nonce that was sent, if any: 1 to [`super::MAX_NONCE`] bytes. An answer must repeat it.
    pub nonce: Option<&'a [u8]>,
    /// The allowed clock skew.
    pub tolerance: SignedDuration,
}

impl<'a> Question<'a> {
    /// The default for the allowed clock skew: five minutes, as in `openssl ocsp`.
    pub const TOLERANCE: SignedDuration = SignedDuration::from_mins(5);

    pub fn new(issuer: &'a CaCertificate, serial: CertificateSerial, nonce: Option<&'a [u8]>) -> Self {
        Question { issuer, serial, nonce, tolerance: Self::TOLERANCE }
    }
}

/// The request that asks a question.
pub fn request(question: &Question<'_>) -> Result<Vec<u8>, PkiError> {
    let request_extensions = match question.nonce {
        None => None,
        Some(nonce) => {
            let value = OctetString::new(OctetString::new(nonce)?.to_der()?)?;
            Some(vec![Extension { extn_id: NONCE, critical: false, extn_value: value }])
        }
    };
    let asked = Request { req_cert: id_of(question.issuer, question.serial.0)?, single_request_extensions: None };
    let tbs_request = TbsRequest { request_list: vec![asked], request_extensions, ..TbsRequest::default() };
    Ok(OcspRequest { tbs_request, optional_signature: None }.to_der()?)
}

/// Why an answer cannot be used for the certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OcspError {
    #[error("the content is not an OCSP response in DER")]
    Unreadable,
    #[error("the responder answered with the error {0:?}")]
    Refused(OcspResponseStatus),
    #[error("the response is not a basic OCSP response")]
    WrongKind,
    #[error("the response names an unknown responder")]
    ResponderUnknown,
    #[error("the responder's certificate was not issued by the issuing authority")]
    ResponderUntrusted,
    #[error("the responder's certificate has expired or is not valid yet")]
    ResponderNotInForce,
    #[error("the responder's certificate does not permit OCSP signing")]
    ResponderNotDelegated,
    #[error("the response is signed with an algorithm that the responder's key does not support")]
    Algorithm,
    #[error("the response's signature does not match the responder's key")]
    Tampered,
    #[error("the response has an unknown critical extension")]
    UnknownCriticalExtension,
    #[error("the response has no nonce")]
    NonceMissing,
    #[error("the response has another nonce than the request")]
    NonceWrong,
    #[error("the response is for other certificates")]
    WrongCertificate,
    #[error("the response has contradictory statuses of the certificate")]
    Ambiguous,
    #[error("the response is not valid yet")]
    NotYetValid,
    #[error("the response is too old")]
    Stale,
    #[error("the response's times contradict each other")]
    Times,
}

/// Reads an answer and returns the status of the certificate that was asked about, if the answer is valid: signed by the
/// issuer or by its delegated responder, about this certificate, with this nonce, and fresh at `now`, which is virtual time.
pub fn read_answer(response_der: &[u8], question: &Question<'_>, now: Timestamp) -> Result<CertStatus, OcspError> {
    let (basic, signed) = read_basic(response_der)?;
    let data = &basic.tbs_response_data;
    check_signature(&basic, &signed, question.issuer, now)?;
    check_extensions(data.response_extensions.as_ref(), true)?;
    check_nonce(data.response_extensions.as_ref(), question.nonce)?;
    let single = find_single(&data.responses, question)?;
    check_extensions(single.single_extensions.as_ref(), false)?;
    let produced_at = times::from_unix(data.produced_at.0.to_unix_duration()).ok_or(OcspError::Times)?;
    check_freshness(single, produced_at, question.tolerance, now)?;
    Ok(match single.cert_status {
        WireStatus::Good(_) => CertStatus::Good,
        WireStatus::Unknown(_) => CertStatus::Unknown,
        WireStatus::Revoked(info) => CertStatus::Revoked {
            at: times::from_unix(info.revocation_time.0.to_unix_duration()).ok_or(OcspError::Times)?,
            reason: info.revocation_reason,
        },
    })
}

/// Parses the answer. Anything that is not the unique DER encoding of its content is rejected, so that the bytes over which
/// the signature is checked, which are returned too, are the received bytes.
fn read_basic(response_der: &[u8]) -> Result<(BasicOcspResponse, Vec<u8>), OcspError> {
    if response_der.len() > MAX_MESSAGE {
        return Err(OcspError::Unreadable);
    }
    let response = OcspResponse::from_der(response_der).map_err(|_| OcspError::Unreadable)?;
    if response.to_der().ok().as_deref() != Some(response_der) {
        return Err(OcspError::Unreadable);
    }
    if response.response_status != OcspResponseStatus::Successful {
        return Err(OcspError::Refused(response.response_status));
    }
    let bytes = response.response_bytes.ok_or(OcspError::Unreadable)?;
    if bytes.response_type != BasicOcspResponse::OID {
        return Err(OcspError::WrongKind);
    }
    let basic = BasicOcspResponse::from_der(bytes.response.as_bytes()).map_err(|_| OcspError::Unreadable)?;
    if basic.to_der().ok().as_deref() != Some(bytes.response.as_bytes()) {
        return Err(OcspError::Unreadable);
    }
    let signed = first_within(bytes.response.as_bytes()).map_err(|_| OcspError::Unreadable)?.to_vec();
    Ok((basic, signed))
}

/// The first object within a sequence.
fn first_within(sequence: &[u8]) -> der::Result<&[u8]> {
    let mut reader = SliceReader::new(sequence)?;
    Header::decode(&mut reader)?;
    reader.tlv_bytes()
}

/// Whether `id` refers to the holder of this name or of the key with this SHA-1.
fn names(id: &ResponderId, subject: &x509_cert::name::Name, key_sha1: impl FnOnce() -> [u8; 20]) -> bool {
    match id {
        ResponderId::ByName(name) => name == subject,
        ResponderId::ByKey(hash) => hash.as_bytes() == key_sha1(),
    }
}

/// The issuer may sign itself; otherwise one of the certificates in the answer must be the responder's (RFC 6960 section
/// 4.2.2.2).
fn check_signature(basic: &BasicOcspResponse, signed: &[u8], issuer: &CaCertificate, now: Timestamp) -> Result<(), OcspError> {
    let id = &basic.tbs_response_data.responder_id;
    if names(id, issuer.subject_name(), || issuer.sha1().key) {
        return check_signed_by(basic, signed, issuer.public_key());
    }
    let sent = basic.certs.iter().flatten().find(|certificate| {
        let tbs = &certificate.tbs_certificate;
        names(id, &tbs.subject, || openssl::sha::sha1(tbs.subject_public_key_info.subject_public_key.raw_bytes()))
    });
    let sent = sent.ok_or(OcspError::ResponderUnknown)?;
    if crypto::is_modelled() {
        return check_modelled(basic, signed, sent, issuer);
    }
    let second = now.as_second();
    let key = match issuer.delegates().find(|known| known == sent, second) {
        Some(key) => key,
        None => {
            let responder = check_delegation(sent, issuer, now)?;
            let key = responder.public_key().map_err(|_| OcspError::ResponderNotDelegated)?;
            let both = [Window::of(&sent.tbs_certificate.validity), issuer.window()];
            issuer.delegates().remember(sent.clone(), Window::around(second, both.into_iter()), key.clone());
            key
        }
    };
    check_signed_by(basic, signed, &key)
}

/// Where cryptography is modelled: both signatures must be valid stand-ins.
fn check_modelled(basic: &BasicOcspResponse, signed: &[u8], sent: &Certificate, issuer: &CaCertificate) -> Result<(), OcspError> {
    let tbs = sent.tbs_certificate.to_der().map_err(|_| OcspError::Unreadable)?;
    if sent.tbs_certificate.issuer != *issuer.subject_name()
        || !keys::stands_for(sent.signature.raw_bytes(), issuer.key_bits(), &tbs)
    {
        return Err(OcspError::ResponderUntrusted);
    }
    let bits = sent.tbs_certificate.subject_public_key_info.subject_public_key.raw_bytes();
    if keys::stands_for(basic.signature.raw_bytes(), bits, signed) { Ok(()) } else { Err(OcspError::Tampered) }
}

/// The responder's certificate must be signed by the issuer, valid at `now`, and for signing answers.
fn check_delegation(sent: &Certificate, issuer: &CaCertificate, now: Timestamp) -> Result<X509, OcspError> {
    let der = sent.to_der().map_err(|_| OcspError::Unreadable)?;
    let x509 = X509::from_der(&der).map_err(|_| {
        signature::forget_errors();
        OcspError::Unreadable
    })?;
    if sent.tbs_certificate.issuer != *issuer.subject_name() || !chain::signed_by(&x509, issuer) {
        return Err(OcspError::ResponderUntrusted);
    }
    let usage = x509.extended_key_usage().unwrap_or(X509ExtendedKeyUsage::empty());
    let signs = x509.key_usage().is_none_or(|usage| usage.contains(X509KeyUsage::DIGITAL_SIGNATURE));
    if !usage.contains(X509ExtendedKeyUsage::OCSP_SIGN) || !signs {
        return Err(OcspError::ResponderNotDelegated);
    }
    match chain::check_chain(&x509, &[issuer], Path::ToIssuer(None), now) {
        Ok(()) => Ok(x509),
        Err(ChainFault::Expired | ChainFault::NotYetValid) => Err(OcspError::ResponderNotInForce),
        Err(ChainFault::Purpose) => Err(OcspError::ResponderNotDelegated),
        Err(ChainFault::Untrusted | ChainFault::Signature) => Err(OcspError::ResponderUntrusted),
    }
}

fn check_signed_by(basic: &BasicOcspResponse, signed: &[u8], key: &PKeyRef<Public>) -> Result<(), OcspError> {
    let signature = basic.signature.as_bytes().ok_or(OcspError::Unreadable)?;
    match signature::check(&basic.signature_algorithm, signed, signature, key) {
        SignatureCheck::Fits => Ok(()),
        SignatureCheck::DoesNotFit => Err(OcspError::Tampered),
        SignatureCheck::Algorithm => Err(OcspError::Algorithm),
    }
}

fn check_extensions(extensions: Option<&Extensions>, nonce_known: bool) -> Result<(), OcspError> {
    let unknown = |e: &Extension| e.critical && !(nonce_known && e.extn_id == NONCE);
    if extensions.into_iter().flatten().any(unknown) { Err(OcspError::UnknownCriticalExtension) } else { Ok(()) }
}

fn check_nonce(extensions: Option<&Extensions>, sent: Option<&[u8]>) -> Result<(), OcspError> {
    let Some(sent) = sent else { return Ok(()) };
    let mut repeated = extensions.into_iter().flatten().filter(|e| e.extn_id == NONCE);
    let first = repeated.next().ok_or(OcspError::NonceMissing)?;
    let value = OctetString::from_der(first.extn_value.as_bytes()).map_err(|_| OcspError::NonceWrong)?;
    if repeated.next().is_some() || value.as_bytes() != sent { Err(OcspError::NonceWrong) } else { Ok(()) }
}

fn find_single<'r>(responses: &'r [SingleResponse], question: &Question<'_>) -> Result<&'r SingleResponse, OcspError> {
    let is_ours = |response: &&SingleResponse| {
        let id = &response.cert_id;
        serial_value(&id.serial_number) == Some(question.serial.0) && is_of(id, question.issuer)
    };
    let mut ours = responses.iter().filter(is_ours);
    let single = ours.next().ok_or(OcspError::WrongCertificate)?;
    if ours.next().is_some() { Err(OcspError::Ambiguous) } else { Ok(single) }
}

/// An answer is valid from thisUpdate to nextUpdate. Without a nextUpdate, newer information is always available (RFC 6960
/// section 4.2.2.1), so such an answer must be current.
fn check_freshness(
    single: &SingleResponse,
    produced_at: Timestamp,
    tolerance: SignedDuration,
    now: Timestamp,
) -> Result<(), OcspError> {
    let this_update = times::from_unix(single.this_update.0.to_unix_duration()).ok_or(OcspError::Times)?;
    let next_update = match &single.next_update {
        None => this_update,
        Some(next) => times::from_unix(next.0.to_unix_duration()).ok_or(OcspError::Times)?,
    };
    if next_update < this_update {
        return Err(OcspError::Times);
    }
    if now.duration_until(this_update) > tolerance || now.duration_until(produced_at) > tolerance {
        return Err(OcspError::NotYetValid);
    }
    if next_update.duration_until(now) > tolerance {
        return Err(OcspError::Stale);
    }
    Ok(())
}
