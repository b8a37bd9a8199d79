//! The broker accepts a certificate of a CA that it does not know.

use super::kit::{Breaks, CERTIFICATE, Knowledge, MutantDescription, forged_certificate};
use crate::behaviour::Dishonest;
use crate::pki::path::{CertificateFault, CertificateGoodSoFar, JpkiTrust};
use crate::roles::broker::behaviour::BrokerBehaviour;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "broker-accepts-other-ca",
    what: "the broker accepts a certificate of a CA that it does not know",
    claims: &["SEC-001/not-issued"],
    scenario: "certificate-from-another-ca",
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
        (fault == CertificateFault::Untrusted).then(|| forged_certificate(der, &self.knowledge, trust))?
    }
}
