//! The broker accepts a certificate for a month longer than the design allows.

use super::kit::{Breaks, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::broker::behaviour::BrokerBehaviour;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "broker-serves-beyond-grace",
    what: "the broker accepts a certificate for a month longer than the design allows",
    claims: &["SEC-001/expired"],
    scenario: "expiry-grace-days",
    design: "grace-three-months",
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn BrokerBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl BrokerBehaviour for Broken {
    fn months_after_its_end(&self, months: i32) -> i32 {
        months + 1
    }
}
