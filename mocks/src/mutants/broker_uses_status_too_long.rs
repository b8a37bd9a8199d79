//! The broker uses a certificate's status for longer than the design allows.

use super::kit::{Breaks, CodeMemory, MutantDescription};
use crate::behaviour::Dishonest;
use crate::pki::path::{CertificateGood, CertificateGoodSoFar};
use crate::roles::broker::behaviour::BrokerBehaviour;
use sim::terms::identifiers::{CertificateSerial, InstitutionCode};
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "broker-uses-status-too-long",
    what: "the broker uses a certificate's status for longer than the design allows",
    claims: &["SEC-009/status-too-old"],
    scenario: "seven-minutes-later",
    design: "keep-for-a-time",
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
