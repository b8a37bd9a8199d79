//! The screen of a facility shows the person before under a check that has no coverage.

use super::kit::{Breaks, CERTIFICATE, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::facility::ReceptionRecord;
use crate::roles::facility::behaviour::FacilityBehaviour;
use sim::terms::roles::FacilityKind;
use std::cell::RefCell;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "facility-shows-person-before",
    what: "the screen of a facility shows the person before under a check that has no coverage",
    claims: &["FLOW-010/of-another"],
    scenario: "card-taken-away",
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn FacilityBehaviour>(Rc::new(Broken::default()))),
};

#[derive(Default)]
struct Broken {
    /// What was shown last.
    last: RefCell<Option<String>>,
}

impl FacilityBehaviour for Broken {
    fn screen(&self, record: &ReceptionRecord, kind: FacilityKind) -> String {
        let shown = record.screen(kind);
        match self.last.replace(Some(shown.clone())) {
            Some(before) if record.coverages.is_empty() => format!("{shown}\n{before}"),
            _ => shown,
        }
    }
}
