//! The broker answers "not insured" while an insurer's feed is missing.

use super::kit::{Breaks, CERTIFICATE, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::broker::behaviour::{Asked, BrokerBehaviour};
use crate::roles::broker::eligibility::Known;
use sim::terms::coverage::Validity;
use sim::terms::outcome::OutcomeCode;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "broker-guesses",
    what: "the broker answers \"not insured\" while an insurer's feed is missing",
    claims: &["ELIG-001/insured", "ELIG-002/feeds-missing"],
    scenario: "feed-not-in",
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn BrokerBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl BrokerBehaviour for Broken {
    fn known(&self, known: Known, _asked: &Asked<'_>) -> Known {
        match known {
            Known::Nothing(OutcomeCode::FeedNotIn) => Known::Answer { validity: Validity::NotInsured, coverages: Vec::new() },
            known => known,
        }
    }
}
