//! The municipality does not pass on that a code is given up.

use super::kit::{Breaks, CERTIFICATE, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::municipality::behaviour::MunicipalityBehaviour;
use crate::roles::municipality::counter::CounterRequest;
use crate::roles::number_authority::changes::CodeChange;
use sim::terms::identifiers::{MyNumber, ResidentCode};
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "municipality-forgets-withdrawals",
    what: "the municipality does not pass on that a code is given up",
    claims: &["CODE-007/not-passed-on"],
    scenario: "codes-change-in-turn",
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn MunicipalityBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl MunicipalityBehaviour for Broken {
    fn passed_on(&self, visit: &CounterRequest, _: &[(ResidentCode, MyNumber)]) -> Vec<ResidentCode> {
        if visit.change == CodeChange::GivesUp { Vec::new() } else { vec![visit.resident.clone()] }
    }
}
