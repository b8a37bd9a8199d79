//! The broker keeps accepted feeds in memory alone, so that a restart forgets them.

use super::kit::{Breaks, CERTIFICATE, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::broker::behaviour::BrokerBehaviour;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "broker-forgets-feeds-on-restart",
    what: "the broker keeps accepted feeds in memory alone, so that a restart forgets them",
    claims: &["ELIG-002/feed-forgotten"],
    scenario: "broker-restarted",
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn BrokerBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl BrokerBehaviour for Broken {
    fn keeps_feed(&self) -> bool {
        false
    }
}
