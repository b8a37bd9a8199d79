//! The cancer registry joins what a person should look at.

use super::kit::{Breaks, CERTIFICATE, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::registry::behaviour::RegistryBehaviour;
use crate::roles::registry::matching::Class;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "registry-decides-alone",
    what: "the cancer registry joins what a person should look at",
    claims: &["REG-002/below-threshold", "REG-005/decided-alone"],
    scenario: "cancer-registry-morning",
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn RegistryBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl RegistryBehaviour for Broken {
    fn class(&self, class: Class) -> Class {
        if class == Class::Look { Class::Same } else { class }
    }
}
