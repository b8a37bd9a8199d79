//! The broker accepts a certificate for signing documents.

use super::kit::{Breaks, CERTIFICATE, Knowledge, MutantDescription, forged_certificate};
use crate::behaviour::Dishonest;
use crate::pki::path::{CertificateFault, CertificateGoodSoFar, JpkiTrust};
use crate::pki::status::CertStatus;
use crate::roles::broker::behaviour::BrokerBehaviour;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "broker-accepts-wrong-purpose",
    what: "the broker accepts a certificate for signing documents",
    claims: &["SEC-001/not-issued"],
    scenario: "certificate-of-another-kind",
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
        (fault == CertificateFault::WrongPurpose).then(|| forged_certificate(der, &self.knowledge, trust))?
    }

    fn believed_status(&self, status: CertStatus) -> CertStatus {
        // No register contains a certificate that was made for another purpose.
        if status == CertStatus::Unknown { CertStatus::Good } else { status }
    }
}
