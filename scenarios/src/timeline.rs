//! What happens when: carries out a scenario's events and faults, each at its time, and heals each fault at its end.

use crate::file::{ClockOwner, EventKind, EventPart, FaultKind, FaultPart, Scenario};
use crate::stage::people::Renewal;
use jiff::SignedDuration;
use mocks::pki::status::RevocationReason;
use mocks::roles::card::Card;
use mocks::roles::jpki::{Behaviour, Jpki};
use sim::clock::nanos;
use sim::context::{Party, World};
use sim::disk::Unsynced;
use sim::journal::Event;
use sim::net::turmoil::{Commands, HostCommand};
use sim::net::{Links, Trouble, TroubleKind};
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

/// The facilities' side of a cut: one, or all of them by the name of their zone.
fn side_of(facility: Option<u64>) -> String {
    facility.map_or("facility".to_string(), |f| format!("facility-{f:06}"))
}

/// Tells the links of a cut in advance, both directions: a link has to know what will happen while bytes are on their way.
fn announce_cut(fault: &FaultPart, links: &Links) {
    let FaultKind::LineCut { facility } = fault.does else { return };
    let (start_ns, end_ns) = (nanos(fault.at.0), nanos(fault.at.0.saturating_add(fault.lasts.0)));
    let side = side_of(facility);
    Trouble::both_ways(&side, "line", start_ns, end_ns, TroubleKind::Cut).into_iter().for_each(|t| links.trouble(t));
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
        scenario.faults.iter().for_each(|f| announce_cut(f, &levers.links));
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

    fn fault(&self, at_ns: u64, fault: &FaultPart, begins: bool) -> String {
        let host = |name: &str| {
            let command =
                if begins { HostCommand::Crash(name.into(), Unsynced::Lost) } else { HostCommand::Restart(name.into()) };
            self.levers.commands.send(command);
            format!("the host `{name}` {}", if begins { "goes down" } else { "starts again" })
        };
        let behave = |behaviour, what: &str| {
            self.levers.jpki.behave(if begins { behaviour } else { Behaviour::Normal });
            if begins { what.to_string() } else { "JPKI answers normally again".to_string() }
        };
        match &fault.does {
            FaultKind::JpkiDown => host("jpki"),
            FaultKind::BrokerDown => host("broker"),
            FaultKind::JpkiSlow { by } => behave(Behaviour::Slow(by.0), &format!("JPKI takes {:?} for each answer", by.0)),
            FaultKind::JpkiNonsense => behave(Behaviour::Nonsense, "JPKI answers nonsense"),
            FaultKind::LineCut { facility } => {
                let side = side_of(*facility);
                if begins {
                    format!("the line between `{side}` and the network is cut")
                } else {
                    format!("the line between `{side}` and the network stands again")
                }
            }
            FaultKind::CardLost { person } => {
                let now = self.wall(at_ns);
                match self.levers.serials.get(*person as usize).copied() {
                    Some(serial) if begins => self.levers.jpki.suspend(serial, now),
                    Some(serial) => self.levers.jpki.resume(serial),
                    None => {}
                }
                format!("the card of person {person} is {}", if begins { "reported lost" } else { "found again" })
            }
            FaultKind::ClockAhead { party, by } => {
                let (party, name) = match party {
                    ClockOwner::Jpki => (&self.levers.jpki_party, "jpki"),
                    _ => (&self.levers.broker_party, "broker"), // wiring: the other parties
                };
                let offset = if begins { i64::try_from(nanos(by.0)).unwrap_or(i64::MAX) } else { 0 };
                party.skew_clock(offset, 0, moment.at_ns);
                format!("the clock of `{name}` is {}", if begins { format!("{:?} ahead", by.0) } else { "right again".into() })
            }
            // wiring: the kinds below are carried out by nothing yet
            other => format!("{} is not carried out yet", other.name()),
        }
    }
}
