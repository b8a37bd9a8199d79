//! Scenarios played with a system under test, and what the judge says of them.

use crate::outcome::{Case, CaseOutcome, Culprit, Failure};
use conformance::{Finding, RuleOutcome, Seen, Verdict};
use scenarios::live::together::{Group, Member};
use scenarios::live::{self, Site};
use scenarios::run::{Order, Played, RunError, VisitResult};
use sim::journal::{Direction, Entry, Event};
use sim::terms::check::CheckId;
use sim::terms::outcome::OutcomeCode;
use sim::terms::parties;
use sim::terms::roles::Zone;

/// The most messages that are shown before a failure.
const SHOWN: usize = 8;

/// What is seen of a run with the role of this zone under test: everybody else, and what it exported of its records.
pub fn seen_without(zone: Zone, entries: &[Entry]) -> Seen {
    Seen::only(Zone::ALL.into_iter().filter(|z| *z != zone)).with_exported_records(entries)
}

/// A group that was played.
pub struct PlayedGroup {
    pub cases: Vec<Case>,
    pub verdicts: Vec<Verdict>,
    pub played: Option<Played>,
}

/// Plays a group and judges it from outside the role of this zone. `add_records` adds what the system exports.
pub fn play(
    group: &Group,
    order: &Order,
    site: &Site,
    tool: &str,
    zone: Zone,
    add_records: &dyn Fn(&mut Vec<Entry>),
) -> PlayedGroup {
    match live::play(&group.scenario, order, site, tool) {
        Ok(mut played) => {
            add_records(&mut played.entries);
            let seen = seen_without(zone, &played.entries);
            let verdicts = conformance::judge_seen(&played.entries, &played.ground, seen);
            let cases = group.members.iter().map(|member| case(group, member, &played, &verdicts)).collect();
            PlayedGroup { cases, verdicts, played: Some(played) }
        }
        Err(error) => PlayedGroup {
            cases: group.members.iter().map(|m| not_played(m, &error)).collect(),
            verdicts: Vec::new(),
            played: None,
        },
    }
}

fn not_played(member: &Member, error: &RunError) -> Case {
    let mut case = Case::passed(format!("scenario/{}", member.name), "The scenario is played");
    case.fail(Failure {
        expected: "the mocks can be set up".into(),
        observed: error.to_string(),
        culprit: Culprit::Environment,
        likely_cause: Some("another program uses an address of the kit".into()),
        before: Vec::new(),
    });
    case
}

fn case(group: &Group, member: &Member, played: &Played, verdicts: &[Verdict]) -> Case {
    let mut case = Case::passed(format!("scenario/{}", member.name), format!("{} visits end as they must", member.visits.len()));
    for visit in played.visits.iter().filter(|v| member.visits.contains(&v.visit) && !v.held) {
        case.fail(failure_of(visit, played));
    }
    for verdict in verdicts.iter().filter(|v| v.outcome == RuleOutcome::Broken) {
        for finding in verdict.findings.iter().filter(|f| is_of(f, group, played, member)) {
            case.fail(Failure {
                expected: format!("{} holds: {}", verdict.id, title(verdict.id)),
                observed: format!(
                    "{} ({}{})",
                    finding.what,
                    finding.host,
                    finding.place.as_ref().map_or(String::new(), |p| format!(", {p}"))
                ),
                culprit: Culprit::SystemUnderTest,
                likely_cause: None,
                before: finding.check.as_ref().map(|check| messages(&played.entries, check)).unwrap_or_default(),
            });
        }
    }
    if case.failures.is_empty() && member.visits.is_empty() {
        case.outcome = CaseOutcome::NotReached;
    }
    case
}

/// Whether a finding belongs to a member: by its check, its person, or the facility at which it was seen, since each member has its own.
/// One that has none of these belongs to all.
fn is_of(finding: &Finding, group: &Group, played: &Played, member: &Member) -> bool {
    let of_check = finding.check.as_ref().and_then(|check| {
        played.entries.iter().find_map(|e| match &e.event {
            Event::Visit { visit, check: of, .. } if of == check => Some(*visit),
            _ => None,
        })
    });
    match (of_check, finding.person) {
        (Some(visit), _) => member.visits.contains(&visit),
        (None, Some(person)) => group.member_with(person).is_some_and(|m| m.name == member.name),
        (None, None) if finding.zone == Zone::Facility => {
            let visits = group.scenario.visits.iter().enumerate();
            let mut there = visits.filter(|(_, visit)| parties::facility(visit.facility) == finding.host).peekable();
            there.peek().is_none() || there.any(|(index, _)| member.visits.contains(&index))
        }
        (None, None) => true,
    }
}

