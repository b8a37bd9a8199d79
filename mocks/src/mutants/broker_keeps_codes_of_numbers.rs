//! The broker looks a number up once and keeps its code.

use super::kit::{Breaks, EVERYDAY_VISIT, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::broker::behaviour::BrokerBehaviour;
use sim::terms::identifiers::{InstitutionCode, PresentedNumber};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "broker-keeps-codes-of-numbers",
    what: "the broker looks a number up once and keeps its code",
    claims: &["FLOW-007/not-looked-up"],
    scenario: EVERYDAY_VISIT,
    design: "visible-number",
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn BrokerBehaviour>(Rc::new(Broken::default()))),
};

#[derive(Default)]
struct Broken {
    known: RefCell<BTreeMap<String, InstitutionCode>>,
}

impl BrokerBehaviour for Broken {
    fn code_of_number_without_authority(&self, number: &PresentedNumber) -> Option<InstitutionCode> {
        self.known.borrow().get(number.reveal()).cloned()
    }

    fn on_number_resolved(&self, number: &PresentedNumber, code: &InstitutionCode) {
        self.known.borrow_mut().insert(number.reveal().to_string(), code.clone());
    }
}
