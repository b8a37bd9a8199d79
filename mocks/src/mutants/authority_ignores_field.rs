//! The number authority gives a person the same code in every field.

use super::kit::{Breaks, CERTIFICATE, EVERYDAY_VISIT, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::number_authority::behaviour::NumberAuthorityBehaviour;
use crate::roles::number_authority::register::CodeRegister;
use sim::terms::identifiers::{InstitutionCode, ResidentCode};
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "authority-ignores-field",
    what: "the number authority gives a person the same code in every field",
    claims: &["CODE-002/same-in-two-fields"],
    scenario: EVERYDAY_VISIT,
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn NumberAuthorityBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl NumberAuthorityBehaviour for Broken {
    fn code(&self, register: &CodeRegister, _field: &str, resident: &ResidentCode) -> Option<InstitutionCode> {
        register.code("", resident)
    }
}
