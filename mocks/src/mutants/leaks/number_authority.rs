//! Leaks at the number authority: a place is a behaviour, a leak is a row.

use super::super::kit::Encoding::*;
use super::super::kit::LeakedClass::*;
use super::super::kit::{EVERYDAY_VISIT, LeakPlace, Leaking, MutantDescription, Of};
use crate::behaviour::Dishonest;
use crate::roles::number_authority::behaviour::NumberAuthorityBehaviour;
use std::rc::Rc;

#[rustfmt::skip]
pub(in crate::mutants) const LEAKS: &[MutantDescription] = &[
    MutantDescription::leak("number-authority-shows-certificate", CertificateSubject, &AUTHORITY_LOG, Plain, "the number authority logs the subject of a certificate", &["NVN-031/found"]),
    MutantDescription::leak("number-authority-shows-insured-identifier", InsuredIdentifier, &AUTHORITY_HEADER, Plain, "the number authority sends an insured identifier in a header of its answer", &["NVN-037/found"]),
    MutantDescription::leak("number-authority-shows-eligibility", Eligibility, &AUTHORITY_LOG, Plain, "the number authority logs the eligibility", &["NVN-043/found"]),
    MutantDescription::leak("number-authority-shows-medical-record", MedicalRecord, &AUTHORITY_RECORD, Plain, "the number authority keeps a medical record", &["NVN-050/found"]),
];

/// The number authority's log.
const AUTHORITY_LOG: LeakPlace = LeakPlace {
    name: "authority-log",
    scenario: EVERYDAY_VISIT,
    discloses: |leaking| Dishonest::one::<dyn NumberAuthorityBehaviour>(Rc::new(InAuthorityLog(leaking))),
};

struct InAuthorityLog(Leaking);

impl NumberAuthorityBehaviour for InAuthorityLog {
    fn on_question(&self, numbers: &[String]) {
        self.0.log(first(numbers));
    }
}

/// A store of its own.
const AUTHORITY_RECORD: LeakPlace = LeakPlace {
    name: "authority-record",
    scenario: EVERYDAY_VISIT,
    discloses: |leaking| Dishonest::one::<dyn NumberAuthorityBehaviour>(Rc::new(InAuthorityRecord(leaking))),
};

struct InAuthorityRecord(Leaking);

impl NumberAuthorityBehaviour for InAuthorityRecord {
    fn on_question(&self, numbers: &[String]) {
        self.0.keep(first(numbers), None);
    }
}

/// In a header of an answer with codes.
const AUTHORITY_HEADER: LeakPlace = LeakPlace {
    name: "authority-header",
    scenario: EVERYDAY_VISIT,
    discloses: |leaking| Dishonest::one::<dyn NumberAuthorityBehaviour>(Rc::new(InAuthorityHeader(leaking))),
};

struct InAuthorityHeader(Leaking);

impl NumberAuthorityBehaviour for InAuthorityHeader {
    fn extra_headers(&self, numbers: &[String]) -> Vec<(&'static str, String)> {
        self.0.header("x-note", first(numbers))
    }
}

/// The person whose data is meant.
fn first(numbers: &[String]) -> Of<'_> {
    numbers.first().map_or(Of::Anybody, |number| Of::Number(number))
}
