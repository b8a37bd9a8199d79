//! Whom an entry concerns: it is more likely to show their values than those of all people of a run.

use crate::parts::check_of;
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use terms::check::CheckId;
use terms::journal::{Entry, Event};

/// An entry without a check is taken to concern those whose visits began so long before it, in nanoseconds.
const RECENT: u64 = 120_000_000_000;

/// The people who visited a facility.
#[derive(Default)]
pub(super) struct Visitors {
    by_check: BTreeMap<CheckId, u64>,
    /// When each visit began, and whose it was.
    began: Vec<(u64, u64)>,
    all: BTreeSet<u64>,
    /// Who was where.
    at: BTreeSet<(u64, String)>,
}

/// An entry that is being searched.
pub(super) struct Searched<'v> {
    pub index: usize,
    pub entry: &'v Entry,
    visitors: &'v Visitors,
    concerned: OnceCell<Concerned<'v>>,
}

impl<'v> Searched<'v> {
    pub fn new(index: usize, entry: &'v Entry, visitors: &'v Visitors) -> Self {
        Searched { index, entry, visitors, concerned: OnceCell::new() }
    }

    /// Whom it concerns. It takes reading a record, so it is done once, and only if something was found.
    pub fn concerned(&self) -> &Concerned<'v> {
        self.concerned.get_or_init(|| self.visitors.of(self.entry))
    }
}

/// The people whom an entry concerns.
pub(super) enum Concerned<'v> {
    One(u64),
    Recent(BTreeSet<u64>),
    Everybody(&'v BTreeSet<u64>),
}

impl Visitors {
    pub fn new(journal: &[Entry]) -> Visitors {
        let mut visitors = Visitors::default();
        for entry in journal {
            if let Event::Visit { check, person, .. } = &entry.event {
                visitors.by_check.insert(check.clone(), *person);
                visitors.began.push((entry.at_ns, *person));
                visitors.all.insert(*person);
                visitors.at.insert((*person, entry.host.clone()));
            }
        }
        visitors
    }

    /// By person, the hosts of the facilities that they visited.
    pub fn hosts(&self) -> BTreeMap<u64, BTreeSet<&str>> {
        let mut hosts: BTreeMap<u64, BTreeSet<&str>> = BTreeMap::new();
        for (person, host) in &self.at {
            hosts.entry(*person).or_default().insert(host);
        }
        hosts
    }

    fn of(&self, entry: &Entry) -> Concerned<'_> {
        if let Some(person) = check_of(entry).and_then(|check| self.by_check.get(&check)) {
            return Concerned::One(*person);
        }
        // What a party has stored is of all visits.
        if let Event::State { .. } = entry.event {
            return Concerned::Everybody(&self.all);
        }
        let after = self.began.partition_point(|(at, _)| at.saturating_add(RECENT) < entry.at_ns);
        let before = self.began.partition_point(|(at, _)| *at <= entry.at_ns);
        Concerned::Recent(self.began.get(after..before).unwrap_or_default().iter().map(|(_, person)| *person).collect())
    }
}

impl Concerned<'_> {
    pub fn has(&self, person: u64) -> bool {
        match self {
            Concerned::One(one) => *one == person,
            Concerned::Recent(people) => people.contains(&person),
            Concerned::Everybody(people) => people.contains(&person),
        }
    }

    pub fn count(&self) -> u64 {
        match self {
            Concerned::One(_) => 1,
            Concerned::Recent(people) => people.len() as u64,
            Concerned::Everybody(people) => people.len() as u64,
        }
    }
}
