//! The facility lists people by serial number where it should keep nothing.

use super::kit::{Breaks, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::facility::behaviour::FacilityBehaviour;
use sim::terms::identifiers::CertificateSerial;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "facility-keeps-serial-all-the-same",
    what: "the facility lists people by serial number where it should keep nothing",
    claims: &["LINK-003/entered", "LINK-003/serial-stored"],
    scenario: "two-facilities",
    design: "most-private",
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn FacilityBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl FacilityBehaviour for Broken {
    fn known_by(&self, _value: Option<String>, serial: CertificateSerial) -> Option<String> {
        Some(serial.0.to_string())
    }
}
