//! The broker answers a facility without a licence.

use super::kit::{Breaks, CERTIFICATE, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::broker::behaviour::BrokerBehaviour;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "broker-serves-unlicensed-facility",
    what: "the broker answers a facility without a licence",
    claims: &["SEC-005/not-licensed"],
    scenario: "facility-unlicensed",
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn BrokerBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl BrokerBehaviour for Broken {
    fn serves_facility(&self, _licensed: bool) -> bool {
        true
    }
}
