//! The facility receives the answer and records nothing.

use super::kit::{Breaks, CERTIFICATE, EVERYDAY_VISIT, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::facility::ReceptionRecord;
use crate::roles::facility::behaviour::FacilityBehaviour;
use sim::disk::Disk;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "facility-forgets-to-record",
    what: "the facility receives the answer and records nothing",
    claims: &["FLOW-004/not-recorded", "AUDIT-001/no-record"],
    scenario: EVERYDAY_VISIT,
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn FacilityBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl FacilityBehaviour for Broken {
    fn keep_record(&self, record: &ReceptionRecord, answered: bool, disk: &Disk) -> bool {
        if !answered {
            record.store(disk);
        }
        !answered
    }
}
