//! The municipality as a deployment builds and runs it: only where somebody comes to its counter.

use super::Municipality;
use super::description::DESCRIPTION;
use crate::deployment::builder::{Builder, Certificates};
use crate::deployment::error::BuildError;
use crate::deployment::party::{Activity, Party, Role, StateItem};
use crate::env::Env;
use crate::roles::description::RoleDescription;
use std::rc::Rc;

/// See [`ROLE`].
pub struct MunicipalityRole;

/// The municipality.
pub static ROLE: MunicipalityRole = MunicipalityRole;

impl Role for MunicipalityRole {
    fn description(&self) -> &'static RoleDescription {
        &DESCRIPTION
    }

    fn build(&self, builder: &Builder<'_>) -> Result<Vec<Rc<dyn Party>>, BuildError> {
        let Some(codes) = &builder.plan.codes else { return Ok(Vec::new()) };
        let certificates = Certificates { client: true, ..Certificates::default() };
        let env = builder.env(&DESCRIPTION, certificates)?;
        let residents = builder.plan.people.iter().map(|p| (p.person.resident_code.clone(), p.person.my_number.clone()));
        Ok(vec![Rc::new(Municipality::new(&env, residents.collect(), codes.visits.clone()))])
    }
}

impl Party for Municipality {
    fn env(&self) -> &Env {
        &self.env
    }

    fn start(self: Rc<Self>) -> Vec<Activity> {
        vec![Box::pin(self.serve_counter())]
    }

    fn state(&self) -> Vec<StateItem> {
        let resident = |(resident, number): &(_, _)| {
            StateItem::json("residents", &serde_json::json!({ "residentCode": resident, "myNumber": number }))
        };
        self.residents.iter().map(resident).collect()
    }
}
