//! The broker discloses to JPKI under which check it asks.

use super::kit::{Breaks, CERTIFICATE, EVERYDAY_VISIT, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::broker::behaviour::{BrokerBehaviour, ExtraHeaders};
use sim::terms::fhir::EligibilityQuestion;
use sim::terms::operation::CHECK_ID;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "broker-discloses-check-to-jpki",
    what: "the broker discloses to JPKI under which check it asks",
    claims: &["MIN-001/names-check", "MIN-005/headers"],
    scenario: EVERYDAY_VISIT,
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn BrokerBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl BrokerBehaviour for Broken {
    fn extra_jpki_headers(&self, question: &EligibilityQuestion) -> ExtraHeaders {
        vec![(CHECK_ID.name, question.check.to_string())]
    }
}
