//! The facility's screen shows that a coverage has ended when its record differs from the register.

use super::kit::{Breaks, CERTIFICATE, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::facility::ReceptionRecord;
use crate::roles::facility::behaviour::FacilityBehaviour;
use sim::terms::outcome::OutcomeCode;
use sim::terms::roles::FacilityKind;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "facility-shows-mismatch-as-ended",
    what: "the facility's screen shows that a coverage has ended when its record differs from the register",
    claims: &["ELIG-004/not-shown"],
    scenario: "record-with-another-branch",
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn FacilityBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl FacilityBehaviour for Broken {
    fn screen(&self, record: &ReceptionRecord, kind: FacilityKind) -> String {
        match record.outcome {
            OutcomeCode::IdentifierNotFound => {
                ReceptionRecord { outcome: OutcomeCode::CoverageEnded, ..record.clone() }.screen(kind)
            }
            _ => record.screen(kind),
        }
    }
}
