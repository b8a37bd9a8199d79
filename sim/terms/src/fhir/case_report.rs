//! がん届出: a facility's report of a cancer case to the registry, as a `Bundle` of a `Patient` and a `Condition`.

use super::datatypes::{CodeableConcept, Extension, Identifier, Reference};
use super::error::FhirError;
use super::names;
use super::primitives::{date, instant, instant_text, line};
use super::profile::Profile;
use super::resources::Resource;
use crate::identifiers::FacilityNumber;
use crate::people::{Name, Sex};
use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

/// One version of a report. A correction has all data again, a withdrawal too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseReport {
    pub facility: FacilityNumber,
    /// Counts the facility's reports from 1.
    pub running: u64,
    /// From 1; a correction or a withdrawal is the next one.
    pub version: u32,
    pub status: CaseStatus,
    pub created: Timestamp,
    pub person: ReportedPerson,
    /// The facility's own mark of its chart of the person.
    pub chart: String,
    /// The site of the tumour: a topography code of ICD-O-3.
    pub site: String,
    /// The day of the diagnosis.
    pub diagnosed: Date,
}

/// The person as the facility knows them: there may be errors in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReportedPerson {
    pub name: Name,
    pub birth: Date,
    pub sex: Sex,
    pub address: ReportedAddress,
}

/// 住所, without the code of the municipality: a facility writes down what the person says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReportedAddress {
    pub prefecture: String,
    pub municipality: String,
    pub rest: String,
}

/// Whether a report is valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaseStatus {
    Confirmed,
    /// The report is taken back: there is no such case.
    Withdrawn,
}

impl CaseStatus {
    /// The code of `condition-ver-status`.
    fn code(self) -> &'static str {
        match self {
            CaseStatus::Confirmed => "confirmed",
            CaseStatus::Withdrawn => "entered-in-error",
        }
    }
}

impl CaseReport {
    /// 届出の番号: the facility's number, and the running number of the report.
    pub fn number(&self) -> String {
        format!("{}-{}", self.facility.reveal(), self.running)
    }
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct CaseBundle {
    pub resource_type: String,
    pub meta: VersionMeta,
    pub identifier: Identifier,
    #[serde(rename = "type")]
    pub kind: String,
    pub timestamp: String,
    pub entry: (CaseEntry<ReportedPatient>, CaseEntry<Condition>),
}

impl Resource for CaseBundle {
    const TYPE: &'static str = "Bundle";

    fn resource_type(&self) -> &str {
        &self.resource_type
    }
}

/// FHIR R4 `Meta` with a version alone.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct VersionMeta {
    pub version_id: String,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseEntry<R> {
    pub resource: R,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct ReportedPatient {
    pub resource_type: String,
    pub id: String,
    pub identifier: Vec<Identifier>,
    pub name: Vec<HumanName>,
    pub gender: String,
    pub birth_date: String,
    pub address: Vec<Address>,
    pub managing_organization: Reference,
}

/// FHIR R4 `HumanName`.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct HumanName {
    pub extension: Vec<Extension>,
    pub family: String,
    pub given: Vec<String>,
}

/// FHIR R4 `Address`.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Address {
    pub line: Vec<String>,
    pub city: String,
    pub state: String,
}

#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub struct Condition {
    pub resource_type: String,
    pub verification_status: CodeableConcept,
    pub code: CodeableConcept,
    pub subject: Reference,
    pub recorded_date: String,
}

const PATIENT: &str = "patient";
/// FHIR R4 `administrative-gender`.
const GENDERS: [(Sex, &str); 3] = [(Sex::Male, "male"), (Sex::Female, "female"), (Sex::Other, "other")];

impl Profile for CaseReport {
    type Resource = CaseBundle;

    fn to_resource(&self) -> CaseBundle {
        CaseBundle {
            resource_type: CaseBundle::TYPE.to_string(),
            meta: VersionMeta { version_id: self.version.to_string() },
            identifier: Identifier::new(names::CANCER_REPORT, &self.number()),
            kind: "collection".to_string(),
            timestamp: instant_text(self.created),
            entry: (CaseEntry { resource: self.patient() }, CaseEntry { resource: self.condition() }),
        }
    }

    fn keep_varying_texts(meant: &mut CaseBundle, read: CaseBundle) {
        meant.timestamp = read.timestamp;
    }

