//! The registry as a deployment builds and runs it: only in runs in which cases are reported.

use super::Registry;
use super::description::DESCRIPTION;
use crate::deployment::builder::{Builder, Certificates};
use crate::deployment::error::BuildError;
use crate::deployment::party::{Activity, Party, Role, StateItem};
use crate::env::Env;
use crate::host::http::handled_by;
use crate::roles::description::RoleDescription;
use std::rc::Rc;

/// See [`ROLE`].
pub struct RegistryRole;

/// The cancer registry.
pub static ROLE: RegistryRole = RegistryRole;

impl Role for RegistryRole {
    fn description(&self) -> &'static RoleDescription {
        &DESCRIPTION
    }

    fn build(&self, builder: &Builder<'_>) -> Result<Vec<Rc<dyn Party>>, BuildError> {
        let Some(plan) = builder.plan.registry.clone() else { return Ok(Vec::new()) };
        let env = builder.env(&DESCRIPTION, Certificates { server: true, client: true, ..Certificates::default() })?;
        let (licensed, outcomes) = (builder.plan.licensed.clone(), builder.plan.outcomes.clone());
        Ok(vec![Rc::new(Registry::new(&env, licensed, plan, outcomes))])
    }
}

impl Party for Registry {
    fn env(&self) -> &Env {
        &self.env
    }

    fn start(self: Rc<Self>) -> Vec<Activity> {
        let (env, work) = (self.env.clone(), self.work.clone());
        let serve = async move {
            self.clone().recover();
            env.serve(work, handled_by(self, |me, request| async move { me.handle(request).await })).await
        };
        vec![Box::pin(serve)]
    }

    /// The patients, each with the reports of which it consists.
    fn state(&self) -> Vec<StateItem> {
        let reports = self.reports.borrow();
        let patient = |(i, reports): (usize, Vec<serde_json::Value>)| {
            StateItem::json("cancer-patients", &serde_json::json!({ "patient": i + 1, "reports": reports }))
        };
        reports.patients().into_iter().enumerate().map(patient).collect()
    }
}
