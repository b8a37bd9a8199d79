//! The facility records a copayment where the answer has none.

use super::kit::{Breaks, CERTIFICATE, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::facility::ReceptionRecord;
use crate::roles::facility::behaviour::FacilityBehaviour;
use sim::disk::Disk;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "facility-fills-in-copayment",
    what: "the facility records a copayment of 30 % where the answer has none",
    claims: &["ELIG-001/differs", "ELIG-003/record-differs"],
    scenario: "shares-withheld-for-days",
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn FacilityBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl FacilityBehaviour for Broken {
    fn keep_record(&self, record: &ReceptionRecord, _answered: bool, disk: &Disk) -> bool {
        let mut otherwise = record.clone();
        for c in &mut otherwise.coverages {
            c.copayment_percent = c.copayment_percent.or(Some(30));
        }
        otherwise.store(disk);
        true
    }
}
