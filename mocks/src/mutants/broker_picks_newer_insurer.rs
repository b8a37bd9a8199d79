//! The broker answers with the newer coverage although another insurer claims the person too.

use super::kit::{Breaks, CERTIFICATE, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::broker::behaviour::{Asked, BrokerBehaviour};
use crate::roles::broker::eligibility::{Known, answer, covers};
use sim::terms::coverage::Validity;
use sim::terms::outcome::OutcomeCode;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "broker-picks-newer-insurer",
    what: "of two insurers that claim a person the broker believes the newer",
    claims: &["ELIG-001/several"],
    scenario: "two-insurers",
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn BrokerBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl BrokerBehaviour for Broken {
    fn known(&self, known: Known, asked: &Asked<'_>) -> Known {
        if known != Known::Nothing(OutcomeCode::SeveralInsurers) {
            return known;
        }
        // The entries are sorted by first day.
        match asked.data.fed(asked.code).iter().rev().find(|e| covers(e, asked.question.day)) {
            Some(newer) => {
                let coverages = vec![answer(newer, asked.question.day, &asked.name)];
                Known::Answer { validity: Validity::InForce, coverages }
            }
            None => known,
        }
    }
}
