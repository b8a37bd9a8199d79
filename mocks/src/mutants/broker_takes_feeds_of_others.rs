//! An insurer sends a feed in another insurer's name and the broker accepts it.

use super::kit::{Breaks, CERTIFICATE, Knowledge, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::broker::behaviour::BrokerBehaviour;
use crate::roles::insurer::behaviour::{IdleInsurer, InsurerBehaviour};
use futures_util::future::LocalBoxFuture;
use sim::clock;
use sim::terms::fhir::FeedBatch;
use sim::terms::operations::SubmitFeed;
use std::rc::Rc;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "broker-takes-feeds-of-others",
    what: "an insurer sends a feed in another insurer's name and the broker accepts it",
    claims: &["SEC-008/other-name"],
    scenario: "feed-not-in",
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|knowledge| {
        Dishonest::one::<dyn BrokerBehaviour>(Rc::new(Broken { knowledge: knowledge.clone() }))
            .and::<dyn InsurerBehaviour>(Rc::new(Broken { knowledge: knowledge.clone() }))
    }),
};

/// The target of the insurer's log lines.
const INSURER: &str = "mocks::roles::insurer";

struct Broken {
    knowledge: Rc<Knowledge>,
}

impl BrokerBehaviour for Broken {
    fn accepts_feed(&self, _own: bool) -> bool {
        true
    }
}

impl InsurerBehaviour for Broken {
    fn on_idle<'a>(&'a self, idle: IdleInsurer<'a>) -> LocalBoxFuture<'a, ()> {
        Box::pin(async move {
            let Some(victim) = self.knowledge.first_insurer() else { return };
            // One insurer does so, in the name of the first person's insurer.
            let insurers = self.knowledge.insurers();
            if insurers.iter().find(|i| **i != victim) != Some(idle.me) {
                return;
            }
            // The expected number is the first or the second, depending on whether the other's own feed has been received.
            for running in [1, 2] {
                let (insurer, created) = (victim.clone(), clock::wall());
                let batch = FeedBatch {
                    insurer,
                    running,
                    created,
                    complete_through: idle.complete_through,
                    entries: Vec::new(),
                    codes: None,
                };
                match idle.broker.ask::<SubmitFeed>(&batch).await {
                    Ok(answer) => {
                        tracing::info!(target: INSURER, "feed in another's name: status {}", answer.status)
                    }
                    Err(e) => tracing::info!(target: INSURER, "feed in another's name failed: {e}"),
                }
            }
        })
    }
}
