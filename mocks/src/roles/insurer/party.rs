//! Insurers as a deployment builds and runs them: those that insure a person of the run, now or earlier.

use super::description::DESCRIPTION;
use super::{Insured, Insurer};
use crate::deployment::builder::{Builder, Certificates};
use crate::deployment::control::{Controlled, FaultControl};
use crate::deployment::error::BuildError;
use crate::deployment::party::{Activity, Party, Role, StateItem};
use crate::design::eligibility;
use crate::env::Env;
use crate::roles::description::RoleDescription;
use sim::terms::identifiers::InstitutionCode;
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
        let (kept, mut parties) = (eligibility::kept(&builder.plan.design), Vec::<Rc<dyn Party>>::new());
        let asked_every = builder.plan.codes.as_ref().map(|codes| codes.asked_every);
        for (index, planned) in (0..).zip(&builder.plan.insurers) {
            let name = parties::insurer(&planned.number);
            let certificates = Certificates { server: kept.insurers_answer(), client: true, ..Certificates::default() };
            let env = builder.env_of(&DESCRIPTION, index, &name, certificates)?;
            let (number, insured, feeds) = (planned.number.clone(), planned.insured.clone(), planned.feeds.clone());
            parties.push(Rc::new(
                Insurer::new(&env, number, insured, feeds).that_sent(planned.sent_before).that_asks_again(asked_every),
            ));
        }
        Ok(parties)
    }
}

impl Party for Insurer {
    fn env(&self) -> &Env {
        &self.env
    }

    fn start(self: Rc<Self>) -> Vec<Activity> {
        vec![eligibility::kept(self.env.design()).run(self)]
    }

    fn state(&self) -> Vec<StateItem> {
        let insured = |Insured { number, period, .. }: &Insured| {
            StateItem::json("insured", &serde_json::json!({ "myNumber": number, "period": period }))
        };
        let code = |code: &InstitutionCode| StateItem::json("institution-codes", &serde_json::json!({ "institutionCode": code }));
        let by_code = self.by_code.borrow();
        let codes = by_code.iter().flat_map(|codes| codes.keys()).map(code);
        self.insured.iter().map(insured).chain(codes).collect()
    }

    fn control(&self, control: &FaultControl) -> Controlled {
        match control {
            FaultControl::Insurer(fault) => {
                self.set_fault(*fault);
                Controlled::Done
            }
            _ => Controlled::Unknown,
        }
    }
}
