//! The broker accepts a suspended certificate.

use super::kit::{Breaks, CERTIFICATE, MutantDescription};
use crate::behaviour::Dishonest;
use crate::pki::status::{CertStatus, RevocationReason};
use crate::roles::broker::behaviour::BrokerBehaviour;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "broker-ignores-suspension",
    what: "the broker accepts a suspended certificate",
    claims: &["SEC-002/not-good"],
    scenario: "certificate-suspended",
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn BrokerBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl BrokerBehaviour for Broken {
    fn believed_status(&self, status: CertStatus) -> CertStatus {
        match status {
            CertStatus::Revoked { reason: Some(RevocationReason::CertificateHold), .. } => CertStatus::Good,
            _ => status,
        }
    }
}
