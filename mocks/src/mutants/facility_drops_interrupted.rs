//! The facility keeps no record of a check that a power cut interrupted.

use super::kit::{Breaks, CERTIFICATE, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::facility::ReceptionRecord;
use crate::roles::facility::behaviour::FacilityBehaviour;
use sim::disk::Disk;
use sim::terms::outcome::OutcomeCode;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "facility-drops-interrupted",
    what: "the facility keeps no record of a check that a power cut interrupted",
    claims: &["AUDIT-001/no-record"],
    scenario: "terminal-power-cut",
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn FacilityBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl FacilityBehaviour for Broken {
    fn keep_record(&self, record: &ReceptionRecord, _: bool, disk: &Disk) -> bool {
        if record.outcome != OutcomeCode::Interrupted {
            record.store(disk);
        }
        true
    }
}
