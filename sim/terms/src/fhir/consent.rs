//! 医療等分野の符号の利用の申出と撤回: a person's wish to have a code, as a municipality passes it on.

use super::datatypes::{CodeableConcept, Identifier, Reference};
use super::error::FhirError;
use super::names;
use super::primitives::{instant, instant_text};
use super::profile::Profile;
use super::resources::{Consent, Resource};
use crate::identifiers::ResidentCode;
use jiff::Timestamp;

/// What a person said at a municipality's counter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CodeConsent {
    /// Counts the municipality's requests about codes from 1: the next one, or the last one again if its answer was lost.
    pub request: u64,
    /// 住民票コード. No code for medical use: the municipality knows none.
    pub resident: ResidentCode,
    /// When the person said so.
    pub created: Timestamp,
    /// Whether the person asks for a code, or gives it up.
    pub given: bool,
}

/// The states of a consent (FHIR R4, consent-state-codes).
const GIVEN: &str = "active";
const WITHDRAWN: &str = "inactive";

impl Profile for CodeConsent {
    type Resource = Consent;

    fn to_resource(&self) -> Consent {
        Consent {
            resource_type: Consent::TYPE.to_string(),
            identifier: vec![Identifier::new(names::CODE_REQUEST, &self.request.to_string())],
            status: if self.given { GIVEN } else { WITHDRAWN }.to_string(),
            scope: CodeableConcept::new(names::CONSENT_SCOPE, names::PATIENT_PRIVACY),
            category: vec![CodeableConcept::new(names::LOINC, names::PATIENT_CONSENT)],
            patient: Reference::known_as("Patient", Identifier::new(names::RESIDENT_CODE, self.resident.reveal())),
            date_time: instant_text(self.created),
            policy_rule: CodeableConcept::new(names::CONSENT_POLICY, names::CODE_FOR_MEDICAL_USE),
        }
    }

    fn keep_varying_texts(meant: &mut Consent, read: Consent) {
        meant.date_time = read.date_time;
    }

    fn from_resource(consent: &Consent) -> Result<Self, FhirError> {
        // The comparison afterwards rejects a number with a sign or leading zeros.
        let request = consent.identifier.first().and_then(|i| i.value.parse().ok()).filter(|n| *n > 0);
        let resident = consent.patient.identifier.as_ref().and_then(|i| ResidentCode::new(&i.value).ok());
        Ok(CodeConsent {
            request: request.ok_or_else(|| FhirError::wrong("identifier[0].value", "is not a number from 1"))?,
            resident: resident.ok_or_else(|| FhirError::wrong("patient.identifier", "is not a resident code"))?,
            created: instant(&consent.date_time, "dateTime")?,
            given: consent.status == GIVEN,
        })
    }
}
