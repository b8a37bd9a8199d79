//! The number authority as a deployment builds and runs it.

use super::NumberAuthority;
use super::description::DESCRIPTION;
use crate::deployment::builder::{Builder, Certificates};
use crate::deployment::error::BuildError;
use crate::deployment::party::{Activity, Party, Role, StateItem};
use crate::env::Env;
use crate::roles::description::RoleDescription;
use sim::terms::identifiers::{MyNumber, ResidentCode};
use std::rc::Rc;

/// See [`ROLE`].
pub struct NumberAuthorityRole;

/// The number authority.
pub static ROLE: NumberAuthorityRole = NumberAuthorityRole;

impl Role for NumberAuthorityRole {
    fn description(&self) -> &'static RoleDescription {
        &DESCRIPTION
    }

    fn build(&self, builder: &Builder<'_>) -> Result<Vec<Rc<dyn Party>>, BuildError> {
        let certificates = Certificates { server: true, ..Certificates::default() };
        let mut authority = NumberAuthority::new(&builder.env(&DESCRIPTION, certificates)?);
        builder.plan.people.iter().for_each(|p| authority.register(&p.person));
        Ok(vec![Rc::new(authority)])
    }
}

impl Party for NumberAuthority {
    fn env(&self) -> &Env {
        &self.env
    }

    fn start(self: Rc<Self>) -> Vec<Activity> {
        vec![Box::pin(self.run())]
    }

    fn state(&self) -> Vec<StateItem> {
        let resident = |(number, resident): (&MyNumber, &ResidentCode)| {
            let opted_in = self.register.opted_in(resident).unwrap_or_default();
            let item = serde_json::json!({ "myNumber": number, "residentCode": resident, "optedIn": opted_in });
            StateItem::json("residents", &item)
        };
        self.register.residents().map(resident).collect()
    }
}
