//! The broker discloses to JPKI which facility asks.

use super::kit::{Breaks, CERTIFICATE, EVERYDAY_VISIT, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::broker::behaviour::{BrokerBehaviour, ExtraHeaders};
use sim::terms::fhir::EligibilityQuestion;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "broker-discloses-facility-to-jpki",
    what: "the broker discloses to JPKI which facility asks",
    claims: &["MIN-001/names-facility", "MIN-005/headers"],
    scenario: EVERYDAY_VISIT,
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn BrokerBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl BrokerBehaviour for Broken {
    fn extra_jpki_headers(&self, question: &EligibilityQuestion) -> ExtraHeaders {
        vec![("x-on-behalf-of", question.facility.reveal().to_string())]
    }
}
