//! The ground truth of a run, independent of what the parties report: the judge compares journals with it.

mod document;

pub use document::{GroundError, SCHEMA, json_schema};

use crate::identifiers::{CertificateSerial, FacilityNumber, InstitutionCode, InsurerNumber, MedicalNumber};
use crate::messages::FIELD_MEDICAL_INSURANCE;
use crate::people::{InsurancePeriod, Person};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The people of a run with what only the authorities know of them, and the facilities as the authorities know them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ground {
    /// The instant at which the run's time is zero.
    pub epoch: Timestamp,
    /// By index.
    pub people: Vec<GroundPerson>,
    /// 保険医療機関・薬局 of the run.
    pub facilities: Vec<GroundFacility>,
    /// The reports of cancer cases, in the order of their numbers. Empty in runs without a cancer registry.
    pub reports: Vec<GroundReport>,
    /// How often JPKI and the insurers ask the number authority again for codes, in nanoseconds; `None` if codes do not change in the
    /// run.
    pub codes_asked_every_ns: Option<u64>,
}

/// A report of a cancer case, and whose it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "Report")]
pub struct GroundReport {
    /// The facility's number, a hyphen, and the running number of the report there.
    pub number: String,
    /// The person's index.
    pub person: u64,
}

/// One person of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroundPerson {
    pub person: Person,
    /// The first code in the field of medical insurance; `None` for a person who never opted in, before the run or in it.
    pub institution_code: Option<InstitutionCode>,
    /// The visible medical number; `None` in designs that issue none.
    pub medical_number: Option<MedicalNumber>,
    /// The codes in other fields, by the name of the field. Empty for a person who did not opt in.
    pub other_codes: BTreeMap<String, InstitutionCode>,
    /// The codes that replaced others during the run, by the name of the field, oldest first. Empty for nearly everybody.
    pub reissued_codes: BTreeMap<String, Vec<InstitutionCode>>,
    /// The code under which the research field would know the person.
    pub research_code: Option<InstitutionCode>,
    /// The tokens in the facilities' own charts of the person; empty where no chart is kept.
    pub chart_tokens: Vec<String>,
    /// What the insurers had registered under the person's My Number, from when on, oldest first and the first from the start of the
    /// run. Empty if that was `person.insurance` all the time.
    pub registered: Vec<Registered>,
    /// 利用者証明用電子証明書 as JPKI issued them to this person, oldest first.
    pub certificates: Vec<IssuedCertificate>,
}

/// What the insurers have registered of a person from some moment on. It can be wrong, late, or another person's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Registered {
    /// In nanoseconds of the run.
    pub from_ns: u64,
    /// In the order of their first days.
    pub periods: Vec<InsurancePeriod>,
}

impl Ground {
    /// The insurers that insure somebody of the run, now or before.
    pub fn insurers(&self) -> BTreeSet<&InsurerNumber> {
        self.people.iter().flat_map(|p| p.person.insurance.iter().map(|period| &period.insured.insurer)).collect()
    }
}

impl GroundPerson {
    /// All codes of the person in the field of medical insurance, oldest first.
    pub fn insurance_codes(&self) -> impl Iterator<Item = &InstitutionCode> {
        self.institution_code.iter().chain(self.reissued_codes.get(FIELD_MEDICAL_INSURANCE).into_iter().flatten())
    }

    /// A person about whom nothing else is known.
    pub fn new(person: Person, institution_code: Option<InstitutionCode>) -> Self {
        GroundPerson {
            person,
            institution_code,
            medical_number: None,
            other_codes: BTreeMap::new(),
            reissued_codes: BTreeMap::new(),
            research_code: None,
            chart_tokens: Vec::new(),
            registered: Vec::new(),
            certificates: Vec::new(),
        }
    }

    /// What the insurers had registered, from when on in nanoseconds of the run. Never empty.
    pub fn versions(&self) -> Vec<(u64, &[InsurancePeriod])> {
        match self.registered.as_slice() {
            [] => vec![(0, self.person.insurance.as_slice())],
            all => all.iter().map(|r| (r.from_ns, r.periods.as_slice())).collect(),
        }
    }
}

/// A certificate as JPKI issued it, before any change.
#[derive(Clone, PartialEq, Eq)]
pub struct IssuedCertificate {
    pub serial: CertificateSerial,
    pub der: Vec<u8>,
    pub not_before: Timestamp,
    pub not_after: Timestamp,
}

impl std::fmt::Debug for IssuedCertificate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("IssuedCertificate(…)")
    }
}

/// A facility of a run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "Facility")]
pub struct GroundFacility {
    /// Its name in the journal.
    pub host: String,
    /// 医療機関コード.
    pub number: FacilityNumber,
    /// 指定を受けているか.
    pub licensed: bool,
}
