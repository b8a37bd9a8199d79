//! The broker makes its record durable after the answer has left.

use super::kit::{Breaks, CERTIFICATE, EVERYDAY_VISIT, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::broker::audit::{Audit, AuditRecord};
use crate::roles::broker::behaviour::BrokerBehaviour;
use sim::clock;
use sim::context;
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "broker-audits-late",
    what: "the broker makes its record durable after the answer has left",
    claims: &["AUDIT-002/no-record", "AUDIT-002/recorded-late"],
    scenario: EVERYDAY_VISIT,
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn BrokerBehaviour>(Rc::new(Broken))),
};

/// How long after its answer a record is made durable.
const LATE: Duration = Duration::from_millis(500);

struct Broken;

impl BrokerBehaviour for Broken {
    fn keep_audit(&self, audit: &Rc<RefCell<Audit>>, record: AuditRecord) {
        let audit = audit.clone();
        context::spawn(async move {
            clock::sleep(LATE).await;
            audit.borrow_mut().record(record);
        });
    }
}
