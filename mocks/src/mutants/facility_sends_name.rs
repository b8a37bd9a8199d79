//! The facility sends the person's name and date of birth along with the certificate.

use super::kit::{Breaks, CERTIFICATE, EVERYDAY_VISIT, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::facility::Visit;
use crate::roles::facility::behaviour::FacilityBehaviour;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "facility-sends-name",
    what: "the facility sends the person's name and date of birth along with the certificate",
    claims: &["MIN-004/birth", "MIN-004/name"],
    scenario: EVERYDAY_VISIT,
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn FacilityBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl FacilityBehaviour for Broken {
    fn extra_headers(&self, visit: &Visit) -> Vec<(&'static str, String)> {
        let front = visit.card.borrow().front();
        let text = |label| front.text(label).unwrap_or_default();
        vec![("x-patient", format!("{}; {}", text("氏名"), text("生年月日")))]
    }
}
