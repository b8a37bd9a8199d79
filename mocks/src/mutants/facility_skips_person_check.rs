//! The facility does not check the person at all.

use super::kit::{Breaks, CERTIFICATE, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::facility::behaviour::{FacilityBehaviour, PersonChecked};
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "facility-skips-person-check",
    what: "the facility does not check the person at all",
    claims: &["FLOW-001/missing", "FLOW-001/skipped", "FLOW-003/too-early"],
    scenario: "borrowed-card",
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn FacilityBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl FacilityBehaviour for Broken {
    fn when_person_is_checked(&self, card_needs_pin: bool) -> PersonChecked {
        // Without its PIN the card would not sign.
        if card_needs_pin { PersonChecked::Before } else { PersonChecked::Never }
    }
}
