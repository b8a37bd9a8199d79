//! The broker treats a certificate that JPKI does not know as good.

use super::kit::{Breaks, CERTIFICATE, MutantDescription};
use crate::behaviour::Dishonest;
use crate::pki::status::CertStatus;
use crate::roles::broker::behaviour::BrokerBehaviour;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "broker-believes-unknown-status",
    what: "the broker treats a certificate that JPKI does not know as good",
    claims: &["SEC-002/not-good"],
    scenario: "jpki-status-in-other-forms",
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn BrokerBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl BrokerBehaviour for Broken {
    fn believed_status(&self, status: CertStatus) -> CertStatus {
        if status == CertStatus::Unknown { CertStatus::Good } else { status }
    }
}
