//! Facilities that pool what they hold.

use super::counted::{Counted, Incidents};
use serde::Deserialize;
use sim::journal::Event;
use sim::terms::check::CheckId;
use sim::terms::identifiers::InsuredIdentifier;
use sim::terms::parties;
use sim::terms::stores::{PATIENTS, RECEPTION};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Patient {
    check: CheckId,
    known_by: String,
}

#[derive(Deserialize)]
struct Reception {
    check: CheckId,
    coverages: Vec<Coverage>,
}

#[derive(Deserialize)]
struct Coverage {
    insured: InsuredIdentifier,
}

/// By person, the values of one kind that each facility holds.
type Held = BTreeMap<u64, BTreeMap<u64, BTreeSet<String>>>;

/// Of the people of whom two of the first `count` facilities or more hold something: how many are joined by a value that two of them
/// hold.
pub(super) fn joined(run: &Counted<'_>, mut found: Incidents, count: u64) -> Incidents {
    let colluding: BTreeMap<String, u64> = (0..count).map(|i| (parties::facility(i), i)).collect();
    let mut people: BTreeMap<&CheckId, u64> = BTreeMap::new();
    let (mut remembered, mut insured) = (Held::new(), Held::new());
    for entry in run.entries {
        match &entry.event {
            Event::Visit { check, person, .. } => drop(people.insert(check, *person)),
            Event::Record { store, content } => {
                let (Some(facility), Some(bytes)) = (colluding.get(&entry.host), content.bytes()) else { continue };
                let hold = |held: &mut Held, check: &CheckId, value: String| {
                    let Some(person) = people.get(check) else { return };
                    held.entry(*person).or_default().entry(*facility).or_default().insert(value);
                };
                if store == PATIENTS.name {
                    let patient = serde_json::from_slice::<Patient>(&bytes).ok();
                    patient.into_iter().for_each(|p| hold(&mut remembered, &p.check, p.known_by));
                }
                if store == RECEPTION.name
                    && let Ok(reception) = serde_json::from_slice::<Reception>(&bytes)
                {
                    let of = |c: Coverage| {
                        [c.insured.insurer.reveal(), &c.insured.symbol, &c.insured.number, &c.insured.branch].join("-")
                    };
                    reception.coverages.into_iter().for_each(|c| hold(&mut insured, &reception.check, of(c)));
                }
            }
            _ => {}
        }
    }
    let at_several = |held: &&u64| {
        let of = |all: &Held| all.get(*held).map(|f| f.keys().copied().collect::<BTreeSet<_>>()).unwrap_or_default();
        of(&remembered).union(&of(&insured)).count() > 1
    };
    let known: BTreeSet<u64> = remembered.keys().chain(insured.keys()).copied().collect();
    found.out_of = run.ground.people.len() as u64;
    for person in known.iter().filter(at_several) {
        found.met += 1;
        let [by_value, by_insured] = [&remembered, &insured].map(|held| held.get(person).is_some_and(shared));
        found.let_through += u64::from(by_value || by_insured);
        found.refused += u64::from(!by_value && !by_insured);
        [(by_value, "by-remembered-value"), (by_insured, "by-insured-identifier")]
            .into_iter()
            .filter(|(joined, _)| *joined)
            .for_each(|(_, name)| found.count(name));
    }
    found
}

/// Whether two facilities hold the same value.
fn shared(by_facility: &BTreeMap<u64, BTreeSet<String>>) -> bool {
    let mut seen: BTreeSet<&String> = BTreeSet::new();
    by_facility.values().flatten().any(|value| !seen.insert(value))
}
