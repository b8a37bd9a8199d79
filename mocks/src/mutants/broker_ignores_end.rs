//! The broker answers that an ended coverage is in force.

use super::kit::{Breaks, CERTIFICATE, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::broker::behaviour::{Asked, BrokerBehaviour};
use crate::roles::broker::eligibility::Known;
use sim::terms::coverage::Validity;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "broker-ignores-end",
    what: "the broker answers that an ended coverage is in force",
    claims: &["ELIG-001/nobody-insures", "ELIG-001/none-in-force"],
    scenario: "not-insured",
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn BrokerBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl BrokerBehaviour for Broken {
    fn known(&self, known: Known, _asked: &Asked<'_>) -> Known {
        match known {
            Known::Answer { validity: Validity::NotInsured, mut coverages } if !coverages.is_empty() => {
                coverages.truncate(1);
                coverages.iter_mut().for_each(|c| (c.in_force, c.until) = (true, None));
                Known::Answer { validity: Validity::InForce, coverages }
            }
            known => known,
        }
    }
}
