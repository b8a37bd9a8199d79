//! The decisions of JPKI that a dishonest one could make differently.

use super::register::Register;
use crate::behaviour::RoleBehaviour;
use sim::terms::identifiers::{CertificateSerial, InstitutionCode};
use std::rc::Rc;
use std::time::Duration;

/// How JPKI decides. The defaults are those of an honest one.
pub trait JpkiBehaviour {
    /// Whether a client is served that is or is not `approved` as a verifier.
    fn serves(&self, approved: bool) -> bool {
        approved
    }

    /// How long after a renewal the new certificate is not known; the design defines `after`.
    fn renewed_known_after(&self, after: Duration) -> Duration {
        after
    }

    /// Whether the number authority is asked again for codes, where they change.
    fn asks_again(&self) -> bool {
        true
    }

    /// Called with each question for the code that belongs to a certificate.
    fn on_question(&self, _serial: CertificateSerial) {}

    /// The code that belongs to a certificate: for an honest JPKI, the one in the register.
    fn code(&self, register: &Register, serial: CertificateSerial) -> Option<InstitutionCode> {
        register.code(serial)
    }

    /// Additional headers of the answer with a certificate's code: names in lower case, and values.
    fn extra_headers(&self, _register: &Register, _serial: CertificateSerial) -> Vec<(&'static str, String)> {
        Vec::new()
    }
}

struct Honest;

impl JpkiBehaviour for Honest {}

impl RoleBehaviour for dyn JpkiBehaviour {
    fn honest() -> Rc<Self> {
        Rc::new(Honest)
    }
}
