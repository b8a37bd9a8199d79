//! The facility presents the number of the previous visit in place of the one just shown.

use super::kit::{Breaks, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::facility::behaviour::FacilityBehaviour;
use sim::terms::identifiers::PresentedNumber;
use std::cell::RefCell;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "facility-presents-stored-number",
    what: "the facility presents the number of the previous visit in place of the one just shown",
    claims: &["FLOW-008/of-another"],
    scenario: "morning-rush",
    design: "visible-number",
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn FacilityBehaviour>(Rc::new(Broken::default()))),
};

#[derive(Default)]
struct Broken {
    last: RefCell<Option<PresentedNumber>>,
}

impl FacilityBehaviour for Broken {
    fn number_presented(&self, shown: PresentedNumber) -> PresentedNumber {
        self.last.replace(Some(shown.clone())).unwrap_or(shown)
    }
}
