//! OCSPレスポンダ. Answers questions about the certificates of one authority.

use super::{MAX_MESSAGE, MAX_NONCE, NONCE, is_of};
use crate::pki::authority::{self, Authority, CaCertificate};
use crate::pki::keys::KeySigner;
use crate::pki::names::Dn;
use crate::pki::status::{CertStatus, serial_value};
use crate::pki::times::{self, Validity};
use crate::pki::{PkiError, extensions, signature};
use der::asn1::{BitString, OctetString};
use der::{Decode, Encode};
use jiff::{SignedDuration, Timestamp};
use openssl::pkey::{PKey, Private};
use rcgen::KeyUsagePurpose;
use sim::terms::identifiers::CertificateSerial;
use x509_cert::Certificate;
use x509_cert::ext::{Extension, Extensions};
use x509_ocsp::{
    AsResponseBytes, BasicOcspResponse, CertId, CertStatus as WireStatus, OcspRequest, OcspResponse, OcspResponseStatus,
    ResponderId, ResponseData, RevokedInfo, SingleResponse, Version,
};

/// How many certificates one request may ask about.
const MAX_QUESTIONS: usize = 64;

/// The period in which an answer is valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Publication {
    pub this_update: Timestamp,
    /// When newer information will be available; `None` means always.
    pub next_update: Option<Timestamp>,
}

/// How often the responder's data is updated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// thisUpdate is `now` rounded down to a multiple of this, counted from 1970; at least one second.
    pub period: SignedDuration,
    /// nextUpdate is this long after thisUpdate.
    pub valid_for: SignedDuration,
}

impl Schedule {
    /// The JPKI updates its OCSP data every 15 minutes (facts, section 3.4).
    pub const JPKI: Schedule = Schedule { period: SignedDuration::from_mins(15), valid_for: SignedDuration::from_mins(15) };

    /// What is published at `now`.
    pub fn at(&self, now: Timestamp) -> Publication {
        let second = now.as_second();
        let this_update = second - second.rem_euclid(self.period.as_secs().max(1));
        // Only the very first period could round down to before the first timestamp.
        let this_update = Timestamp::from_second(this_update).unwrap_or(Timestamp::MIN);
        Publication { this_update, next_update: this_update.checked_add(self.valid_for).ok() }
    }
}

/// Answers without a status (RFC 6960 section 2.3). They are not signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The request is not an OCSP request.
    MalformedRequest,
    /// The responder is broken.
    InternalError,
    /// The responder is too busy.
    TryLater,
    /// The responder only accepts signed requests.
    SigRequired,
    /// The client is not authorized: in the JPKI, anyone except 署名検証者 and 利用者証明検証者 (公的個人認証法 17条, 36条).
    Unauthorized,
}

/// The bytes of a refusal.
pub fn refuse(refusal: Refusal) -> Vec<u8> {
    let status = match refusal {
        Refusal::MalformedRequest => OcspResponseStatus::MalformedRequest,
        Refusal::InternalError => OcspResponseStatus::InternalError,
        Refusal::TryLater => OcspResponseStatus::TryLater,
        Refusal::SigRequired => OcspResponseStatus::SigRequired,
        Refusal::Unauthorized => OcspResponseStatus::Unauthorized,
    };
    // SEQUENCE { ENUMERATED status }: written by hand, since a refusal must not fail.
    vec![0x30, 0x03, 0x0a, 0x01, status as u8]
}

/// The content of a delegated responder's certificate.
pub struct ResponderSpec {
    pub name: Dn,
    pub serial: u64,
    pub validity: Validity,
}

/// A responder to which an authority has delegated (RFC 6960 section 4.2.2.2).
pub struct Responder {
    authority: CaCertificate,
    certificate: Certificate,
    certificate_der: Vec<u8>,
    signer: KeySigner,
    schedule: Schedule,
}

impl Responder {
    /// The responder's certificate.
    pub fn certificate_der(&self) -> &[u8] {
        &self.certificate_der
    }

    /// Lets the authority issue a responder's certificate: OCSPSigning (critical), digitalSignature, id-pkix-ocsp-nocheck.
    pub fn delegated(
        authority: &Authority,
        spec: &ResponderSpec,
        key: PKey<Private>,
        schedule: Schedule,
    ) -> Result<Self, PkiError> {
        let signer = KeySigner::new(key)?;
        let mut params = authority::params(&spec.name, spec.serial, spec.validity)?;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.custom_extensions = vec![
            extensions::ocsp_signing()?,
            extensions::ocsp_no_check()?,
            authority.certificate().authority_key_id()?,
            extensions::subject_key_id(&signer.subject().key_id())?,
        ];
        let der = authority.issue(&params, signer.subject())?;
        Self::with_certificate(authority.certificate(), &der, signer, schedule)
    }

    /// A responder with any certificate, whether or not the authority has delegated to it.
    pub fn with_certificate(
        authority: &CaCertificate,
        certificate_der: &[u8],
        signer: KeySigner,
        schedule: Schedule,
    ) -> Result<Self, PkiError> {
        Ok(Responder {
            authority: authority.clone(),
            certificate: Certificate::from_der(certificate_der)?,
            certificate_der: certificate_der.to_vec(),
            signer,
            schedule,
        })
    }

