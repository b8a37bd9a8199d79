//! The facility records each answer twice.

use super::kit::{Breaks, CERTIFICATE, EVERYDAY_VISIT, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::facility::ReceptionRecord;
use crate::roles::facility::behaviour::FacilityBehaviour;
use sim::disk::Disk;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "facility-records-twice",
    what: "the facility records each answer twice",
    claims: &["AUDIT-001/recorded-again", "FLOW-001/taken-again"],
    scenario: EVERYDAY_VISIT,
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn FacilityBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl FacilityBehaviour for Broken {
    fn keep_record(&self, record: &ReceptionRecord, answered: bool, disk: &Disk) -> bool {
        record.store(disk);
        if answered {
            record.store(disk);
        }
        true
    }
}
