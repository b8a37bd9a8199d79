//! The broker keeps coverages that their insurer has taken back.

use super::kit::{Breaks, CERTIFICATE, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::broker::behaviour::BrokerBehaviour;
use sim::terms::fhir::FeedBatch;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "broker-keeps-what-is-withdrawn",
    what: "the broker keeps coverages that their insurer has taken back",
    claims: &["ELIG-001/nobody-insures"],
    scenario: "wrong-link-to-an-uninsured-person",
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn BrokerBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl BrokerBehaviour for Broken {
    fn taken(&self, mut batch: FeedBatch) -> FeedBatch {
        batch.entries.retain(|entry| !entry.withdrawn);
        batch
    }
}
