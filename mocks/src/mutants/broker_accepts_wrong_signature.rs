//! The broker accepts any bytes as the signature of a challenge.

use super::kit::{Breaks, MutantDescription, SIGNED_CHALLENGE};
use crate::behaviour::Dishonest;
use crate::roles::broker::behaviour::BrokerBehaviour;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "broker-accepts-wrong-signature",
    what: "the broker accepts any bytes as the signature of a challenge",
    claims: &["SEC-003/wrong-signature"],
    scenario: "signature-wrong",
    design: SIGNED_CHALLENGE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn BrokerBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl BrokerBehaviour for Broken {
    fn accepts_signature(&self, _fits: bool) -> bool {
        true
    }
}
