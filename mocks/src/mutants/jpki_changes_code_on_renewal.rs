//! JPKI answers with another code for a renewed certificate than for the previous one.

use super::kit::{Breaks, CERTIFICATE, MutantDescription};
use crate::behaviour::Dishonest;
use crate::pki::status::{CertStatus, RevocationReason};
use crate::roles::jpki::behaviour::JpkiBehaviour;
use crate::roles::jpki::register::Register;
use sim::terms::identifiers::{CertificateSerial, InstitutionCode};
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "jpki-changes-code-on-renewal",
    what: "JPKI answers with another code for a renewed certificate than for the previous one",
    claims: &["CODE-003/changed"],
    scenario: "renewed-and-moved",
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn JpkiBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl JpkiBehaviour for Broken {
    fn code(&self, register: &Register, serial: CertificateSerial) -> Option<InstitutionCode> {
        let code = register.code(serial)?;
        Some(if is_renewed(register, serial) { changed(&code) } else { code })
    }
}

/// Whether the certificate is in use and replaced another.
fn is_renewed(register: &Register, serial: CertificateSerial) -> bool {
    let superseded = |s| matches!(s, CertStatus::Revoked { reason: Some(RevocationReason::Superseded), .. });
    let Some(resident) = register.resident(serial) else { return false };
    !superseded(register.status(serial))
        && register.certificates().into_iter().any(|(_, of, status)| of == resident && superseded(status))
}

/// Another code, derived from this one.
fn changed(code: &InstitutionCode) -> InstitutionCode {
    let digest = openssl::sha::sha256(code.reveal().as_bytes());
    let mut cut = [0; 16];
    cut.copy_from_slice(&digest[..16]);
    InstitutionCode::from_bytes(cut)
}
