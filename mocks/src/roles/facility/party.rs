//! Facilities as a deployment builds and runs them.

use super::behaviour::FacilityBehaviour;
use super::description::DESCRIPTION;
use super::overload::{SlowLoris, flood};
use super::reports::PlannedReport;
use super::visits::{Gate, Outcomes, Overload, OverloadKind, PlannedVisit};
use super::{CHARTS, Facility, FacilitySetup, LastSigned, PATIENTS, STORE, Visit, backup};
use crate::deployment::builder::Builder;
use crate::deployment::error::BuildError;
use crate::deployment::party::{Activity, Party, Role, StateItem};
use crate::env::{Credentials, Env};
use crate::host::tls::ClientTls;
use crate::roles::description::RoleDescription;
use crate::roles::reader::counter_faults::{CounterFault, CounterFaultKind, CounterFaults};
use futures_util::future::{Either, select};
use sim::context::Party as Identity;
use sim::disk::Unsynced;
use sim::journal::{Event, Occasion};
use sim::terms::calendar::jst_day;
use sim::terms::fhir::SignedChallenge;
use sim::terms::identifiers::FacilityNumber;
use sim::terms::outcome::OutcomeCode;
use sim::terms::parties;
use sim::terms::roles::FacilityKind;
use std::cell::RefCell;
use std::future::Future;
use std::pin::pin;
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
            let faults = Rc::new(planned.faults.clone());
            let (env, setup) = equip(builder, planned.index, (planned.number.clone(), planned.kind), tls, faults)?;
            let (visits, overloads) = (planned.visits.clone(), planned.overloads.clone());
            let (outcomes, gate, last_signed) = (plan.outcomes.clone(), plan.gate.clone(), RefCell::default());
            let running = RefCell::default();
            let reports = planned.reports.clone();
            parties.push(Rc::new(FacilityParty { env, setup, visits, overloads, reports, outcomes, gate, last_signed, running }));
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
///
/// # Errors
/// If there is no address for it.
pub fn open_late(
    builder: &Builder<'_>,
    index: u64,
    (number, kind): (FacilityNumber, FacilityKind),
    tls: Rc<ClientTls>,
) -> Result<Opened, BuildError> {
    let (env, setup) = equip(builder, index, (number, kind), tls, Rc::default())?;
    Ok(Opened { facility: Facility::new(&env, &setup), identity: env.identity().clone() })
}

/// The environment and the configuration of facility `index`.
fn equip(
    builder: &Builder<'_>,
    index: u64,
    (number, kind): (FacilityNumber, FacilityKind),
    tls: Rc<ClientTls>,
    faults: Rc<CounterFaults>,
) -> Result<(Env, FacilitySetup), BuildError> {
    let (plan, name) = (builder.plan, parties::facility(index));
    let env = builder.env_with(&DESCRIPTION, index, &name, Credentials { server: None, client: Some(tls) })?;
    if let Some(most) = builder.kept_records(&DESCRIPTION) {
        [STORE, CHARTS, PATIENTS].into_iter().for_each(|store| env.disk().keep_at_most(store, most));
    }
    let (terminal_token, retry, limits) = (plan.terminal_token, plan.capacity.retry, plan.capacity.facility_limits);
    Ok((env, FacilitySetup { index, number, kind, terminal_token, retry, limits, faults }))
}

/// A facility, its planned visits, and its planned overloads.
struct FacilityParty {
    env: Env,
    setup: FacilitySetup,
    visits: Vec<PlannedVisit>,
    overloads: Vec<Overload>,
    reports: Vec<PlannedReport>,
    outcomes: Outcomes,
    gate: Option<Gate>,
    /// Its memory since the last start.
    last_signed: RefCell<LastSigned>,
    /// The facility since the terminal was last switched on, and how often that has been.
    running: RefCell<Option<(usize, Rc<Facility>)>>,
}

impl FacilityParty {
    /// The facility that is running now: another one after each power cut, with what is on the disk.
    fn running(&self) -> Rc<Facility> {
        let restarts = self.setup.faults.restarts(self.env.now());
        let same = self.running.borrow().as_ref().filter(|(since, _)| *since == restarts).map(|(_, facility)| facility.clone());
        same.unwrap_or_else(|| self.switch_on(restarts))
    }

