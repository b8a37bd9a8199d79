//! The cancer registry makes a code of the name and the birth date.

use super::kit::{Breaks, CERTIFICATE, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::registry::behaviour::RegistryBehaviour;
use sim::terms::fhir::{CaseReport, ReportedPerson};
use sim::terms::identifiers::InstitutionCode;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "registry-makes-up-codes",
    what: "the cancer registry makes a code of the name and the birth date",
    claims: &["REG-001/code-from-elsewhere"],
    scenario: "cancer-registry-morning",
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn RegistryBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl RegistryBehaviour for Broken {
    fn code(&self, report: &CaseReport, _: Option<InstitutionCode>) -> Option<InstitutionCode> {
        let ReportedPerson { name, birth, .. } = &report.person;
        let digest = openssl::sha::sha256(format!("{}{}{birth}", name.family, name.given).as_bytes());
        let mut cut = [0; 16];
        cut.copy_from_slice(&digest[..16]);
        Some(InstitutionCode::from_bytes(cut))
    }
}
