//! The broker answers "not insured" while JPKI does not answer.

use super::kit::{Breaks, CERTIFICATE, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::broker::behaviour::BrokerBehaviour;
use sim::terms::coverage::Validity;
use sim::terms::outcome::OutcomeCode;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "broker-says-not-insured-when-jpki-is-down",
    what: "the broker answers \"not insured\" while JPKI does not answer",
    claims: &["ELIG-001/insured"],
    scenario: "jpki-down",
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn BrokerBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl BrokerBehaviour for Broken {
    fn answers_without_jpki(&self, why: OutcomeCode) -> Option<Validity> {
        matches!(why, OutcomeCode::JpkiUnavailable | OutcomeCode::JpkiNoAnswer).then_some(Validity::NotInsured)
    }
}
