//! The ground truth of a run, independent of what the parties report: the judge compares journals with it.

mod document;

pub use document::{GroundError, SCHEMA, json_schema};

use crate::identifiers::{CertificateSerial, FacilityNumber, InstitutionCode, InsurerNumber};
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
}

/// One person of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroundPerson {
    pub person: Person,
    /// The code in the field of medical insurance; `None` for a person who did not opt in.
    pub institution_code: Option<InstitutionCode>,
    /// The codes in other fields, by the name of the field. Empty for a person who did not opt in.
    pub other_codes: BTreeMap<String, InstitutionCode>,
    /// The code under which the research field would know the person.
    pub research_code: Option<InstitutionCode>,
    /// The tokens in the facilities' own charts of the person; empty where no chart is kept.
    pub chart_tokens: Vec<String>,
    /// The insurance periods that the insurers knew before they learnt of a change during the run, and when they learnt of it, in
    /// nanoseconds of the run. `person` has what they know afterwards.
    pub insured_before: Option<(u64, Vec<InsurancePeriod>)>,
    /// 利用者証明用電子証明書 as JPKI issued them to this person, oldest first.
    pub certificates: Vec<IssuedCertificate>,
}

impl Ground {
    /// The insurers that insure somebody of the run, now or before.
    pub fn insurers(&self) -> BTreeSet<&InsurerNumber> {
        self.people.iter().flat_map(|p| p.person.insurance.iter().map(|period| &period.insured.insurer)).collect()
    }
}

impl GroundPerson {
    /// A person about whom nothing else is known.
    pub fn new(person: Person, institution_code: Option<InstitutionCode>) -> Self {
        GroundPerson {
            person,
            institution_code,
            other_codes: BTreeMap::new(),
            research_code: None,
            chart_tokens: Vec::new(),
            insured_before: None,
            certificates: Vec::new(),
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
