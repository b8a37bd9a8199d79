//! ④ 資格情報の要求, as a `CoverageEligibilityRequest`.

use super::datatypes::{Extension, Identifier, Reference};
use super::error::FhirError;
use super::insured::{coverage, extension, insured, insurer_number, insurer_reference, payor};
use super::names;
use super::primitives::{binary, date, instant, instant_text};
use super::profile::Profile;
use super::resources::{Coverage, CoverageEligibilityRequest, InsuranceAsked, Resource, raw};
use super::strict::{self, Contained, INSURERS, PATIENT, below};
use crate::check::CheckId;
use crate::identifiers::{FacilityNumber, InsuredIdentifier, MedicalNumber, MyNumber, PresentedNumber};
use jiff::{Timestamp, civil::Date};
use std::fmt;

/// A challenge that the broker issued, and the card's signature over the message with this challenge.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedChallenge {
    /// At least one byte.
    pub challenge: Vec<u8>,
    /// At least one byte.
    pub signature: Vec<u8>,
}

impl fmt::Debug for SignedChallenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SignedChallenge(…)")
    }
}

/// Is the person with this certificate, or with this number, insured on this day? ④.
#[derive(Clone, PartialEq, Eq)]
pub struct EligibilityQuestion {
    pub check: CheckId,
    pub facility: FacilityNumber,
    /// The day asked about, in Japan.
    pub day: Date,
    pub created: Timestamp,
    /// 利用者証明用電子証明書, as read from the card (DER; not parsed here). At least one byte; empty if a number is presented.
    pub certificate: Vec<u8>,
    /// The number that is presented in place of a certificate, in the designs that do so.
    pub number: Option<PresentedNumber>,
    pub signed_challenge: Option<SignedChallenge>,
    /// The coverage that the facility has on record, if it asks whether *this one* is still in force.
    pub on_record: Option<InsuredIdentifier>,
}

/// Without the certificate, whose bytes identify a person.
impl fmt::Debug for EligibilityQuestion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EligibilityQuestion")
            .field("check", &self.check)
            .field("facility", &self.facility)
            .field("day", &self.day)
            .field("created", &self.created)
            .field("signed_challenge", &self.signed_challenge)
            .field("on_record", &self.on_record)
            .finish_non_exhaustive()
    }
}

const ON_RECORD: &str = "coverage-1";

impl Profile for EligibilityQuestion {
    type Resource = CoverageEligibilityRequest;

    fn to_resource(&self) -> CoverageEligibilityRequest {
        let mut contained = strict::patient_and_insurers();
        let mut insurance = Vec::new();
        if let Some(on_record) = &self.on_record {
            let mut asked = coverage(on_record, Reference::contained(PATIENT), insurer_reference(&on_record.insurer));
            asked.id = Some(ON_RECORD.to_string());
            contained.push(raw(&asked));
            insurance.push(InsuranceAsked { coverage: Reference::contained(ON_RECORD) });
        }
        let mut extension = vec![match &self.number {
            None => Extension::binary(names::AUTHENTICATION_CERTIFICATE, &self.certificate),
            Some(PresentedNumber::Medical(number)) => Extension::string(names::MEDICAL_NUMBER, number.reveal()),
            Some(PresentedNumber::MyNumber(number)) => Extension::string(names::MY_NUMBER, number.reveal()),
        }];
        if let Some(SignedChallenge { challenge, signature }) = &self.signed_challenge {
            let inner = vec![Extension::binary(names::CHALLENGE, challenge), Extension::binary(names::SIGNATURE, signature)];
            extension.push(Extension::nested(names::SIGNED_CHALLENGE, inner));
        }
        CoverageEligibilityRequest {
            resource_type: CoverageEligibilityRequest::TYPE.to_string(),
            contained,
            extension,
            identifier: vec![Identifier::new(names::CHECK_ID, self.check.as_str())],
            status: "active".to_string(),
            purpose: vec!["validation".to_string()],
            patient: Reference::contained(PATIENT),
            serviced_date: self.day.to_string(),
            created: instant_text(self.created),
            provider: Reference::known_as("Organization", Identifier::new(names::FACILITY_NUMBER, self.facility.reveal())),
            insurer: Reference::contained(INSURERS),
            insurance,
        }
    }

