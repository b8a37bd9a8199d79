//! The cancer registry lets any facility withdraw a report.

use super::kit::{Breaks, CERTIFICATE, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::registry::behaviour::RegistryBehaviour;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "registry-lets-others-change",
    what: "the cancer registry lets any facility withdraw a report",
    claims: &["REG-004/by-another-facility"],
    scenario: "cancer-report-withdrawn-by-another-facility",
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn RegistryBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl RegistryBehaviour for Broken {
    fn may_change(&self, _is_its_own: bool) -> bool {
        true
    }
}
