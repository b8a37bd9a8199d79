//! The broker keeps what it was fed under a code that its insurer no longer uses.

use super::kit::{Breaks, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::broker::behaviour::BrokerBehaviour;
use sim::terms::fhir::FeedBatch;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "broker-ignores-ended-codes",
    what: "the broker keeps what it was fed under a code that its insurer no longer uses",
    claims: &["CODE-007/still-answered"],
    scenario: "codes-change-in-turn",
    design: "keep-mapping",
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn BrokerBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl BrokerBehaviour for Broken {
    fn taken(&self, mut batch: FeedBatch) -> FeedBatch {
        batch.codes.iter_mut().for_each(|codes| codes.ended.clear());
        batch
    }
}
