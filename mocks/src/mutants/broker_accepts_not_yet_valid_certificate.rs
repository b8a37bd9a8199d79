//! The broker accepts a certificate that is not valid yet.

use super::kit::{Breaks, CERTIFICATE, Knowledge, MutantDescription, forged_certificate};
use crate::behaviour::Dishonest;
use crate::pki::path::{CertificateFault, CertificateGoodSoFar, JpkiTrust};
use crate::roles::broker::behaviour::BrokerBehaviour;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "broker-accepts-not-yet-valid-certificate",
    what: "the broker accepts a certificate that is not valid yet",
    claims: &["SEC-001/not-yet-valid"],
    scenario: "certificate-not-yet-valid",
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|knowledge| {
        Dishonest::one::<dyn BrokerBehaviour>(Rc::new(Broken { knowledge: knowledge.clone() }))
    }),
};

struct Broken {
    knowledge: Rc<Knowledge>,
}

impl BrokerBehaviour for Broken {
    fn accepts_certificate_fault(&self, fault: CertificateFault, der: &[u8], trust: &JpkiTrust) -> Option<CertificateGoodSoFar> {
        (fault == CertificateFault::NotYetValid).then(|| forged_certificate(der, &self.knowledge, trust))?
    }
}
