//! JPKI discloses to an insurer which code belongs to a certificate.

use super::kit::{Breaks, CERTIFICATE, EVERYDAY_VISIT, Knowledge, MutantDescription};
use crate::behaviour::Dishonest;
use crate::roles::insurer::behaviour::{IdleInsurer, InsurerBehaviour};
use crate::roles::jpki::behaviour::JpkiBehaviour;
use futures_util::future::LocalBoxFuture;
use sim::terms::messages::CodeQuestion;
use sim::terms::operations::ResolveCode;
use std::rc::Rc;
use std::time::Duration;

pub(super) const MUTANT: MutantDescription = MutantDescription {
    name: "jpki-answers-anybody",
    what: "JPKI discloses to an insurer which code belongs to a certificate",
    claims: &["SEC-007/jpki-answered"],
    scenario: EVERYDAY_VISIT,
    design: CERTIFICATE,
    breaks: Breaks::Behaviour(|knowledge| {
        Dishonest::one::<dyn JpkiBehaviour>(Rc::new(Broken { knowledge: knowledge.clone() }))
            .and::<dyn InsurerBehaviour>(Rc::new(Broken { knowledge: knowledge.clone() }))
    }),
};

/// The target of the insurer's log lines.
const INSURER: &str = "mocks::roles::insurer";

const PAUSE: Duration = Duration::from_secs(1);

struct Broken {
    knowledge: Rc<Knowledge>,
}

impl JpkiBehaviour for Broken {
    fn serves(&self, _approved: bool) -> bool {
        true
    }
}

impl InsurerBehaviour for Broken {
    fn on_idle<'a>(&'a self, insurer: IdleInsurer<'a>) -> LocalBoxFuture<'a, ()> {
        Box::pin(async move {
            let Some(serial) = self.knowledge.first_serial() else { return };
            if self.knowledge.insurers().first() != Some(insurer.me) {
                return;
            }
            let question = CodeQuestion { issuer_key_id: self.knowledge.issuer_key_id(), certificate_serial: serial.0 };
            // JPKI may not serve yet.
            for _ in 0..3 {
                match insurer.jpki.ask::<ResolveCode>(&question).await {
                    Ok(answer) => return tracing::info!(target: INSURER, "JPKI answered with status {}", answer.status),
                    Err(e) => tracing::info!(target: INSURER, "the request to JPKI failed: {e}"),
                }
                insurer.env.sleep(PAUSE).await;
            }
        })
    }
}
