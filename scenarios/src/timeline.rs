//! What goes wrong when: carries out a scenario's faults, each at its time, and heals each at its end.

use crate::file::{FaultKind, FaultPart, Scenario, SkewedParty};
use jiff::SignedDuration;
use mocks::roles::jpki::{Behaviour, Jpki};
use sim::clock::nanos;
use sim::context::{Party, World};
use sim::disk::Unsynced;
use sim::journal::Event;
use sim::net::turmoil::{Commands, HostCommand};
use sim::net::{Links, Trouble, TroubleKind};
use sim::terms::identifiers::CertificateSerial;
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
    pub broker_party: Rc<Party>,
    pub jpki_party: Rc<Party>,
}

struct Moment {
    at_ns: u64,
    begins: bool,
    fault: FaultPart,
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
        let mut moments: Vec<Moment> = scenario
            .faults
            .iter()
            .flat_map(|f| {
                let moment = |at: Duration, begins| Moment { at_ns: nanos(at), begins, fault: f.clone() };
                [moment(f.at.0, true), moment(f.at.0.saturating_add(f.lasts.0), false)]
            })
            .collect();
        // What ends at a moment ends before what begins at it.
        moments.sort_by_key(|m| (m.at_ns, m.begins));
        scenario.faults.iter().for_each(|f| announce_cut(f, &levers.links));
        Timeline { moments, next: 0, levers }
    }

    /// Does everything that is due at `now`.
    pub fn advance(&mut self, now: Duration) {
        while let Some(moment) = self.moments.get(self.next).filter(|m| m.at_ns <= nanos(now)) {
            self.next += 1;
            let what = self.carry_out(moment);
            self.levers.world.note(moment.at_ns, Event::Fault { what });
        }
    }

    fn carry_out(&self, moment: &Moment) -> String {
        let begins = moment.begins;
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
        match &moment.fault.does {
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
                let serial = self.levers.serials.get(*person as usize).copied();
                let now = self
                    .levers
                    .world
                    .epoch
                    .saturating_add(SignedDuration::from_nanos(moment.at_ns as i64))
                    .unwrap_or(self.levers.world.epoch);
                match serial {
                    Some(serial) if begins => self.levers.jpki.suspend(serial, now),
                    Some(serial) => self.levers.jpki.resume(serial),
                    None => {}
                }
                format!("the card of person {person} is {}", if begins { "reported lost" } else { "found again" })
            }
            FaultKind::ClockAhead { party, by } => {
                let (party, name) = match party {
                    SkewedParty::Broker => (&self.levers.broker_party, "broker"),
                    SkewedParty::Jpki => (&self.levers.jpki_party, "jpki"),
                };
                let offset = if begins { i64::try_from(nanos(by.0)).unwrap_or(i64::MAX) } else { 0 };
                party.skew_clock(offset, 0, moment.at_ns);
                format!("the clock of `{name}` is {}", if begins { format!("{:?} ahead", by.0) } else { "right again".into() })
            }
        }
    }

    /// When the last fault has healed.
    pub fn healed_at(&self) -> Duration {
        Duration::from_nanos(self.moments.last().map_or(0, |m| m.at_ns))
    }
}
