//! What a run reached, by its journal: outcomes, faults and states, by name, so that a report can list what was never reached.
//! What is only planned is not reached.

pub mod registry;

use crate::file::{
    AsksAbout, CardPart, CertificatePart, DeviationPart, EventKind, FeedOrder, FeedPart, InsurancePart, PersonCheckPart,
    RecordDiffers, RegisterError, RegisterErrorPart, Scenario, TlsPart, VisitPart, WhichInsurer,
};
use sim::clock::nanos;
use sim::ground::Ground;
use sim::journal::{Direction, Entry, Event};
use sim::terms::calendar::jst_day;
use sim::terms::check::{CheckId, Step};
use sim::terms::design::Eligibility;
use sim::terms::fault::{Disturbance, FaultTarget, Phase};
use sim::terms::fhir::{FeedBatch, Profile};
use sim::terms::operation::{CHECK_ID, Operation};
use sim::terms::operations::SubmitFeed;
use sim::terms::outcome::OutcomeCode;
use sim::terms::parties;
use sim::terms::roles::Zone;
use std::collections::{BTreeMap, BTreeSet};

/// How often a run reached each outcome, fault and state, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reached {
    pub outcomes: BTreeMap<String, u64>,
    /// Faults whose beginning is in the journal.
    pub faults: BTreeMap<String, u64>,
    /// States of visits and of feeds.
    pub states: BTreeMap<String, u64>,
}

impl Reached {
    /// What the journal of a run of `plan` records. `visits` are the visits in it.
    pub(crate) fn of(plan: &Scenario, ground: &Ground, entries: &[Entry], visits: &[VisitRecord]) -> Reached {
        let mut reached = Reached::default();
        let mut changes = Vec::new();
        for entry in entries {
            let Event::Fault { does: Some(does), .. } = &entry.event else { continue };
            match does.phase {
                Phase::Begins => count(&mut reached.faults, &does.kind),
                Phase::ForGood => changes.push((entry.at_ns, does)),
                Phase::Ends => {}
            }
        }
        for (part, visit) in plan.visits.iter().zip(visits) {
            if let Some(outcome) = visit.outcome {
                count(&mut reached.outcomes, outcome.code());
            }
            states_of(plan, part, visit, &changes).iter().for_each(|state| count(&mut reached.states, state));
        }
        if plan.uses_registry() {
            registry::states(entries).iter().for_each(|state| count(&mut reached.states, state));
        }
        for part in &plan.feeds {
            states_of_feed(part, ground, entries).iter().for_each(|state| count(&mut reached.states, state));
        }
        reached
    }
}

fn count(all: &mut BTreeMap<String, u64>, name: &str) {
    *all.entry(name.to_string()).or_default() += 1;
}

/// What the journal records of one visit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct VisitRecord {
    /// When the person comes, in nanoseconds of the run.
    pub came: Option<u64>,
    pub steps: BTreeSet<Step>,
    /// Whether the facility sent a request of its check.
    pub asked: bool,
    pub outcome: Option<OutcomeCode>,
}

impl VisitRecord {
    /// The records of `count` visits, by their index in the plan.
    pub fn of_all(entries: &[Entry], count: usize) -> Vec<VisitRecord> {
        let mut all = vec![VisitRecord::default(); count];
        let mut by_check: BTreeMap<&CheckId, usize> = BTreeMap::new();
        for entry in entries {
            match &entry.event {
                Event::Visit { visit, check, .. } if *visit < count => {
                    by_check.insert(check, *visit);
                    all[*visit].came = Some(entry.at_ns);
                }
                Event::Step { check, step, .. } => {
                    if let Some(visit) = by_check.get(check) {
                        all[*visit].steps.insert(*step);
                    }
                }
                Event::Outcome { check, outcome, .. } => {
                    if let Some(visit) = by_check.get(check) {
                        all[*visit].outcome = Some(*outcome);
                    }
                }
                Event::Message { direction: Direction::Sent, head, .. } if entry.zone == Zone::Facility => {
                    if let Some(visit) = check_of(head).and_then(|check| by_check.get(&check)) {
                        all[*visit].asked = true;
                    }
                }
                _ => {}
            }
        }
        all
    }

