//! The broker answers with another copayment than the insurer's.

use super::kit::{Breaks, CERTIFICATE, EVERYDAY_VISIT, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::broker::behaviour::{Asked, BrokerBehaviour};
use crate::roles::broker::eligibility::Known;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "broker-says-wrong-copayment",
    what: "the broker answers with another copayment than the insurer's",
    claims: &["ELIG-001/differs"],
    scenario: EVERYDAY_VISIT,
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn BrokerBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl BrokerBehaviour for Broken {
    fn known(&self, mut known: Known, _asked: &Asked<'_>) -> Known {
        if let Known::Answer { coverages, .. } = &mut known {
            for c in coverages {
                c.copayment_percent = c.copayment_percent.map(|percent| if percent == 30 { 10 } else { 30 });
            }
        }
        known
    }
}
