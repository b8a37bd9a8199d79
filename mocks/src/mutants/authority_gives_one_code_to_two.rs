//! The number authority gives two persons the same code.

use super::kit::{Breaks, CERTIFICATE, EVERYDAY_VISIT, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::number_authority::behaviour::NumberAuthorityBehaviour;
use crate::roles::number_authority::register::CodeRegister;
use sim::terms::identifiers::{InstitutionCode, ResidentCode};
use sim::terms::people::Person;
use std::cell::RefCell;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "authority-gives-one-code-to-two",
    what: "the number authority gives two persons the same code",
    claims: &["CODE-001/shared"],
    scenario: EVERYDAY_VISIT,
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn NumberAuthorityBehaviour>(Rc::new(Broken::default()))),
};

#[derive(Default)]
struct Broken {
    /// The people with codes, in the order of registration.
    entered: RefCell<Vec<ResidentCode>>,
}

impl NumberAuthorityBehaviour for Broken {
    fn on_registered(&self, person: &Person) {
        if person.opted_in {
            self.entered.borrow_mut().push(person.resident_code.clone());
        }
    }

    fn code(&self, register: &CodeRegister, field: &str, resident: &ResidentCode) -> Option<InstitutionCode> {
        let own = register.code(field, resident)?;
        match self.entered.borrow().as_slice() {
            [first, second, ..] if second == resident => Some(register.derive(field, first)),
            _ => Some(own),
        }
    }
}
