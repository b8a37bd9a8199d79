//! The broker records another outcome than it answered.

use super::kit::{Breaks, CERTIFICATE, EVERYDAY_VISIT, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::broker::audit::{Audit, AuditRecord};
use crate::roles::broker::behaviour::BrokerBehaviour;
use sim::terms::outcome::OutcomeCode;
use std::cell::RefCell;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "broker-audits-another-outcome",
    what: "the broker records another outcome than it answered",
    claims: &["AUDIT-003/differs"],
    scenario: EVERYDAY_VISIT,
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn BrokerBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl BrokerBehaviour for Broken {
    fn keep_audit(&self, audit: &Rc<RefCell<Audit>>, mut record: AuditRecord) {
        let is_in_force = record.outcome == OutcomeCode::InForce;
        record.outcome = if is_in_force { OutcomeCode::NotInsured } else { OutcomeCode::InForce };
        audit.borrow_mut().record(record);
    }
}
