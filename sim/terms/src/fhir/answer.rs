//! ⑥ 資格情報の応答, as a `CoverageEligibilityResponse`.

use super::datatypes::{Extension, Identifier, Reference};
use super::error::FhirError;
use super::insured::{Terms, coverage, extension, insured, insurer_identifier, insurer_number, payor};
use super::names;
use super::primitives::{date, instant, instant_text, line};
use super::profile::Profile;
use super::question::check_id;
use super::resources::{Coverage, CoverageEligibilityResponse, InsuranceAnswered, Organization, Resource, raw};
use super::strict::{self, Contained, INSURERS, PATIENT, below};
use crate::check::CheckId;
use crate::coverage::{Relationship, Validity};
use crate::identifiers::InsuredIdentifier;
use crate::outcome::OutcomeCode;
use jiff::{Timestamp, civil::Date};

/// One coverage of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CoverageAnswer {
    pub insured: InsuredIdentifier,
    /// 保険者名称. One line of text.
    pub insurer_name: String,
    /// Whether it is in force on the day asked about.
    pub in_force: bool,
    /// 資格取得年月日: the first day in force.
    pub since: Date,
    /// The last day in force, if it is known. 資格喪失年月日 is the day after.
    pub until: Option<Date>,
    /// 一部負担金割合, in per cent of the cost: 0 to 100. `None` if the insurer does not state it.
    pub copayment_percent: Option<u8>,
    pub relationship: Relationship,
}

/// What the insurers' data say about the person on the day. ⑥.
///
/// An answer of *in force* has a coverage in force, and an answer of *not insured* or *ended* has none. Whether the periods fit the
/// day is not checked here: the facility must detect it if they do not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EligibilityAnswer {
    /// The check that this answers.
    pub check: CheckId,
    /// The day asked about, in Japan.
    pub day: Date,
    pub created: Timestamp,
    pub validity: Validity,
    /// None where the person is not insured and no coverage was asked about.
    pub coverages: Vec<CoverageAnswer>,
}

impl Profile for EligibilityAnswer {
    type Resource = CoverageEligibilityResponse;

    fn to_resource(&self) -> CoverageEligibilityResponse {
        let outcome = self.validity.outcome();
        let mut contained = strict::patient_and_insurers();
        let mut insurance = Vec::new();
        for (n, answered) in (1..).zip(&self.coverages) {
            let (coverage_id, insurer_id) = (format!("coverage-{n}"), format!("insurer-{n}"));
            contained.push(raw(&Organization {
                resource_type: Organization::TYPE.to_string(),
                id: insurer_id.clone(),
                identifier: vec![insurer_identifier(&answered.insured.insurer)],
                name: answered.insurer_name.clone(),
            }));
            let mut coverage = coverage(&answered.insured, Reference::contained(PATIENT), Reference::contained(&insurer_id));
            coverage.id = Some(coverage_id.clone());
            answered.terms().write(&mut coverage);
            contained.push(raw(&coverage));
            insurance.push(InsuranceAnswered {
                coverage: Reference::contained(&coverage_id),
                inforce: answered.in_force,
                benefit_period: answered.terms().period(),
            });
        }
        CoverageEligibilityResponse {
            resource_type: CoverageEligibilityResponse::TYPE.to_string(),
            contained,
            extension: vec![Extension::code(names::OUTCOME_CODE, outcome.code())],
            status: "active".to_string(),
            purpose: vec!["validation".to_string()],
            patient: Reference::contained(PATIENT),
            serviced_date: self.day.to_string(),
            created: instant_text(self.created),
            request: Reference::known_as("CoverageEligibilityRequest", Identifier::new(names::CHECK_ID, self.check.as_str())),
            outcome: "complete".to_string(),
            disposition: outcome.text_ja().to_string(),
            insurer: Reference::contained(INSURERS),
            insurance,
        }
    }

    fn keep_varying_texts(meant: &mut CoverageEligibilityResponse, read: CoverageEligibilityResponse) {
        meant.created = read.created;
        meant.disposition = read.disposition;
    }

    fn from_resource(response: &CoverageEligibilityResponse) -> Result<Self, FhirError> {
        let contained = Contained::of(&response.contained)?;
        strict::read_patient_and_insurers(&contained)?;
        line(&response.disposition, "disposition")?;
        let code = extension(&response.extension, names::OUTCOME_CODE).and_then(|e| e.value_code.as_deref());
        let validity = code
            .and_then(OutcomeCode::parse)
            .and_then(Validity::from_outcome)
            .ok_or_else(|| FhirError::wrong("extension(outcome-code)", "is not the outcome of an answer"))?;
        let mut coverages = Vec::new();
        for (i, answered) in response.insurance.iter().enumerate() {
            coverages.push(CoverageAnswer::read(answered, &contained, &format!("insurance[{i}]"))?);
        }
        let in_force = coverages.iter().any(|c| c.in_force);
        let fits = match validity {
            Validity::InForce => in_force,
            Validity::NotInsured => !in_force,
            Validity::Ended => !in_force && !coverages.is_empty(),
            Validity::InsuredElsewhere => true,
        };
        if !fits {
            return Err(FhirError::wrong("insurance", "contradicts the outcome"));
        }
        Ok(EligibilityAnswer {
            check: check_id(response.request.identifier.as_ref(), "request.identifier")?,
            day: date(&response.serviced_date, "servicedDate")?,
            created: instant(&response.created, "created")?,
            validity,
            coverages,
        })
    }
}

impl CoverageAnswer {
    fn terms(&self) -> Terms {
        let CoverageAnswer { since, until, copayment_percent, relationship, .. } = *self;
        Terms { since, until, copayment_percent, relationship }
    }

    fn read(answered: &InsuranceAnswered, contained: &Contained<'_>, at: &str) -> Result<Self, FhirError> {
        let reference = answered.coverage.reference.as_deref();
        let (coverage, at) = contained.read::<Coverage>(reference, &below(at, "coverage"))?;
        let payor = payor(&coverage, &at)?.reference.as_deref();
        let (insurer, insurer_at) = contained.read::<Organization>(payor, &below(&at, "payor[0]"))?;
        let number = insurer_number(insurer.identifier.first(), &insurer_at)?;
        let Terms { since, until, copayment_percent, relationship } = Terms::read(&coverage, &at)?;
        Ok(CoverageAnswer {
            insured: insured(&coverage, number, &at)?,
            insurer_name: line(&insurer.name, &below(&insurer_at, "name"))?,
            in_force: answered.inforce,
            since,
            until,
            copayment_percent,
            relationship,
        })
    }
}
