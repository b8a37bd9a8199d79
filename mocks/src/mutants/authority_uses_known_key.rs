//! The number authority's codes are a keyed digest of My Number with a publicly known key.

use super::kit::{Breaks, CERTIFICATE, EVERYDAY_VISIT, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::number_authority::behaviour::NumberAuthorityBehaviour;
use crate::roles::number_authority::keys::{cut, mac};
use crate::roles::number_authority::register::CodeRegister;
use sim::terms::identifiers::{InstitutionCode, ResidentCode};
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "authority-uses-known-key",
    what: "the number authority's codes are a keyed digest of My Number with a publicly known key",
    claims: &["CODE-005/known-key"],
    scenario: EVERYDAY_VISIT,
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn NumberAuthorityBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl NumberAuthorityBehaviour for Broken {
    fn code(&self, register: &CodeRegister, field: &str, resident: &ResidentCode) -> Option<InstitutionCode> {
        register.code(field, resident)?;
        let (number, _) = register.residents().find(|(_, r)| *r == resident)?;
        // The name of the field is the key.
        Some(cut(&mac(field.as_bytes(), &[number.reveal().as_bytes()])))
    }
}
