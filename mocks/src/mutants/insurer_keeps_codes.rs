//! The insurer feeds under the first code that it got for a person.

use super::kit::{Breaks, CERTIFICATE, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::insurer::behaviour::InsurerBehaviour;
use sim::terms::identifiers::{InstitutionCode, MyNumber};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "insurer-keeps-codes",
    what: "the insurer feeds under the first code that it got for a person",
    claims: &["CODE-008/still-fed"],
    scenario: "codes-change-in-turn",
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn InsurerBehaviour>(Rc::new(Broken::default()))),
};

#[derive(Default)]
struct Broken(RefCell<BTreeMap<MyNumber, InstitutionCode>>);

impl InsurerBehaviour for Broken {
    fn code_used(&self, number: &MyNumber, code: Option<InstitutionCode>) -> Option<InstitutionCode> {
        let code = code?;
        Some(self.0.borrow_mut().entry(number.clone()).or_insert(code).clone())
    }
}
