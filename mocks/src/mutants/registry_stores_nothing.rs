//! The cancer registry accepts reports and does not store them.

use super::kit::{Breaks, CERTIFICATE, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::registry::behaviour::RegistryBehaviour;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "registry-stores-nothing",
    what: "the cancer registry accepts reports and does not store them",
    claims: &["REG-003/not-stored"],
    scenario: "cancer-registry-morning",
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn RegistryBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl RegistryBehaviour for Broken {
    fn times_stored(&self) -> usize {
        0
    }
}
