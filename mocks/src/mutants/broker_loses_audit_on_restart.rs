//! The broker makes a record durable only at the next one, so that a restart loses the last.

use super::kit::{Breaks, CERTIFICATE, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::broker::audit::{Audit, AuditRecord};
use crate::roles::broker::behaviour::BrokerBehaviour;
use std::cell::RefCell;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "broker-loses-audit-on-restart",
    what: "the broker makes a record durable only at the next one, so that a restart loses the last",
    claims: &["AUDIT-004/broker-lost"],
    scenario: "broker-restarted",
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn BrokerBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl BrokerBehaviour for Broken {
    fn keep_audit(&self, audit: &Rc<RefCell<Audit>>, record: AuditRecord) {
        audit.borrow_mut().sync();
        audit.borrow_mut().append(record);
    }
}
