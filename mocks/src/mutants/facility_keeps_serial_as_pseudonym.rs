//! The facility keeps the serial number of the certificate where it should keep a pseudonym.

use super::kit::{Breaks, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::facility::behaviour::FacilityBehaviour;
use sim::terms::identifiers::CertificateSerial;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "facility-keeps-serial-as-pseudonym",
    what: "the facility keeps the serial number of the certificate where it should keep a pseudonym",
    claims: &["LINK-002/serial-stored"],
    scenario: "two-facilities",
    design: "facility-pseudonym",
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn FacilityBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl FacilityBehaviour for Broken {
    fn known_by(&self, _value: Option<String>, serial: CertificateSerial) -> Option<String> {
        Some(serial.0.to_string())
    }
}
