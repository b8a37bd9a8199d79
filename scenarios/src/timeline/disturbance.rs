//! What the journal states of faults and events as data.

use super::links::side_of;
use crate::file::{EventKind, FaultKind, LinkEnd, Target, Way};
use sim::terms::fault::{Disturbance, FaultTarget, Phase};
use sim::terms::identifiers::InsurerNumber;
use sim::terms::parties;
use sim::terms::roles::Zone;

/// A fault that begins or ends. `insurers` are the insurers on the day, by person.
pub(super) fn of_fault(does: &FaultKind, phase: Phase, insurers: &[Option<InsurerNumber>]) -> Disturbance {
    Disturbance { kind: does.name().into(), phase, target: target(does, insurers) }
}

/// A change for good.
pub(super) fn of_event(does: &EventKind) -> Disturbance {
    Disturbance { kind: does.name().into(), phase: Phase::ForGood, target: FaultTarget::Person(does.person()) }
}

fn target(does: &FaultKind, insurers: &[Option<InsurerNumber>]) -> FaultTarget {
    let host = |name: &str| FaultTarget::Host(name.to_string());
    match does {
        FaultKind::JpkiDown
        | FaultKind::JpkiSlow { .. }
        | FaultKind::JpkiSilent
        | FaultKind::JpkiNonsense
        | FaultKind::OcspStale { .. }
        | FaultKind::JpkiMaintenance
        | FaultKind::OcspTryLater
        | FaultKind::OcspForm { .. }
        | FaultKind::JpkiError { .. } => host(Zone::Jpki.name()),
        FaultKind::InsurerSlow { insurer_of, .. }
        | FaultKind::InsurerSilent { insurer_of }
        | FaultKind::InsurerNonsense { insurer_of } => {
            let insurer = usize::try_from(*insurer_of).ok().and_then(|person| insurers.get(person)?.as_ref());
            // The insurer of somebody whom nobody insures is no party.
            insurer.map_or(FaultTarget::Person(*insurer_of), |number| FaultTarget::Host(parties::insurer(number)))
        }
        FaultKind::TlsCrlOld | FaultKind::BrokerDown => host(Zone::Broker.name()),
        FaultKind::HostDown { host: down, .. } => host(down.name()),
        FaultKind::HostSlow { host: server, .. } | FaultKind::Capacity { host: server, .. } => host(server.name()),
        FaultKind::LineCut { facility } => {
            FaultTarget::Link { from: side_of(*facility), to: Zone::Line.name().into(), both_ways: true }
        }
        FaultKind::LinkCut { between, way } => link(*between, *way),
        FaultKind::LinkSlow { between, .. } | FaultKind::LinkLoss { between, .. } | FaultKind::LinkNarrow { between, .. } => {
            link(*between, Way::Both)
        }
        FaultKind::CardLost { person } => FaultTarget::Person(*person),
        FaultKind::ClockAhead { party, .. } | FaultKind::ClockBehind { party, .. } | FaultKind::ClockDrift { party, .. } => {
            party.facility().map_or_else(|| FaultTarget::Host(party.party_name()), FaultTarget::Facility)
        }
        FaultKind::Flood { facility, .. }
        | FaultKind::SlowLoris { facility, .. }
        | FaultKind::PowerCut { facility }
        | FaultKind::DatabaseRestored { facility }
        | FaultKind::ReaderHangs { facility }
        | FaultKind::DiskFull { facility } => FaultTarget::Facility(*facility),
    }
}

fn link([a, b]: [LinkEnd; 2], way: Way) -> FaultTarget {
    let (from, to) = if way == Way::Back { (b, a) } else { (a, b) };
    FaultTarget::Link { from: from.zone().name().into(), to: to.zone().name().into(), both_ways: way == Way::Both }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;

    fn json(does: &str, way: Phase) -> String {
        #[derive(serde::Deserialize)]
        struct Part {
            does: FaultKind,
        }
        let part: Part = toml::from_str(&format!("does = {does}")).unwrap();
        let insurers = [Some(InsurerNumber::from_body(1_130_501)), None];
        serde_json::to_string(&of_fault(&part.does, way, &insurers)).unwrap()
    }

    #[test]
    fn each_kind_of_target_is_stated() {
        let all = [
            "\"jpki-silent\"",
            "{ card-lost = { person = 3 } }",
            "{ insurer-silent = { insurer-of = 0 } }",
            "{ insurer-silent = { insurer-of = 1 } }",
            "{ host-down = { host = \"broker\", keeps-unsynced = true } }",
            "{ host-slow = { host = \"insurer\", times = 2.0 } }",
            "{ line-cut = {} }",
            "{ line-cut = { facility = 1 } }",
            "{ link-cut = { between = [\"broker\", \"jpki\"], way = \"there\" } }",
            "{ link-cut = { between = [\"broker\", \"jpki\"], way = \"back\" } }",
            "{ link-loss = { between = [\"line\", \"broker\"], share = \"5 %\" } }",
            "{ clock-ahead = { party = { facility = 0 }, by = \"20m\" } }",
            "{ clock-behind = { party = \"jpki\", by = \"5m\" } }",
            "{ flood = { facility = 0, rate = \"50 per second\" } }",
        ];
        insta::assert_snapshot!(all.map(|does| json(does, Phase::Begins)).join("\n"));
        assert!(json("\"tls-crl-old\"", Phase::Ends).contains("\"phase\":\"ends\""));
    }

    #[test]
    fn the_name_of_the_kind_is_that_of_the_results() {
        for fault in catalog::all().unwrap().iter().flat_map(|s| &s.faults) {
            let does = of_fault(&fault.does, Phase::Begins, &[]);
            assert!(FaultKind::NAMES.contains(&does.kind.as_str()), "{}", does.kind);
        }
    }
}
