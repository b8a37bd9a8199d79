//! Semantic checks of a scenario: values that are out of range, would be ignored, or would not have the stated effect.

mod cancer;
mod capacity;
mod codes;
mod load;
mod people;
mod registers;
mod risks;

use super::diagnostic::unknown;
use super::read::{KeyPath, Segment, Wrong};
use super::targets::{LinkEnd, Target, links};
use super::{
    Arrivals, AsksAbout, CardPart, CertificatePart, DeviationPart, EventKind, EventPart, Expect, FaultKind, FaultPart,
    PersonCheckPart, Reach, Scenario, TlsPart, VisitPart, WhichInsurer, WorkloadPart,
};
use jiff::civil::Date;
use mocks::pki::keys::KeyDomain;
use mocks::roles::ROLES;
use sim::terms::design::{Choice, Presented};
use sim::terms::roles::Zone;
use std::collections::BTreeMap;
use std::time::Duration;

/// Largest number of facilities in a scenario file.
const MAX_FACILITIES: u64 = 10_000;
/// Latest moment in a scenario, and longest fault: forty days.
const MAX_TIME: Duration = Duration::from_secs(40 * 24 * 3600);
/// The longest that the batch of a new day can be late.
const MAX_NEXT_DAYS: Duration = Duration::from_secs(23 * 3600);
/// Shortest time between two visits of one person at different facilities: a card is in one place at a time.
const MIN_WAY: Duration = Duration::from_secs(5);
/// How far a feed can be behind, in days.
const MAX_DAYS_BEHIND: i32 = 3650;
/// How far back a change of insurance can be dated, in days.
const MAX_SINCE: u32 = 800;
/// The most visits of a scenario, listed and drawn: each is kept with all that happens in it. Load studies have more.
const MAX_VISITS: f64 = 1e5;
/// The most connections of a slow facility, and the most requests a second of a flooding one.
const MAX_CONNECTIONS: u64 = 1_000;
const MAX_FLOOD: f64 = 1_000.0;

/// Largest population: each person may need eight generations of two keys.
fn max_people() -> u64 {
    KeyDomain::Card.keys() / 16
}

/// Collects the errors of a scenario.
struct Checks<'a> {
    scenario: &'a Scenario,
    rules: Option<&'a [&'a str]>,
    wrong: Vec<Wrong>,
    /// By person, the numbers of their visits.
    visits_of: BTreeMap<u64, Vec<usize>>,
    /// By person, how many are in the household as dependents, so far.
    dependents_of: BTreeMap<u64, usize>,
    /// The last day on which something can happen.
    last_day: Date,
}

/// The path of a top-level key.
fn top(key: &'static str) -> KeyPath {
    vec![Segment::Key(key)]
}

/// The path of a part, or of a key in it.
fn part(kind: &'static str, i: usize, keys: &[&'static str]) -> KeyPath {
    [Segment::Key(kind), Segment::Index(i)].into_iter().chain(keys.iter().map(|k| Segment::Key(k))).collect()
}

impl Scenario {
    /// All semantic errors of the scenario. `rules` are the ids of all rules.
    pub(crate) fn semantic_errors(&self, rules: Option<&[&str]>) -> Vec<Wrong> {
        let mut visits_of: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
        self.visits.iter().enumerate().for_each(|(i, v)| visits_of.entry(v.person).or_default().push(i));
        let (dependents_of, last_day) = (BTreeMap::new(), self.last_day());
        let mut checks = Checks { scenario: self, rules, wrong: Vec::new(), visits_of, dependents_of, last_day };
        checks.head();
        checks.capacity();
        self.links.iter().enumerate().for_each(|(i, l)| checks.link(i, l));
        checks.codes();
        checks.persons();
        checks.facilities();
        checks.feeds();
        checks.registers();
        checks.cancer();
        self.visits.iter().enumerate().for_each(|(i, v)| checks.visit(i, v));
        let drawn: f64 = self.workloads.iter().enumerate().map(|(i, w)| checks.workload(i, w)).sum();
        checks.visits_in_all(drawn);
        self.events.iter().enumerate().for_each(|(i, e)| checks.event(i, e));
        self.faults.iter().enumerate().for_each(|(i, f)| checks.fault(i, f));
        checks.demands();
        checks.risks();
        if let Some(load) = &self.load {
            checks.load(load);
        }
        checks.wrong
    }
}

