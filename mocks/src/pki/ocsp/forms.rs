//! OCSP responses of other forms than JPKI's own: those of which a client must not use the status, and those that are unusual and
//! valid. Each is the honest response with one change, signed again where the change is under the signature.

use super::{NONCE, SHA256, refuse};
use crate::pki::authority::{self, Authority};
use crate::pki::jpki_ca::JpkiPki;
use crate::pki::keys::{KeySigner, ec_key};
use crate::pki::names::Dn;
use crate::pki::ocsp::responder::{Refusal, Responder, ResponderSpec, Schedule};
use crate::pki::profile::Purpose;
use crate::pki::times::{self, Validity};
use crate::pki::{PkiError, extensions, signature};
use der::asn1::{BitString, Null, ObjectIdentifier, OctetString};
use der::{Decode, Encode};
use jiff::{SignedDuration, Timestamp};
use openssl::pkey::{PKey, Private};
use rcgen::KeyUsagePurpose;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sim::seed::Seed;
use x509_cert::Certificate;
use x509_cert::ext::Extension;
use x509_cert::serial_number::SerialNumber;
use x509_cert::spki::AlgorithmIdentifierOwned;
use x509_ocsp::{
    AsResponseBytes, BasicOcspResponse, CertStatus as WireStatus, OcspResponse, OcspResponseStatus, ResponderId, ResponseBytes,
    ResponseData,
};

const SHA1_WITH_RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.5");
/// An extension and a type of response that nobody knows: an arc for documentation (RFC 5612).
const UNKNOWN: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.32473.1");
/// The serial number of the certificates of these responders. No card has one so small.
const SERIAL: u64 = 0xF0F0;

/// Declares the forms: name in files, whether the status may be used, and what is different.
macro_rules! forms {
    ($($form:ident $usable:literal $text:literal;)*) => {
        /// A form of an OCSP response.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "kebab-case")]
        pub enum StatusForm {
            $(#[doc = $text] $form,)*
        }

        impl StatusForm {
            pub const ALL: &'static [StatusForm] = &[$(StatusForm::$form),*];

            /// Whether a client may use the status in it.
            pub fn is_usable(self) -> bool {
                match self { $(StatusForm::$form => $usable),* }
            }

            /// What is different, as a phrase.
            pub fn text_en(self) -> &'static str {
                match self { $(StatusForm::$form => $text),* }
            }
        }
    };
}

forms! {
    WrongSignature false "The signature does not fit the response.";
    Sha1Signature false "The response is signed with SHA-1.";
    DelegateOfAnotherAuthority false "The responder's certificate is of another authority with the same name.";
    DelegateExpired false "The responder's certificate has expired.";
    DelegateWithoutPurpose false "The responder's certificate does not permit OCSP signing.";
    NotDelegated false "The responder's certificate is that of nobody whom the authority has certified.";
    NonceMissing false "The response has no nonce.";
    NonceWrong false "The nonce is that of another request.";
    NonceTwice false "The response has the nonce twice.";
    OtherCertificate false "The status is that of another certificate.";
    TwoStatuses false "The response has two statuses of the certificate.";
    UnknownCriticalExtension false "The response has an unknown critical extension.";
    FromTheFuture false "thisUpdate is an hour from now.";
    ProducedInTheFuture false "producedAt is an hour from now.";
    NextUpdatePassed false "nextUpdate was an hour ago.";
    NextUpdateMissing false "thisUpdate was an hour ago, and there is no nextUpdate.";
    NextUpdateFirst false "nextUpdate is before thisUpdate.";
    NotBasic false "The response is of an unknown type.";
    Unauthorized false "The responder answers `unauthorized` instead of a status.";
    InternalError false "The responder answers `internalError` instead of a status.";
    Truncated false "The second half of the response is missing.";
    TrailingByte false "There is a byte behind the response.";
    Empty false "The body is empty.";
    Unknown false "The status is *unknown*.";
    SignedByIssuer true "The authority signs itself, without a delegate.";
    DelegateWithP256 true "The responder has a P-256 key.";
    NamedByName true "The responder is named by its name.";
    Sha256Identifier true "The certificate is identified with SHA-256.";
    OtherStatusBeside true "The response also has the status of another certificate.";
    UncriticalExtension true "The response has an unknown extension that is not critical.";
    CurrentWithoutNextUpdate true "thisUpdate is now, and there is no nextUpdate.";
    WithinTolerance true "nextUpdate was four minutes ago.";
    OtherMediaType true "The media type of the answer is another one.";
}

