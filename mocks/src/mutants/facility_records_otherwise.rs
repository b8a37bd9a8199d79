//! The facility records another copayment than the one in the answer.

use super::kit::{Breaks, CERTIFICATE, EVERYDAY_VISIT, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::facility::ReceptionRecord;
use crate::roles::facility::behaviour::FacilityBehaviour;
use sim::disk::Disk;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "facility-records-otherwise",
    what: "the facility records another copayment than the one in the answer",
    claims: &["ELIG-001/differs", "ELIG-003/record-differs"],
    scenario: EVERYDAY_VISIT,
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn FacilityBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl FacilityBehaviour for Broken {
    fn keep_record(&self, record: &ReceptionRecord, _answered: bool, disk: &Disk) -> bool {
        let mut otherwise = record.clone();
        for c in &mut otherwise.coverages {
            c.copayment_percent = c.copayment_percent.map(|percent| if percent == 30 { 10 } else { 30 });
        }
        otherwise.store(disk);
        true
    }
}
