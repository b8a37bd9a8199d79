//! The decisions of the registry that a dishonest one could make differently.

use super::matching::Class;
use crate::behaviour::RoleBehaviour;
use sim::terms::fhir::CaseReport;
use sim::terms::identifiers::InstitutionCode;
use std::rc::Rc;

/// How the registry decides. The defaults are those of an honest one.
pub trait RegistryBehaviour {
    /// How many times an accepted report is stored.
    fn times_stored(&self) -> usize {
        1
    }

    /// Whether a version that is stored already is stored again.
    fn stores_again(&self) -> bool {
        false
    }

    /// Whether a facility may change a report; `is_its_own` states whether the report is the facility's.
    fn may_change(&self, is_its_own: bool) -> bool {
        is_its_own
    }

    /// Whether a correction or withdrawal, which is stored, takes effect.
    fn takes_effect(&self, _report: &CaseReport) -> bool {
        true
    }

    /// The class of a pair whose weights say `class`.
    fn class(&self, class: Class) -> Class {
        class
    }

    /// Whether a person looks at the pairs in question.
    fn looks(&self) -> bool {
        true
    }

    /// What the record of a decision says about its evidence.
    fn evidence(&self, record: serde_json::Value) -> serde_json::Value {
        record
    }

    /// The code under which a report is kept; `given` is the one that the number authority gave.
    fn code(&self, _report: &CaseReport, given: Option<InstitutionCode>) -> Option<InstitutionCode> {
        given
    }

    /// Called with each report that has been stored.
    fn on_report(&self, _report: &CaseReport) {}
}

struct Honest;

impl RegistryBehaviour for Honest {}

impl RoleBehaviour for dyn RegistryBehaviour {
    fn honest() -> Rc<Self> {
        Rc::new(Honest)
    }
}
