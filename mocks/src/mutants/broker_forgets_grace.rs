//! The broker refuses every certificate that has ended, although the design lets it serve for a time.

use super::kit::{Breaks, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::broker::behaviour::BrokerBehaviour;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "broker-forgets-grace",
    what: "the broker refuses every certificate that has ended, although the design lets it serve for a time",
    claims: &["SEC-011/refused-within"],
    scenario: "expiry-grace",
    design: "grace-three-months",
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn BrokerBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl BrokerBehaviour for Broken {
    fn months_after_its_end(&self, _: i32) -> i32 {
        0
    }
}
