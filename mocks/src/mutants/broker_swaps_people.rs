//! The broker answers with another person's coverage.

use super::kit::{Breaks, CERTIFICATE, EVERYDAY_VISIT, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::broker::behaviour::{Asked, BrokerBehaviour};
use crate::roles::broker::eligibility::Known;
use sim::terms::identifiers::InstitutionCode;
use std::cell::RefCell;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "broker-swaps-people",
    what: "the broker answers with another person's coverage",
    claims: &["ELIG-001/differs"],
    scenario: EVERYDAY_VISIT,
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn BrokerBehaviour>(Rc::new(Broken::default()))),
};

#[derive(Default)]
struct Broken {
    /// The last code asked about, and what was known, if the broker holds no data.
    last: RefCell<Option<(InstitutionCode, Known)>>,
}

impl BrokerBehaviour for Broken {
    fn known(&self, known: Known, asked: &Asked<'_>) -> Known {
        if let Some(other) = asked.data.codes().find(|c| *c != asked.code) {
            return asked.data.known(other, asked.question.day, None, asked.name);
        }
        let last = self.last.replace(Some((asked.code.clone(), known.clone())));
        last.filter(|(other, _)| other != asked.code).map_or(known, |(_, of_other)| of_other)
    }
}
