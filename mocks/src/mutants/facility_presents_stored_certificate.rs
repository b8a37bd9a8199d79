//! The facility presents the certificate of the previous visit instead of the one just read.

use super::kit::{Breaks, CERTIFICATE, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::facility::Visit;
use crate::roles::facility::behaviour::FacilityBehaviour;
use std::cell::RefCell;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "facility-presents-stored-certificate",
    what: "the facility presents the certificate of the previous visit instead of the one just read",
    claims: &["FLOW-005/not-read"],
    // The visits at a counter do not overlap, however the person is checked.
    scenario: "emergency-room-across-midnight",
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn FacilityBehaviour>(Rc::new(Broken::default()))),
};

#[derive(Default)]
struct Broken {
    /// The newest certificate that was read.
    last: RefCell<Option<Vec<u8>>>,
}

impl FacilityBehaviour for Broken {
    fn presented(&self, _visit: &Visit, read: Vec<u8>) -> Vec<u8> {
        self.last.replace(Some(read.clone())).unwrap_or(read)
    }
}
