//! The facility reports a case with My Number in it.

use super::kit::{Breaks, CERTIFICATE, Knowledge, LeakedClass, MutantDescription, Of};
use crate::behaviour::Dishonest;
use crate::roles::facility::behaviour::FacilityBehaviour;
use sim::terms::fhir::datatypes::Identifier;
use sim::terms::fhir::{CaseReport, Profile};
use sim::terms::messages::to_json;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "facility-reports-my-number",
    what: "the facility reports a case with My Number in it",
    claims: &["REG-001/identifier", "REG-001/value"],
    scenario: "cancer-registry-morning",
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|knowledge| {
        Dishonest::one::<dyn FacilityBehaviour>(Rc::new(Broken { knowledge: knowledge.clone() }))
    }),
};

struct Broken {
    knowledge: Rc<Knowledge>,
}

impl FacilityBehaviour for Broken {
    fn report(&self, person: u64, report: &CaseReport) -> Vec<u8> {
        let mut resource = report.to_resource();
        let number = self.knowledge.value(LeakedClass::MyNumber, Of::Person(person)).unwrap_or_default();
        let number = Identifier::new("https://shikaku.invalid/fhir/sid/my-number", &String::from_utf8_lossy(&number));
        resource.entry.0.resource.identifier.push(number);
        to_json(&resource)
    }
}
