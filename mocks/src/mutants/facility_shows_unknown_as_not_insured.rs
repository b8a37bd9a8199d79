//! The facility's screen shows "not insured" when nothing is known.

use super::kit::{Breaks, CERTIFICATE, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::facility::ReceptionRecord;
use crate::roles::facility::behaviour::FacilityBehaviour;
use sim::terms::outcome::{OutcomeClass, OutcomeCode};
use sim::terms::roles::FacilityKind;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "facility-shows-unknown-as-not-insured",
    what: "the facility's screen shows \"not insured\" when nothing is known",
    claims: &["ELIG-004/not-shown"],
    scenario: "jpki-down",
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn FacilityBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl FacilityBehaviour for Broken {
    fn screen(&self, record: &ReceptionRecord, kind: FacilityKind) -> String {
        match record.outcome.class() {
            OutcomeClass::Indeterminate => ReceptionRecord { outcome: OutcomeCode::NotInsured, ..record.clone() }.screen(kind),
            _ => record.screen(kind),
        }
    }
}
