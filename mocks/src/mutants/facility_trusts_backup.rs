//! The facility restores a backup and does not replay the log of what was written since.

use super::kit::{Breaks, CERTIFICATE, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::facility::behaviour::FacilityBehaviour;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "facility-trusts-backup",
    what: "the facility restores a backup and does not replay the log of what was written since",
    claims: &["AUDIT-004/facility-lost"],
    scenario: "database-of-yesterday",
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn FacilityBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl FacilityBehaviour for Broken {
    fn replays_log(&self) -> bool {
        false
    }
}
