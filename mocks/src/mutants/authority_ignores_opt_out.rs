//! The number authority gives a code to a person who did not opt in.

use super::kit::{Breaks, CERTIFICATE, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::number_authority::behaviour::NumberAuthorityBehaviour;
use crate::roles::number_authority::register::CodeRegister;
use sim::terms::identifiers::{InstitutionCode, ResidentCode};
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "authority-ignores-opt-out",
    what: "the number authority gives a code to a person who did not opt in",
    claims: &["CODE-004/given", "ELIG-001/no-code"],
    scenario: "no-institution-code",
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn NumberAuthorityBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl NumberAuthorityBehaviour for Broken {
    fn code(&self, register: &CodeRegister, field: &str, resident: &ResidentCode) -> Option<InstitutionCode> {
        register.opted_in(resident)?;
        Some(register.derive(field, resident))
    }
}
