//! The timeline: applies a scenario's events and faults, each at its time, and reverts each fault at its end.

mod disturbance;
mod faults;
mod links;

use crate::file::{EventKind, EventPart, FaultKind, FaultPart, Scenario};
use crate::stage::StageError;
use crate::stage::people::{Renewal, ScenarioPerson};
use jiff::SignedDuration;
use jiff::civil::Date;
use mocks::deployment::Deployment;
use mocks::deployment::control::{CertificateChange, Controlled, FaultControl};
use mocks::pki::status::RevocationReason;
use mocks::roles::card::Card;
use sim::clock::nanos;
use sim::context::World;
use sim::engine::{Commands, Simulation};
use sim::journal::Event;
use sim::terms::fault::Phase;
use sim::terms::identifiers::{CertificateSerial, InsurerNumber};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

/// What a scenario does before this has happened when the parties of a live run begin.
const BEGINNING: Duration = Duration::from_millis(10);

/// Events and faults in order of time.
pub struct Timeline {
    moments: Vec<Moment>,
    next: usize,
    controls: FaultControls,
}

/// Access to everything that faults and events control.
pub(crate) struct FaultControls {
    pub world: Rc<World>,
    pub commands: Commands,
    /// All parties, by name: their clocks, paces, queues, TLS and controls.
    pub deployment: Rc<Deployment>,
    /// By person, the serial number of the certificate in use.
    pub serials: Vec<CertificateSerial>,
    /// By person, the insurer on the scenario's day.
    pub insurers: Vec<Option<InsurerNumber>>,
    /// By person, the data of a renewal during the run.
    pub renewals: BTreeMap<u64, Renewal>,
    /// By person, the card in use.
    pub cards: Vec<Rc<RefCell<Card>>>,
    /// The list of revoked TLS certificates, past its next update, in DER.
    pub outdated_crl: Vec<u8>,
}

impl FaultControls {
    /// Everything but the cards. `day` is the scenario's.
    pub fn new(
        world: &Rc<World>,
        commands: Commands,
        deployment: Rc<Deployment>,
        people: &[ScenarioPerson],
        day: Date,
    ) -> Result<Self, StageError> {
        Ok(FaultControls {
            world: world.clone(),
            commands,
            serials: people.iter().map(|p| p.person.current_certificate().serial).collect(),
            insurers: people.iter().map(|p| Some(p.person.insurance_on(day)?.insured.insurer.clone())).collect(),
            renewals: people.iter().filter_map(ScenarioPerson::renewal).collect(),
            cards: Vec::new(),
            outdated_crl: deployment.plan().tls.outdated_crl()?,
            deployment,
        })
    }

    /// Sends a control to a party. An unknown party or control is logged: a system under test may not support it.
    fn control(&self, party: &str, control: FaultControl) {
        let done = self.deployment.member(party).map_or(Controlled::Unknown, |member| member.control(&control));
        if done == Controlled::Unknown {
            tracing::error!(target: "mocks", "`{party}` does not support this control: {control:?}");
        }
    }
}

struct Moment {
    at_ns: u64,
    what: What,
}

enum What {
    Heals(FaultPart),
    Begins(FaultPart),
    Changes(EventPart),
}

impl Moment {
    /// At the same moment, ends come before changes, and changes before beginnings.
    fn order(&self) -> (u64, u8) {
        let rank = match self.what {
            What::Heals(_) => 0,
            What::Changes(_) => 1,
            What::Begins(_) => 2,
        };
        (self.at_ns, rank)
    }
}

impl Timeline {
    pub(crate) fn new(scenario: &Scenario, controls: FaultControls) -> Self {
        let moment = |at: Duration, what| Moment { at_ns: nanos(at), what };
        let faults = scenario
            .faults
            .iter()
            .flat_map(|f| [moment(f.at.0, What::Begins(f.clone())), moment(f.end().0, What::Heals(f.clone()))]);
        let events = scenario.events.iter().map(|e| moment(e.at.0, What::Changes(e.clone())));
        let mut moments: Vec<Moment> = faults.chain(events).collect();
        moments.sort_by_key(Moment::order);
        scenario.faults.iter().for_each(|f| links::announce(f, &controls.deployment.plan().links));
        Timeline { moments, next: 0, controls }
    }

