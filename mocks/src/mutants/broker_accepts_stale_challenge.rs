//! The broker accepts a challenge that is too old.

use super::kit::{Breaks, MutantDescription, SIGNED_CHALLENGE, forged_challenge};
use crate::behaviour::Dishonest;
use crate::roles::broker::behaviour::BrokerBehaviour;
use crate::roles::broker::challenges::ChallengeFresh;
use sim::terms::outcome::OutcomeCode;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "broker-accepts-stale-challenge",
    what: "the broker accepts a challenge that is too old",
    claims: &["SEC-004/too-old"],
    scenario: "challenge-too-old",
    design: SIGNED_CHALLENGE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn BrokerBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl BrokerBehaviour for Broken {
    fn accepts_challenge(&self, refused: OutcomeCode) -> Option<ChallengeFresh> {
        (refused == OutcomeCode::ChallengeExpired).then(forged_challenge)
    }
}
