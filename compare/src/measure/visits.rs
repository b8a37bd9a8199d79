//! The visits of a run, and to which of them an entry of the journal belongs.

use super::{Recording, VisitTruth};
use conformance::parts::check_of;
use std::collections::BTreeMap;
use terms::calendar::jst_day;
use terms::check::CheckId;
use terms::ground::Ground;
use terms::journal::{Entry, Event};
use terms::outcome::OutcomeCode;
use terms::people::InsurancePeriod;
use terms::roles::Zone;

/// One visit, from the moment at which the person came until its outcome.
#[derive(Clone, Debug)]
pub struct Visit {
    pub check: CheckId,
    pub person: u64,
    /// The facility's name in the journal.
    pub facility: String,
    pub from_ns: u64,
    pub to_ns: u64,
    pub outcome: Option<OutcomeCode>,
    pub truth: VisitTruth,
    /// Whether the card's holder was insured on the day, by the ground truth.
    pub insured: Option<InsurancePeriod>,
}

/// All visits of a run.
pub struct Visits {
    pub all: Vec<Visit>,
    by_check: BTreeMap<CheckId, usize>,
    /// By facility, its visits in the order in which they began.
    at: BTreeMap<String, Vec<usize>>,
    /// By value that names a person (serial numbers, codes, numbers), the person.
    named: BTreeMap<String, u64>,
}

impl Visits {
    pub fn of(recording: &Recording<'_>) -> Visits {
        let mut visits =
            Visits { all: Vec::new(), by_check: BTreeMap::new(), at: BTreeMap::new(), named: named(recording.ground) };
        let usual = VisitTruth { cause: None, own_card: true };
        for entry in recording.entries {
            match &entry.event {
                Event::Visit { visit, check, person } if entry.zone == Zone::Testbed => {
                    let truth = recording.visits.get(*visit).cloned().unwrap_or_else(|| usual.clone());
                    visits.begin(entry, check, *person, truth, recording.ground);
                }
                Event::Outcome { check, outcome, .. } if entry.zone == Zone::Facility => {
                    if let Some(visit) = visits.by_check.get(check).and_then(|i| visits.all.get_mut(*i)) {
                        visit.to_ns = entry.at_ns;
                        visit.facility.clone_from(&entry.host);
                        visit.outcome = Some(*outcome);
                    }
                }
                _ => {}
            }
        }
        for (index, visit) in visits.all.iter().enumerate() {
            visits.at.entry(visit.facility.clone()).or_default().push(index);
        }
        visits
    }

    fn begin(&mut self, entry: &Entry, check: &CheckId, person: u64, truth: VisitTruth, ground: &Ground) {
        let since = jiff::SignedDuration::from_nanos(i64::try_from(entry.at_ns).unwrap_or(i64::MAX));
        let day = jst_day(ground.epoch.saturating_add(since).unwrap_or(ground.epoch));
        let holder = usize::try_from(person).ok().and_then(|i| ground.people.get(i));
        self.by_check.insert(check.clone(), self.all.len());
        self.all.push(Visit {
            check: check.clone(),
            person,
            facility: String::new(),
            from_ns: entry.at_ns,
            to_ns: u64::MAX,
            outcome: None,
            truth,
            insured: holder.and_then(|p| p.person.insurance_on(day)).cloned(),
        });
    }

    /// The first moment at which somebody came.
    pub fn begin_ns(&self) -> u64 {
        self.all.iter().map(|v| v.from_ns).min().unwrap_or(u64::MAX)
    }

    pub fn with_check(&self, check: &CheckId) -> Option<usize> {
        self.by_check.get(check).copied()
    }

    /// The person whom a value names.
    pub fn named(&self, value: &str) -> Option<u64> {
        self.named.get(value).copied()
    }

    /// The visit to which an entry belongs: by the check that it names; at a counter, the visit that was in course there; elsewhere
    /// the one visit in course, or the one whose person the `values` in the entry name. What a party has at the end of the run or at a
    /// crash is of a visit only if it names its check.
    pub fn visit_of<'v>(&self, entry: &Entry, values: impl Iterator<Item = &'v str> + Clone) -> Option<usize> {
        let named = || values.clone().filter(|v| v.starts_with("check-")).find_map(CheckId::parse);
        if let Some(check) = check_of(entry).or_else(named) {
            return self.with_check(&check);
        }
        if matches!(entry.event, Event::State { .. } | Event::Snapshot { .. }) {
            return None;
        }
        if let Some(at) = self.counter_of(entry) {
            return only(self.in_course(at, entry.at_ns));
        }
        let all: Vec<usize> = self.at.values().flat_map(|at| self.in_course(at, entry.at_ns)).collect();
        if all.len() == 1 {
            return all.first().copied();
        }
        let people: Vec<u64> = values.filter_map(|v| self.named(v)).collect();
        only(all.into_iter().filter(|i| self.all.get(*i).is_some_and(|v| people.contains(&v.person))))
    }

    /// The visits of the facility at whose counter, or on whose connection, an entry was written.
    fn counter_of(&self, entry: &Entry) -> Option<&[usize]> {
        let index = |name: &str| {
            let digits = name.strip_prefix("facility-").or(name.strip_prefix("reader-"))?;
            Some(terms::parties::facility(digits.get(..6)?.parse().ok()?))
        };
        let host = match &entry.event {
            Event::Wire { connection, .. } => connection.split(['>', '#']).find_map(index),
            _ => index(&entry.host),
        };
        host.and_then(|host| self.at.get(&host)).map(Vec::as_slice)
    }

    fn in_course<'v>(&'v self, at: &'v [usize], at_ns: u64) -> impl Iterator<Item = usize> + 'v {
        let during = move |i: &&usize| self.all.get(**i).is_some_and(|v| v.from_ns <= at_ns && at_ns <= v.to_ns);
        at.iter().filter(during).copied()
    }
}

fn only(mut all: impl Iterator<Item = usize>) -> Option<usize> {
    let first = all.next();
    first.filter(|_| all.next().is_none())
}

/// By value, the person whom it names. A value of two people names nobody.
fn named(ground: &Ground) -> BTreeMap<String, u64> {
    let mut all: BTreeMap<String, Option<u64>> = BTreeMap::new();
    for (index, resident) in (0..).zip(&ground.people) {
        let p = &resident.person;
        let serials = p.card.certificates.iter().map(|c| c.serial.0.to_string());
        let codes = resident.insurance_codes().chain(resident.other_codes.values()).map(|c| c.reveal().to_string());
        let numbers = [p.my_number.reveal().to_string(), p.resident_code.reveal().to_string()];
        for value in serials.chain(codes).chain(numbers) {
            all.entry(value).and_modify(|person| *person = person.filter(|p| *p == index)).or_insert(Some(index));
        }
    }
    all.into_iter().filter_map(|(value, person)| Some((value, person?))).collect()
}
