//! Leaks at the municipality: a place is a behaviour, a leak is a row.

use super::super::kit::Encoding::*;
use super::super::kit::LeakedClass::*;
use super::super::kit::{LeakPlace, Leaking, MutantDescription, Of, VISIBLE_NUMBER};
use crate::behaviour::Dishonest;
use crate::roles::municipality::behaviour::MunicipalityBehaviour;
use sim::terms::identifiers::ResidentCode;
use std::rc::Rc;

#[rustfmt::skip]
pub(in crate::mutants) const LEAKS: &[MutantDescription] = &[
    MutantDescription::leak("municipality-shows-institution-code", InstitutionCode, &MUNICIPALITY_RECORD, Plain, "the municipality keeps the institution code", &["NVN-068/found"]),
    MutantDescription::leak("municipality-shows-exchange-code", OtherInstitutionCode, &MUNICIPALITY_LOG, Plain, "the municipality logs a code of another institution", &["NVN-069/found"]),
    MutantDescription::leak("municipality-shows-certificate", CertificateSubject, &MUNICIPALITY_LOG, Plain, "the municipality logs the subject of a certificate", &["NVN-070/found"]),
    MutantDescription::leak("municipality-shows-insured-identifier", InsuredIdentifier, &MUNICIPALITY_RECORD, Plain, "the municipality keeps an insured identifier", &["NVN-071/found"]),
    MutantDescription::leak("municipality-shows-eligibility", Eligibility, &MUNICIPALITY_LOG, Plain, "the municipality logs the eligibility", &["NVN-072/found"]),
    MutantDescription::leak("municipality-shows-research-code", ResearchCode, &MUNICIPALITY_LOG, Plain, "the municipality logs a research code", &["NVN-073/found"]),
    MutantDescription::leak("municipality-shows-medical-number", MedicalNumber, &MUNICIPALITY_LOG, Plain, "the municipality logs the visible medical number", &["NVN-074/found"]).in_design(VISIBLE_NUMBER),
];

/// The scenario in which people come to the counter.
const SCENARIO: &str = "codes-change-in-turn";

/// The municipality's log.
const MUNICIPALITY_LOG: LeakPlace = LeakPlace {
    name: "municipality-log",
    scenario: SCENARIO,
    discloses: |leaking| Dishonest::one::<dyn MunicipalityBehaviour>(Rc::new(InMunicipalityLog(leaking))),
};

struct InMunicipalityLog(Leaking);

impl MunicipalityBehaviour for InMunicipalityLog {
    fn on_request(&self, resident: &ResidentCode) {
        self.0.log(Of::Number(resident.reveal()));
    }
}

/// A store of its own.
const MUNICIPALITY_RECORD: LeakPlace = LeakPlace {
    name: "municipality-record",
    scenario: SCENARIO,
    discloses: |leaking| Dishonest::one::<dyn MunicipalityBehaviour>(Rc::new(InMunicipalityRecord(leaking))),
};

struct InMunicipalityRecord(Leaking);

impl MunicipalityBehaviour for InMunicipalityRecord {
    fn on_request(&self, resident: &ResidentCode) {
        self.0.keep(Of::Number(resident.reveal()), None);
    }
}
