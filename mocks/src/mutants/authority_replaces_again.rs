//! The number authority replaces a code again when the report of a leak arrives again.

use super::kit::{Breaks, CERTIFICATE, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::number_authority::behaviour::NumberAuthorityBehaviour;
use crate::roles::number_authority::changes::CodeRequest;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "authority-replaces-again",
    what: "the number authority replaces a code again when the report of a leak arrives again",
    claims: &["CODE-009/reissued-again"],
    scenario: "report-of-a-leak-arrives-again",
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn NumberAuthorityBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl NumberAuthorityBehaviour for Broken {
    fn recognizes(&self, _: &CodeRequest) -> bool {
        false
    }
}
