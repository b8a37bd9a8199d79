//! The broker answers that an identifier which is not registered has ended and another insurer insures the person.

use super::kit::{Breaks, CERTIFICATE, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::broker::behaviour::{Asked, BrokerBehaviour};
use crate::roles::broker::eligibility::Known;
use sim::terms::coverage::Validity;
use sim::terms::outcome::OutcomeCode;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "broker-takes-mismatch-for-move",
    what: "the broker answers that an identifier which is not registered has ended and another insurer insures the person",
    claims: &["ELIG-007/mismatch-as-statement"],
    scenario: "record-with-another-branch",
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn BrokerBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl BrokerBehaviour for Broken {
    fn known(&self, known: Known, asked: &Asked<'_>) -> Known {
        if known != Known::Nothing(OutcomeCode::IdentifierNotFound) {
            return known;
        }
        match asked.data.known(asked.code, asked.question.day, None, asked.name) {
            Known::Answer { validity: Validity::InForce, coverages } => {
                Known::Answer { validity: Validity::InsuredElsewhere, coverages }
            }
            _ => known,
        }
    }
}
