//! The broker treats any OCSP response as "good", and takes a code that JPKI does not answer from its memory.

use super::kit::{Breaks, CERTIFICATE, CodeMemory, MutantDescription};
use crate::behaviour::Dishonest;
use crate::pki::ocsp::OcspError;
use crate::pki::status::CertStatus;
use crate::roles::broker::behaviour::BrokerBehaviour;
use sim::terms::identifiers::{CertificateSerial, InstitutionCode};
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "broker-takes-unsigned-status",
    what: "the broker treats any OCSP response as \"good\", and takes a code that JPKI does not answer from its memory",
    claims: &["SEC-002/no-status"],
    scenario: "jpki-nonsense-later",
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn BrokerBehaviour>(Rc::new(Broken::default()))),
};

#[derive(Default)]
struct Broken {
    memory: CodeMemory,
}

impl BrokerBehaviour for Broken {
    fn status_from_unusable(&self, _why: &OcspError) -> Option<CertStatus> {
        Some(CertStatus::Good)
    }

    fn code_from_unreadable(&self, serial: CertificateSerial) -> Option<InstitutionCode> {
        self.memory.code(serial)
    }

    fn on_proved(&self, serial: CertificateSerial, code: &InstitutionCode) {
        self.memory.remember(serial, code);
    }
}
