//! What happens when: carries out a scenario's events and faults, each at its time, and heals each fault at its end.

mod faults;

use crate::file::{EventKind, EventPart, FaultPart, Scenario};
use crate::stage::people::Renewal;
use jiff::SignedDuration;
use mocks::capacity::Station;
use mocks::host::tls::ServerTls;
use mocks::pki::status::RevocationReason;
use mocks::roles::card::Card;
use mocks::roles::jpki::Jpki;
use mocks::timing::Pace;
use sim::clock::nanos;
use sim::context::{Party, World};
use sim::engine::Commands;
use sim::journal::Event;
use sim::net::Links;
use sim::terms::identifiers::CertificateSerial;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

/// Faults in the order of their moments.
pub struct Timeline {
    moments: Vec<Moment>,
    next: usize,
    levers: Levers,
}

/// What faults are brought about with.
pub(crate) struct Levers {
    pub world: Rc<World>,
    pub links: Links,
    pub commands: Commands,
    pub jpki: Rc<Jpki>,
    /// By person, the serial number of the certificate in use.
    pub serials: Vec<CertificateSerial>,
    /// By person, what a renewal during the run takes.
    pub renewals: BTreeMap<u64, Renewal>,
    /// By person, the card in use.
    pub cards: Vec<Rc<RefCell<Card>>>,
    pub broker_party: Rc<Party>,
    pub jpki_party: Rc<Party>,
    pub authority_party: Rc<Party>,
    /// By facility.
    pub facility_parties: Vec<Rc<Party>>,
    pub broker_pace: Pace,
    pub jpki_pace: Pace,
    pub authority_pace: Pace,
    /// By host, its workers and their queue.
    pub stations: Vec<(String, Rc<Station>)>,
    pub broker_tls: Rc<ServerTls>,
    pub tls_crls: TlsCrls,
}

/// Lists of revoked TLS certificates, in DER.
pub(crate) struct TlsCrls {
    pub current: Vec<u8>,
    /// The same, past its next update.
    pub old: Vec<u8>,
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
    /// What ends at a moment ends before what begins at it.
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
    pub(crate) fn new(scenario: &Scenario, levers: Levers) -> Self {
        let moment = |at: Duration, what| Moment { at_ns: nanos(at), what };
        let faults = scenario
            .faults
            .iter()
            .flat_map(|f| [moment(f.at.0, What::Begins(f.clone())), moment(f.end().0, What::Heals(f.clone()))]);
        let events = scenario.events.iter().map(|e| moment(e.at.0, What::Changes(e.clone())));
        let mut moments: Vec<Moment> = faults.chain(events).collect();
        moments.sort_by_key(Moment::order);
        scenario.faults.iter().for_each(|f| faults::announce(f, &levers.links));
        Timeline { moments, next: 0, levers }
    }

    /// Does everything that is due at `now`.
    pub fn advance(&mut self, now: Duration) {
        while let Some(moment) = self.moments.get(self.next).filter(|m| m.at_ns <= nanos(now)) {
            self.next += 1;
            let what = match &moment.what {
                What::Begins(fault) => self.fault(moment.at_ns, fault, true),
                What::Heals(fault) => self.fault(moment.at_ns, fault, false),
                What::Changes(event) => self.event(moment.at_ns, event),
            };
            self.levers.world.note(moment.at_ns, Event::Fault { what });
        }
    }

    /// When there is something to do next, in nanoseconds.
    pub fn next(&self) -> Option<u64> {
        self.moments.get(self.next).map(|m| m.at_ns)
    }

    /// The world's time at a moment.
    fn wall(&self, at_ns: u64) -> jiff::Timestamp {
        let epoch = self.levers.world.epoch;
        epoch.saturating_add(SignedDuration::from_nanos(at_ns as i64)).unwrap_or(epoch)
    }

    fn event(&self, at_ns: u64, event: &EventPart) -> String {
        let levers = &self.levers;
        let person = event.does.person();
        let serial = levers.serials.get(person as usize).copied();
        match event.does {
            EventKind::CardRenewed { .. } => {
                if let Some(renewal) = levers.renewals.get(&person) {
                    levers.jpki.renew(&renewal.person, renewal.old, &renewal.new);
                }
                format!("the card of person {person} is renewed")
            }
            EventKind::CertificateRevoked { .. } => {
                if let Some(serial) = serial {
                    levers.jpki.revoke(serial, self.wall(at_ns), RevocationReason::CessationOfOperation);
                }
                format!("the certificate of person {person} is revoked")
            }
            EventKind::PinReset { .. } => {
                if let Some(card) = levers.cards.get(person as usize) {
                    card.borrow_mut().set_pin_tries_left(3);
                }
                format!("the municipality unlocks the PIN of person {person}")
            }
            // The insurers' feeds do it.
            EventKind::MovesInsurer { .. } => format!("the insurers learn that person {person} has another insurer"),
            EventKind::LeavesInsurer { .. } => format!("the insurer learns that person {person} is no longer insured"),
        }
    }
}
