//! The broker answers without recording the check.

use super::kit::{Breaks, CERTIFICATE, EVERYDAY_VISIT, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::broker::audit::{Audit, AuditRecord};
use crate::roles::broker::behaviour::BrokerBehaviour;
use std::cell::RefCell;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "broker-forgets-audit",
    what: "the broker answers without recording the check",
    claims: &["AUDIT-002/no-record", "AUDIT-004/broker-lost"],
    scenario: EVERYDAY_VISIT,
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn BrokerBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl BrokerBehaviour for Broken {
    fn keep_audit(&self, _audit: &Rc<RefCell<Audit>>, _record: AuditRecord) {}
}
