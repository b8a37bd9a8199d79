//! The swarm: everything about a run is drawn from its seed. All runs have the same demands: no wrong answer is given, no rule is
//! broken, and after the recovery time everybody is served again.

use crate::file::{
    BitRate, CardPart, CertificatePart, ClockOwner, EventKind, EventPart, Expect, FacilityPart, FaultKind, FaultPart, FeedOrder,
    FeedPart, Frequency, Generator, Host, InsurancePart, LinkEnd, Origin, PersonCheckPart, PersonPart, Scenario, Server, Share,
    Span, Spread, Target, Title, TlsPart, VisitPart, Way, WhichInsurer,
};
use mocks::roles::description::Parties;
use mocks::roles::{ROLES, jpki};
use sim::seed::Stream;
use sim::terms::roles::Zone;
use std::time::Duration;

/// The name of the suite and of its scenario.
pub const NAME: &str = "swarm";
/// Share of the runs without faults: a failure there does not depend on a fault.
const CLEAN: f64 = 0.2;
/// How long after the last fault everybody must be served again.
const HEALED: u64 = 25;
/// The latest start of a fault and its longest duration, in seconds.
const LAST_FAULT: u64 = 18;
const LONGEST_FAULT: u64 = 12;

/// The swarm, before a seed is chosen.
pub fn scenario() -> Scenario {
    Scenario {
        name: NAME.into(),
        source: NAME.into(),
        // The tool's version identifies the swarm.
        sha256: data_encoding::HEXLOWER.encode(&<sha2::Sha256 as sha2::Digest>::digest(env!("CARGO_PKG_VERSION"))),
        generator: Some(Generator::Swarm),
        title: Title {
            ja: "スウォーム: すべてをシードから生成".into(), en: "Swarm: everything drawn from the seed".into()
        },
        story:
            "Persons, facilities, visits, events and faults are drawn. ① to ⑦ under all of them: no wrong answer is given, and \
             after recovery everybody is served again."
                .into(),
        people: 1,
        ..Scenario::empty()
    }
}

/// The plan of one seed.
pub(super) fn plan(of: &Scenario, seed: u64) -> Scenario {
    let seed = of.seed(seed);
    let draw = |name: &str| seed.stream(&format!("swarm/{name}"));
    let mut plan = Scenario { generator: None, ..of.clone() };
    let mut sizes = draw("sizes");
    plan.people = 3 + sizes.below(12);
    plan.facilities = 1 + sizes.below(4);
    plan.persons = people(&mut draw("people"), plan.people);
    plan.facility_parts = facilities(&mut draw("facilities"), plan.facilities);
    if !sizes.chance(CLEAN) {
        plan.faults = faults(&mut draw("faults"), &plan);
        plan.feeds = feeds(&mut draw("feeds"), &plan);
        plan.heals_within = (!plan.faults.is_empty()).then_some(Span::seconds(HEALED));
    }
    plan.events = events(&mut draw("events"), &plan);
    let fed = plan.feeds.iter().flat_map(|f| [f.arrives, f.catches_up]).flatten();
    let changed = plan.events.iter().map(|e| e.at);
    let settled = fed.chain(changed).chain([plan.healed_at()]).max().unwrap_or_default();
    let calm = settled.0 + Duration::from_secs(HEALED);
    plan.visits = visits(&mut draw("visits"), &plan, calm);
    plan
}

/// The certificates that are drawn: a new kind would change what every seed draws.
const DRAWN_CERTIFICATES: &[CertificatePart] = CertificatePart::ALL.split_at(10).0;

/// The first person has the defaults, so that each run has somebody who can be served.
fn people(draw: &mut Stream, count: u64) -> Vec<PersonPart> {
    let mut parts = Vec::new();
    for index in 1..count {
        if !draw.chance(0.35) {
            continue;
        }
        let mut part = PersonPart::plain(index);
        match draw.below(4) {
            0 | 1 => part.certificate = *draw.pick(DRAWN_CERTIFICATES),
            2 => part.insurance = *draw.pick(InsurancePart::ALL),
            _ => part.opted_in = false,
        }
        parts.push(part);
    }
    parts
}

