//! The broker refuses a certificate that JPKI does not know, although the design makes it not known.

use super::kit::{Breaks, MutantDescription};
use crate::behaviour::Dishonest;
use crate::design::validity::UnknownStatus;
use crate::roles::broker::behaviour::BrokerBehaviour;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "broker-refuses-unknown-status",
    what: "the broker refuses a certificate that JPKI does not know, although the design makes it not known",
    claims: &["SEC-012/refused"],
    scenario: "certificate-not-registered-yet",
    design: "unknown-not-known",
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn BrokerBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl BrokerBehaviour for Broken {
    fn unknown_status(&self, _: UnknownStatus) -> UnknownStatus {
        UnknownStatus::Refused
    }
}
