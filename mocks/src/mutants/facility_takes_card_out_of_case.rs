//! Staff take the card out of its case and look at its back.

use super::kit::{Breaks, CERTIFICATE, EVERYDAY_VISIT, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::facility::Visit;
use crate::roles::facility::behaviour::FacilityBehaviour;
use sim::context;
use sim::journal::{CardSide, Event};
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "facility-takes-card-out-of-case",
    what: "staff take the card out of its case and look at its back",
    claims: &["NVN-003/found", "NVN-062/back", "NVN-063/out-of-case"],
    scenario: EVERYDAY_VISIT,
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn FacilityBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl FacilityBehaviour for Broken {
    fn on_card_shown(&self, visit: &Visit) {
        let text = visit.card.borrow().back().lines();
        context::record(Event::CardFace { check: visit.check.clone(), side: CardSide::Back, in_case: false, text });
    }
}
