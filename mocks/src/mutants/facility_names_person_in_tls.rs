//! The facility asks for the broker under a server name that contains the person's name.

use super::kit::{Breaks, CERTIFICATE, EVERYDAY_VISIT, MutantDescription};
use crate::behaviour::Dishonest;
use crate::host::http::Client;
use crate::roles::facility::Visit;
use crate::roles::facility::behaviour::FacilityBehaviour;
use sim::terms::identifiers::FacilityNumber;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "facility-names-person-in-tls",
    what: "the facility asks for the broker under a server name that contains the person's name",
    claims: &["MIN-006/name"],
    scenario: EVERYDAY_VISIT,
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn FacilityBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl FacilityBehaviour for Broken {
    fn before_request(&self, visit: &Visit, _me: &FacilityNumber, broker: &Client) {
        let name = visit.card.borrow().front().text("氏名").unwrap_or_default().replace('\u{3000}', "");
        broker.name_server(format!("{name}.broker"));
    }
}
