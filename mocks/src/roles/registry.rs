//! 全国がん登録. Stores the reports of cancer cases of all hospitals and clinics, and finds those of one person (突合).
//!
//! Reports carry name, kana, birth date, sex and address, and no number and no code: facilities have none. Where the scenario lets it, the
//! registry asks the number authority for its own code of the person with these four data; who did not opt in, or is written down
//! otherwise, has none. What has no code is compared field by field: see [`matching`].

pub mod behaviour;
mod decisions;
pub mod description;
pub mod matching;
pub mod party;
pub mod plan;
mod reports;
mod service;

use crate::capacity::ServerWork;
use crate::env::Env;
use crate::host::http::Client;
use crate::roles::facility::visits::Outcomes;
use behaviour::RegistryBehaviour;
use plan::PlannedRegistry;
use reports::Reports;
use sim::terms::identifiers::FacilityNumber;
use sim::terms::messages::{CodeAnswer, PersonQuestion};
use sim::terms::operation::{Message, Operation};
use sim::terms::operations::ResolvePerson;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;
use std::time::Duration;

/// How often the number authority is asked, and the pause between two tries.
const ATTEMPTS: usize = 5;
const PAUSE: Duration = Duration::from_secs(2);

/// The registry. Its stores survive a restart.
pub struct Registry {
    env: Env,
    behaviour: Rc<dyn RegistryBehaviour>,
    work: Rc<ServerWork>,
    authority: Client,
    licensed: BTreeSet<FacilityNumber>,
    plan: PlannedRegistry,
    outcomes: Outcomes,
    /// In memory, from the stores.
    reports: RefCell<Reports>,
}

impl Registry {
    pub fn new(env: &Env, licensed: BTreeSet<FacilityNumber>, plan: PlannedRegistry, outcomes: Outcomes) -> Self {
        Registry {
            env: env.clone(),
            behaviour: env.behaviours().of(),
            work: env.server_work("registry/work"),
            authority: env.client("number-authority"),
            licensed,
            plan,
            outcomes,
            reports: RefCell::default(),
        }
    }

    /// The registry's code of the person in a report; `None` if there is none, or if the authority does not answer.
    async fn code_of(&self, number: &str, question: &PersonQuestion) -> Option<CodeAnswer> {
        if !self.plan.codes {
            return None;
        }
        for _ in 0..ATTEMPTS {
            match self.authority.ask::<ResolvePerson>(question).await {
                Ok(answer) if answer.status == ResolvePerson::STATUS => {
                    return CodeAnswer::read(&answer.body).ok();
                }
                Ok(answer) if answer.status == ResolvePerson::NO_CODE.status => return None,
                Ok(answer) => tracing::warn!("report {number}: the number authority answered with status {}", answer.status),
                Err(e) => tracing::warn!("report {number}: the number authority did not answer: {e}"),
            }
            self.env.sleep(PAUSE).await;
        }
        tracing::error!("report {number}: matched without a code, since the number authority did not answer");
        None
    }
}
