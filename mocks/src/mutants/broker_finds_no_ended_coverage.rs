//! The broker answers that a coverage which has ended is not found.

use super::kit::{Breaks, CERTIFICATE, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::broker::behaviour::{Asked, BrokerBehaviour};
use crate::roles::broker::eligibility::Known;
use sim::terms::coverage::Validity;
use sim::terms::outcome::OutcomeCode;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "broker-finds-no-ended-coverage",
    what: "the broker answers that a coverage which has ended is not found",
    claims: &["ELIG-007/found"],
    scenario: "insured-elsewhere",
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn BrokerBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl BrokerBehaviour for Broken {
    fn known(&self, known: Known, _asked: &Asked<'_>) -> Known {
        match known {
            Known::Answer { validity: Validity::InsuredElsewhere | Validity::Ended, .. } => {
                Known::Nothing(OutcomeCode::IdentifierNotFound)
            }
            known => known,
        }
    }
}
