//! The broker names the person's symbol and number when it cannot answer.

use super::kit::{Breaks, CERTIFICATE, MutantDescription, with_diagnostics};
use crate::behaviour::Dishonest;
use crate::host::http::Response;
use crate::roles::broker::behaviour::{BrokerBehaviour, Refused};
use sim::terms::identifiers::InsuredIdentifier;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "broker-names-person-in-error",
    what: "the broker names the person's symbol and number when it cannot answer",
    claims: &["MIN-003/insured-number"],
    scenario: "two-insurers",
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|_| Dishonest::one::<dyn BrokerBehaviour>(Rc::new(Broken))),
};

struct Broken;

impl BrokerBehaviour for Broken {
    fn refusal(&self, refusal: Response, refused: &Refused<'_>) -> Response {
        let newest = refused.code.and_then(|code| refused.data.fed(code).last());
        let Some(InsuredIdentifier { insurer, symbol, number, branch }) = newest.map(|e| &e.insured) else { return refusal };
        let text = format!("保険者番号 {} 記号 {symbol} 番号 {number} 枝番 {branch}", insurer.reveal());
        with_diagnostics(refusal, refused.outcome, &text)
    }
}
