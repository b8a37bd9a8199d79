//! The number authority gives each insurer another code for the same person.

use super::kit::{Breaks, CERTIFICATE, EVERYDAY_VISIT, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::number_authority::behaviour::NumberAuthorityBehaviour;
use crate::roles::number_authority::register::CodeRegister;
use sim::terms::identifiers::InstitutionCode;
use sim::terms::parties;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "authority-makes-code-by-asker",
    what: "the number authority gives each insurer another code for the same person",
    claims: &["CODE-003/changed"],
    scenario: EVERYDAY_VISIT,
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn NumberAuthorityBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl NumberAuthorityBehaviour for Broken {
    fn code_for(&self, register: &CodeRegister, peer: &str, code: InstitutionCode) -> InstitutionCode {
        match parties::claims_to_be_insurer(peer) {
            true => register.code_of(&[peer.as_bytes(), code.reveal().as_bytes()]),
            false => code,
        }
    }
}
