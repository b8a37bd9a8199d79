//! The broker asks for a certificate's code every time and for its status once.

use super::kit::{Breaks, CERTIFICATE, CodeMemory, MutantDescription};
use crate::behaviour::Dishonest;
use crate::pki::path::{CertificateGood, CertificateGoodSoFar};
use crate::roles::broker::behaviour::BrokerBehaviour;
use sim::terms::identifiers::{CertificateSerial, InstitutionCode};
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "broker-caches-status",
    what: "the broker asks for a certificate's code every time and for its status once",
    claims: &["FLOW-002/status-not-answered", "FLOW-002/status-not-asked", "SEC-002/no-status"],
    scenario: "card-lost-and-found",
    design: CERTIFICATE,
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
