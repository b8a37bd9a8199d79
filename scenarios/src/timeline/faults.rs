//! What goes wrong: each kind of fault, how it is brought about and how it ends.

use super::Timeline;
use crate::file::{ClockOwner, FaultKind, FaultPart, LinkEnd, Target, Way};
use mocks::roles::jpki::Behaviour;
use sim::clock::nanos;
use sim::context::Party;
use sim::disk::Unsynced;
use sim::engine::HostCommand;
use sim::net::{Links, Trouble, TroubleKind};
use sim::terms::parties;
use sim::terms::roles::Zone;
use std::rc::Rc;

/// The facilities' side of a cut: one, or all of them by the name of their zone.
fn side_of(facility: Option<u64>) -> String {
    facility.map_or(Zone::Facility.name().to_string(), parties::facility)
}

/// Tells the links what they will suffer: they have to know it while bytes are on their way.
pub(super) fn announce(fault: &FaultPart, links: &Links) {
    let (start, end) = (nanos(fault.at.0), nanos(fault.end().0));
    let (a, b, way, kind) = match &fault.does {
        FaultKind::LineCut { facility } => (side_of(*facility), "line".to_string(), Way::Both, TroubleKind::Cut),
        FaultKind::LinkCut { between: [a, b], way } => (zone(*a), zone(*b), *way, TroubleKind::Cut),
        FaultKind::LinkSlow { between: [a, b], by } => (zone(*a), zone(*b), Way::Both, TroubleKind::Slow(by.distribution())),
        FaultKind::LinkLoss { between: [a, b], share } => (zone(*a), zone(*b), Way::Both, TroubleKind::Loss(share.0)),
        FaultKind::LinkNarrow { between: [a, b], to } => (zone(*a), zone(*b), Way::Both, TroubleKind::Narrow(to.0)),
        _ => return,
    };
    let [there, back] = Trouble::both_ways(&a, &b, start, end, kind);
    if way != Way::Back {
        links.trouble(there);
    }
    if way != Way::There {
        links.trouble(back);
    }
}

fn zone(side: LinkEnd) -> String {
    side.zone().name().to_string()
}

