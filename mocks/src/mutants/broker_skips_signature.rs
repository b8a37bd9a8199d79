//! The broker does not require a signed challenge.

use super::kit::{Breaks, MutantDescription, SIGNED_CHALLENGE};
use crate::behaviour::Dishonest;
use crate::roles::broker::behaviour::BrokerBehaviour;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "broker-skips-signature",
    what: "the broker does not require a signed challenge",
    claims: &["SEC-003/unsigned", "SEC-003/wrong-signature"],
    scenario: "signature-wrong",
    design: SIGNED_CHALLENGE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn BrokerBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl BrokerBehaviour for Broken {
    fn wants_signed_challenge(&self) -> bool {
        false
    }
}
