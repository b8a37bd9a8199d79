//! The broker treats a missing answer of an insurer as a statement that it insures nobody.

use super::kit::{ASK_INSURER, Breaks, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::broker::behaviour::BrokerBehaviour;
use jiff::Timestamp;
use jiff::civil::Date;
use sim::terms::fhir::CoverageStatement;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "broker-takes-silence-for-a-statement",
    what: "the broker treats a missing answer of an insurer as a statement that it insures nobody",
    claims: &["ELIG-001/insured", "ELIG-005/insurers-missing"],
    scenario: "insurer-silent",
    design: ASK_INSURER,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn BrokerBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl BrokerBehaviour for Broken {
    fn statement_without_answer(&self) -> Option<CoverageStatement> {
        Some(CoverageStatement { created: Timestamp::UNIX_EPOCH, complete_through: Date::MAX, entries: Vec::new(), codes: None })
    }
}
