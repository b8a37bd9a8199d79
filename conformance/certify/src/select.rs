//! Which scenarios a live run can play with a role under test, and why not the others.

use scenarios::catalog::{SUITES, Suite};
use scenarios::file::{FaultKind, Scenario};
use sim::terms::design::Design;
use sim::terms::roles::Zone;
use std::time::Duration;

/// The suites whose scenarios are played.
const PLAYED: [&str; 3] = ["core", "faults", "designs"];

/// The suites whose scenarios are played.
pub fn suites() -> impl Iterator<Item = &'static Suite> {
    SUITES.iter().filter(|s| PLAYED.contains(&s.name))
}

/// The longest scenario that is played live.
pub const LONGEST: Duration = Duration::from_secs(150);

/// Why a scenario is not played.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NotPlayed {
    Design,
    Day,
    Long,
    Load,
    Network,
    Capacity,
    /// It does something to the system under test that only a command of its operator could do.
    UnderTest,
}

impl NotPlayed {
    pub const ALL: [NotPlayed; 7] = [
        NotPlayed::Design,
        NotPlayed::Day,
        NotPlayed::Long,
        NotPlayed::Load,
        NotPlayed::Network,
        NotPlayed::Capacity,
        NotPlayed::UnderTest,
    ];

    /// The reason, as shown.
    pub fn text_en(self) -> &'static str {
        match self {
            NotPlayed::Design => "it is for another design",
            NotPlayed::Day => "it needs a day of its own, and a system under test has today's",
            NotPlayed::Long => "it lasts longer than two and a half minutes",
            NotPlayed::Load => "it is a load study",
            NotPlayed::Network => "it disturbs a network, and this one is real",
            NotPlayed::Capacity => "it sets the capacity of servers, and that of a real one is its own",
            NotPlayed::UnderTest => "it stops, slows or changes the system under test from inside",
        }
    }

    /// The reason in Japanese.
    pub fn text_ja(self) -> &'static str {
        match self {
            NotPlayed::Design => "別の設計のためのシナリオ",
            NotPlayed::Day => "日付の指定があり、試験対象の時計は今日を示す",
            NotPlayed::Long => "2分30秒より長い",
            NotPlayed::Load => "負荷試験",
            NotPlayed::Network => "網の障害を起こすが、この網は実物",
            NotPlayed::Capacity => "サーバーの処理能力を定めるが、実物の能力は変えられない",
            NotPlayed::UnderTest => "試験対象を内部から停止、遅延または変更する",
        }
    }
}

/// Why a scenario, with everything drawn, cannot be played live in a design with the role of this zone under test. `None` if it can.
pub fn why_not(scenario: &Scenario, zone: Zone, design: &Design) -> Option<NotPlayed> {
    if scenario.load.is_some() {
        return Some(NotPlayed::Load);
    }
    if !scenario.needs.met_by(design) || !scenario.breaks.is_empty() {
        return Some(NotPlayed::Design);
    }
    if scenario.day != Default::default() || scenario.starts != Default::default() {
        return Some(NotPlayed::Day);
    }
    let touches = scenario.faults.iter().find_map(|f| touches(&f.does, zone));
    // JPKI's register of cards is imported once, so cards cannot change in it.
    let changes_cards = zone == Zone::Jpki && scenario.events.iter().any(|e| changes_card(&e.does));
    let touches = touches.or_else(|| changes_cards.then_some(NotPlayed::UnderTest));
    if touches.is_some() {
        return touches;
    }
    if !scenario.links.is_empty() {
        return Some(NotPlayed::Network);
    }
    if scenario.capacity.is_some() {
        return Some(NotPlayed::Capacity);
    }
    (scenario.last_moment() > LONGEST).then_some(NotPlayed::Long)
}

fn changes_card(event: &scenarios::file::EventKind) -> bool {
    use scenarios::file::EventKind;
    match event {
        EventKind::CardRenewed { .. } | EventKind::CertificateRevoked { .. } | EventKind::CertificateRegistered { .. } => true,
        EventKind::PinReset { .. }
        | EventKind::MovesInsurer { .. }
        | EventKind::LeavesInsurer { .. }
        | EventKind::AsksForCode { .. }
        | EventKind::GivesUpCode { .. }
        | EventKind::ReportsCodeLeak { .. }
        | EventKind::PosesAtMunicipality { .. } => false,
    }
}

fn touches(fault: &FaultKind, zone: Zone) -> Option<NotPlayed> {
    let inside = |of: Zone| (of == zone).then_some(NotPlayed::UnderTest);
    match fault {
        FaultKind::JpkiDown
        | FaultKind::JpkiSlow { .. }
        | FaultKind::JpkiSilent
        | FaultKind::JpkiNonsense
        | FaultKind::OcspStale { .. }
        | FaultKind::OcspTryLater
        | FaultKind::JpkiMaintenance
        | FaultKind::OcspForm { .. }
        | FaultKind::JpkiError { .. }
        | FaultKind::CardLost { .. } => inside(Zone::Jpki),
        FaultKind::InsurerSlow { .. } | FaultKind::InsurerSilent { .. } | FaultKind::InsurerNonsense { .. } => {
            inside(Zone::Insurer)
        }
        FaultKind::TlsCrlOld | FaultKind::BrokerDown => inside(Zone::Broker),
        FaultKind::HostDown { host, .. } => {
            inside(host.zone()).or_else(|| (host.zone() == Zone::Line).then_some(NotPlayed::Network))
        }
        FaultKind::HostSlow { host, .. } => inside(host.zone()),
        FaultKind::Capacity { .. } | FaultKind::Flood { .. } | FaultKind::SlowLoris { .. } => Some(NotPlayed::Capacity),
        FaultKind::LineCut { .. }
        | FaultKind::LinkCut { .. }
        | FaultKind::LinkSlow { .. }
        | FaultKind::LinkLoss { .. }
        | FaultKind::LinkNarrow { .. } => Some(NotPlayed::Network),
        FaultKind::ClockAhead { party, .. } | FaultKind::ClockBehind { party, .. } | FaultKind::ClockDrift { party, .. } => {
            inside(party.zone())
        }
        FaultKind::PowerCut { .. }
        | FaultKind::DatabaseRestored { .. }
        | FaultKind::ReaderHangs { .. }
        | FaultKind::DiskFull { .. } => inside(Zone::Facility),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "in a test a panic is the report")]
mod tests {
    use super::*;
    use std::fmt::Write;

    #[test]
    fn an_event_that_changes_jpki_s_register_is_not_played_with_jpki_under_test() {
        use scenarios::file::EventKind;
        assert!(changes_card(&EventKind::CertificateRegistered { person: 0 }));
        assert!(!changes_card(&EventKind::PinReset { person: 0 }));
    }

    #[test]
    fn the_core_suite_and_each_role_under_test() {
        let mut text = String::new();
        for zone in [Zone::Broker, Zone::Jpki, Zone::NumberAuthority, Zone::Insurer] {
            let all = scenarios::catalog::core().unwrap();
            let (mut played, mut not) = (0, std::collections::BTreeMap::<_, Vec<String>>::new());
            for scenario in all.iter().map(|s| s.planned(1)) {
                match why_not(&scenario, zone, &Design::default()) {
                    None => played += 1,
                    Some(why) => not.entry(why).or_default().push(scenario.name.clone()),
                }
            }
            writeln!(text, "{}: {played} played", zone.name()).unwrap();
            not.iter().for_each(|(why, names)| writeln!(text, "  {}: {}", why.text_en(), names.join(", ")).unwrap());
        }
        insta::assert_snapshot!(text);
    }
}
