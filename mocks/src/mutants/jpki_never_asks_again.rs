//! JPKI asks for codes when it starts and never again.

use super::kit::{Breaks, CERTIFICATE, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::jpki::behaviour::JpkiBehaviour;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "jpki-never-asks-again",
    what: "jPKI asks for codes when it starts and never again",
    claims: &["CODE-007/still-returned", "CODE-008/still-returned"],
    scenario: "codes-change-in-turn",
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn JpkiBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl JpkiBehaviour for Broken {
    fn asks_again(&self) -> bool {
        false
    }
}
