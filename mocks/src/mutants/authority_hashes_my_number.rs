//! The number authority's codes are an unsalted digest of My Number.

use super::kit::{Breaks, CERTIFICATE, EVERYDAY_VISIT, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::number_authority::behaviour::NumberAuthorityBehaviour;
use crate::roles::number_authority::keys::cut;
use crate::roles::number_authority::register::CodeRegister;
use sha2::{Digest, Sha256};
use sim::terms::identifiers::{InstitutionCode, ResidentCode};
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "authority-hashes-my-number",
    what: "the number authority's codes are an unsalted digest of My Number",
    claims: &["CODE-005/digest"],
    scenario: EVERYDAY_VISIT,
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn NumberAuthorityBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl NumberAuthorityBehaviour for Broken {
    fn code(&self, register: &CodeRegister, field: &str, resident: &ResidentCode) -> Option<InstitutionCode> {
        register.code(field, resident)?;
        let (number, _) = register.residents().find(|(_, r)| *r == resident)?;
        Some(cut(&Sha256::digest(number.reveal()).into()))
    }
}