impl Checks<'_> {
    fn demand(&mut self, holds: bool, place: KeyPath, message: impl FnOnce() -> String) {
        if !holds {
            self.wrong.push(Wrong { place, message: message() });
        }
    }

    fn person(&mut self, place: KeyPath, index: u64) {
        let people = self.scenario.people;
        self.demand(index < people, place, || format!("there is no person {index}: there are {people}, numbered from 0"));
    }

    fn facility(&mut self, place: KeyPath, index: u64) {
        let count = self.scenario.facilities;
        self.demand(index < count, place, || format!("there is no facility {index}: there are {count}, numbered from 0"));
    }

    fn within_the_longest(&mut self, place: KeyPath, at: Duration) {
        self.demand(at <= MAX_TIME, place, || "the time must be at most 960 hours (40 days)".into());
    }

    fn rule(&mut self, place: KeyPath, id: &str) {
        let Some(rules) = self.rules else { return };
        self.demand(rules.contains(&id), place, || match super::diagnostic::nearest(id, rules.iter().copied()) {
            Some(near) => format!("unknown rule `{id}`; did you mean `{near}`?"),
            None => format!("unknown rule `{id}`; known: see `shikaku rules`"),
        });
    }

    fn head(&mut self) {
        let s = self.scenario;
        for (key, name, text) in
            [("title", "title.ja", &s.title.ja), ("title", "title.en", &s.title.en), ("story", "story", &s.story)]
        {
            self.demand(!text.trim().is_empty(), top(key), || format!("`{name}` is missing or empty"));
        }
        for (key, n, max) in [("people", s.people, max_people()), ("facilities", s.facilities, MAX_FACILITIES)] {
            self.demand((1..=max).contains(&n), top(key), || match n {
                0 => format!("`{key}` is missing or zero: it must be 1 to {max}"),
                n => format!("`{key}` must be 1 to {max}, not {n}"),
            });
        }
        let attempts = s.risks.iter().any(|r| r.does.attempts().is_some());
        let some = !s.visits.is_empty() || !s.workloads.is_empty() || s.load.is_some() || attempts;
        self.demand(some, top("visit"), || "there is no [[visit]] and no [[workload]], so nothing would be checked".into());
        for (key, ids) in [("exercises", &s.exercises), ("breaks", &s.breaks)] {
            for (i, id) in ids.iter().enumerate() {
                self.rule(vec![Segment::Key(key), Segment::Index(i)], id);
            }
        }
    }

    fn facilities(&mut self) {
        let s = self.scenario;
        for (i, f) in s.facility_parts.iter().enumerate() {
            let index = part("facility", i, &["index"]);
            self.facility(index.clone(), f.index);
            let twice = s.facility_parts[..i].iter().any(|o| o.index == f.index);
            self.demand(!twice, index, || format!("there is another [[facility]] of index {}", f.index));
            let one = f.tls_expires.is_none() || f.tls_certificate == TlsPart::Good;
            let place = part("facility", i, &["tls-expires"]);
            self.demand(one, place, || "`tls-expires` needs `tls-certificate = \"good\"`".into());
        }
    }

    fn insured(&mut self, place: KeyPath, person: u64) {
        let insured = self.scenario.part(person).insurance.insured();
        self.demand(insured, place, || format!("person {person} is not insured on the day, so there is no such insurer"));
    }

    fn feeds(&mut self) {
        let s = self.scenario;
        for (i, f) in s.feeds.iter().enumerate() {
            let (place, person) = (part("feed", i, &["of-insurer-of"]), f.of_insurer_of);
            self.person(place.clone(), person);
            let twice = s.feeds[..i].iter().any(|o| o.of_insurer_of == person && o.which == f.which);
            let moved = f.which == WhichInsurer::Current || s.part(person).insurance.moved();
            self.demand(moved, part("feed", i, &["which"]), || {
                format!("person {person} has no previous insurer on the day: `which = \"previous\"` needs a change of insurer")
            });
            self.demand(!twice, place.clone(), || format!("there is another [[feed]] of the insurer of person {person}"));
            self.insured(place, person);
            let (days, max) = (f.days_behind, MAX_DAYS_BEHIND);
            let behind = part("feed", i, &["days-behind"]);
            self.demand((0..=max).contains(&days), behind, || format!("`days-behind` must be 0 to {max}, not {days}"));
            let next_days = part("feed", i, &["next-days"]);
            let valid = f.next_days.is_none_or(|after| after.0 <= MAX_NEXT_DAYS);
            self.demand(valid, next_days.clone(), || "`next-days` must be at most 23 hours after midnight".into());
            let reached = f.next_days.is_none() || f.reaches_the_day();
            self.demand(reached, next_days, || "`next-days` needs a feed that reaches the day: write `catches-up`".into());
            let in_order = f.catches_up.is_none_or(|later| f.arrives.is_none_or(|first| first < later));
            let catches_up = part("feed", i, &["catches-up"]);
            self.demand(in_order, catches_up, || "`catches-up` must come after `arrives`".into());
        }
    }

    fn visit(&mut self, i: usize, v: &VisitPart) {
        let s = self.scenario;
        let at = |key| part("visit", i, &[key]);
        self.person(at("person"), v.person);
        self.facility(at("facility"), v.facility);
        self.within_the_longest(at("at"), v.at.0);
        if v.deviation == Some(DeviationPart::SignatureByAnotherCard) {
            // The card of the next person signs.
            self.person(at("deviation"), v.person.saturating_add(1));
        }
        let of = s.part(v.person);
        let renewed = of.certificate == CertificatePart::Renewed || s.renewal_of(v.person).is_some();
        self.demand(v.card != CardPart::Previous || renewed, at("card"), || {
            format!("person {} has no previous card: `card = \"previous\"` needs a renewal", v.person)
        });
        let insured = s.insured_as(v.person);
        let moves = |e: &EventPart| e.does.moves_insurer() && e.does.person() == insured;
        let moved = s.part(insured).insurance.moved() || s.events.iter().any(moves);
        let moved = v.asks_about != Some(AsksAbout::PreviousCoverage) || moved;
        self.demand(moved, at("asks-about"), || {
            format!("person {} has no previous coverage: `previous-coverage` needs a change of insurer", v.person)
        });
        self.record_differs(i, v);
        let signs = v.deviation.is_some_and(DeviationPart::in_signature);
        let signed = s.needs.demand(Choice::Presented(Presented::SignedChallenge));
        self.demand(!signs || signed, at("deviation"), || {
            "the visit deviates in its signature: write needs = { presented = \"signed-challenge\" }, the only choice that signs"
                .into()
        });
        let earlier = |e: &VisitPart| e.facility == v.facility && e.at < v.at;
        let has_one = v.deviation != Some(DeviationPart::ChallengeReused) || s.visits.iter().any(earlier);
        self.demand(has_one, at("deviation"), || {
            "there is no earlier visit at this facility whose challenge could be reused".into()
        });
        let elsewhere = |e: &VisitPart| e.person == v.person && e.facility != v.facility && e.at.0.abs_diff(v.at.0) < MIN_WAY;
        let others = self.visits_of.get(&v.person).into_iter().flatten().filter(|o| **o < i);
        let at_once = others.filter_map(|o| s.visits.get(*o)).any(elsewhere);
        self.demand(!at_once, at("at"), || format!("person {} is at two facilities within five seconds", v.person));
        let meaningful = matches!(v.expect, Expect::Outcome(_) | Expect::Counted) || s.undisturbed(v).is_some();
        self.demand(meaningful, at("expect"), || {
            format!("`{}` is undefined for a visit that itself deviates: name the outcome", v.expect)
        });
        self.expects_feeds(at("expect"), v.expect);
        self.possible(at("expect"), &v.expect.to_string(), v.expect.only_with());
    }

    /// An expected outcome, or a fault, must be possible in every design that the scenario allows.
    fn possible(&mut self, place: KeyPath, what: &str, choice: Option<Choice>) {
        let Some(choice) = choice else { return };
        let needed = self.scenario.needs.demand(choice);
        self.demand(needed, place, || {
            let (axis, choice) = (choice.axis().id(), choice.id());
            format!("`{what}` is possible only with `{axis} = \"{choice}\"`, and `needs` allows another choice")
        });
    }

    /// A visit can only be expected to be served if every insurer's feed reaches the day.
    fn expects_feeds(&mut self, place: KeyPath, expect: Expect) {
        let all = expect != Expect::AsIfUndisturbed || self.scenario.feeds.iter().all(super::FeedPart::reaches_the_day);
        self.demand(all, place, || {
            "a [[feed]] never reaches the day, so the outcome is undetermined: name it, or write `never-wrong`".into()
        });
    }

    /// Returns how many visits there are on average.
    fn workload(&mut self, i: usize, w: &WorkloadPart) -> f64 {
        let s = self.scenario;
        let at = |key| part("workload", i, &[key]);
        self.within_the_longest(at("until"), w.until.0);
        self.demand(w.from < w.until, at("until"), || "`until` must come after `from`".into());
        let meaningful = !matches!(w.expect, Expect::Outcome(_));
        self.demand(meaningful, at("expect"), || {
            "a workload's visits have different outcomes: write `as-if-undisturbed` or `never-wrong`".into()
        });
        self.expects_feeds(at("expect"), w.expect);
        let length = w.until.0.saturating_sub(w.from.0).as_secs_f64();
        let count = w.average();
        if let Arrivals::Trace { times } = &w.arrivals {
            let late = times.iter().position(|t| w.from.0.saturating_add(t.0) > w.until.0);
            self.demand(late.is_none(), at("arrivals"), || "one of the times is after `until`".into());
        }
        self.demand(count >= 1.0, at("arrivals"), || format!("there would be no visits: {count:.2} on average"));
        // Each person visits at most once a minute.
        let a_minute = count / (length / 60.0).max(1.0);
        self.demand(a_minute <= s.people as f64 * 0.8, at("arrivals"), || {
            format!("{a_minute:.0} visits a minute need more than {} people: each visits at most once a minute", s.people)
        });
        count
    }

    /// `drawn` are those of workloads.
    fn visits_in_all(&mut self, drawn: f64) {
        let all = drawn + self.scenario.visits.len() as f64;
        let place = if drawn > 0.0 { top("workload") } else { top("visit") };
        self.demand(all <= MAX_VISITS, place, || {
            format!(
                "{all:.0} visits in all are more than the maximum of {MAX_VISITS:.0}: everything that happens in them is kept; a load \
                 study keeps only figures: see [load]"
            )
        });
    }

    fn event(&mut self, i: usize, e: &EventPart) {
        let s = self.scenario;
        let does = || part("event", i, &["does"]);
        self.within_the_longest(part("event", i, &["at"]), e.at.0);
        let person = e.does.person();
        self.person(does(), person);
        if e.does.code_wish().is_some() {
            return self.code_event(i, e);
        }
        let other = |o: &EventPart| match (&o.does, &e.does) {
            (o, _) if o.code_wish().is_some() => false,
            (EventKind::PinReset { .. }, EventKind::PinReset { .. }) => false,
            (EventKind::PinReset { .. }, _) | (_, EventKind::PinReset { .. }) => false,
            // Several changes of one person's insurance follow each other: see below.
            (a, b) => !a.changes_insurance() && !b.changes_insurance(),
        };
        let twice = s.events[..i].iter().any(|o| o.does.person() == person && other(o));
        self.demand(!twice, does(), || format!("another event already changes the same property of person {person}"));
        let of = s.part(person);
        match e.does {
            EventKind::MovesInsurer { since_days_ago, .. } | EventKind::LeavesInsurer { since_days_ago, .. } => {
                let plain = of.insurance == super::InsurancePart::InForce;
                self.demand(plain, does(), || {
                    "`insurance` must be \"in-force\" for a person whose insurance an event changes".into()
                });
                let near = since_days_ago <= MAX_SINCE;
                self.demand(near, does(), || format!("`since-days-ago` must be 0 to {MAX_SINCE}, not {since_days_ago}"));
                let ends = since_days_ago > 0 || matches!(e.does, EventKind::MovesInsurer { .. });
                self.demand(ends, does(), || {
                    "`since-days-ago` must be at least 1: insurance that ends today is in force today".into()
                });
                self.changes_in_their_order(i, e);
                let fed = !s.feeds.iter().any(|f| f.of_insurer_of == person);
                self.demand(fed, does(), || "the insurer already has a [[feed]]: remove it, the event sends the feed".into());
            }
            EventKind::CardRenewed { .. } | EventKind::CertificateRevoked { .. } => {
                self.has_a_certificate_to_change(does(), of.certificate, &e.does);
                let lost = s.faults.iter().any(|f| f.does == FaultKind::CardLost { person });
                self.demand(!lost, does(), || "a `card-lost` fault affects the same card".into());
            }
            EventKind::CertificateRegistered { .. } => {
                let unknown = of.certificate == CertificatePart::Unregistered;
                self.demand(unknown, does(), || {
                    "`certificate` must be \"unregistered\" for a person whose certificate is registered during the run".into()
                });
            }
            EventKind::PinReset { .. } => {
                let wrong = s.visits.iter().any(|v| v.person == person && v.person_check == PersonCheckPart::WrongPin);
                let locked = of.pin_tries_left == 0 || wrong;
                self.demand(locked, does(), || format!("the PIN of person {person} is not locked: write `pin-tries-left = 0`"));
            }
            // These are checked above.
            _ => {}
        }
    }

    /// A renewal or a revocation changes a certificate that is good, or has ended, or is on hold; a renewal also one that is revoked.
    fn has_a_certificate_to_change(&mut self, place: KeyPath, certificate: CertificatePart, does: &EventKind) {
        let renewed = matches!(does, EventKind::CardRenewed { .. });
        let possible = match certificate {
            CertificatePart::Good | CertificatePart::Expired | CertificatePart::Suspended => true,
            CertificatePart::Revoked => renewed,
            _ => false,
        };
        self.demand(possible, place, || {
            let revoked = if renewed { ", \"revoked\"" } else { "" };
            format!(
                "`certificate` must be \"good\", \"expired\", \"suspended\"{revoked} for a person whose certificate this event changes"
            )
        });
    }

    fn has_link(&mut self, place: KeyPath, between: [LinkEnd; 2]) {
        let [a, b] = between;
        self.demand(a.has_link_to(b), place, || {
            let all = links(ROLES).into_iter().map(|[a, b]| format!("{} and {}", a.name(), b.name()));
            let all: Vec<String> = all.collect();
            format!("there is no link between {} and {}; there are: {}", a.name(), b.name(), all.join(", "))
        });
    }

    fn fault(&mut self, i: usize, f: &FaultPart) {
        let does = || part("fault", i, &["does"]);
        self.within_the_longest(part("fault", i, &["at"]), f.at.0);
        self.within_the_longest(part("fault", i, &["for"]), f.lasts.0);
        let sites = self.scenario.load.as_ref().map_or(0, |load| load.sites);
        self.demand(f.site.is_none_or(|site| (1..=sites).contains(&site)), part("fault", i, &["site"]), || match sites {
            0 => "only load studies have sites".into(),
            n => format!("the study has sites 1 to {n}"),
        });
        self.demand(!f.lasts.0.is_zero(), part("fault", i, &["for"]), || "`for` must be above zero".into());
        if let Some(index) = f.does.facility() {
            self.facility(does(), index);
        }
        if let Some(person) = f.does.insurer_of() {
            self.person(does(), person);
            self.insured(does(), person);
        }
        self.possible(does(), f.does.name(), f.does.only_with());
        self.fault_kind(does, f);
        let overlaps = |b: &FaultPart| {
            let subject = f.does.subject();
            subject.is_some() && subject == b.does.subject() && f.at < b.end() && b.at < f.end()
        };
        let undone = self.scenario.faults[..i].iter().any(overlaps);
        self.demand(!undone, does(), || {
            "the fault overlaps an earlier one with the same target: the end of one would undo the other".into()
        });
    }

    /// What a kind of fault demands of its own members.
    fn fault_kind(&mut self, does: impl Fn() -> KeyPath, f: &FaultPart) {
        match &f.does {
            FaultKind::CardLost { person } => {
                self.person(does(), *person);
                let suspended = self.scenario.part(*person).certificate == CertificatePart::Suspended;
                self.demand(!suspended, does(), || {
                    format!(
                        "the certificate of person {person} is suspended from the start, and would be good when the card is found"
                    )
                });
            }
            FaultKind::HostDown { host, .. } if host.zone() == Zone::Municipality => {
                let comes = self.scenario.codes_asked_every().is_some();
                self.demand(comes, does(), || "nobody comes to the municipality: write an [[event]] that changes a code".into());
            }
            FaultKind::HostSlow { times, .. } => {
                let valid = (1.0..=1000.0).contains(times);
                self.demand(valid, does(), || format!("`times` must be 1 to 1000, not {times}"));
            }
            FaultKind::LinkCut { between, .. }
            | FaultKind::LinkSlow { between, .. }
            | FaultKind::LinkLoss { between, .. }
            | FaultKind::LinkNarrow { between, .. } => {
                self.has_link(does(), *between);
                let wrong = match &f.does {
                    FaultKind::LinkSlow { by, .. } => by.error(),
                    FaultKind::LinkLoss { share, .. } if share.0 <= 0.0 || share.0 > 0.5 => {
                        Some("`share` must be above 0 % and at most 50 %: a link that loses more carries nothing")
                    }
                    _ => None,
                };
                self.demand(wrong.is_none(), does(), || wrong.unwrap_or_default().to_string());
            }
            FaultKind::Capacity { host, share } => self.takes_workers(does(), *host, *share),
            FaultKind::ClockDrift { ppm, .. } => {
                let valid = *ppm != 0 && ppm.unsigned_abs() <= 500_000;
                self.demand(valid, does(), || format!("`ppm` must be -500000 to 500000 and not 0, not {ppm}"));
            }
            FaultKind::Flood { rate, .. } => {
                self.demand(rate.0 <= MAX_FLOOD, does(), || format!("`rate` must be at most {MAX_FLOOD} per second"));
            }
            FaultKind::SlowLoris { connections, .. } => {
                let valid = (1..=MAX_CONNECTIONS).contains(connections);
                self.demand(valid, does(), || format!("`connections` must be 1 to {MAX_CONNECTIONS}, not {connections}"));
            }
            _ => {}
        }
    }

    fn demands(&mut self) {
        let s = self.scenario;
        for (i, share) in s.shares.iter().enumerate() {
            let some = share.at_least.is_some() || share.at_most.is_some();
            self.demand(some, part("share", i, &[]), || "write `at-least`, `at-most` or both".into());
            let room = share.at_least.is_none_or(|low| share.at_most.is_none_or(|high| low <= high));
            self.demand(room, part("share", i, &["at-most"]), || "`at-most` must not be below `at-least`".into());
        }
        for (i, sometimes) in s.sometimes.iter().enumerate() {
            let place = part("sometimes", i, &["reached"]);
            self.demand(sometimes.at_least > 0, part("sometimes", i, &["at-least"]), || "`at-least` must be above zero".into());
            match &sometimes.reached {
                Reach::Step(n) => self.demand((1..=7).contains(n), place, || format!("steps are numbered 1 to 7, not {n}")),
                Reach::Outcome(_) => {}
                Reach::Fault(name) => self.known(place, "fault", name, &FaultKind::NAMES),
                Reach::State(name) => {
                    let all = crate::reached::states();
                    self.known(place, "state", name, &all.iter().map(String::as_str).collect::<Vec<_>>());
                }
                Reach::Rule(id) => self.rule(place, id),
            }
        }
        for (i, level) in s.service_levels.iter().enumerate() {
            let share = level.of.0 > 0.0;
            self.demand(share, part("service-level", i, &["of"]), || "`of` must be above 0 %".into());
        }
        if let Some(within) = s.heals_within {
            self.demand(!s.faults.is_empty(), top("heals-within"), || "`heals-within` needs a [[fault]]".into());
            let healed = s.healed_at().0.saturating_add(within.0);
            let explicit = s.visits.iter().any(|v| v.at.0 >= healed && s.undisturbed(v).is_some());
            let drawn = s.workloads.iter().any(|w| w.until.0 > healed);
            self.demand(explicit || drawn, top("heals-within"), || {
                format!("there is no visit after {}, so recovery could not be checked", super::Span(healed))
            });
        }
    }

    fn known(&mut self, place: KeyPath, kind: &str, name: &str, known: &[&str]) {
        self.demand(known.contains(&name), place, || unknown(kind, name, known));
    }
}