fn title(rule: &str) -> &'static str {
    conformance::rules::all().iter().find(|r| r.about().id == rule).map_or("", |r| r.about().title_en)
}

fn failure_of(visit: &VisitResult, played: &Played) -> Failure {
    let check = played.entries.iter().find_map(|e| match &e.event {
        Event::Visit { visit: number, check, .. } if *number == visit.visit => Some(check.clone()),
        _ => None,
    });
    let observed = match visit.found {
        Some(found) => format!("`{found}`"),
        None => "no outcome: the run ended before".to_string(),
    };
    let at = visit.origin.line().map_or(String::new(), |at| format!(" ({at})"));
    Failure {
        expected: format!("visit {} (person {}) ends as `{}`{at}", visit.visit + 1, visit.person, visit.expected),
        observed,
        culprit: visit.found.map_or(Culprit::NotObserved, culprit),
        likely_cause: visit.found.and_then(likely_cause).map(str::to_string),
        before: check.map(|check| messages(&played.entries, &check)).unwrap_or_default(),
    }
}

fn culprit(found: OutcomeCode) -> Culprit {
    match found {
        OutcomeCode::LineNoAnswer => Culprit::Environment,
        // The card and its reader are mocks: they wait for nobody but this machine.
        OutcomeCode::CardUnreadable => Culprit::Testbed,
        _ => Culprit::SystemUnderTest,
    }
}

/// What is usually behind an outcome that should not be.
fn likely_cause(found: OutcomeCode) -> Option<&'static str> {
    Some(match found {
        OutcomeCode::CardUnreadable => "this machine has too much to do: a card of the testbed did not answer its reader in time",
        OutcomeCode::BrokerNonsense => "the answer is not as the contract defines it, or is about another check",
        OutcomeCode::BrokerUnreachable => "the system does not listen at its address, or ended the connection",
        OutcomeCode::BrokerNoAnswer => "the system took longer than a facility waits",
        OutcomeCode::JpkiUnavailable | OutcomeCode::JpkiNoAnswer => "the system cannot reach JPKI at the address of the kit",
        OutcomeCode::JpkiNonsense => "the system does not accept an answer of JPKI: look at its trust anchors and clock",
        OutcomeCode::FeedNotIn => {
            "the system did not accept a feed: if it was started with an empty state, use --fresh; otherwise look at what it answered to `POST /fhir`"
        }
        OutcomeCode::CertificateUntrusted => "the system does not trust `ca/jpki-authentication.pem` of the kit",
        OutcomeCode::FacilityUnlicensed => "the system was not configured with `facilities.json` of the kit",
        OutcomeCode::TlsCertificateUntrusted => "the system does not trust `ca/tls-root.pem` of the kit",
        OutcomeCode::TlsCertificateRevoked => "the revocation list of the system is not `ca/tls-crl.pem` of the kit",
        OutcomeCode::CodeUnknown => "the system asked JPKI about another certificate, or passed on an error of JPKI as this one",
        _ => return None,
    })
}

/// The messages of a check as the mocks saw them, without values.
fn messages(entries: &[Entry], check: &CheckId) -> Vec<String> {
    let begins = entries.iter().position(|e| matches!(&e.event, Event::Visit { check: of, .. } if of == check));
    let ends = entries.iter().position(|e| matches!(&e.event, Event::Outcome { check: of, .. } if of == check));
    let (Some(begins), Some(ends)) = (begins, ends) else { return Vec::new() };
    // Other people of a run are served at the same time, so only this facility's own messages are certain to belong to the check.
    let facility = entries[ends].host.as_str();
    let own = entries[begins..=ends.max(begins)].iter().filter(|e| e.host == facility);
    let mut all: Vec<String> = own.filter_map(message).collect();
    all.split_off(all.len().saturating_sub(SHOWN))
}

fn message(entry: &Entry) -> Option<String> {
    let Event::Message { direction, peer, head, .. } = &entry.event else { return None };
    let first = head.lines().next().unwrap_or_default();
    let first = first.strip_suffix(" HTTP/1.1").or_else(|| first.strip_prefix("HTTP/1.1 ")).unwrap_or(first);
    // A target may carry what a client put there.
    let first = first.split('?').next().unwrap_or_default();
    let way = if *direction == Direction::Sent { "→" } else { "←" };
    let ms = entry.at_ns / 1_000_000;
    Some(format!("{}.{:03} s {} {way} {}: {first}", ms / 1000, ms % 1000, entry.host, parties::shown(peer)))
}
