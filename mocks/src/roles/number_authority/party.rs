//! The number authority as a deployment builds and runs it.

use super::NumberAuthority;
use super::description::DESCRIPTION;
use crate::deployment::builder::{Builder, Certificates};
use crate::deployment::error::BuildError;
use crate::deployment::party::{Activity, Party, Role, StateItem};
use crate::env::Env;
use crate::roles::description::RoleDescription;
use sim::terms::identifiers::{MedicalNumber, MyNumber, ResidentCode};
use sim::terms::messages::FIELD_MEDICAL_INSURANCE;
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
        if builder.plan.registry.is_some() {
            builder.plan.people.iter().for_each(|p| authority.identify(&p.person));
        }
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
        let register = self.register.borrow();
        let resident = |(number, resident): (&MyNumber, &ResidentCode)| {
            let opted_in = register.opted_in(resident).unwrap_or_default();
            let mut item = serde_json::json!({ "myNumber": number, "residentCode": resident, "optedIn": opted_in });
            if let (generation @ 1.., Some(item)) = (register.generation(resident), item.as_object_mut()) {
                item.insert("codesReplaced".into(), generation.into());
            }
            StateItem::json("residents", &item)
        };
        let number = |(number, resident): (&MedicalNumber, &ResidentCode)| {
            StateItem::json("medical-numbers", &serde_json::json!({ "medicalNumber": number, "residentCode": resident }))
        };
        // Where codes are drawn, the table of those in use is what a restart must not lose.
        let table = register.residents().filter(|_| register.keeps_table()).filter_map(|(_, resident)| {
            let code = register.code(FIELD_MEDICAL_INSURANCE, resident)?;
            let item = serde_json::json!({ "residentCode": resident, "institutionCode": code });
            Some(StateItem::json("code-table", &item))
        });
        let numbers = register.medical_numbers().map(number);
        register.residents().map(resident).chain(numbers).chain(table).collect()
    }
}
