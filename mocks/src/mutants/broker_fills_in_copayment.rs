//! The broker answers with a copayment where the insurer states none.

use super::kit::{Breaks, CERTIFICATE, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::broker::behaviour::{Asked, BrokerBehaviour};
use crate::roles::broker::eligibility::Known;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "broker-fills-in-copayment",
    what: "the broker answers with a copayment of 30 % where the insurer states none",
    claims: &["ELIG-001/differs"],
    scenario: "shares-withheld-for-days",
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn BrokerBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl BrokerBehaviour for Broken {
    fn known(&self, mut known: Known, _asked: &Asked<'_>) -> Known {
        if let Known::Answer { coverages, .. } = &mut known {
            for c in coverages {
                c.copayment_percent = c.copayment_percent.or(Some(30));
            }
        }
        known
    }
}
