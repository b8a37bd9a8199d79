//! The decisions of the number authority that a dishonest one could take otherwise.

use super::register::CodeRegister;
use crate::behaviour::RoleBehaviour;
use sim::terms::identifiers::{InstitutionCode, ResidentCode};
use sim::terms::people::Person;
use std::rc::Rc;

/// How the number authority decides. The defaults are those of an honest one.
pub trait NumberAuthorityBehaviour {
    /// Called with each resident who is entered.
    fn on_registered(&self, _person: &Person) {}

    /// The code of a resident in a field: for an honest authority, of who opted in.
    fn code(&self, register: &CodeRegister, field: &str, resident: &ResidentCode) -> Option<InstitutionCode> {
        register.code(field, resident)
    }

    /// The code that `peer` is given, when it is `code`.
    fn code_for(&self, _register: &CodeRegister, _peer: &str, code: InstitutionCode) -> InstitutionCode {
        code
    }

    /// Called with the numbers of each question for codes.
    fn on_question(&self, _numbers: &[String]) {}

    /// What goes along with the answer to a question for these numbers: headers, with names in lower case, and values.
    fn extra_headers(&self, _numbers: &[String]) -> Vec<(&'static str, String)> {
        Vec::new()
    }
}

struct Honest;

impl NumberAuthorityBehaviour for Honest {}

impl RoleBehaviour for dyn NumberAuthorityBehaviour {
    fn honest() -> Rc<Self> {
        Rc::new(Honest)
    }
}
