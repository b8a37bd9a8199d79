//! Leaks at the insurers: a place is a behaviour, a leak is a row.

use super::super::kit::Encoding::*;
use super::super::kit::LeakedClass::*;
use super::super::kit::{EVERYDAY_VISIT, LeakPlace, Leaking, MutantDescription, Of, VISIBLE_NUMBER};
use crate::behaviour::Dishonest;
use crate::roles::insurer::behaviour::{IdleInsurer, InsurerBehaviour};
use futures_util::future::LocalBoxFuture;
use sim::terms::identifiers::MyNumber;
use std::future::ready;
use std::rc::Rc;

#[rustfmt::skip]
pub(in crate::mutants) const LEAKS: &[MutantDescription] = &[
    MutantDescription::leak("insurer-shows-resident-code", ResidentCode, &INSURER_HEADER, Plain, "the insurer sends a resident code in a header of its feed", &["NVN-013/found"]),
    MutantDescription::leak("insurer-shows-other-institution-code", OtherInstitutionCode, &INSURER_RECORD, Plain, "the insurer keeps the exchange's code in a store of its own", &["NVN-027/found"]),
    MutantDescription::leak("insurer-shows-certificate", Certificate, &INSURER_RECORD, Base64, "the insurer keeps a certificate", &["NVN-030/found"]),
    MutantDescription::leak("insurer-shows-research-code", ResearchCode, &INSURER_LOG, Plain, "the insurer logs the research code", &["NVN-059/found"]),
    MutantDescription::leak("insurer-shows-medical-number", MedicalNumber, &INSURER_LOG, Plain, "the insurer logs the visible medical number", &["NVN-067/found"]).in_design(VISIBLE_NUMBER),
];

/// The insurer's log.
const INSURER_LOG: LeakPlace = LeakPlace {
    name: "insurer-log",
    scenario: EVERYDAY_VISIT,
    discloses: |leaking| Dishonest::one::<dyn InsurerBehaviour>(Rc::new(InInsurerLog(leaking))),
};

struct InInsurerLog(Leaking);

impl InsurerBehaviour for InInsurerLog {
    fn on_idle<'a>(&'a self, insurer: IdleInsurer<'a>) -> LocalBoxFuture<'a, ()> {
        self.0.log(of(insurer.first_insured));
        Box::pin(ready(()))
    }
}

/// A store of the insurer's own.
const INSURER_RECORD: LeakPlace = LeakPlace {
    name: "insurer-record",
    scenario: EVERYDAY_VISIT,
    discloses: |leaking| Dishonest::one::<dyn InsurerBehaviour>(Rc::new(InInsurerRecord(leaking))),
};

struct InInsurerRecord(Leaking);

impl InsurerBehaviour for InInsurerRecord {
    fn on_idle<'a>(&'a self, insurer: IdleInsurer<'a>) -> LocalBoxFuture<'a, ()> {
        self.0.keep(of(insurer.first_insured), None);
        Box::pin(ready(()))
    }
}

/// In a header of a feed.
const INSURER_HEADER: LeakPlace = LeakPlace {
    name: "insurer-header",
    scenario: EVERYDAY_VISIT,
    discloses: |leaking| Dishonest::one::<dyn InsurerBehaviour>(Rc::new(InInsurerHeader(leaking))),
};

struct InInsurerHeader(Leaking);

impl InsurerBehaviour for InInsurerHeader {
    fn extra_headers(&self, first_insured: Option<&MyNumber>) -> Vec<(&'static str, String)> {
        self.0.header("x-batch-note", of(first_insured))
    }
}

/// The person whose data is meant.
fn of(first_insured: Option<&MyNumber>) -> Of<'_> {
    first_insured.map_or(Of::Anybody, |number| Of::Number(number.reveal()))
}
