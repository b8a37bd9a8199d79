//! Insurers as a deployment builds and runs them: those that insure somebody of the run, now or before.

use super::description::DESCRIPTION;
use super::{Insured, Insurer};
use crate::deployment::builder::{Builder, Certificates};
use crate::deployment::error::BuildError;
use crate::deployment::party::{Activity, Party, Role, StateItem};
use crate::env::Env;
use crate::roles::description::RoleDescription;
use sim::terms::parties;
use std::rc::Rc;

/// See [`ROLE`].
pub struct InsurerRole;

/// All insurers.
pub static ROLE: InsurerRole = InsurerRole;

impl Role for InsurerRole {
    fn description(&self) -> &'static RoleDescription {
        &DESCRIPTION
    }

    fn build(&self, builder: &Builder<'_>) -> Result<Vec<Rc<dyn Party>>, BuildError> {
        let mut parties: Vec<Rc<dyn Party>> = Vec::new();
        for (index, planned) in (0..).zip(&builder.plan.insurers) {
            let name = parties::insurer(&planned.number);
            let certificates = Certificates { client: true, ..Certificates::default() };
            let env = builder.env_of(&DESCRIPTION, index, &name, certificates)?;
            let (number, insured, feeds) = (planned.number.clone(), planned.insured.clone(), planned.feeds.clone());
            parties.push(Rc::new(Insurer::new(&env, number, insured, feeds)));
        }
        Ok(parties)
    }
}

impl Party for Insurer {
    fn env(&self) -> &Env {
        &self.env
    }

    fn start(self: Rc<Self>) -> Vec<Activity> {
        vec![Box::pin(self.run())]
    }

    fn state(&self) -> Vec<StateItem> {
        let insured = |Insured { number, period, .. }: &Insured| {
            StateItem::json("insured", &serde_json::json!({ "myNumber": number, "period": period }))
        };
        self.insured.iter().map(insured).collect()
    }
}