    fn keep_varying_texts(meant: &mut CoverageEligibilityRequest, read: CoverageEligibilityRequest) {
        meant.created = read.created;
    }

    fn from_resource(request: &CoverageEligibilityRequest) -> Result<Self, FhirError> {
        let contained = Contained::of(&request.contained)?;
        strict::read_patient_and_insurers(&contained)?;
        let signed_challenge = match extension(&request.extension, names::SIGNED_CHALLENGE) {
            Some(signed) => Some(SignedChallenge {
                challenge: bytes(&signed.extension, names::CHALLENGE)?,
                signature: bytes(&signed.extension, names::SIGNATURE)?,
            }),
            None => None,
        };
        let on_record = match request.insurance.first() {
            Some(asked) => {
                let reference = asked.coverage.reference.as_deref();
                let (coverage, at) = contained.read::<Coverage>(reference, "insurance[0].coverage")?;
                let payor = payor(&coverage, &at)?;
                let insurer = insurer_number(payor.identifier.as_ref(), &below(&at, "payor[0]"))?;
                Some(insured(&coverage, insurer, &at)?)
            }
            None => None,
        };
        let number = presented_number(&request.extension)?;
        let certificate = match number {
            // What it means to present both is not defined.
            Some(_) if extension(&request.extension, names::AUTHENTICATION_CERTIFICATE).is_some() => {
                return Err(FhirError::wrong("extension(authentication-certificate)", "is beside a number"));
            }
            Some(_) => Vec::new(),
            None => bytes(&request.extension, names::AUTHENTICATION_CERTIFICATE)?,
        };
        Ok(EligibilityQuestion {
            check: check_id(request.identifier.first(), "identifier[0]")?,
            facility: facility(request.provider.identifier.as_ref())?,
            day: date(&request.serviced_date, "servicedDate")?,
            created: instant(&request.created, "created")?,
            certificate,
            number,
            signed_challenge,
            on_record,
        })
    }
}

pub(super) fn check_id(identifier: Option<&Identifier>, at: &str) -> Result<CheckId, FhirError> {
    let check = identifier.and_then(|i| CheckId::parse(&i.value));
    check.ok_or_else(|| FhirError::wrong(at, "is not the id of a check"))
}

fn facility(identifier: Option<&Identifier>) -> Result<FacilityNumber, FhirError> {
    let number = identifier.and_then(|i| FacilityNumber::new(&i.value).ok());
    number.ok_or_else(|| FhirError::wrong("provider.identifier", "is not a facility number"))
}

/// The number that is presented, if one is.
fn presented_number(list: &[Extension]) -> Result<Option<PresentedNumber>, FhirError> {
    let text = |url: &str| extension(list, url).map(|found| found.value_string.clone().unwrap_or_default());
    let wrong = |name: &str| FhirError::wrong(format!("extension({name})"), "is not a number of its kind");
    match (text(names::MEDICAL_NUMBER), text(names::MY_NUMBER)) {
        (None, None) => Ok(None),
        (Some(text), None) => {
            MedicalNumber::new(&text).map(|n| Some(PresentedNumber::Medical(n))).map_err(|_| wrong("medical-number"))
        }
        (None, Some(text)) => MyNumber::new(&text).map(|n| Some(PresentedNumber::MyNumber(n))).map_err(|_| wrong("my-number")),
        (Some(_), Some(_)) => Err(FhirError::wrong("extension(my-number)", "is beside another number")),
    }
}

fn bytes(list: &[Extension], url: &str) -> Result<Vec<u8>, FhirError> {
    let short = url.rsplit('/').next().unwrap_or(url);
    let at = format!("extension({short})");
    let found = extension(list, url).ok_or_else(|| FhirError::wrong(at.as_str(), "is missing"))?;
    binary(found.value_base64_binary.as_deref().unwrap_or_default(), &at)
}
