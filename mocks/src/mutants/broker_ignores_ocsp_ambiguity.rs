//! The broker accepts an OCSP response with two statuses of the certificate.

use super::kit::{Breaks, CERTIFICATE, MutantDescription};
use crate::behaviour::Dishonest;
use crate::pki::ocsp::OcspError;
use crate::pki::status::CertStatus;
use crate::roles::broker::behaviour::BrokerBehaviour;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "broker-ignores-ocsp-ambiguity",
    what: "the broker accepts an OCSP response with two statuses of the certificate",
    claims: &["SEC-002/unusable-status"],
    scenario: "jpki-status-in-other-forms",
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn BrokerBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl BrokerBehaviour for Broken {
    fn status_from_unusable(&self, why: &OcspError) -> Option<CertStatus> {
        matches!(why, OcspError::Ambiguous).then_some(CertStatus::Good)
    }
}
