//! The facility sends its request in clear before TLS begins.

use super::kit::{Breaks, CERTIFICATE, EVERYDAY_VISIT, MutantDescription};
use crate::behaviour::Dishonest;
use crate::host::http::Client;
use crate::roles::facility::Visit;
use crate::roles::facility::behaviour::FacilityBehaviour;
use crate::roles::line::behaviour::LineBehaviour;
use sim::terms::identifiers::FacilityNumber;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "facility-speaks-without-tls",
    what: "the facility sends its request in clear before TLS begins",
    claims: &["SEC-006/not-tls"],
    scenario: EVERYDAY_VISIT,
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| {
        Dishonest::one::<dyn FacilityBehaviour>(Rc::new(Broken)).and::<dyn LineBehaviour>(Rc::new(Broken))
    }),
};

struct Broken;

impl FacilityBehaviour for Broken {
    fn before_request(&self, visit: &Visit, me: &FacilityNumber, broker: &Client) {
        broker.send_in_clear(format!("POST eligibility of {} for {}\n", visit.check, me.reveal()).into_bytes());
    }
}

impl LineBehaviour for Broken {
    fn takes_off_clear_text(&self) -> bool {
        true
    }
}
