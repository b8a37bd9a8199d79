//! The cancer registry stores every report twice.

use super::kit::{Breaks, CERTIFICATE, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::registry::behaviour::RegistryBehaviour;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "registry-stores-twice",
    what: "the cancer registry stores every report twice",
    claims: &["REG-003/stored-again"],
    scenario: "cancer-registry-morning",
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn RegistryBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl RegistryBehaviour for Broken {
    fn times_stored(&self) -> usize {
        2
    }
}
