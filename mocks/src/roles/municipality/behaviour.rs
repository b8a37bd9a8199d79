//! The decisions of a municipality that a dishonest one could make differently.

use super::counter::CounterRequest;
use crate::behaviour::RoleBehaviour;
use sim::terms::identifiers::{MyNumber, ResidentCode};
use std::rc::Rc;

/// How a municipality decides. The defaults are those of an honest one.
pub trait MunicipalityBehaviour {
    /// Whether somebody is served; `in_person` states whether it is the person whose code it is.
    fn serves(&self, in_person: bool) -> bool {
        in_person
    }

    /// Of whom the request is passed on; `residents` are all.
    fn passed_on(&self, visit: &CounterRequest, _residents: &[(ResidentCode, MyNumber)]) -> Vec<ResidentCode> {
        vec![visit.resident.clone()]
    }

    /// Called with each request before it is sent.
    fn on_request(&self, _resident: &ResidentCode) {}
}

struct Honest;

impl MunicipalityBehaviour for Honest {}

impl RoleBehaviour for dyn MunicipalityBehaviour {
    fn honest() -> Rc<Self> {
        Rc::new(Honest)
    }
}
