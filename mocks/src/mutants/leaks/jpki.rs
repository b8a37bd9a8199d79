//! Leaks at JPKI: a place is a behaviour, a leak is a row.

use super::super::kit::Encoding::*;
use super::super::kit::LeakedClass::*;
use super::super::kit::{EVERYDAY_VISIT, LeakPlace, Leaking, MutantDescription, Of};
use crate::behaviour::Dishonest;
use crate::roles::jpki::behaviour::JpkiBehaviour;
use sim::terms::identifiers::CertificateSerial;
use std::rc::Rc;

#[rustfmt::skip]
pub(in crate::mutants) const LEAKS: &[MutantDescription] = &[
    MutantDescription::leak("jpki-shows-my-number", MyNumber, &JPKI_RECORD, Plain, "JPKI keeps My Number in a store of its own", &["NVN-005/found"]),
    MutantDescription::leak("jpki-shows-insured-identifier", InsuredIdentifier, &JPKI_LOG, Plain, "JPKI logs the insured identifier", &["NVN-036/found"]),
    MutantDescription::leak("jpki-shows-eligibility", EligibilityJson, &JPKI_RECORD, Plain, "JPKI keeps the eligibility in a store of its own", &["NVN-042/found"]),
    MutantDescription::leak("jpki-shows-medical-record", MedicalRecord, &JPKI_LOG, Plain, "JPKI logs a medical record", &["NVN-049/found"]),
    MutantDescription::leak("jpki-shows-research-code", ResearchCode, &JPKI_RECORD, Plain, "JPKI keeps the research code in a store of its own", &["NVN-058/found"]),
];

/// JPKI's log.
const JPKI_LOG: LeakPlace = LeakPlace {
    name: "jpki-log",
    scenario: EVERYDAY_VISIT,
    discloses: |leaking| Dishonest::one::<dyn JpkiBehaviour>(Rc::new(InJpkiLog(leaking))),
};

struct InJpkiLog(Leaking);

impl JpkiBehaviour for InJpkiLog {
    fn on_question(&self, serial: CertificateSerial) {
        self.0.log(Of::Serial(serial));
    }
}

/// A store of JPKI's own.
const JPKI_RECORD: LeakPlace = LeakPlace {
    name: "jpki-record",
    scenario: EVERYDAY_VISIT,
    discloses: |leaking| Dishonest::one::<dyn JpkiBehaviour>(Rc::new(InJpkiRecord(leaking))),
};

struct InJpkiRecord(Leaking);

impl JpkiBehaviour for InJpkiRecord {
    fn on_question(&self, serial: CertificateSerial) {
        self.0.keep(Of::Serial(serial), None);
    }
}
