//! The broker records each check twice.

use super::kit::{Breaks, CERTIFICATE, EVERYDAY_VISIT, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::broker::audit::{Audit, AuditRecord};
use crate::roles::broker::behaviour::BrokerBehaviour;
use std::cell::RefCell;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "broker-audits-twice",
    what: "the broker records each check twice",
    claims: &["AUDIT-002/recorded-again"],
    scenario: EVERYDAY_VISIT,
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn BrokerBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl BrokerBehaviour for Broken {
    fn keep_audit(&self, audit: &Rc<RefCell<Audit>>, record: AuditRecord) {
        audit.borrow_mut().record(record.clone());
        audit.borrow().write(&record);
        audit.borrow_mut().sync();
    }
}
