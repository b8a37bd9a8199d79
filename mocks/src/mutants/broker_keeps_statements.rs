//! The broker keeps an insurer's statement about a person, and does not ask again.

use super::kit::{ASK_INSURER, Breaks, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::broker::behaviour::BrokerBehaviour;
use sim::terms::fhir::CoverageStatement;
use sim::terms::identifiers::{InstitutionCode, InsurerNumber};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "broker-keeps-statements",
    what: "the broker keeps an insurer's statement about a person, and does not ask again",
    claims: &["ELIG-005/no-statement"],
    scenario: "insurers-asked",
    design: ASK_INSURER,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn BrokerBehaviour>(Rc::new(Broken::default()))),
};

#[derive(Default)]
struct Broken {
    kept: RefCell<BTreeMap<(InsurerNumber, InstitutionCode), CoverageStatement>>,
}

impl BrokerBehaviour for Broken {
    fn statement_without_insurer(&self, insurer: &InsurerNumber, code: &InstitutionCode) -> Option<CoverageStatement> {
        self.kept.borrow().get(&(insurer.clone(), code.clone())).cloned()
    }

    fn on_statement(&self, insurer: &InsurerNumber, code: &InstitutionCode, statement: &CoverageStatement) {
        self.kept.borrow_mut().insert((insurer.clone(), code.clone()), statement.clone());
    }
}