impl StatusForm {
    /// The name, as in files.
    pub fn name(self) -> String {
        serde_json::to_value(self).ok().and_then(|v| v.as_str().map(str::to_string)).unwrap_or_default()
    }

    /// An honest response in this form. A response without a status, such as a refusal, stays as it is.
    pub fn of(self, honest: &[u8], pki: &JpkiPki, now: Timestamp) -> Vec<u8> {
        self.altered(honest, pki, now).unwrap_or_else(|_| refuse(Refusal::InternalError))
    }

    fn altered(self, honest: &[u8], pki: &JpkiPki, now: Timestamp) -> Result<Vec<u8>, PkiError> {
        match self {
            StatusForm::Unauthorized => return Ok(refuse(Refusal::Unauthorized)),
            StatusForm::InternalError => return Ok(refuse(Refusal::InternalError)),
            StatusForm::Truncated => return Ok(honest[..honest.len() / 2].to_vec()),
            StatusForm::TrailingByte => return Ok([honest, &[0]].concat()),
            StatusForm::Empty => return Ok(Vec::new()),
            StatusForm::OtherMediaType => return Ok(honest.to_vec()),
            _ => {}
        }
        let Some(bytes) = OcspResponse::from_der(honest)?.response_bytes else { return Ok(honest.to_vec()) };
        let mut basic = BasicOcspResponse::from_der(bytes.response.as_bytes())?;
        self.change(&mut basic.tbs_response_data, pki, now)?;
        self.sign(&mut basic, pki, now)?;
        let mut response_bytes = basic.to_response_bytes()?;
        if self == StatusForm::NotBasic {
            response_bytes = ResponseBytes { response_type: UNKNOWN, ..response_bytes };
        }
        Ok(OcspResponse { response_status: OcspResponseStatus::Successful, response_bytes: Some(response_bytes) }.to_der()?)
    }

    /// Changes what is under the signature.
    fn change(self, data: &mut ResponseData, pki: &JpkiPki, now: Timestamp) -> Result<(), PkiError> {
        let at = |minutes: i64| -> Result<_, PkiError> {
            times::to_ocsp(now.saturating_add(SignedDuration::from_mins(minutes)).unwrap_or(now))
        };
        // Minutes from now of thisUpdate and nextUpdate.
        let published = match self {
            StatusForm::FromTheFuture => Some((60, Some(75))),
            StatusForm::NextUpdatePassed => Some((-75, Some(-60))),
            StatusForm::NextUpdateMissing => Some((-60, None)),
            StatusForm::NextUpdateFirst => Some((0, Some(-1))),
            StatusForm::CurrentWithoutNextUpdate => Some((0, None)),
            StatusForm::WithinTolerance => Some((-19, Some(-4))),
            _ => None,
        };
        for single in &mut data.responses {
            if let Some((this, next)) = published {
                (single.this_update, single.next_update) = (at(this)?, next.map(at).transpose()?);
            }
        }
        if self == StatusForm::ProducedInTheFuture {
            data.produced_at = at(60)?;
        }
        self.change_statuses(data, pki)?;
        self.change_extensions(data)
    }

