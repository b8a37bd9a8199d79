//! The broker gives every facility the same pseudonym for a person, and they file the person under it.

use super::kit::{Breaks, CERTIFICATE, MutantDescription, keep_patient};
use crate::behaviour::Dishonest;
use crate::host::http::Answer;
use crate::roles::broker::behaviour::{BrokerBehaviour, ExtraHeaders};
use crate::roles::facility::Visit;
use crate::roles::facility::behaviour::FacilityBehaviour;
use sim::terms::identifiers::InstitutionCode;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "broker-gives-one-pseudonym",
    what: "the broker gives every facility the same pseudonym for a person, and they file the person under it",
    claims: &["LINK-001/same-value"],
    scenario: "two-facilities",
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| {
        Dishonest::one::<dyn BrokerBehaviour>(Rc::new(Broken)).and::<dyn FacilityBehaviour>(Rc::new(Broken))
    }),
};

/// The key of the pseudonym, the same for all facilities.
const KEY: &[u8] = b"shikaku-mutant-pseudonym";
const HEADER: &str = "x-patient";

struct Broken;

impl BrokerBehaviour for Broken {
    fn extra_answer_headers(&self, code: &InstitutionCode) -> ExtraHeaders {
        let whole = openssl::sha::sha256(&[KEY, code.reveal().as_bytes()].concat());
        vec![(HEADER, data_encoding::HEXLOWER.encode(&whole[..16]))]
    }
}

impl FacilityBehaviour for Broken {
    fn on_answer(&self, visit: &Visit, answer: &Answer) {
        if let Some(patient) = answer.headers.get(HEADER).and_then(|v| v.to_str().ok()) {
            keep_patient(&visit.check, patient);
        }
    }
}