impl Timeline {
    /// Begins a fault, or ends it. Says what happens.
    pub(super) fn fault(&self, at_ns: u64, fault: &FaultPart, begins: bool) -> String {
        let ahead = |by: &crate::file::Span| i64::try_from(nanos(by.0)).unwrap_or(i64::MAX);
        let link = |between: &[LinkEnd; 2], what: String| {
            let [a, b] = between.map(LinkEnd::name);
            if begins {
                format!("the link between {a} and {b} {what}")
            } else {
                format!("the link between {a} and {b} is sound again")
            }
        };
        match &fault.does {
            FaultKind::JpkiDown => self.host(Zone::Jpki.name(), Unsynced::Lost, begins),
            FaultKind::BrokerDown => self.host(Zone::Broker.name(), Unsynced::Lost, begins),
            FaultKind::HostDown { host, keeps_unsynced } => {
                self.host(host.name(), if *keeps_unsynced { Unsynced::Kept } else { Unsynced::Lost }, begins)
            }
            FaultKind::HostSlow { host, times } => {
                let pace = match host.zone() {
                    Zone::Broker => Some(&self.levers.broker_pace),
                    Zone::Jpki => Some(&self.levers.jpki_pace),
                    Zone::NumberAuthority => Some(&self.levers.authority_pace),
                    _ => None,
                };
                if let Some(pace) = pace {
                    pace.slow_down(if begins { *times } else { 1.0 });
                }
                let how =
                    if begins { format!("takes {times} times as long at everything") } else { "works as always again".into() };
                format!("the host `{}` {how}", host.name())
            }
            FaultKind::Capacity { host, share } => {
                let station = self.levers.stations.iter().find(|(name, _)| name == host.name());
                if let Some((_, station)) = station {
                    station.work_at(if begins { share.0 } else { 1.0 }, at_ns);
                }
                let how = if begins { format!("has {share} of its workers") } else { "has all its workers again".into() };
                format!("the host `{}` {how}", host.name())
            }
            FaultKind::JpkiSlow { by } => {
                self.behave(begins, Behaviour::Slow(by.0), &format!("JPKI takes {:?} for each answer", by.0))
            }
            FaultKind::JpkiNonsense => self.behave(begins, Behaviour::Nonsense, "JPKI answers nonsense"),
            FaultKind::JpkiSilent => self.behave(begins, Behaviour::Silent, "JPKI answers nothing"),
            FaultKind::OcspStale { by } => {
                let what = format!("JPKI's word on certificates is {:?} old", by.0);
                self.behave(begins, Behaviour::StaleStatus(by.0), &what)
            }
            FaultKind::OcspTryLater => {
                self.behave(begins, Behaviour::TryLater, "JPKI is too busy to give its word on certificates")
            }
            FaultKind::TlsCrlOld => {
                let (tls, crls) = (&self.levers.broker_tls, &self.levers.tls_crls);
                if let Err(e) = tls.consult(&[if begins { &crls.old } else { &crls.current }]) {
                    tracing::error!(target: "mocks", "the broker's list of revoked TLS certificates stays as it was: {e}");
                }
                let how = if begins { "past its next update" } else { "in time again" };
                format!("the broker's list of revoked TLS certificates is {how}")
            }
            FaultKind::LineCut { facility } => {
                let side = side_of(*facility);
                if begins {
                    format!("the line between `{side}` and the network is cut")
                } else {
                    format!("the line between `{side}` and the network stands again")
                }
            }
            FaultKind::LinkCut { between, way } => link(
                between,
                match way {
                    Way::Both => "is cut".into(),
                    Way::There => "is cut in this direction".into(),
                    Way::Back => "is cut in the other direction".into(),
                },
            ),
            FaultKind::LinkSlow { between, by } => {
                let mean = by.distribution().mean_ms();
                link(between, format!("takes {mean:.0} ms longer on average, each way"))
            }
            FaultKind::LinkLoss { between, share } => link(between, format!("loses {share} of what is sent")),
            FaultKind::LinkNarrow { between, to } => link(between, format!("carries {to} at most")),
            FaultKind::CardLost { person } => {
                let now = self.wall(at_ns);
                match self.levers.serials.get(*person as usize).copied() {
                    Some(serial) if begins => self.levers.jpki.suspend(serial, now),
                    Some(serial) => self.levers.jpki.resume(serial),
                    None => {}
                }
                format!("the card of person {person} is {}", if begins { "reported lost" } else { "found again" })
            }
            FaultKind::ClockAhead { party, by } => self.clock(at_ns, *party, begins, ahead(by), 0, &format!("{:?} ahead", by.0)),
            FaultKind::ClockBehind { party, by } => {
                self.clock(at_ns, *party, begins, -ahead(by), 0, &format!("{:?} behind", by.0))
            }
            FaultKind::ClockDrift { party, ppm } => {
                let how = if *ppm < 0 { "slow" } else { "fast" };
                self.clock(at_ns, *party, begins, 0, *ppm, &format!("too {how} by {} ppm", ppm.unsigned_abs()))
            }
            // Its own system does it, at its own time.
            FaultKind::Flood { facility, rate } => {
                let how = if begins { format!("sends {rate} requests good for nothing") } else { "floods no more".into() };
                format!("`{}` {how}", parties::facility(*facility))
            }
            FaultKind::SlowLoris { facility, connections } => {
                let how = if begins { "holds" } else { "no longer holds" };
                format!("`{}` {how} {connections} connections with requests that never end", parties::facility(*facility))
            }
        }
    }

    fn host(&self, name: &str, unsynced: Unsynced, begins: bool) -> String {
        let command = if begins { HostCommand::Crash(name.into(), unsynced) } else { HostCommand::Restart(name.into()) };
        self.levers.commands.send(command);
        format!("the host `{name}` {}", if begins { "goes down" } else { "starts again" })
    }

    fn behave(&self, begins: bool, behaviour: Behaviour, what: &str) -> String {
        self.levers.jpki.behave(if begins { behaviour } else { Behaviour::Normal });
        if begins { what.to_string() } else { "JPKI answers normally again".to_string() }
    }

    fn clock(&self, at_ns: u64, owner: ClockOwner, begins: bool, offset: i64, ppm: i64, how: &str) -> String {
        let levers = &self.levers;
        let (role, index) = owner.party();
        let party: Option<&Rc<Party>> = match (role.zone, index) {
            (Zone::Broker, _) => Some(&levers.broker_party),
            (Zone::Jpki, _) => Some(&levers.jpki_party),
            (Zone::NumberAuthority, _) => Some(&levers.authority_party),
            (Zone::Facility, Some(index)) => levers.facility_parties.get(index as usize),
            _ => None,
        };
        let Some(party) = party else { return "a clock that nobody has goes wrong".into() };
        if begins {
            party.skew_clock(offset, ppm, at_ns);
        } else {
            party.skew_clock(0, 0, 0);
        }
        format!("the clock of `{}` is {}", party.name, if begins { how } else { "right again" })
    }
}
