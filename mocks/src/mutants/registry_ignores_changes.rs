//! The cancer registry stores corrections and withdrawals, and goes on as before.

use super::kit::{Breaks, CERTIFICATE, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::registry::behaviour::RegistryBehaviour;
use sim::terms::fhir::CaseReport;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "registry-ignores-changes",
    what: "the cancer registry stores corrections and withdrawals, and goes on as before",
    claims: &["REG-004/not-corrected", "REG-004/withdrawn-kept"],
    scenario: "cancer-report-corrected-and-withdrawn",
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn RegistryBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl RegistryBehaviour for Broken {
    fn takes_effect(&self, _: &CaseReport) -> bool {
        false
    }
}