fn facilities(draw: &mut Stream, count: u64) -> Vec<FacilityPart> {
    let mut parts = Vec::new();
    for index in 1..count {
        if !draw.chance(0.2) {
            continue;
        }
        let mut part = FacilityPart::plain(index);
        match draw.below(3) {
            0 => part.licensed = false,
            1 => part.tls_expires = Some(Span::seconds(10 + draw.below(20))),
            _ => part.tls_certificate = *draw.pick(TlsPart::ALL),
        }
        parts.push(part);
    }
    parts
}

fn feeds(draw: &mut Stream, plan: &Scenario) -> Vec<FeedPart> {
    if !draw.chance(0.4) {
        return Vec::new();
    }
    let of = draw.below(plan.people);
    if !plan.part(of).insurance.insured() {
        return Vec::new();
    }
    let arrives = draw.below(20);
    let days_behind = draw.below(2) as i32;
    let catches_up = (days_behind > 0 || draw.chance(0.3)).then(|| Span::seconds(arrives + 2 + draw.below(10)));
    vec![FeedPart {
        of_insurer_of: of,
        which: WhichInsurer::Current,
        arrives: Some(Span::seconds(arrives)),
        days_behind,
        catches_up,
        next_days: None,
        order: *draw.pick(FeedOrder::ALL),
        sent_twice: draw.chance(0.5),
    }]
}

/// Changes of people who otherwise have the defaults.
fn events(draw: &mut Stream, plan: &Scenario) -> Vec<EventPart> {
    let person = draw.below(plan.people);
    let named = plan.persons.iter().any(|p| p.index == person);
    let lost = plan.faults.iter().any(|f| f.does == FaultKind::CardLost { person });
    if !draw.chance(0.3) || named || lost || !plan.feeds.is_empty() {
        return Vec::new();
    }
    let does = match draw.below(4) {
        0 => EventKind::CardRenewed { person },
        1 => EventKind::CertificateRevoked { person },
        2 => EventKind::moves(person, draw.below(5) as u32),
        _ => EventKind::LeavesInsurer { person, since_days_ago: 1 + draw.below(5) as u32 },
    };
    vec![EventPart { at: Span::seconds(5 + draw.below(25)), does }]
}

fn faults(draw: &mut Stream, plan: &Scenario) -> Vec<FaultPart> {
    let mut faults: Vec<FaultPart> = Vec::new();
    for _ in 0..1 + draw.below(4) {
        let at = Span(Duration::from_millis(500 * draw.below(2 * LAST_FAULT)));
        let lasts = Span(Duration::from_millis(1000 + 500 * draw.below(2 * LONGEST_FAULT - 2)));
        let fault = FaultPart { at, lasts, site: None, does: kind(draw, plan) };
        let subject = fault.does.subject();
        let overlaps =
            |o: &FaultPart| subject.is_some() && o.does.subject() == subject && fault.at < o.end() && o.at < fault.end();
        // Finding the card again would lift the suspension that was there before.
        let suspended = |person: u64| plan.part(person).certificate == CertificatePart::Suspended;
        let lost_again = matches!(fault.does, FaultKind::CardLost { person } if suspended(person));
        if !lost_again && !faults.iter().any(overlaps) {
            faults.push(fault);
        }
    }
    faults.sort_by_key(|f| (f.at, f.lasts));
    faults
}

/// The order in which hosts are drawn, and links by the side that connects, so that a seed draws the same values if the table of
/// roles is reordered. Zones that are not listed here come last.
const HOSTS_FIRST: [Zone; 5] = [Zone::Broker, Zone::Jpki, Zone::NumberAuthority, Zone::Line, Zone::Insurer];
const LINKS_FIRST: [Zone; 5] = [Zone::Facility, Zone::Line, Zone::Broker, Zone::Insurer, Zone::Jpki];

fn rank(zone: Zone, first: &[Zone]) -> usize {
    first.iter().position(|z| *z == zone).unwrap_or(first.len())
}

/// The zones of roles that are built only where a scenario needs them, and came later: a host or link more would change what every
/// seed draws.
const NOT_DRAWN: &[Zone] = &[Zone::Municipality, Zone::Registry];

fn hosts() -> Vec<Host> {
    let mut hosts = Host::all();
    hosts.retain(|h| !NOT_DRAWN.contains(&h.zone()));
    hosts.sort_by_key(|h| rank(h.zone(), &HOSTS_FIRST));
    hosts
}

/// Those that serve in every design: insurers do only where they are asked.
fn servers() -> Vec<Server> {
    let mut servers: Vec<Server> = Server::all().into_iter().filter(|s| s.role().parties == Parties::One).collect();
    servers.retain(|s| !NOT_DRAWN.contains(&s.zone()));
    servers.sort_by_key(|s| rank(s.zone(), &HOSTS_FIRST));
    servers
}