    fn change_statuses(self, data: &mut ResponseData, pki: &JpkiPki) -> Result<(), PkiError> {
        let Some(first) = data.responses.first().cloned() else { return Ok(()) };
        let mut other = first.clone();
        // One more than the last octet: the number stays one of eight octets.
        let mut serial = first.cert_id.serial_number.as_bytes().to_vec();
        if let Some(last) = serial.last_mut() {
            *last ^= 1;
        }
        other.cert_id.serial_number = SerialNumber::new(&serial)?;
        match self {
            StatusForm::OtherCertificate => data.responses = vec![other],
            StatusForm::OtherStatusBeside => data.responses.push(other),
            StatusForm::TwoStatuses => data.responses.push(first),
            StatusForm::Unknown => data.responses.iter_mut().for_each(|r| r.cert_status = WireStatus::unknown()),
            StatusForm::Sha256Identifier => {
                let issuer = pki.issuing(Purpose::Authentication).sha256();
                for single in &mut data.responses {
                    single.cert_id.hash_algorithm = AlgorithmIdentifierOwned { oid: SHA256, parameters: Some(Null.into()) };
                    single.cert_id.issuer_name_hash = OctetString::new(issuer.name)?;
                    single.cert_id.issuer_key_hash = OctetString::new(issuer.key)?;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn change_extensions(self, data: &mut ResponseData) -> Result<(), PkiError> {
        let mut all = data.response_extensions.take().unwrap_or_default();
        let nonce = all.iter().position(|e| e.extn_id == NONCE);
        match (self, nonce) {
            (StatusForm::NonceMissing, Some(at)) => drop(all.remove(at)),
            (StatusForm::NonceTwice, Some(at)) => all.push(all[at].clone()),
            (StatusForm::NonceWrong, Some(at)) => {
                let mut value = all[at].extn_value.as_bytes().to_vec();
                if let Some(last) = value.last_mut() {
                    *last ^= 1;
                }
                all[at].extn_value = OctetString::new(value)?;
            }
            (StatusForm::UnknownCriticalExtension | StatusForm::UncriticalExtension, _) => {
                let critical = self == StatusForm::UnknownCriticalExtension;
                all.push(Extension { extn_id: UNKNOWN, critical, extn_value: OctetString::new(Null.to_der()?)? });
            }
            _ => {}
        }
        data.response_extensions = (!all.is_empty()).then_some(all);
        Ok(())
    }

    /// Signs as the responder of this form.
    fn sign(self, basic: &mut BasicOcspResponse, pki: &JpkiPki, now: Timestamp) -> Result<(), PkiError> {
        let authority = pki.authority(Purpose::Authentication);
        match self {
            StatusForm::SignedByIssuer => {
                sign(basic, authority.signer(), &[])?;
            }
            StatusForm::DelegateOfAnotherAuthority => {
                let other = JpkiPki::foreign(&seed(), yesterday(now))?;
                sign(basic, other.responder().signer(), &[other.responder().certificate_der()])?;
            }
            StatusForm::NotDelegated => {
                let nobody = Authority::root(
                    &authority::AuthoritySpec {
                        name: responder_name(),
                        alternative_name: None,
                        serial: SERIAL,
                        validity: Validity::days(yesterday(now), 30),
                        path_length: None,
                    },
                    key()?,
                )?;
                sign(basic, nobody.signer(), &[nobody.certificate().der()])?;
            }
            StatusForm::DelegateExpired => {
                let began = now.saturating_sub(SignedDuration::from_hours(24 * 30)).unwrap_or(now);
                let expired = delegate(authority, Validity::days(began, 29))?;
                sign(basic, expired.signer(), &[expired.certificate_der()])?;
            }
            StatusForm::DelegateWithP256 => {
                let other = delegate(authority, Validity::days(yesterday(now), 30))?;
                sign(basic, other.signer(), &[other.certificate_der()])?;
            }
            StatusForm::DelegateWithoutPurpose => {
                let signer = KeySigner::new(key()?)?;
                let der = without_purpose(authority, &signer, now)?;
                sign(basic, &signer, &[&der])?;
            }
            _ => {
                let own = pki.responder();
                sign(basic, own.signer(), &[own.certificate_der()])?;
            }
        }
        self.finish(basic, pki)
    }

    /// Changes what is beside what is signed, and what only then is known.
    fn finish(self, basic: &mut BasicOcspResponse, pki: &JpkiPki) -> Result<(), PkiError> {
        let own = pki.responder();
        match self {
            StatusForm::WrongSignature => {
                let mut bytes = basic.signature.raw_bytes().to_vec();
                if let Some(last) = bytes.last_mut() {
                    *last ^= 1;
                }
                basic.signature = BitString::from_bytes(&bytes)?;
            }
            StatusForm::Sha1Signature => {
                let message = basic.tbs_response_data.to_der()?;
                basic.signature = BitString::from_bytes(&own.signer().sha1_signature(&message)?)?;
                basic.signature_algorithm = AlgorithmIdentifierOwned { oid: SHA1_WITH_RSA, parameters: Some(Null.into()) };
            }
            StatusForm::NamedByName => {
                let subject = Certificate::from_der(own.certificate_der())?.tbs_certificate.subject;
                basic.tbs_response_data.responder_id = ResponderId::ByName(subject);
                let signature = own.signer().signature(&basic.tbs_response_data.to_der()?)?;
                basic.signature = BitString::from_bytes(&signature)?;
            }
            _ => {}
        }
        Ok(())
    }
}

/// Names the signer by its key, signs, and encloses these certificates.
fn sign(basic: &mut BasicOcspResponse, signer: &KeySigner, certificates: &[&[u8]]) -> Result<(), PkiError> {
    basic.tbs_response_data.responder_id = ResponderId::ByKey(OctetString::new(signer.subject().key_id())?);
    basic.signature_algorithm = signature::algorithm(signer);
    basic.signature = BitString::from_bytes(&signer.signature(&basic.tbs_response_data.to_der()?)?)?;
    let enclosed: Vec<Certificate> = certificates.iter().map(|der| Certificate::from_der(der)).collect::<Result<_, _>>()?;
    basic.certs = (!enclosed.is_empty()).then_some(enclosed);
    Ok(())
}

/// From which the keys of these responders are drawn: the same in all runs, since they protect nothing.
fn seed() -> Seed {
    Seed::new(0, "ocsp-forms")
}

/// The clock of a system under test may be a little behind.
fn yesterday(now: Timestamp) -> Timestamp {
    now.saturating_sub(SignedDuration::from_hours(24)).unwrap_or(now)
}

fn key() -> Result<PKey<Private>, PkiError> {
    ec_key(&seed(), "responder")
}

fn responder_name() -> Dn {
    Dn::japan().organisation("SHIKAKU").common("OCSP responder of another form")
}

/// A responder with a P-256 key to which the authority has delegated.
fn delegate(authority: &Authority, validity: Validity) -> Result<Responder, PkiError> {
    let spec = ResponderSpec { name: responder_name(), serial: SERIAL, validity };
    Responder::delegated(authority, &spec, key()?, Schedule::JPKI)
}

/// A certificate of the authority for this key that does not permit OCSP signing.
fn without_purpose(authority: &Authority, signer: &KeySigner, now: Timestamp) -> Result<Vec<u8>, PkiError> {
    let mut params = authority::params(&responder_name(), SERIAL, Validity::days(yesterday(now), 30))?;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.custom_extensions =
        vec![authority.certificate().authority_key_id()?, extensions::subject_key_id(&signer.subject().key_id())?];
    authority.issue(&params, signer.subject())
}

#[cfg(test)]
mod tests {
    use super::super::{OcspError, Question, answer, read_answer, request};
    use super::*;
    use crate::pki::fixture::{SERIAL as CARD, now, pki};
    use crate::pki::status::CertStatus;
    use sim::terms::identifiers::CertificateSerial;

    /// What a correct client makes of a form.
    fn expected(form: StatusForm) -> Result<CertStatus, OcspError> {
        match form {
            StatusForm::WrongSignature => Err(OcspError::Tampered),
            StatusForm::Sha1Signature => Err(OcspError::Algorithm),
            StatusForm::DelegateOfAnotherAuthority | StatusForm::NotDelegated => Err(OcspError::ResponderUntrusted),
            StatusForm::DelegateExpired => Err(OcspError::ResponderNotInForce),
            StatusForm::DelegateWithoutPurpose => Err(OcspError::ResponderNotDelegated),
            StatusForm::NonceMissing => Err(OcspError::NonceMissing),
            StatusForm::NonceWrong | StatusForm::NonceTwice => Err(OcspError::NonceWrong),
            StatusForm::OtherCertificate => Err(OcspError::WrongCertificate),
            StatusForm::TwoStatuses => Err(OcspError::Ambiguous),
            StatusForm::UnknownCriticalExtension => Err(OcspError::UnknownCriticalExtension),
            StatusForm::FromTheFuture | StatusForm::ProducedInTheFuture => Err(OcspError::NotYetValid),
            StatusForm::NextUpdatePassed | StatusForm::NextUpdateMissing => Err(OcspError::Stale),
            StatusForm::NextUpdateFirst => Err(OcspError::Times),
            StatusForm::NotBasic => Err(OcspError::WrongKind),
            StatusForm::Unauthorized => Err(OcspError::Refused(OcspResponseStatus::Unauthorized)),
            StatusForm::InternalError => Err(OcspError::Refused(OcspResponseStatus::InternalError)),
            StatusForm::Truncated | StatusForm::TrailingByte | StatusForm::Empty => Err(OcspError::Unreadable),
            StatusForm::Unknown => Ok(CertStatus::Unknown),
            _ => Ok(CertStatus::Good),
        }
    }

    #[test]
    fn a_correct_client_uses_the_usable_forms_alone_and_refuses_each_other_for_its_own_reason() {
        let pki = pki();
        let question = Question::new(pki.issuing(Purpose::Authentication), CertificateSerial(CARD), Some(&[7; 16]));
        let honest = answer(&request(&question).unwrap(), now(), &|_| CertStatus::Good, pki.responder());
        for form in StatusForm::ALL {
            let altered = form.of(&honest, &pki, now());
            assert_eq!(altered == honest, *form == StatusForm::OtherMediaType, "{form:?} changes nothing");
            let found = read_answer(&altered, &question, now());
            assert_eq!(found, expected(*form), "{form:?}");
            assert_eq!(found == Ok(CertStatus::Good), form.is_usable(), "{form:?}");
        }
    }
}