    fn reached(&self, step: Step) -> bool {
        self.steps.contains(&step)
    }
}

/// The check that the head of a request names.
fn check_of(head: &str) -> Option<CheckId> {
    let fields = head.lines().skip(1).filter_map(|line| line.split_once(':'));
    let named = fields.into_iter().find(|(name, _)| name.trim().eq_ignore_ascii_case(CHECK_ID.name));
    CheckId::parse(named?.1.trim())
}

/// The names of all states of visits and feeds. Defaults are not states.
pub fn states() -> Vec<String> {
    let of = |kind: &str, names: Vec<&'static str>| names.into_iter().map(|n| format!("{kind}/{n}")).collect::<Vec<_>>();
    let names = |all: Vec<&'static str>| all.into_iter().skip(1).collect::<Vec<_>>();
    [
        of("certificate", names(CertificatePart::ALL.iter().map(|p| p.name()).collect())),
        of("insurance", names(InsurancePart::ALL.iter().map(|p| p.name()).collect())),
        of("person", vec!["opted-out", "pin-locked"]),
        of("tls-certificate", names(TlsPart::ALL.iter().map(|p| p.name()).collect())),
        of("facility", vec!["tls-expires", "unlicensed"]),
        of("person-check", names(PersonCheckPart::ALL.iter().map(|p| p.name()).collect())),
        of("card", names(CardPart::ALL.iter().map(|p| p.name()).collect())),
        of("asks-about", AsksAbout::ALL.iter().map(|p| p.name()).collect()),
        of("deviation", DeviationPart::ALL.iter().map(|p| p.name()).collect()),
        of("record", RecordDiffers::ALL.iter().map(|r| r.name()).collect()),
        of("register", RegisterError::NAMES.to_vec()),
        of("event", EventKind::NAMES.to_vec()),
        of("cancer-report", registry::REPORT.to_vec()),
        of("cancer-registry", registry::DECISION.to_vec()),
        of("feed", vec!["behind", "last-first", "late", "sent-twice", "silent"]),
    ]
    .concat()
}

/// The states that one visit reached. A state counts from where the visit depends on it: the card once it was shown or read, what
/// the broker decides by once it was asked, an event if the journal has it at the time of the visit or before.
fn states_of(plan: &Scenario, part: &VisitPart, visit: &VisitRecord, changes: &[(u64, &Disturbance)]) -> Vec<String> {
    let Some(came) = visit.came else { return Vec::new() };
    let (person, facility) = (plan.part(part.person), plan.facility_part(part.facility));
    let shown = visit.reached(Step::CardShown);
    let read = visit.reached(Step::CertificateRead);
    let tried = visit.reached(Step::EligibilityRequested);
    let expired = facility.tls_expires.is_some_and(|at| nanos(at.0) <= came);
    let of_person = FaultTarget::Person(part.person);
    let wrong = |e: &&RegisterErrorPart| {
        let concerns = e.person == part.person || e.whole_batch || e.what.other() == Some(part.person);
        concerns && nanos(e.from.0) <= came && e.corrected.is_none_or(|at| came < nanos(at.0))
    };
    let errors = plan.register_errors.iter().filter(wrong).filter(|_| visit.asked);
    let before = changes.iter().filter(|(at, does)| *at <= came && does.target == of_person);
    [
        ("certificate", (read && person.certificate != CertificatePart::Good).then(|| person.certificate.name())),
        ("insurance", (visit.asked && person.insurance != InsurancePart::InForce).then(|| person.insurance.name())),
        ("person", (visit.asked && !person.opted_in).then_some("opted-out")),
        ("person", (shown && person.pin_tries_left == 0).then_some("pin-locked")),
        ("tls-certificate", (tried && facility.tls_certificate != TlsPart::Good).then(|| facility.tls_certificate.name())),
        ("facility", (tried && expired).then_some("tls-expires")),
        ("facility", (tried && !facility.licensed).then_some("unlicensed")),
        ("person-check", (shown && part.person_check != PersonCheckPart::Photo).then(|| part.person_check.name())),
        (
            "card",
            (if part.card == CardPart::Previous { read } else { shown && part.card != CardPart::Current })
                .then(|| part.card.name()),
        ),
        ("asks-about", part.asks_about.filter(|_| visit.asked).map(|a| a.name())),
        ("deviation", part.deviation.filter(|_| visit.asked).map(|d| d.name())),
        ("record", part.record_differs.filter(|_| visit.asked).map(|r| r.name())),
    ]
    .into_iter()
    .chain(errors.map(|e| ("register", Some(e.what.name()))))
    .chain(before.map(|(_, does)| ("event", Some(does.kind.as_str()))))
    .filter_map(|(kind, name)| Some(format!("{kind}/{}", name?)))
    .collect()
}

