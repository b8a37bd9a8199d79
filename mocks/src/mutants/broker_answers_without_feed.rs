//! The broker answers "in force" from a feed that does not reach the day.

use super::kit::{Breaks, CERTIFICATE, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::broker::behaviour::{Asked, BrokerBehaviour};
use crate::roles::broker::eligibility::{Known, answer, covers};
use sim::terms::coverage::Validity;
use sim::terms::outcome::OutcomeCode;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "broker-answers-without-feed",
    what: "the broker answers \"in force\" from a feed that does not reach the day",
    claims: &["ELIG-002/feed-missing"],
    scenario: "feed-a-day-behind",
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn BrokerBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl BrokerBehaviour for Broken {
    fn known(&self, known: Known, asked: &Asked<'_>) -> Known {
        if known != Known::Nothing(OutcomeCode::FeedNotIn) {
            return known;
        }
        // The newest coverage that has been fed, whether or not the feed reaches the day.
        match asked.data.fed(asked.code).iter().rev().find(|e| covers(e, asked.question.day)) {
            Some(newest) => {
                let coverages = vec![answer(newest, asked.question.day, &asked.name)];
                Known::Answer { validity: Validity::InForce, coverages }
            }
            None => known,
        }
    }
}
