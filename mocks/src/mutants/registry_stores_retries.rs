//! The cancer registry stores a report again when it is sent again.

use super::kit::{Breaks, CERTIFICATE, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::registry::behaviour::RegistryBehaviour;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "registry-stores-retries",
    what: "the cancer registry stores a report again when it is sent again",
    claims: &["REG-003/stored-again"],
    scenario: "cancer-report-sent-twice",
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn RegistryBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl RegistryBehaviour for Broken {
    fn stores_again(&self) -> bool {
        true
    }
}
