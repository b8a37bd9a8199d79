//! The facility goes on while its disk is full, and keeps no record.

use super::kit::{Breaks, CERTIFICATE, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::facility::behaviour::FacilityBehaviour;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "facility-goes-on-without-disk",
    what: "the facility goes on while its disk is full, and keeps no record",
    claims: &["AUDIT-001/no-record"],
    scenario: "disk-full",
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn FacilityBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl FacilityBehaviour for Broken {
    fn waits_for_the_disk(&self) -> bool {
        false
    }
}
