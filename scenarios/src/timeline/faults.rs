//! The faults: how each kind begins and ends.

use super::Timeline;
use super::links::side_of;
use crate::file::{FaultKind, LinkEnd, Server, Span, Target, Way};
use mocks::deployment::control::{CertificateChange, FaultControl};
use mocks::deployment::member::Member;
use mocks::roles::insurer::InsurerFault;
use mocks::roles::jpki::JpkiFault;
use sim::clock::nanos;
use sim::disk::Unsynced;
use sim::engine::HostCommand;
use sim::terms::parties;
use sim::terms::roles::Zone;

impl Timeline {
    /// Begins or ends a fault. Returns its description.
    pub(super) fn fault(&self, at_ns: u64, does: &FaultKind, begins: bool) -> String {
        self.host_fault(at_ns, does, begins)
            .or_else(|| self.jpki_fault(at_ns, does, begins))
            .or_else(|| self.insurer_fault(does, begins))
            .or_else(|| self.clock_fault(at_ns, does, begins))
            .or_else(|| self.tls_fault(does, begins))
            .or_else(|| link_fault(does, begins))
            .or_else(|| overload(does, begins))
            .or_else(|| at_counter(does, begins))
            // Every kind is one of these: a test checks all of them.
            .unwrap_or_else(|| does.name().to_string())
    }

    /// A fault of a host or of its work.
    fn host_fault(&self, at_ns: u64, does: &FaultKind, begins: bool) -> Option<String> {
        Some(match does {
            FaultKind::JpkiDown => self.host(Zone::Jpki.name(), Unsynced::Lost, begins),
            FaultKind::BrokerDown => self.host(Zone::Broker.name(), Unsynced::Lost, begins),
            FaultKind::HostDown { host, keeps_unsynced } => {
                self.host(host.name(), if *keeps_unsynced { Unsynced::Kept } else { Unsynced::Lost }, begins)
            }
            FaultKind::HostSlow { host, times } => {
                for member in self.members_of(*host) {
                    member.env().pace().slow_down(if begins { *times } else { 1.0 });
                }
                let how = if begins {
                    format!("takes {times} times as long for every operation")
                } else {
                    "works at normal speed again".into()
                };
                format!("the host `{}` {how}", host.name())
            }
            FaultKind::Capacity { host, share } => {
                for station in self.members_of(*host).filter_map(Member::station) {
                    station.work_at(if begins { share.0 } else { 1.0 }, at_ns);
                }
                let how = if begins { format!("has {share} of its workers") } else { "has all its workers again".into() };
                format!("the host `{}` {how}", host.name())
            }
            _ => return None,
        })
    }

    /// A fault of JPKI, or a report to it.
    fn jpki_fault(&self, at_ns: u64, does: &FaultKind, begins: bool) -> Option<String> {
        let (fault, what) = match does {
            FaultKind::JpkiSlow { by } => (JpkiFault::Slow(by.0), format!("JPKI takes {:?} for each answer", by.0)),
            FaultKind::JpkiNonsense => (JpkiFault::Nonsense, "JPKI sends invalid answers".into()),
            FaultKind::JpkiSilent => (JpkiFault::Silent, "JPKI does not answer".into()),
            FaultKind::OcspStale { by } => (JpkiFault::StaleStatus(by.0), format!("JPKI's OCSP responses are {:?} old", by.0)),
            FaultKind::OcspTryLater => (JpkiFault::TryLater, "JPKI answers OCSP requests with tryLater".into()),
            FaultKind::JpkiMaintenance => (JpkiFault::Maintenance, "JPKI's look-up of codes is being maintained".into()),
            FaultKind::OcspForm { form } => {
                let what = format!("JPKI's OCSP responses have another form, `{}`: {}", form.name(), form.text_en());
                (JpkiFault::Form(*form), what)
            }
            FaultKind::JpkiError { error } => (JpkiFault::Error(*error), format!("JPKI fails: `{}`", error.name())),
            FaultKind::CardLost { person } => return Some(self.card_lost(at_ns, *person, begins)),
            _ => return None,
        };
        self.controls.control(Zone::Jpki.name(), FaultControl::Jpki(if begins { fault } else { JpkiFault::None }));
        Some(if begins { what } else { "JPKI answers normally again".to_string() })
    }

    /// A fault of an insurer that is asked.
    fn insurer_fault(&self, does: &FaultKind, begins: bool) -> Option<String> {
        let person = does.insurer_of()?;
        let (fault, what) = match does {
            FaultKind::InsurerSlow { by, .. } => (InsurerFault::Slow(by.0), format!("takes {:?} for each answer", by.0)),
            FaultKind::InsurerNonsense { .. } => (InsurerFault::Nonsense, "sends invalid answers".into()),
            _ => (InsurerFault::Silent, "does not answer".into()),
        };
        if let Some(insurer) = self.controls.insurers.get(person as usize).and_then(Option::as_ref) {
            let fault = if begins { fault } else { InsurerFault::None };
            self.controls.control(&parties::insurer(insurer), FaultControl::Insurer(fault));
        }
        let what = if begins { what } else { "answers normally again".into() };
        Some(format!("the insurer of person {person} {what}"))
    }

    fn card_lost(&self, at_ns: u64, person: u64, begins: bool) -> String {
        if let Some(serial) = self.serial(person) {
            let suspended = CertificateChange::Suspended { serial, at: self.wall(at_ns) };
            self.certificate(if begins { suspended } else { CertificateChange::Resumed { serial } });
        }
        format!("the card of person {person} is {}", if begins { "reported lost" } else { "found again" })
    }

