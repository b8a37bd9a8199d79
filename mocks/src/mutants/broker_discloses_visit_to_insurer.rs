//! The broker discloses to an insurer where the last check took place.

use super::kit::{Breaks, CERTIFICATE, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::broker::audit::{Audit, AuditRecord};
use crate::roles::broker::behaviour::{BrokerBehaviour, ExtraHeaders};
use sim::terms::fhir::EligibilityQuestion;
use std::cell::RefCell;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "broker-discloses-visit-to-insurer",
    what: "the broker discloses to an insurer where the last check took place",
    claims: &["MIN-002/names-facility"],
    scenario: "feed-after-visit",
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn BrokerBehaviour>(Rc::new(Broken::default()))),
};

#[derive(Default)]
struct Broken {
    /// Where the last check took place.
    last_visit: RefCell<Option<String>>,
}

impl BrokerBehaviour for Broken {
    fn extra_insurer_headers(&self, _question: Option<&EligibilityQuestion>) -> ExtraHeaders {
        self.last_visit.borrow().iter().map(|visit| ("x-last-visit", visit.clone())).collect()
    }

    fn keep_audit(&self, audit: &Rc<RefCell<Audit>>, record: AuditRecord) {
        *self.last_visit.borrow_mut() = Some(format!("facility={}; check={}", record.facility.reveal(), record.check));
        audit.borrow_mut().record(record);
    }
}
