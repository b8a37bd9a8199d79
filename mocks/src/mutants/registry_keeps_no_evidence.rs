//! The cancer registry records no evidence with its decisions.

use super::kit::{Breaks, CERTIFICATE, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::registry::behaviour::RegistryBehaviour;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "registry-keeps-no-evidence",
    what: "the cancer registry records no evidence with its decisions",
    claims: &["REG-002/no-evidence"],
    scenario: "cancer-registry-morning",
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn RegistryBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl RegistryBehaviour for Broken {
    fn evidence(&self, mut record: serde_json::Value) -> serde_json::Value {
        record["agreements"] = serde_json::json!([]);
        record
    }
}
