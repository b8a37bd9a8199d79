//! The broker takes ●, which stands for a letter that the insurer's system cannot carry, for the letter on record at the facility.

use super::kit::{Breaks, CERTIFICATE, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::broker::behaviour::{Asked, BrokerBehaviour};
use crate::roles::broker::eligibility::Known;
use sim::terms::fhir::FeedEntry;
use sim::terms::outcome::OutcomeCode;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "broker-reads-lost-letters",
    what: "the broker takes a letter that was lost on the way for the one on record at the facility",
    claims: &["ELIG-007/mismatch-as-statement"],
    scenario: "letter-that-cannot-be-carried",
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
        let reads = |fed: &str, wanted: &str| {
            let as_long = fed.chars().count() == wanted.chars().count();
            as_long && fed.chars().zip(wanted.chars()).all(|(a, b)| a == b || a == '●')
        };
        let same = |e: &&FeedEntry| {
            (&e.insured.insurer, &e.insured.number, &e.insured.branch) == (&wanted.insurer, &wanted.number, &wanted.branch)
                && reads(&e.insured.symbol, &wanted.symbol)
        };
        match asked.data.fed(asked.code).iter().find(same) {
            Some(entry) => asked.data.known(asked.code, asked.question.day, Some(&entry.insured), asked.name),
            None => known,
        }
    }
}
