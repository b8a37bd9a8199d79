//! The facility files the person under a digest of the certificate, the same at every facility.

use super::kit::{Breaks, CERTIFICATE, MutantDescription, keep_patient};
use crate::behaviour::Dishonest;
use crate::roles::facility::Visit;
use crate::roles::facility::behaviour::FacilityBehaviour;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "facility-keeps-certificate-hash",
    what: "the facility files the person under a digest of the certificate, the same at every facility",
    claims: &["LINK-001/same-value"],
    scenario: "two-facilities",
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn FacilityBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl FacilityBehaviour for Broken {
    fn presented(&self, visit: &Visit, read: Vec<u8>) -> Vec<u8> {
        keep_patient(&visit.check, &data_encoding::HEXLOWER.encode(&openssl::sha::sha256(&read)));
        read
    }
}
