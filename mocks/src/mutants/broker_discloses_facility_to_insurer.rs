//! The broker discloses to the insurers that it asks which facility checks a person.

use super::kit::{ASK_INSURER, Breaks, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::broker::behaviour::{BrokerBehaviour, ExtraHeaders};
use sim::terms::fhir::EligibilityQuestion;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "broker-discloses-facility-to-insurer",
    what: "the broker discloses to the insurers that it asks which facility checks a person",
    claims: &["MIN-007/headers", "MIN-007/names-facility"],
    scenario: "insurers-asked",
    design: ASK_INSURER,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn BrokerBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl BrokerBehaviour for Broken {
    fn extra_insurer_headers(&self, question: Option<&EligibilityQuestion>) -> ExtraHeaders {
        question.map(|q| ("x-provider", q.facility.reveal().to_string())).into_iter().collect()
    }
}
