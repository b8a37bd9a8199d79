//! The broker answers that the person is not insured when the coverage asked about has ended.

use super::kit::{Breaks, CERTIFICATE, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::broker::behaviour::{Asked, BrokerBehaviour};
use crate::roles::broker::eligibility::Known;
use sim::terms::coverage::Validity;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "broker-says-ended-is-not-insured",
    what: "the broker answers that the person is not insured when the coverage asked about has ended",
    claims: &["ELIG-007/ended-or-elsewhere"],
    scenario: "record-of-an-ended-coverage",
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn BrokerBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl BrokerBehaviour for Broken {
    fn known(&self, known: Known, _asked: &Asked<'_>) -> Known {
        match known {
            Known::Answer { validity: Validity::Ended, coverages } => Known::Answer { validity: Validity::NotInsured, coverages },
            known => known,
        }
    }
}
