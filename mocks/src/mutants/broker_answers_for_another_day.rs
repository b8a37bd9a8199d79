//! The broker answers for a day two weeks before the one asked about.

use super::kit::{Breaks, CERTIFICATE, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::broker::behaviour::{Asked, BrokerBehaviour};
use crate::roles::broker::eligibility::Known;
use jiff::Span;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "broker-answers-for-another-day",
    what: "the broker answers for a day two weeks before the one asked about",
    claims: &["ELIG-001/nobody-insures", "ELIG-001/none-in-force"],
    scenario: "not-insured",
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn BrokerBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl BrokerBehaviour for Broken {
    fn known(&self, _known: Known, asked: &Asked<'_>) -> Known {
        let day = asked.question.day.saturating_sub(Span::new().days(15));
        let mut then = asked.data.known(asked.code, day, asked.question.on_record.as_ref(), asked.name);
        if let Known::Answer { coverages, .. } = &mut then {
            // A later end was not known on that day.
            coverages.iter_mut().for_each(|c| c.until = c.until.filter(|u| *u < day));
        }
        then
    }
}
