//! The cancer registry records of every field that it is the same.

use super::kit::{Breaks, CERTIFICATE, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::registry::behaviour::RegistryBehaviour;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "registry-states-what-it-did-not-see",
    what: "the cancer registry records of every field that it is the same",
    claims: &["REG-002/untrue"],
    scenario: "cancer-registry-morning",
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn RegistryBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl RegistryBehaviour for Broken {
    fn evidence(&self, mut record: serde_json::Value) -> serde_json::Value {
        for agreement in record["agreements"].as_array_mut().into_iter().flatten() {
            agreement["level"] = "same".into();
        }
        record
    }
}
