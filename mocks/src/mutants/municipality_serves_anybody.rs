//! The municipality does not check who is at its counter.

use super::kit::{Breaks, CERTIFICATE, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::municipality::behaviour::MunicipalityBehaviour;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "municipality-serves-anybody",
    what: "the municipality does not check who is at its counter",
    claims: &["CODE-006/not-said"],
    scenario: "impostor-at-the-municipality",
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn MunicipalityBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl MunicipalityBehaviour for Broken {
    fn serves(&self, _: bool) -> bool {
        true
    }
}
