//! The broker as a deployment builds and runs it.

use super::behaviour::BrokerBehaviour;
use super::description::DESCRIPTION;
use super::{Broker, BrokerSetup, audit, challenges};
use crate::deployment::builder::{Builder, Certificates};
use crate::deployment::error::BuildError;
use crate::deployment::party::{Activity, Party, Role};
use crate::env::Env;
use crate::roles::description::RoleDescription;
use std::cell::Cell;
use std::rc::Rc;

/// See [`ROLE`].
pub struct BrokerRole;

pub static ROLE: BrokerRole = BrokerRole;

impl Role for BrokerRole {
    fn description(&self) -> &'static RoleDescription {
        &DESCRIPTION
    }

    fn build(&self, builder: &Builder<'_>) -> Result<Vec<Rc<dyn Party>>, BuildError> {
        let plan = builder.plan;
        let unit = plan.behaviours.of::<dyn BrokerBehaviour>().tls_unit();
        let certificates = Certificates { server: true, client: true, unit: unit.as_deref() };
        let env = builder.env(&DESCRIPTION, certificates)?;
        if let Some(most) = builder.kept_records(&DESCRIPTION) {
            env.disk().keeping(audit::STORE, most);
            // Which of these are of no use any more, the broker knows.
            env.disk().keeping(challenges::STORE, usize::MAX);
        }
        let setup = BrokerSetup {
            design: plan.design.clone(),
            licensed: plan.licensed.clone(),
            insurers: plan.insurers.iter().map(|i| (i.number.clone(), i.name.clone())).collect(),
            trust: plan.jpki.trust(),
            reopens: plan.capacity.retry.when_busy,
            cache: plan.capacity.cache,
        };
        Ok(vec![Rc::new(BrokerParty { env, setup: Rc::new(setup), starts: Cell::new(0) })])
    }
}

/// The broker through all its restarts: each begins with what is on the disk.
struct BrokerParty {
    env: Env,
    setup: Rc<BrokerSetup>,
    starts: Cell<u32>,
}

impl Party for BrokerParty {
    fn env(&self) -> &Env {
        &self.env
    }

    fn start(self: Rc<Self>) -> Vec<Activity> {
        let restarts = self.starts.replace(self.starts.get() + 1);
        let broker = Rc::new(Broker::start(self.setup.clone(), &self.env, restarts));
        vec![Box::pin(broker.run())]
    }
}