    fn from_resource(bundle: &CaseBundle) -> Result<Self, FhirError> {
        let number = bundle.identifier.value.split_once('-');
        let number = number.and_then(|(facility, running)| Some((FacilityNumber::new(facility).ok()?, running.parse().ok()?)));
        let (facility, running) =
            number.ok_or_else(|| FhirError::wrong("identifier.value", "is not a facility number, a hyphen and a number"))?;
        let version = bundle.meta.version_id.parse().ok().filter(|version| *version > 0);
        let version = version.ok_or_else(|| FhirError::wrong("meta.versionId", "is not a number from 1"))?;
        let (patient, condition) = (&bundle.entry.0.resource, &bundle.entry.1.resource);
        let code = |concept: &CodeableConcept, at: &str| {
            let coding = concept.coding.first().ok_or_else(|| FhirError::missing(at, "coding"))?;
            line(&coding.code, at)
        };
        let status = code(&condition.verification_status, "entry[1].resource.verificationStatus")?;
        let status = [CaseStatus::Confirmed, CaseStatus::Withdrawn].into_iter().find(|s| s.code() == status);
        let chart = patient.identifier.first().map(|i| line(&i.value, "entry[0].resource.identifier"));
        Ok(CaseReport {
            facility,
            running,
            version,
            status: status
                .ok_or_else(|| FhirError::wrong("entry[1].resource.verificationStatus", "is neither of the two codes"))?,
            created: instant(&bundle.timestamp, "timestamp")?,
            person: person(patient)?,
            chart: chart.ok_or_else(|| FhirError::missing("entry[0].resource", "identifier"))??,
            site: code(&condition.code, "entry[1].resource.code")?,
            diagnosed: date(&condition.recorded_date, "entry[1].resource.recordedDate")?,
        })
    }
}

impl CaseReport {
    fn patient(&self) -> ReportedPatient {
        let ReportedPerson { name, birth, sex, address } = &self.person;
        let written = |code: &str, family: &str, given: &str| HumanName {
            extension: vec![Extension::code(names::NAME_REPRESENTATION, code)],
            family: family.to_string(),
            given: vec![given.to_string()],
        };
        let facility = Identifier::new(names::FACILITY_NUMBER, self.facility.reveal());
        ReportedPatient {
            resource_type: "Patient".to_string(),
            id: PATIENT.to_string(),
            identifier: vec![Identifier::new(names::CHART, &self.chart)],
            name: vec![written("IDE", &name.family, &name.given), written("SYL", &name.family_kana, &name.given_kana)],
            gender: GENDERS.iter().find(|(s, _)| s == sex).map(|(_, code)| (*code).to_string()).unwrap_or_default(),
            birth_date: birth.to_string(),
            address: vec![Address {
                line: vec![address.rest.clone()],
                city: address.municipality.clone(),
                state: address.prefecture.clone(),
            }],
            managing_organization: Reference::known_as("Organization", facility),
        }
    }

    fn condition(&self) -> Condition {
        Condition {
            resource_type: "Condition".to_string(),
            verification_status: CodeableConcept::new(names::VERIFICATION, self.status.code()),
            code: CodeableConcept::new(names::ICD_O_3, &self.site),
            subject: Reference::contained(PATIENT),
            recorded_date: self.diagnosed.to_string(),
        }
    }
}

fn person(patient: &ReportedPatient) -> Result<ReportedPerson, FhirError> {
    let at = "entry[0].resource";
    let [ide, syl] = patient.name.as_slice() else { return Err(FhirError::wrong(format!("{at}.name"), "are not two names")) };
    let text = |text: &str, field: &str| line(text, &format!("{at}.{field}"));
    let given = |name: &HumanName| text(name.given.first().map(String::as_str).unwrap_or_default(), "name.given");
    let address = patient.address.first().ok_or_else(|| FhirError::missing(at, "address"))?;
    let sex = GENDERS.iter().find(|(_, code)| *code == patient.gender).map(|(sex, _)| *sex);
    Ok(ReportedPerson {
        name: Name {
            family: text(&ide.family, "name.family")?,
            given: given(ide)?,
            family_kana: text(&syl.family, "name.family")?,
            given_kana: given(syl)?,
        },
        birth: date(&patient.birth_date, &format!("{at}.birthDate"))?,
        sex: sex.ok_or_else(|| FhirError::wrong(format!("{at}.gender"), "is not one of the codes"))?,
        address: ReportedAddress {
            prefecture: text(&address.state, "address.state")?,
            municipality: text(&address.city, "address.city")?,
            rest: text(address.line.first().map(String::as_str).unwrap_or_default(), "address.line")?,
        },
    })
}
