//! The broker asks JPKI about a certificate once and then trusts its memory.

use super::kit::{Breaks, CERTIFICATE, CodeMemory, EVERYDAY_VISIT, MutantDescription};
use crate::behaviour::Dishonest;
use crate::pki::path::CertificateGoodSoFar;
use crate::roles::broker::behaviour::BrokerBehaviour;
use crate::roles::broker::proof::Proved;
use sim::terms::identifiers::{CertificateSerial, InstitutionCode};
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "broker-skips-jpki",
    what: "the broker asks JPKI about a certificate once and then trusts its memory",
    claims: &[
        "FLOW-002/code-not-answered",
        "FLOW-002/code-not-asked",
        "FLOW-002/status-not-answered",
        "FLOW-002/status-not-asked",
    ],
    scenario: EVERYDAY_VISIT,
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn BrokerBehaviour>(Rc::new(Broken::default()))),
};

#[derive(Default)]
struct Broken {
    memory: CodeMemory,
}

impl BrokerBehaviour for Broken {
    fn proved_without_jpki(&self, so_far: &CertificateGoodSoFar) -> Option<Proved> {
        self.memory.proved(so_far)
    }

    fn on_proved(&self, serial: CertificateSerial, code: &InstitutionCode) {
        self.memory.remember(serial, code);
    }
}
