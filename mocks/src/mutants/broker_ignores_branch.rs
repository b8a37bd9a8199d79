//! The broker takes a coverage with another branch number for the one asked about.

use super::kit::{Breaks, CERTIFICATE, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::broker::behaviour::{Asked, BrokerBehaviour};
use crate::roles::broker::eligibility::Known;
use sim::terms::outcome::OutcomeCode;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "broker-ignores-branch",
    what: "the broker takes a coverage with another branch number for the one asked about",
    claims: &["ELIG-007/mismatch-as-statement"],
    scenario: "record-with-another-branch",
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn BrokerBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl BrokerBehaviour for Broken {
    fn known(&self, known: Known, asked: &Asked<'_>) -> Known {
        let Some(wanted) = asked.question.on_record.as_ref().filter(|_| known == Known::Nothing(OutcomeCode::IdentifierNotFound))
        else {
            return known;
        };
        let same = |e: &&sim::terms::fhir::FeedEntry| {
            (&e.insured.insurer, &e.insured.symbol, &e.insured.number) == (&wanted.insurer, &wanted.symbol, &wanted.number)
        };
        match asked.data.fed(asked.code).iter().find(same) {
            Some(entry) => asked.data.known(asked.code, asked.question.day, Some(&entry.insured), asked.name),
            None => known,
        }
    }
}
