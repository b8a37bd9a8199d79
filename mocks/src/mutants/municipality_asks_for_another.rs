//! The municipality passes on for another resident too what a person asks for.

use super::kit::{Breaks, CERTIFICATE, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::municipality::behaviour::MunicipalityBehaviour;
use crate::roles::municipality::counter::CounterRequest;
use sim::terms::identifiers::{MyNumber, ResidentCode};
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "municipality-asks-for-another",
    what: "the municipality passes on for another resident too what a person asks for",
    claims: &["CODE-006/not-said"],
    scenario: "code-asked-for",
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn MunicipalityBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl MunicipalityBehaviour for Broken {
    fn passed_on(&self, visit: &CounterRequest, residents: &[(ResidentCode, MyNumber)]) -> Vec<ResidentCode> {
        let another = residents.iter().map(|(resident, _)| resident).find(|resident| **resident != visit.resident).cloned();
        std::iter::once(visit.resident.clone()).chain(another).collect()
    }
}
