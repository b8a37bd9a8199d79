//! The broker treats a certificate as good about which the responder refuses to answer.

use super::kit::{Breaks, CERTIFICATE, MutantDescription};
use crate::behaviour::Dishonest;
use crate::pki::ocsp::OcspError;
use crate::pki::status::CertStatus;
use crate::roles::broker::behaviour::BrokerBehaviour;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "broker-ignores-ocsp-refusal",
    what: "the broker treats a certificate as good about which the responder refuses to answer",
    claims: &["SEC-002/no-status"],
    scenario: "jpki-status-in-other-forms",
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn BrokerBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl BrokerBehaviour for Broken {
    fn status_from_unusable(&self, why: &OcspError) -> Option<CertStatus> {
        matches!(why, OcspError::Refused(_)).then_some(CertStatus::Good)
    }
}