    /// Applies everything that is due at `now`.
    pub fn advance(&mut self, now: Duration) {
        while let Some(moment) = self.moments.get(self.next).filter(|m| m.at_ns <= nanos(now)) {
            self.next += 1;
            match &moment.what {
                What::Begins(fault) => self.disturb(moment.at_ns, &fault.does, true),
                What::Heals(fault) => self.disturb(moment.at_ns, &fault.does, false),
                What::Changes(event) => {
                    let (what, does) = (self.event(moment.at_ns, event), disturbance::of_event(&event.does));
                    self.controls.world.note(moment.at_ns, Event::Fault { what, does: Some(does) });
                }
            }
        }
    }

    /// Begins or ends a fault at a moment, and notes it.
    pub(crate) fn disturb(&self, at_ns: u64, does: &FaultKind, begins: bool) {
        let what = self.fault(at_ns, does, begins);
        let phase = if begins { Phase::Begins } else { Phase::Ends };
        let does = disturbance::of_fault(does, phase, &self.controls.insurers);
        self.controls.world.note(at_ns, Event::Fault { what, does: Some(does) });
    }

    /// In real time, waits for the beginning of a run in which something happens at once, before the parties run: what they do first would
    /// race with it.
    pub fn await_beginning(&self, simulation: &Simulation) {
        if self.next().is_some_and(|ns| ns < nanos(BEGINNING)) {
            while simulation.elapsed() < BEGINNING {
                std::thread::sleep(Duration::from_millis(1));
            }
        }
    }

    /// When the next moment is due, in nanoseconds.
    pub fn next(&self) -> Option<u64> {
        self.moments.get(self.next).map(|m| m.at_ns)
    }

    /// The world's time at a moment.
    fn wall(&self, at_ns: u64) -> jiff::Timestamp {
        let epoch = self.controls.world.epoch;
        epoch.saturating_add(SignedDuration::from_nanos(at_ns as i64)).unwrap_or(epoch)
    }

    fn event(&self, at_ns: u64, event: &EventPart) -> String {
        let controls = &self.controls;
        let person = event.does.person();
        match event.does {
            EventKind::CardRenewed { .. } => {
                if let Some(Renewal { person, old, new }) = controls.renewals.get(&person) {
                    let (person, new) = (Box::new(person.clone()), Box::new(new.clone()));
                    self.certificate(CertificateChange::Renewed { person, old: *old, new });
                }
                format!("the card of person {person} is renewed")
            }
            EventKind::CertificateRevoked { .. } => {
                if let Some(serial) = self.serial(person) {
                    let (at, reason) = (self.wall(at_ns), RevocationReason::CessationOfOperation);
                    self.certificate(CertificateChange::Revoked { serial, at, reason });
                }
                format!("the certificate of person {person} is revoked")
            }
            EventKind::CertificateRegistered { .. } => {
                if let Some(serial) = self.serial(person) {
                    self.certificate(CertificateChange::Registered { serial });
                }
                format!("the certificate of person {person} arrives in JPKI's register")
            }
            EventKind::PinReset { .. } => {
                if let Some(card) = controls.cards.get(person as usize) {
                    card.borrow_mut().set_pin_tries_left(3);
                }
                format!("the municipality unlocks the PIN of person {person}")
            }
            // The insurers' feeds make the change.
            EventKind::MovesInsurer { .. } => format!("the insurers learn that person {person} has another insurer"),
            EventKind::LeavesInsurer { .. } => format!("the insurer learns that person {person} is no longer insured"),
            // The municipality knows when somebody comes.
            EventKind::AsksForCode { .. } => format!("person {person} asks the municipality for a code"),
            EventKind::GivesUpCode { .. } => format!("person {person} gives the code up"),
            EventKind::ReportsCodeLeak { .. } => format!("person {person} reports that the code may have leaked"),
            EventKind::PosesAtMunicipality { .. } => {
                format!("somebody else asks the municipality in the name of person {person}")
            }
        }
    }

    /// The serial number of the certificate that a person uses.
    fn serial(&self, person: u64) -> Option<CertificateSerial> {
        self.controls.serials.get(person as usize).copied()
    }

    /// Sends a change of a certificate to JPKI.
    fn certificate(&self, change: CertificateChange) {
        self.controls.control("jpki", FaultControl::Certificate(change));
    }
}
