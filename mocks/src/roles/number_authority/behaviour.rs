//! The decisions of the number authority that a dishonest one could make differently.

use super::changes::CodeRequest;
use super::register::CodeRegister;
use crate::behaviour::RoleBehaviour;
use sim::terms::identifiers::{InstitutionCode, ResidentCode};
use sim::terms::people::Person;
use std::rc::Rc;

/// How the number authority decides. The defaults are those of an honest one.
pub trait NumberAuthorityBehaviour {
    /// Called with each resident who is entered.
    fn on_registered(&self, _person: &Person) {}

    /// The code of a resident in a field: for an honest authority, only if the resident opted in.
    fn code(&self, register: &CodeRegister, field: &str, resident: &ResidentCode) -> Option<InstitutionCode> {
        register.code(field, resident)
    }

    /// The code that `peer` is given; `code` is the right one.
    fn code_for(&self, _register: &CodeRegister, _peer: &str, code: InstitutionCode) -> InstitutionCode {
        code
    }

    /// Whether the code of a presented number is given; `permitted` states whether the client may ask for it.
    fn resolves(&self, permitted: bool) -> bool {
        permitted
    }

    /// Whether a request of a municipality is carried out.
    fn carries_out(&self, _request: &CodeRequest) -> bool {
        true
    }

    /// Whether a request that has been answered is answered again in the same way, and not carried out again.
    fn recognizes(&self, _request: &CodeRequest) -> bool {
        true
    }

    /// Called with the numbers of each request for codes.
    fn on_question(&self, _numbers: &[String]) {}

    /// Additional headers of the answer to a request for these numbers: names in lower case, and values.
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
