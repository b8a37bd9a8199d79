//! JPKI answers the broker with the code of the field `exchange`.

use super::kit::{Breaks, CERTIFICATE, EVERYDAY_VISIT, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::jpki::behaviour::JpkiBehaviour;
use crate::roles::jpki::register::Register;
use sim::terms::identifiers::{CertificateSerial, InstitutionCode};
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "jpki-answers-with-another-code",
    what: "JPKI answers the broker with the code of the field `exchange`",
    claims: &["NVN-026/found"],
    scenario: EVERYDAY_VISIT,
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn JpkiBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl JpkiBehaviour for Broken {
    fn code(&self, register: &Register, serial: CertificateSerial) -> Option<InstitutionCode> {
        register.exchange_code(serial)
    }
}