/// A message of an insurer's feed, as it was sent.
struct SentFeed {
    at_ns: u64,
    batch: FeedBatch,
}

/// The states that one feed reached, by the messages that its insurer sent.
fn states_of_feed(part: &FeedPart, ground: &Ground, entries: &[Entry]) -> Vec<String> {
    let person = usize::try_from(part.of_insurer_of).ok().and_then(|i| ground.people.get(i));
    let day = jst_day(ground.epoch);
    let on_the_day = person.and_then(|r| r.person.insurance.iter().rposition(|p| p.covers(day)));
    let which = match part.which {
        WhichInsurer::Current => on_the_day,
        WhichInsurer::Previous => on_the_day.and_then(|i| i.checked_sub(1)),
    };
    let Some(period) = person.zip(which).and_then(|(r, i)| r.person.insurance.get(i)) else { return Vec::new() };
    let sent = sent_feeds(&parties::insurer(&period.insured.insurer), entries);
    let since =
        |at: Option<crate::file::Span>| at.is_some_and(|at| !at.0.is_zero() && sent.iter().any(|s| s.at_ns >= nanos(at.0)));
    // After a midnight, a day's batch that came later than at once.
    let next_day_late = part.next_days.is_some_and(|by| !by.0.is_zero()) && sent.iter().any(|s| s.batch.complete_through > day);
    let twice = |s: &SentFeed| sent.iter().filter(|o| o.batch.running == s.batch.running).count() > 1;
    let behind = day.saturating_sub(jiff::Span::new().days(part.days_behind));
    let silent = part.arrives.is_none() && part.catches_up.is_none();
    [
        ("behind", part.days_behind > 0 && sent.iter().any(|s| s.batch.complete_through == behind)),
        ("late", since(part.arrives) || since(part.catches_up) || next_day_late),
        ("sent-twice", part.sent_twice && sent.iter().any(twice)),
        ("silent", silent && sent.is_empty() && feeds_are_sent(entries)),
        ("last-first", part.order == FeedOrder::LastFirst && sent.windows(2).any(|w| w[0].batch.running > w[1].batch.running)),
    ]
    .into_iter()
    .filter(|(_, is_so)| *is_so)
    .map(|(name, _)| format!("feed/{name}"))
    .collect()
}

/// Whether insurers feed the broker in this run's design. Where they are asked, that one sends nothing means nothing.
fn feeds_are_sent(entries: &[Entry]) -> bool {
    let design = entries.iter().find_map(|e| if let Event::Run { design, .. } = &e.event { Some(design) } else { None });
    design.is_some_and(|design| design.eligibility == Eligibility::BrokerHoldsAll)
}

fn sent_feeds(insurer: &str, entries: &[Entry]) -> Vec<SentFeed> {
    let sent = |entry: &Entry| {
        let Event::Message { direction: Direction::Sent, head, body, .. } = &entry.event else { return None };
        let mut words = head.lines().next()?.split(' ');
        let (method, target) = (words.next()?, words.next()?);
        let path = target.split('?').next().unwrap_or(target);
        let batch = FeedBatch::from_json(&body.bytes().filter(|_| SubmitFeed::is_asked_by(method, path))?).ok()?;
        Some(SentFeed { at_ns: entry.at_ns, batch })
    };
    entries.iter().filter(|e| e.host == insurer).filter_map(sent).collect()
}
