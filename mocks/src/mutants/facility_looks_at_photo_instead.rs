//! Staff look at the photo where the card should check the PIN, or a terminal compare the face.

use super::kit::{Breaks, EVERYDAY_VISIT, MutantDescription};
use crate::behaviour::Dishonest;
use crate::design::identity::Means;
use crate::roles::facility::behaviour::FacilityBehaviour;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "facility-looks-at-photo-instead",
    what: "staff look at the photo where the card should check the PIN, or a terminal compare the face",
    claims: &["FLOW-009/other-means"],
    scenario: EVERYDAY_VISIT,
    design: "pin",
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn FacilityBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl FacilityBehaviour for Broken {
    fn means_used(&self, means: &'static [Means], card_signs: bool) -> &'static [Means] {
        // Without the PIN or a terminal's permit the card would not sign.
        if card_signs { means } else { &[Means::Photo] }
    }
}
