//! The broker asks for a certificate's status every time and for its code once.

use super::kit::{Breaks, CERTIFICATE, CodeMemory, EVERYDAY_VISIT, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::broker::behaviour::BrokerBehaviour;
use sim::terms::identifiers::{CertificateSerial, InstitutionCode};
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "broker-caches-code",
    what: "the broker asks for a certificate's status every time and for its code once",
    claims: &["FLOW-002/code-not-answered", "FLOW-002/code-not-asked"],
    scenario: EVERYDAY_VISIT,
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn BrokerBehaviour>(Rc::new(Broken::default()))),
};

#[derive(Default)]
struct Broken {
    memory: CodeMemory,
}

impl BrokerBehaviour for Broken {
    fn code_without_jpki(&self, serial: CertificateSerial) -> Option<InstitutionCode> {
        self.memory.code(serial)
    }

    fn on_proved(&self, serial: CertificateSerial, code: &InstitutionCode) {
        self.memory.remember(serial, code);
    }
}
