//! All facilities make pseudonyms with the same key.

use super::kit::{Breaks, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::facility::behaviour::FacilityBehaviour;
use sim::terms::identifiers::CertificateSerial;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "facilities-share-pseudonym-key",
    what: "all facilities make pseudonyms with the same key",
    claims: &["LINK-001/same-value"],
    scenario: "two-facilities",
    design: "facility-pseudonym",
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn FacilityBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl FacilityBehaviour for Broken {
    fn known_by(&self, _value: Option<String>, serial: CertificateSerial) -> Option<String> {
        let digest = openssl::sha::sha256(format!("one key for all: {}", serial.0).as_bytes());
        Some(data_encoding::BASE32_NOPAD.encode(&digest[..16]))
    }
}
