//! JPKI sends the resident code along with the institution code.

use super::kit::{Breaks, CERTIFICATE, EVERYDAY_VISIT, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::jpki::behaviour::JpkiBehaviour;
use crate::roles::jpki::register::Register;
use sim::terms::identifiers::CertificateSerial;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "jpki-shows-resident-code",
    what: "JPKI sends the resident code along with the institution code",
    claims: &["NVN-012/found"],
    scenario: EVERYDAY_VISIT,
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn JpkiBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl JpkiBehaviour for Broken {
    fn extra_headers(&self, register: &Register, serial: CertificateSerial) -> Vec<(&'static str, String)> {
        let resident = register.resident(serial);
        resident.map(|r| ("x-resident", r.reveal().to_string())).into_iter().collect()
    }
}
