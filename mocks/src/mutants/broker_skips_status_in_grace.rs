//! The broker takes a certificate within its grace for a good one, whatever JPKI says of it.

use super::kit::{Breaks, MutantDescription};
use crate::behaviour::Dishonest;
use crate::pki::status::CertStatus;
use crate::roles::broker::behaviour::BrokerBehaviour;
use jiff::Timestamp;
use openssl::asn1::Asn1Time;
use openssl::x509::X509;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "broker-skips-status-in-grace",
    what: "the broker takes a certificate that serves after its end for a good one, whatever JPKI says of it",
    claims: &["SEC-002/not-good"],
    scenario: "revoked-within-its-grace",
    design: "grace-three-months",
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn BrokerBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl BrokerBehaviour for Broken {
    fn believed_status_of(&self, status: CertStatus, certificate: &[u8], now: Timestamp) -> CertStatus {
        let ended = X509::from_der(certificate).and_then(|x509| Ok(x509.not_after() < Asn1Time::from_unix(now.as_second())?));
        if ended.unwrap_or(false) { CertStatus::Good } else { status }
    }
}
