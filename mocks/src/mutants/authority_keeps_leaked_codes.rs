//! The number authority answers that a leaked code is replaced, and issues it as before.

use super::kit::{Breaks, CERTIFICATE, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::number_authority::behaviour::NumberAuthorityBehaviour;
use crate::roles::number_authority::changes::{CodeChange, CodeRequest};
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "authority-keeps-leaked-codes",
    what: "the number authority answers that a leaked code is replaced, and issues it as before",
    claims: &["CODE-008/still-issued"],
    scenario: "codes-change-in-turn",
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn NumberAuthorityBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl NumberAuthorityBehaviour for Broken {
    fn carries_out(&self, request: &CodeRequest) -> bool {
        request.change != CodeChange::Leaked
    }
}
