//! The broker takes a certificate that JPKI does not know for a good one.

use super::kit::{Breaks, MutantDescription};
use crate::behaviour::Dishonest;
use crate::pki::status::CertStatus;
use crate::roles::broker::behaviour::BrokerBehaviour;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "broker-takes-unknown-for-good",
    what: "the broker takes a certificate that JPKI does not know for a good one",
    claims: &["SEC-012/answered", "SEC-002/not-good"],
    scenario: "renewed-and-not-known-for-a-day",
    design: "renewal-known-later",
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn BrokerBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl BrokerBehaviour for Broken {
    fn believed_status(&self, status: CertStatus) -> CertStatus {
        if status == CertStatus::Unknown { CertStatus::Good } else { status }
    }
}
