//! The facility presents the certificate of the person before when a card cannot be read.

use super::kit::{Breaks, CERTIFICATE, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::facility::Visit;
use crate::roles::facility::behaviour::FacilityBehaviour;
use std::cell::RefCell;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "facility-uses-card-before",
    what: "the facility presents the certificate of the person before when a card cannot be read",
    claims: &["FLOW-005/not-read"],
    scenario: "card-taken-away",
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn FacilityBehaviour>(Rc::new(Broken::default()))),
};

#[derive(Default)]
struct Broken {
    /// The newest certificate that was read.
    last: RefCell<Option<Vec<u8>>>,
}

impl FacilityBehaviour for Broken {
    fn presented(&self, _: &Visit, read: Vec<u8>) -> Vec<u8> {
        self.last.replace(Some(read.clone()));
        read
    }

    fn when_unreadable(&self) -> Option<Vec<u8>> {
        self.last.borrow().clone()
    }
}
