//! Facilities as a deployment builds and runs them.

use super::description::DESCRIPTION;
use super::overload::{SlowLoris, flood};
use super::visits::{Outcomes, Overload, OverloadKind, PlannedVisit};
use super::{CHARTS, Facility, FacilitySetup, LastSigned, PATIENTS, STORE};
use crate::deployment::builder::Builder;
use crate::deployment::error::BuildError;
use crate::deployment::party::{Activity, Party, Role, StateItem};
use crate::env::{Credentials, Env};
use crate::host::tls::ClientTls;
use crate::roles::description::RoleDescription;
use sim::context::Party as Identity;
use sim::terms::fhir::SignedChallenge;
use sim::terms::identifiers::FacilityNumber;
use sim::terms::parties;
use sim::terms::roles::FacilityKind;
use std::cell::RefCell;
use std::rc::Rc;

/// See [`ROLE`].
pub struct FacilityRole;

/// All facilities.
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
            let (outcomes, last_signed) = (plan.outcomes.clone(), RefCell::default());
            parties.push(Rc::new(FacilityParty { env, setup, visits, overloads, outcomes, last_signed }));
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
    /// The party as which it acts.
    pub identity: Rc<Identity>,
}

/// Opens a facility during the run, at its first visit.
pub fn open_late(
    builder: &Builder<'_>,
    index: u64,
    (number, kind): (FacilityNumber, FacilityKind),
    tls: Rc<ClientTls>,
) -> Opened {
    let (env, setup) = equip(builder, index, number, kind, tls);
    Opened { facility: Facility::new(&env, &setup), identity: env.identity().clone() }
}

/// The environment and the configuration of facility `index`.
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
        [STORE, CHARTS, PATIENTS].into_iter().for_each(|store| env.disk().keep_at_most(store, most));
    }
    let (terminal_token, retry, limits) = (plan.terminal_token, plan.capacity.retry, plan.capacity.facility_limits);
    (env, FacilitySetup { index, number, kind, terminal_token, retry, limits })
}

/// A facility, its planned visits, and its planned overloads.
struct FacilityParty {
    env: Env,
    setup: FacilitySetup,
    visits: Vec<PlannedVisit>,
    overloads: Vec<Overload>,
    outcomes: Outcomes,
    /// Its memory since the last start.
    last_signed: RefCell<LastSigned>,
}

impl FacilityParty {
    fn overload(&self, overload: &Overload) -> Activity {
        let (env, limits, Overload { at_ns, until_ns, .. }) = (self.env.clone(), self.setup.limits, *overload);
        match overload.kind {
            OverloadKind::Flood { per_second } => Box::pin(async move {
                let broker = Rc::new(env.client_through("line", "broker", limits));
                env.sleep_until(at_ns).await;
                flood(&env, broker, per_second, until_ns).await;
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
        *self.last_signed.borrow_mut() = facility.last_signed.clone();
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

    fn state(&self) -> Vec<StateItem> {
        let signed = |signed: &SignedChallenge| {
            let [challenge, signature] = [&signed.challenge, &signed.signature].map(|bytes| data_encoding::BASE64.encode(bytes));
            StateItem::json("last-signed-challenge", &serde_json::json!({ "challenge": challenge, "signature": signature }))
        };
        self.last_signed.borrow().borrow().iter().map(signed).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::capacity::RetryPolicy;
    use crate::host::http::Limits;
    use sim::seed::Seed;
    use sim::terms::roles::Zone;
    use std::time::Duration;

    #[test]
    fn the_newest_signed_challenge_is_part_of_a_facilitys_state_until_it_starts_again() {
        let wait = Duration::from_secs(1);
        let setup = FacilitySetup {
            index: 0,
            number: FacilityNumber::from_body(131_000_001),
            kind: FacilityKind::Clinic,
            terminal_token: [0; 16],
            retry: RetryPolicy::default(),
            limits: Limits { connect: wait, handshake: wait, answer: wait },
        };
        let env = Env::offline(&Seed::new(1, "facility memory"), "facility-000000", Zone::Facility);
        let (visits, overloads, outcomes) = (Vec::new(), Vec::new(), Outcomes::default());
        let party = Rc::new(FacilityParty { env, setup, visits, overloads, outcomes, last_signed: RefCell::default() });
        drop(party.clone().start());
        assert_eq!(party.state(), []);
        let signed = SignedChallenge { challenge: vec![1; 3], signature: vec![2; 3] };
        *party.last_signed.borrow().borrow_mut() = Some(signed);
        let item = serde_json::json!({ "challenge": "AQEB", "signature": "AgIC" });
        assert_eq!(party.state(), [StateItem::json("last-signed-challenge", &item)]);
        drop(party.clone().start());
        assert_eq!(party.state(), []);
    }
}