    /// A facility that has just been switched on, with an empty memory.
    fn switch_on(&self, restarts: usize) -> Rc<Facility> {
        let facility = Rc::new(Facility::new(&self.env, &self.setup));
        *self.last_signed.borrow_mut() = facility.last_signed.clone();
        *self.running.borrow_mut() = Some((restarts, facility.clone()));
        facility
    }

    /// Waits until the terminal is on.
    async fn is_on(&self) {
        while let Some(until) = self.setup.faults.off_until(self.env.now()) {
            self.env.sleep_until(until).await;
        }
    }

    /// One visit. If the terminal loses power meanwhile, the check ends when it is on again.
    async fn visit(&self, visit: &Visit) -> OutcomeCode {
        self.is_on().await;
        let facility = self.running();
        if let Some(outcome) = self.unless_cut(facility.check(visit)).await {
            return outcome;
        }
        loop {
            self.is_on().await;
            let facility = self.running();
            if let Some(outcome) = self.unless_cut(facility.end_interrupted(visit)).await {
                return outcome;
            }
        }
    }

    /// The result of `work`; `None` if the terminal loses power before it ends. What happens at the same moment is lost.
    async fn unless_cut<W: Future>(&self, work: W) -> Option<W::Output> {
        let Some(cut) = self.setup.faults.next_cut(self.env.now()) else { return Some(work.await) };
        let (cut, work) = (pin!(self.env.sleep_until(cut)), pin!(work));
        match select(cut, work).await {
            Either::Left(_) => None,
            Either::Right((done, _)) => Some(done),
        }
    }

    /// What a power cut does to the disk, and what is on it then. The record of the state is that of a crash.
    async fn lose_power(self: Rc<Self>, fault: CounterFault) {
        self.env.sleep_until(fault.at_ns).await;
        self.env.disk().crash(Unsynced::Lost);
        self.record_disk();
        if fault.kind == CounterFaultKind::DatabaseRestored {
            // Before the terminal is on: nobody sees the time between.
            let behaviour: Rc<dyn FacilityBehaviour> = self.env.behaviours().of();
            backup::restore(self.env.disk(), jst_day(self.env.wall()), behaviour.as_ref());
            self.record_disk();
        }
    }

    fn record_disk(&self) {
        self.env.record(Event::Snapshot { when: Occasion::Crash });
        self.env.disk().record_state(Occasion::Crash);
    }

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
        drop(self.switch_on(0));
        let visit = |planned: &PlannedVisit| -> Activity {
            let (party, planned, outcomes) = (self.clone(), planned.clone(), self.outcomes.clone());
            let gate = self.gate.clone();
            Box::pin(async move {
                if let Some(gate) = gate {
                    gate.pass().await;
                }
                planned.wait_and_announce().await;
                outcomes.put(planned.index, party.visit(&planned.visit).await);
                Ok(())
            })
        };
        let cut = |fault: &CounterFault| -> Activity {
            let (party, fault) = (self.clone(), *fault);
            Box::pin(async move {
                party.lose_power(fault).await;
                Ok(())
            })
        };
        let cuts = self.setup.faults.iter().filter(|fault| fault.kind.is_off()).map(cut);
        let report = |planned: &PlannedReport| -> Activity {
            let (env, planned, unfinished) = (self.env.clone(), planned.clone(), self.outcomes.begin());
            Box::pin(async move {
                planned.send(&env).await;
                drop(unfinished);
                Ok(())
            })
        };
        let counter = cuts.chain(self.overloads.iter().map(|o| self.overload(o))).chain(self.visits.iter().map(visit));
        counter.chain(self.reports.iter().map(report)).collect()
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
            faults: Rc::default(),
        };
        let env = Env::offline(&Seed::new(1, "facility memory"), "facility-000000", Zone::Facility);
        let (visits, overloads, outcomes) = (Vec::new(), Vec::new(), Outcomes::default());
        let (last_signed, running) = (RefCell::default(), RefCell::default());
        let party = Rc::new(FacilityParty {
            env,
            setup,
            visits,
            overloads,
            reports: Vec::new(),
            outcomes,
            gate: None,
            last_signed,
            running,
        });
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