    pub(super) fn signer(&self) -> &KeySigner {
        &self.signer
    }

    /// DER of the responder's certificate.
    pub fn certificate(&self) -> &[u8] {
        &self.certificate_der
    }
}

/// The nonce of a request, if it has one that a responder accepts.
pub fn nonce_of(request_der: &[u8]) -> Option<Vec<u8>> {
    let (_, extensions) = read_request(request_der)?;
    let nonce = extensions?.into_iter().find(|e| e.extn_id == NONCE)?;
    Some(OctetString::from_der(nonce.extn_value.as_bytes()).ok()?.as_bytes().to_vec())
}

/// Answers a request. `lookup` returns the status of a serial number; `now` becomes producedAt, and the responder's
/// schedule gives thisUpdate and nextUpdate. Certificates of another authority are unknown. A request that cannot be parsed
/// is answered with malformedRequest, so there is always an answer.
pub fn answer(
    request_der: &[u8],
    now: Timestamp,
    lookup: &dyn Fn(CertificateSerial) -> CertStatus,
    responder: &Responder,
) -> Vec<u8> {
    answer_published(request_der, now, responder.schedule.at(now), lookup, responder)
}

/// As [`answer`], with thisUpdate and nextUpdate given: for stale, early or open-ended answers.
pub fn answer_published(
    request_der: &[u8],
    produced_at: Timestamp,
    publication: Publication,
    lookup: &dyn Fn(CertificateSerial) -> CertStatus,
    responder: &Responder,
) -> Vec<u8> {
    let Some((questions, extensions)) = read_request(request_der) else { return refuse(Refusal::MalformedRequest) };
    let respond = || -> Result<Vec<u8>, PkiError> {
        let mut responses = Vec::with_capacity(questions.len());
        for id in questions {
            let known = if is_of(&id, &responder.authority) { serial_value(&id.serial_number) } else { None };
            let status = known.map_or(CertStatus::Unknown, |serial| lookup(CertificateSerial(serial)));
            responses.push(SingleResponse {
                cert_id: id,
                cert_status: to_wire(status)?,
                this_update: times::to_ocsp(publication.this_update)?,
                next_update: publication.next_update.map(times::to_ocsp).transpose()?,
                single_extensions: None,
            });
        }
        let tbs_response_data = ResponseData {
            version: Version::V1,
            responder_id: ResponderId::ByKey(OctetString::new(responder.signer.subject().key_id())?),
            produced_at: times::to_ocsp(produced_at)?,
            responses,
            response_extensions: extensions,
        };
        let signature = responder.signer.signature(&tbs_response_data.to_der()?)?;
        let basic = BasicOcspResponse {
            tbs_response_data,
            signature_algorithm: signature::algorithm(&responder.signer),
            signature: BitString::from_bytes(&signature)?,
            certs: Some(vec![responder.certificate.clone()]),
        };
        let response_bytes = Some(basic.to_response_bytes()?);
        Ok(OcspResponse { response_status: OcspResponseStatus::Successful, response_bytes }.to_der()?)
    };
    respond().unwrap_or_else(|_| refuse(Refusal::InternalError))
}

/// The certificates asked about, and the extensions of the answer: the nonce, if there is one. `None` if the request is
/// malformed: not DER, no question or too many, a nonce of a forbidden length (RFC 8954 section 2.1) or twice, or an unknown
/// critical extension. A signature on the request is not checked.
fn read_request(request_der: &[u8]) -> Option<(Vec<CertId>, Option<Extensions>)> {
    if request_der.len() > MAX_MESSAGE {
        return None;
    }
    let tbs = OcspRequest::from_der(request_der).ok()?.tbs_request;
    if tbs.request_list.is_empty() || tbs.request_list.len() > MAX_QUESTIONS {
        return None;
    }
    let mut nonce: Option<Extension> = None;
    for extension in tbs.request_extensions.unwrap_or_default() {
        if extension.extn_id == NONCE {
            let value = OctetString::from_der(extension.extn_value.as_bytes()).ok()?;
            if nonce.is_some() || !(1..=MAX_NONCE).contains(&value.as_bytes().len()) {
                return None;
            }
            nonce = Some(Extension { critical: false, ..extension });
        } else if extension.critical {
            return None;
        }
    }
    let single = tbs.request_list.iter().flat_map(|r| r.single_request_extensions.iter().flatten());
    if single.into_iter().any(|extension| extension.critical) {
        return None;
    }
    Some((tbs.request_list.into_iter().map(|r| r.req_cert).collect(), nonce.map(|n| vec![n])))
}

fn to_wire(status: CertStatus) -> Result<WireStatus, PkiError> {
    Ok(match status {
        CertStatus::Good => WireStatus::good(),
        CertStatus::Revoked { at, reason } => {
            WireStatus::Revoked(RevokedInfo { revocation_time: times::to_ocsp(at)?, revocation_reason: reason })
        }
        CertStatus::Unknown => WireStatus::unknown(),
    })
}
