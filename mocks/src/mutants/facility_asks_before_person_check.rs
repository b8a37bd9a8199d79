//! The facility asks the broker first and compares the photo afterwards.

use super::kit::{Breaks, CERTIFICATE, EVERYDAY_VISIT, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::facility::behaviour::{FacilityBehaviour, PersonChecked};
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "facility-asks-before-person-check",
    what: "the facility asks the broker first and compares the photo afterwards",
    claims: &["FLOW-001/skipped", "FLOW-003/too-early"],
    scenario: EVERYDAY_VISIT,
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn FacilityBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl FacilityBehaviour for Broken {
    fn when_person_is_checked(&self, card_needs_pin: bool) -> PersonChecked {
        // Without its PIN the card would not sign.
        if card_needs_pin { PersonChecked::Before } else { PersonChecked::After }
    }
}