    fn tls_fault(&self, does: &FaultKind, begins: bool) -> Option<String> {
        let FaultKind::TlsCrlOld = does else { return None };
        let crl = if begins { &self.controls.outdated_crl } else { self.controls.deployment.plan().tls.crl() };
        if let Some(Err(e)) = self.member(Zone::Broker.name()).map(|broker| broker.consult_crls(&[crl])) {
            tracing::error!(target: "mocks", "the broker's CRL of TLS certificates was not replaced: {e}");
        }
        let how = if begins { "past its next update" } else { "current again" };
        Some(format!("the broker's CRL of TLS certificates is {how}"))
    }

    fn clock_fault(&self, at_ns: u64, does: &FaultKind, begins: bool) -> Option<String> {
        let ahead = |by: &Span| i64::try_from(nanos(by.0)).unwrap_or(i64::MAX);
        let (owner, offset, ppm, how) = match does {
            FaultKind::ClockAhead { party, by } => (party, ahead(by), 0, format!("{:?} ahead", by.0)),
            FaultKind::ClockBehind { party, by } => (party, -ahead(by), 0, format!("{:?} behind", by.0)),
            FaultKind::ClockDrift { party, ppm } => {
                let how = if *ppm < 0 { "slow" } else { "fast" };
                (party, 0, *ppm, format!("too {how} by {} ppm", ppm.unsigned_abs()))
            }
            _ => return None,
        };
        let name = owner.party_name();
        let Some(member) = self.member(&name) else { return Some("an unknown party's clock is wrong".into()) };
        if begins {
            member.skew_clock(offset, ppm, at_ns);
        } else {
            member.skew_clock(0, 0, 0);
        }
        Some(format!("the clock of `{name}` is {}", if begins { how.as_str() } else { "correct again" }))
    }

    /// All parties of a server's role.
    fn members_of(&self, server: Server) -> impl Iterator<Item = &Member> {
        self.controls.deployment.members().iter().filter(move |m| m.role.name == server.role().name)
    }

    fn member(&self, name: &str) -> Option<&Member> {
        self.controls.deployment.member(name)
    }

    fn host(&self, name: &str, unsynced: Unsynced, begins: bool) -> String {
        let command = if begins { HostCommand::Crash(name.into(), unsynced) } else { HostCommand::Restart(name.into()) };
        self.controls.commands.send(command);
        format!("the host `{name}` {}", if begins { "goes down" } else { "starts again" })
    }
}

/// A fault of a link. Links know their faults from the start: see [`announce`].
fn link_fault(does: &FaultKind, begins: bool) -> Option<String> {
    let (between, what) = match does {
        FaultKind::LineCut { facility } => {
            let how = if begins { "is cut" } else { "is restored" };
            return Some(format!("the line between `{}` and the network {how}", side_of(*facility)));
        }
        FaultKind::LinkCut { between, way: Way::Both } => (between, "is cut".into()),
        FaultKind::LinkCut { between: ends @ [from, to], way: Way::There }
        | FaultKind::LinkCut { between: ends @ [to, from], way: Way::Back } => {
            (ends, format!("is cut in the direction from {} to {}", from.name(), to.name()))
        }
        FaultKind::LinkSlow { between, by } => {
            (between, format!("has {:.0} ms more latency on average, each way", by.distribution().mean_ms()))
        }
        FaultKind::LinkLoss { between, share } => (between, format!("loses {share} of the packets")),
        FaultKind::LinkNarrow { between, to } => (between, format!("is limited to {to}")),
        _ => return None,
    };
    let [a, b] = between.map(LinkEnd::name);
    Some(if begins {
        format!("the link between {a} and {b} {what}")
    } else {
        format!("the link between {a} and {b} works normally again")
    })
}

/// A facility's system that is out of control. The facility itself starts and ends this, at the times of the fault.
fn overload(does: &FaultKind, begins: bool) -> Option<String> {
    match does {
        FaultKind::Flood { facility, rate } => {
            let how = if begins { format!("floods the broker with requests, {rate}") } else { "stops the flood".into() };
            Some(format!("`{}` {how}", parties::facility(*facility)))
        }
        FaultKind::SlowLoris { facility, connections } => {
            let how = if begins { "holds" } else { "no longer holds" };
            Some(format!("`{}` {how} {connections} connections open with unfinished requests", parties::facility(*facility)))
        }
        _ => None,
    }
}

/// What fails at a counter. The facility itself starts and ends this, at the times of the fault.
fn at_counter(does: &FaultKind, begins: bool) -> Option<String> {
    let (facility, fails, works) = match does {
        FaultKind::PowerCut { facility } => (facility, "the terminal of `{}` loses power", "the terminal of `{}` is on again"),
        FaultKind::DatabaseRestored { facility } => {
            let works = "the terminal of `{}` is on again, with the database of the night before and the log since then";
            (facility, "the database of `{}` is being restored", works)
        }
        FaultKind::ReaderHangs { facility } => {
            (facility, "the reader of `{}` hangs", "the reader of `{}` was switched off and on")
        }
        FaultKind::DiskFull { facility } => (facility, "the disk of `{}` is full", "the disk of `{}` has space again"),
        _ => return None,
    };
    Some(if begins { fails } else { works }.replace("{}", &parties::facility(*facility)))
}