/// Those that carry something in every design: the broker asks the number authority only where a number is presented.
fn links() -> Vec<[LinkEnd; 2]> {
    let mut links = crate::file::targets::links(ROLES);
    links.retain(|[from, to]| (from.zone(), to.zone()) != (Zone::Broker, Zone::NumberAuthority));
    links.retain(|ends| ends.iter().all(|end| !NOT_DRAWN.contains(&end.zone())));
    links.sort_by_key(|[from, _]| rank(from.zone(), &LINKS_FIRST));
    links
}

fn kind(draw: &mut Stream, plan: &Scenario) -> FaultKind {
    let seconds = |draw: &mut Stream, most: u64| Span::seconds(1 + draw.below(most));
    let facility = draw.below(plan.facilities);
    let between = *draw.pick(&links());
    match draw.below(18) {
        0 => FaultKind::JpkiDown,
        1 => FaultKind::JpkiSlow { by: seconds(draw, 8) },
        2 => FaultKind::JpkiSilent,
        3 => FaultKind::JpkiNonsense,
        4 => FaultKind::OcspStale { by: Span::seconds(3600 * (1 + draw.below(400))) },
        5 => FaultKind::OcspTryLater,
        6 => FaultKind::TlsCrlOld,
        7 | 8 => FaultKind::HostDown { host: *draw.pick(&hosts()), keeps_unsynced: draw.chance(0.3) },
        9 => FaultKind::HostSlow { host: *draw.pick(&servers()), times: (2 + draw.below(200)) as f64 },
        10 => FaultKind::LineCut { facility: draw.chance(0.6).then_some(facility) },
        11 => FaultKind::LinkCut { between, way: *draw.pick(&[Way::Both, Way::There, Way::Back]) },
        12 => {
            let (min, mean) = (Duration::from_millis(draw.below(200)), Duration::from_millis(200 + draw.below(1800)));
            FaultKind::LinkSlow { between, by: Spread::Exponential { min: Span(min), mean: Span(mean) } }
        }
        13 => FaultKind::LinkLoss { between, share: Share((1 + draw.below(30)) as f64 / 100.0) },
        14 => FaultKind::LinkNarrow { between, to: BitRate(1000 * (8 + draw.below(500))) },
        15 => match draw.chance(0.7) {
            true => FaultKind::CardLost { person: draw.below(plan.people) },
            // The broker dates its own challenges by its clock, so only other clocks are skewed here.
            false => FaultKind::ClockAhead { party: ClockOwner::The(&jpki::description::DESCRIPTION), by: seconds(draw, 7200) },
        },
        16 => FaultKind::Flood { facility, rate: Frequency((1 + draw.below(20)) as f64) },
        _ => FaultKind::SlowLoris { facility, connections: 1 + draw.below(20) },
    }
}

/// Visits during faults, and visits of other people after the recovery time.
fn visits(draw: &mut Stream, plan: &Scenario, calm: Duration) -> Vec<VisitPart> {
    let mut visits = Vec::new();
    let mut add = |draw: &mut Stream, at: Duration, person: u64, expect: Expect| {
        let facility = draw.below(plan.facilities);
        let person_check = match draw.below(10) {
            0 => PersonCheckPart::PhotoOfAnother,
            1..4 => PersonCheckPart::Pin,
            _ => PersonCheckPart::Photo,
        };
        let at = Span(at);
        visits.push(VisitPart {
            at,
            person,
            facility,
            person_check,
            card: CardPart::Current,
            asks_about: None,
            record_differs: None,
            deviation: None,
            expect,
            counts_as: None,
            drawn: false,
            origin: Origin::default(),
        });
    };
    // If everything fails, a check can take a minute, during which the card stays at that counter, so each person visits once.
    // The first person visits after the recovery time, so that each run has somebody who must be served.
    for person in 0..plan.people {
        if person > 0 && draw.chance(0.7) {
            let at = Duration::from_millis(2000 + draw.below(22_000));
            add(draw, at, person, Expect::NeverWrong);
        } else {
            let at = calm + Duration::from_millis(draw.below(5000));
            add(draw, at, person, Expect::AsIfUndisturbed);
        }
    }
    visits.sort_by_key(|v| (v.at, v.person));
    visits
}
