//! The broker writes the day before into its answers.

use super::kit::{Breaks, CERTIFICATE, EVERYDAY_VISIT, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::broker::behaviour::BrokerBehaviour;
use jiff::Span;
use jiff::civil::Date;
use sim::terms::fhir::EligibilityQuestion;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "broker-dates-answers-wrong",
    what: "the broker writes the day before into its answers",
    claims: &["ELIG-003/other-day"],
    scenario: EVERYDAY_VISIT,
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn BrokerBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl BrokerBehaviour for Broken {
    fn day_answered(&self, question: &EligibilityQuestion) -> Date {
        question.day.saturating_sub(Span::new().days(1))
    }
}
