//! An insurer answers another insurer's question about a person's coverage.

use super::kit::{ASK_INSURER, Breaks, Knowledge, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::insurer::behaviour::{IdleInsurer, InsurerBehaviour};
use futures_util::future::LocalBoxFuture;
use sim::terms::fhir::CoverageQuestion;
use sim::terms::identifiers::InstitutionCode;
use sim::terms::operations::AskForCoverage;
use sim::terms::parties;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "insurer-answers-anybody",
    what: "an insurer answers another insurer's question about a person's coverage",
    claims: &["SEC-010/answered-another"],
    scenario: "insurers-asked",
    design: ASK_INSURER,
    breaks: Breaks::Behaviour(|knowledge| {
        Dishonest::one::<dyn InsurerBehaviour>(Rc::new(Broken { knowledge: knowledge.clone() }))
    }),
};

/// The target of the insurer's log lines.
const INSURER: &str = "mocks::roles::insurer";

struct Broken {
    knowledge: Rc<Knowledge>,
}

impl InsurerBehaviour for Broken {
    fn answers(&self, _is_broker: bool) -> bool {
        true
    }

    fn on_idle<'a>(&'a self, insurer: IdleInsurer<'a>) -> LocalBoxFuture<'a, ()> {
        Box::pin(async move {
            let all = self.knowledge.insurers();
            let (Some(asking), Some(asked)) = (all.first(), all.get(1)) else { return };
            if asking != insurer.me {
                return;
            }
            let question = CoverageQuestion { code: InstitutionCode::from_bytes([7; 16]) };
            match insurer.env.client(&parties::insurer(asked)).ask::<AskForCoverage>(&question).await {
                Ok(answer) => tracing::info!(target: INSURER, "another insurer answered with status {}", answer.status),
                Err(e) => tracing::info!(target: INSURER, "the request to another insurer failed: {e}"),
            }
        })
    }
}
