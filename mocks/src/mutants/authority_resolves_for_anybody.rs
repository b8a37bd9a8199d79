//! The number authority gives an insurer the code that belongs to a visible number.

use super::kit::{Breaks, EVERYDAY_VISIT, Knowledge, LeakedClass, MutantDescription, Of, VISIBLE_NUMBER};
use crate::behaviour::Dishonest;
use crate::roles::insurer::behaviour::{IdleInsurer, InsurerBehaviour};
use crate::roles::number_authority::behaviour::NumberAuthorityBehaviour;
use futures_util::future::LocalBoxFuture;
use sim::terms::identifiers::{MedicalNumber, PresentedNumber};
use sim::terms::messages::NumberQuestion;
use sim::terms::operations::ResolveNumber;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "authority-resolves-for-anybody",
    what: "the number authority gives an insurer the code that belongs to a visible number",
    claims: &["SEC-007/by-presented-number"],
    scenario: EVERYDAY_VISIT,
    design: VISIBLE_NUMBER,
    breaks: Breaks::Behaviour(|knowledge| {
        Dishonest::one::<dyn NumberAuthorityBehaviour>(Rc::new(Broken { knowledge: knowledge.clone() }))
            .and::<dyn InsurerBehaviour>(Rc::new(Broken { knowledge: knowledge.clone() }))
    }),
};

/// The target of the insurer's log lines.
const INSURER: &str = "mocks::roles::insurer";

struct Broken {
    knowledge: Rc<Knowledge>,
}

impl NumberAuthorityBehaviour for Broken {
    fn resolves(&self, _permitted: bool) -> bool {
        true
    }
}

impl InsurerBehaviour for Broken {
    fn on_idle<'a>(&'a self, insurer: IdleInsurer<'a>) -> LocalBoxFuture<'a, ()> {
        Box::pin(async move {
            let number = self.knowledge.value(LeakedClass::MedicalNumber, Of::Anybody);
            let number = number.and_then(|bytes| MedicalNumber::new(std::str::from_utf8(&bytes).ok()?).ok());
            let Some(number) = number.filter(|_| self.knowledge.insurers().first() == Some(insurer.me)) else { return };
            let question = NumberQuestion::of(&PresentedNumber::Medical(number));
            match insurer.env.client("number-authority").ask::<ResolveNumber>(&question).await {
                Ok(answer) => tracing::info!(target: INSURER, "the number authority answered with status {}", answer.status),
                Err(e) => tracing::info!(target: INSURER, "the request to the number authority failed: {e}"),
            }
        })
    }
}
