//! Facilities as a deployment builds and runs them.

use super::description::DESCRIPTION;
use super::overload::{SlowLoris, flood};
use super::visits::{Outcomes, Overload, OverloadKind, PlannedVisit};
use super::{CHARTS, Facility, FacilitySetup, STORE};
use crate::deployment::builder::Builder;
use crate::deployment::error::BuildError;
use crate::deployment::party::{Activity, Party, Role};
use crate::env::{Credentials, Env};
use crate::host::tls::ClientTls;
use crate::roles::description::RoleDescription;
use sim::context::Party as Identity;
use sim::terms::identifiers::FacilityNumber;
use sim::terms::parties;
use sim::terms::roles::FacilityKind;
use std::rc::Rc;

/// See [`ROLE`].
pub struct FacilityRole;

pub static ROLE: FacilityRole = FacilityRole;

impl Role for FacilityRole {
    fn description(&self) -> &'static RoleDescription {
        &DESCRIPTION
    }

    fn build(&self, builder: &Builder<'_>) -> Result<Vec<Rc<dyn Party>>, BuildError> {
        let plan = builder.plan;
        let mut parties: Vec<Rc<dyn Party>> = Vec::new();
        for planned in &plan.facilities {
            let tls = plan.tls.facility(&planned.number, &planned.name, planned.certificate)?;
            let (env, setup) = equip(builder, planned.index, planned.number.clone(), planned.kind, tls);
            let (visits, overloads) = (planned.visits.clone(), planned.overloads.clone());
            parties.push(Rc::new(FacilityParty { env, setup, visits, overloads, outcomes: plan.outcomes.clone() }));
        }
        Ok(parties)
    }

    fn starts_last(&self) -> bool {
        true
    }
}

/// A facility that was opened during the run.
pub struct Opened {
    pub facility: Facility,
    /// As whom it acts.
    pub identity: Rc<Identity>,
}

/// Opens a facility during the run, when somebody first comes to it.
pub fn open_late(
    builder: &Builder<'_>,
    index: u64,
    (number, kind): (FacilityNumber, FacilityKind),
    tls: Rc<ClientTls>,
) -> Opened {
    let (env, setup) = equip(builder, index, number, kind, tls);
    Opened { facility: Facility::new(&env, &setup), identity: env.identity().clone() }
}

/// The environment of facility `index` and what it is set up with.
fn equip(
    builder: &Builder<'_>,
    index: u64,
    number: FacilityNumber,
    kind: FacilityKind,
    tls: Rc<ClientTls>,
) -> (Env, FacilitySetup) {
    let (plan, name) = (builder.plan, parties::facility(index));
    let env = builder.env_with(&DESCRIPTION, index, &name, Credentials { server: None, client: Some(tls) });
    if let Some(most) = builder.kept_records(&DESCRIPTION) {
        [STORE, CHARTS].into_iter().for_each(|store| env.disk().keeping(store, most));
    }
    let (terminal_token, retry, limits) = (plan.terminal_token, plan.capacity.retry, plan.capacity.facility_limits);
    (env, FacilitySetup { index, number, kind, terminal_token, retry, limits })
}

/// A facility, the visits that are planned for it, and what its system does when it is out of control.
struct FacilityParty {
    env: Env,
    setup: FacilitySetup,
    visits: Vec<PlannedVisit>,
    overloads: Vec<Overload>,
    outcomes: Outcomes,
}

impl FacilityParty {
    fn overload(&self, overload: &Overload) -> Activity {
        let (env, limits, Overload { at_ns, until_ns, .. }) = (self.env.clone(), self.setup.limits, *overload);
        match overload.kind {
            OverloadKind::Flood { per_second } => Box::pin(async move {
                let broker = Rc::new(env.client_through("line", "broker", limits));
                env.sleep_until(at_ns).await;
                flood(broker, per_second, until_ns).await;
                Ok(())
            }),
            OverloadKind::SlowLoris { connections } => Box::pin(async move {
                let loris = Rc::new(SlowLoris { env: env.clone(), through: "line", limits });
                env.sleep_until(at_ns).await;
                loris.hold(connections, until_ns).await;
                Ok(())
            }),
        }
    }
}

impl Party for FacilityParty {
    fn env(&self) -> &Env {
        &self.env
    }

    fn start(self: Rc<Self>) -> Vec<Activity> {
        let facility = Rc::new(Facility::new(&self.env, &self.setup));
        let visit = |planned: &PlannedVisit| -> Activity {
            let (facility, planned, outcomes) = (facility.clone(), planned.clone(), self.outcomes.clone());
            Box::pin(async move {
                planned.wait_and_announce().await;
                outcomes.put(planned.index, facility.check(&planned.visit).await);
                Ok(())
            })
        };
        self.overloads.iter().map(|o| self.overload(o)).chain(self.visits.iter().map(visit)).collect()
    }
}
