//! The broker keeps a certificate's status where it may only keep its code.

use super::kit::{Breaks, CodeMemory, MutantDescription};
use crate::behaviour::Dishonest;
use crate::pki::path::{CertificateGood, CertificateGoodSoFar};
use crate::roles::broker::behaviour::BrokerBehaviour;
use sim::terms::identifiers::{CertificateSerial, InstitutionCode};
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "broker-asks-for-status-once",
    what: "the broker keeps a certificate's status where it may only keep its code",
    claims: &["FLOW-006/status-not-answered", "FLOW-006/status-not-asked", "SEC-002/no-status"],
    scenario: "card-lost-and-found",
    design: "keep-mapping",
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn BrokerBehaviour>(Rc::new(Broken::default()))),
};

#[derive(Default)]
struct Broken {
    memory: CodeMemory,
}

impl BrokerBehaviour for Broken {
    fn good_without_jpki(&self, so_far: &CertificateGoodSoFar) -> Option<CertificateGood> {
        self.memory.good(so_far)
    }

    fn on_proved(&self, serial: CertificateSerial, code: &InstitutionCode) {
        self.memory.remember(serial, code);
    }
}
