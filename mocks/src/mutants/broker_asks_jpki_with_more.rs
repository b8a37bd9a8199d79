//! The broker sends JPKI the day and the insurer along with the certificate.

use super::kit::{Breaks, CERTIFICATE, EVERYDAY_VISIT, Knowledge, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::broker::behaviour::{BrokerBehaviour, ExtraHeaders};
use sim::terms::fhir::EligibilityQuestion;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "broker-asks-jpki-with-more",
    what: "the broker sends JPKI the day and the insurer along with the certificate",
    claims: &["MIN-005/headers"],
    scenario: EVERYDAY_VISIT,
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|knowledge| {
        Dishonest::one::<dyn BrokerBehaviour>(Rc::new(Broken { knowledge: knowledge.clone() }))
    }),
};

struct Broken {
    knowledge: Rc<Knowledge>,
}

impl BrokerBehaviour for Broken {
    fn extra_jpki_headers(&self, question: &EligibilityQuestion) -> ExtraHeaders {
        let insurer = self.knowledge.insurer_of(&question.certificate);
        let insurer = insurer.as_ref().map_or("", |i| i.reveal());
        vec![("x-context", format!("day={}; insurer={insurer}", question.day))]
    }
}
