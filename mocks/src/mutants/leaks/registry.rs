//! Leaks at the cancer registry: a place is a behaviour, a leak is a row.

use super::super::kit::Encoding::*;
use super::super::kit::LeakedClass::*;
use super::super::kit::{LeakPlace, Leaking, MutantDescription, Of, VISIBLE_NUMBER};
use crate::behaviour::Dishonest;
use crate::roles::registry::behaviour::RegistryBehaviour;
use sim::terms::fhir::CaseReport;
use std::rc::Rc;

#[rustfmt::skip]
pub(in crate::mutants) const LEAKS: &[MutantDescription] = &[
    MutantDescription::leak("registry-shows-my-number", MyNumber, &REGISTRY_RECORD, Plain, "the cancer registry keeps My Number in a store of its own", &["NVN-090/found"]),
    MutantDescription::leak("registry-shows-resident-code", ResidentCode, &REGISTRY_LOG, FullWidth, "the cancer registry logs a resident code in full-width digits", &["NVN-091/found"]),
    MutantDescription::leak("registry-shows-other-institution-code", OtherInstitutionCode, &REGISTRY_RECORD, Plain, "the cancer registry keeps the exchange's code", &["NVN-092/found"]),
    MutantDescription::leak("registry-shows-code-of-medical-insurance", InstitutionCode, &REGISTRY_LOG, Plain, "the cancer registry logs the code of medical insurance, which is not its own", &["NVN-092/found"]),
    MutantDescription::leak("registry-shows-certificate", Certificate, &REGISTRY_RECORD, Base64, "the cancer registry keeps a certificate", &["NVN-093/found"]),
    MutantDescription::leak("registry-shows-insured-identifier", InsuredIdentifier, &REGISTRY_LOG, Plain, "the cancer registry logs the insured identifier", &["NVN-094/found"]),
    MutantDescription::leak("registry-shows-eligibility", EligibilityJson, &REGISTRY_RECORD, Plain, "the cancer registry keeps the eligibility", &["NVN-095/found"]),
    MutantDescription::leak("registry-shows-research-code", ResearchCode, &REGISTRY_LOG, Plain, "the cancer registry logs the research code", &["NVN-096/found"]),
    MutantDescription::leak("registry-shows-medical-number", MedicalNumber, &REGISTRY_LOG, Plain, "the cancer registry logs the visible medical number", &["NVN-097/found"]).in_design(VISIBLE_NUMBER),
];

/// The scenario in which something passes through these places.
const MORNING: &str = "cancer-registry-morning";

/// The registry's log.
const REGISTRY_LOG: LeakPlace = LeakPlace {
    name: "registry-log",
    scenario: MORNING,
    discloses: |leaking| Dishonest::one::<dyn RegistryBehaviour>(Rc::new(InRegistryLog(leaking))),
};

struct InRegistryLog(Leaking);

impl RegistryBehaviour for InRegistryLog {
    fn on_report(&self, _: &CaseReport) {
        self.0.log(Of::Anybody);
    }
}

/// A store of the registry's own.
const REGISTRY_RECORD: LeakPlace = LeakPlace {
    name: "registry-record",
    scenario: MORNING,
    discloses: |leaking| Dishonest::one::<dyn RegistryBehaviour>(Rc::new(InRegistryRecord(leaking))),
};

struct InRegistryRecord(Leaking);

impl RegistryBehaviour for InRegistryRecord {
    fn on_report(&self, _: &CaseReport) {
        self.0.keep(Of::Anybody, None);
    }
}
